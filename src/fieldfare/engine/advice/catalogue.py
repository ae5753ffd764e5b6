"""Products that can't be bought although they are on sale."""

from __future__ import annotations

from collections.abc import Iterator

from fieldfare.domain.catalog import Product, quote
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.schedules import Owner
from fieldfare.domain.zones import Zone
from fieldfare.engine.advice.outlook import Caution, Outlook, listed


def product_without_zone(outlook: Outlook) -> Iterator[Caution]:
    """A product that no zone sells."""
    for product in outlook.products:
        if not outlook.sellers(product):
            yield Caution(
                code="product_without_zone",
                path=f"products.{product.id}",
                sentence=f"no zone offers its industry, {product.industry}, as an active one; link it to a zone, or "
                "deactivate the product",
            )


def product_without_skill(outlook: Outlook) -> Iterator[Caution]:
    """A product for which no technician of a zone has the skills."""
    for product in outlook.products:
        zones = [
            zone.id
            for zone in outlook.sellers(product)
            if outlook.staff[zone.id] and not outlook.skilled(product, zone)
        ]
        if zones:
            yield Caution(
                code="product_without_skill",
                path=f"products.{product.id}",
                sentence=f"nobody in {listed(zones)} has all its skills ({listed(product.skills)}), so no slot is "
                "offered there; teach or assign somebody",
            )


def product_too_long(outlook: Outlook) -> Iterator[Caution]:
    """A product that fits into no open window of a zone, or of anybody who could do it there."""
    for product in outlook.products:
        zones = [zone.id for zone in outlook.sellers(product) if not _fits(product, zone, outlook)]
        if zones:
            yield Caution(
                code="product_too_long",
                path=f"products.{product.id}",
                sentence=f"in {listed(zones)} it lasts longer than every open window of the zone, or of whoever could "
                "do it, in the days on offer; shorten it, or lengthen the windows",
            )


def resource_too_scarce(outlook: Outlook) -> Iterator[Caution]:
    """A product that needs more pieces of equipment than there are."""
    capacity = {resource.kind: resource.capacity for resource in outlook.business.resources}
    for product in outlook.products:
        for kind, quantity in sorted(product.resources.items()):
            if quantity > capacity[kind]:
                yield Caution(
                    code="resource_too_scarce",
                    path=f"products.{product.id}",
                    sentence=f"it needs {quantity} of {kind}, and there are {capacity[kind]}, so it is never offered; "
                    "raise the capacity, or need less",
                )


def _fits(product: Product, zone: Zone, outlook: Outlook) -> bool:
    """Tell whether a window is long enough; where another warning says that there is no window, this one is silent."""
    sold = quote(product=product, override=zone.override_of(product.id), currency=outlook.business.currency)
    needed = sold.duration_minutes * MINUTE
    of_zone = outlook.longest_window(Owner(zone=zone.id))
    if of_zone < needed:
        return of_zone == 0
    people = [Owner(zone=zone.id, technician=technician.id) for technician in outlook.skilled(product, zone)]
    # The first whose windows are long enough settles it; only where nobody's are, all are looked at.
    return any(outlook.longest_window(owner) >= needed for owner in people) or not any(
        outlook.longest_window(owner) for owner in people
    )
