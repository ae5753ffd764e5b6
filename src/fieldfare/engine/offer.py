"""What a place can buy: its zone, the zone's industries in their order, and their products at the zone's prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fieldfare.domain.answers import Resolution
from fieldfare.domain.boundaries import Composite, PostalSet
from fieldfare.domain.business import Business
from fieldfare.domain.catalog import Industry, Quote, quote
from fieldfare.domain.places import Place, nearest_hub
from fieldfare.domain.zones import Asker, Choice, Outcome, Zone, choose_zone

Matching = Callable[[Place], frozenset[str]]
"""Finds the ids of all boundaries that contain a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """An industry that a zone offers, and what can be bought of it."""

    industry: Industry
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a place can buy, nothing where its outcome is none of the first two.

    `needs_postal_code` says that the place has none, and that with one another zone might serve it.
    """

    resolution: Resolution
    shelves: tuple[Shelf, ...]
    needs_postal_code: bool


def offer(
    business: Business,
    *,
    place: Place,
    matching: Matching,
    day: date,
    industry: str | None = None,
    tier: str | None = None,
) -> Offer:
    """Find the zone of a place, and what is sold there (rules Z4 to Z8, C1, C2); `industry` only breaks ties (Z6)."""
    active = {known.id: known for known in business.industries if known.active}
    matched = matching(place)
    choice = choose_zone(
        zones=business.zones,
        matched=matched,
        asker=Asker(
            tier=tier,
            industry=industry if industry in active else None,
            staffed=frozenset(zone for person in business.technicians if person.active for zone in person.zones),
        ),
    )
    shelves = _shelves(business, choice.zone, active) if choice.zone else ()
    outcome = Outcome.NO_SERVICES if choice.zone and not shelves else choice.outcome
    return Offer(
        resolution=Resolution(
            outcome=outcome,
            zone=choice.zone.id if choice.zone else None,
            hub=nearest_hub(place.point, business.hubs),
            matched_boundaries=choice.matched_boundaries,
            candidate_zones=choice.candidates,
            decided_by=choice.decided_by,
        ),
        shelves=shelves,
        needs_postal_code=place.postal_code is None and _code_might_decide(business, choice, day),
    )


def _shelves(business: Business, zone: Zone, active: dict[str, Industry]) -> tuple[Shelf, ...]:
    """List the zone's active industries by the link's order, then name (rule C1), with their active products."""
    links = [link for link in zone.industries if link.active and link.industry in active]
    links.sort(key=lambda link: (link.sort, active[link.industry].name, link.industry))
    return tuple(
        Shelf(
            industry=active[link.industry],
            quotes=tuple(
                quote(product=product, override=zone.override_of(product.id), currency=business.currency)
                for product in business.products
                if product.active and product.industry == link.industry
            ),
        )
        for link in links
    )


def _code_might_decide(business: Business, choice: Choice, day: date) -> bool:
    """Tell whether some postal code could bring another zone: a negative one, or one that isn't outranked."""
    if choice.outcome is Outcome.BLOCKED:
        return False
    by_code = _decided_by_code(business, day)
    for zone in business.zones:
        if not zone.counts or by_code.isdisjoint(zone.boundaries):
            continue
        chosen = choice.zone if choice.outcome is Outcome.ZONE else None
        if zone == chosen:
            # It serves the place without a code already, unless a code could take it out again.
            if by_code.isdisjoint(choice.matched_boundaries):
                continue
            return True
        if chosen is None or zone.negative or zone.priority >= chosen.priority:
            return True
    return False


def _decided_by_code(business: Business, day: date) -> frozenset[str]:
    """Find the boundaries that count and hang on a postal code, be it through others."""
    live = {boundary.id: boundary.shape for boundary in business.boundaries if boundary.counts_on(day)}
    found = {id_ for id_, shape in live.items() if isinstance(shape, PostalSet) and shape.codes}
    composites = {id_: shape for id_, shape in live.items() if isinstance(shape, Composite)}
    grew = True
    while grew:
        more = {
            id_
            for id_, shape in composites.items()
            if id_ not in found and any(child.boundary in found for child in shape.children)
        }
        found |= more
        grew = bool(more)
    return frozenset(found)
