"""What a zone sells, at which price and for how long (C1-C3)."""

from dataclasses import dataclass
from typing import TypeVar

from tests.reading.document import Business, Product, Zone
from tests.reading.zones import offers

Value = TypeVar("Value", str, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The product as this zone sells it."""

    name: str
    description: str
    price: int
    duration_minutes: int


def unavailable(business: Business, zone: Zone, product_id: str) -> str | None:
    """Name the outcome that keeps the product from being sold here, if any."""
    if not any(offers(business, zone, i.id) for i in business.industries):
        return "no_services"
    product = next((p for p in business.products if p.id == product_id), None)
    if product is None or not product.active or not offers(business, zone, product.industry):
        return "product_unavailable"
    return None


def terms(zone: Zone, product: Product) -> Terms:
    """Apply the zone's override, field by field (C2)."""
    override = next((o for o in zone.overrides if o["product"] == product.id), {})

    def field(key: str, flag: str, own: Value) -> Value:
        return override[key] if override.get(flag, False) else own

    return Terms(
        name=field("name", "name_on", product.name),
        description=field("description", "description_on", product.description),
        price=field("price", "price_on", product.price),
        duration_minutes=field("duration_minutes", "duration_on", product.duration_minutes),
    )
