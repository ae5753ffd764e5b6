"""From a place to the zone that serves it and the product it sells there (rules P5, Z1 to Z8, C1, C2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fieldfare.domain.answers import Resolution
from fieldfare.domain.business import Business, Request
from fieldfare.domain.catalog import Product, Quote, quote
from fieldfare.domain.clock import clock_of
from fieldfare.domain.places import Place, nearest_hub
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
    day = clock_of(question.business.time_zone).date_of(question.now)
    return Resolver(question.business, day).resolve(question.request)


class Resolver:
    """A business's zones and catalogue on one local date."""

    def __init__(self, business: Business, day: date) -> None:
        """Index the boundaries that count on the date."""
        self._business = business
        self._boundaries = BoundaryIndex(business.boundaries, day)
        self._products = {product.id: product for product in business.products}
        self._active = frozenset(industry.id for industry in business.industries if industry.active)
        self._staffed = frozenset(zone for person in business.technicians if person.active for zone in person.zones)

    def matching(self, place: Place) -> frozenset[str]:
        """Find the ids of all boundaries that contain a place."""
        return self._boundaries.matching(place)

    def resolve(self, request: Request) -> tuple[Resolution, Sale | None]:
        """Find the zone of a request and quote its product there; the sale is None where nothing is sold."""
        business, product = self._business, self._products.get(request.product)
        wanted = request.industry or (product.industry if product else None)
        industry = wanted if wanted in self._active else None
        choice = choose_zone(
            zones=business.zones,
            matched=self.matching(request.place),
            asker=Asker(tier=request.customer_tier, industry=industry, staffed=self._staffed),
        )
        sale, outcome = None, choice.outcome
        if choice.zone is not None:
            outcome, sale = self._sell(choice.zone, product, found=outcome)
        resolution = Resolution(
            outcome=outcome,
            zone=choice.zone.id if choice.zone else None,
            hub=nearest_hub(request.place.point, business.hubs),
            matched_boundaries=choice.matched_boundaries,
            candidate_zones=choice.candidates,
            decided_by=choice.decided_by,
        )
        return resolution, sale

    def _sell(self, zone: Zone, product: Product | None, *, found: Outcome) -> tuple[Outcome, Sale | None]:
        """Check that the zone offers an active industry, and then that it offers the product's (rules C1, C2)."""
        active = self._active
        if not any(zone.offers(industry) for industry in active):
            return Outcome.NO_SERVICES, None
        if product is None or not product.active or product.industry not in active or not zone.offers(product.industry):
            return Outcome.PRODUCT_UNAVAILABLE, None
        price = quote(product=product, override=zone.override_of(product.id), currency=self._business.currency)
        return found, Sale(zone=zone, product=product, quote=price)
