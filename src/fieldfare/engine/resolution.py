"""From a place to the zone that serves it and the product it sells there (rules P5, Z1 to Z8, C1, C2)."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.answers import Resolution
from fieldfare.domain.business import Business, Request
from fieldfare.domain.catalog import Product, Quote, quote
from fieldfare.domain.clock import clock_of
from fieldfare.domain.places import nearest_hub
from fieldfare.domain.questions import Question
from fieldfare.domain.zones import Asker, Outcome, Zone, choose_zone
from fieldfare.engine.boundary_index import BoundaryIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What a place can buy: a zone, a product and its quote there."""

    zone: Zone
    product: Product
    quote: Quote


def resolve_question(question: Question) -> tuple[Resolution, Sale | None]:
    """Find the zone and the sale of a question, on the business's local date now; without a sale nothing is offered."""
    business = question.business
    day = clock_of(business.time_zone).date_of(question.now)
    boundaries = BoundaryIndex(business.boundaries, day)
    return resolve(business=business, boundaries=boundaries, request=question.request)


def resolve(*, business: Business, boundaries: BoundaryIndex, request: Request) -> tuple[Resolution, Sale | None]:
    """Find the zone of a request and quote its product there; the sale is None where nothing is sold."""
    product = next((product for product in business.products if product.id == request.product), None)
    choice = choose_zone(
        zones=business.zones,
        matched=boundaries.matching(request.place),
        asker=_asker(business, request, product),
    )
    sale, outcome = None, choice.outcome
    if choice.zone is not None:
        outcome, sale = _sell(business, choice.zone, product, found=outcome)
    resolution = Resolution(
        outcome=outcome,
        zone=choice.zone.id if choice.zone else None,
        hub=nearest_hub(request.place.point, business.hubs),
        matched_boundaries=choice.matched_boundaries,
        candidate_zones=choice.candidates,
        decided_by=choice.decided_by,
    )
    return resolution, sale


def _asker(business: Business, request: Request, product: Product | None) -> Asker:
    wanted = request.industry or (product.industry if product else None)
    active = any(industry.active and industry.id == wanted for industry in business.industries)
    return Asker(
        tier=request.customer_tier,
        industry=wanted if active else None,
        staffed=frozenset(zone for person in business.technicians if person.active for zone in person.zones),
    )


def _sell(business: Business, zone: Zone, product: Product | None, *, found: Outcome) -> tuple[Outcome, Sale | None]:
    """Check that the zone offers an active industry, and then that it offers the product's (rules C1, C2)."""
    active = {industry.id for industry in business.industries if industry.active}
    if not any(zone.offers(industry) for industry in active):
        return Outcome.NO_SERVICES, None
    if product is None or not product.active or product.industry not in active or not zone.offers(product.industry):
        return Outcome.PRODUCT_UNAVAILABLE, None
    price = quote(product=product, override=zone.override_of(product.id), currency=business.currency)
    return found, Sale(zone=zone, product=product, quote=price)
