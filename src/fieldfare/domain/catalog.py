"""What is sold: industries, products, and what a zone changes of them (rules C1 to C3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_DURATION_MINUTES = 60
DURATION_MINUTES = range(5, 1_441)


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """A trade that zones offer."""

    id: str
    name: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a customer buys. The price is in minor units of the business's currency."""

    id: str
    industry: str
    price: int
    name: str = ""
    description: str = ""
    duration_minutes: int = DEFAULT_DURATION_MINUTES
    skills: frozenset[str] = frozenset()
    resources: Mapping[str, int] = field(default_factory=dict)
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A zone's own values for a product; a field without a flag, here None, is the product's own (rule C2)."""

    product: str
    price: int | None = None
    duration_minutes: int | None = None
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a product is and costs in a zone."""

    product: str
    name: str
    description: str
    price: int
    currency: str
    duration_minutes: int


def quote(*, product: Product, override: Override | None, currency: str) -> Quote:
    """Price a product with what the zone overrides of it (rule C2)."""
    own = override or Override(product=product.id)
    return Quote(
        product=product.id,
        name=product.name if own.name is None else own.name,
        description=product.description if own.description is None else own.description,
        price=product.price if own.price is None else own.price,
        currency=currency,
        duration_minutes=product.duration_minutes if own.duration_minutes is None else own.duration_minutes,
    )
