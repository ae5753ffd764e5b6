"""What can be bought, as cards: at a place at its zone's prices, before that at the lowest price of any zone."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.business import Business
from fieldfare.domain.catalog import Quote, quote
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.web.tongues import Tongue


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A product as it is shown. `lowest` says that the price is the lowest of all zones."""

    product: str
    industry: str
    name: str
    description: str
    price: str
    lowest: bool
    duration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """An industry with its products."""

    industry: str
    name: str
    cards: tuple[Card, ...]


def shelves_of(offer: Offer, tongue: Tongue) -> tuple[Shelf, ...]:
    """Show what a place can buy."""
    return tuple(
        Shelf(
            industry=shelf.industry.id,
            name=shelf.industry.name or shelf.industry.id,
            cards=tuple(_card(one, shelf.industry.id, tongue, lowest=False) for one in shelf.quotes),
        )
        for shelf in offer.shelves
        if shelf.quotes
    )


def shelves_anywhere(business: Business, tongue: Tongue) -> tuple[Shelf, ...]:
    """Show what the business sells somewhere, from the lowest price on.

    The prices of zones for some tiers are shown only where there are no others: who asks may be of no tier.
    """
    zones = [zone for zone in business.zones if zone.counts and not zone.negative]
    shelves = []
    for industry in business.industries:
        sold = [zone for zone in zones if any(link.active and link.industry == industry.id for link in zone.industries)]
        if not industry.active or not sold:
            continue
        sold = [zone for zone in sold if not zone.tiers] or sold
        cards = []
        for product in business.products:
            if product.active and product.industry == industry.id:
                quotes = [
                    quote(product=product, override=zone.override_of(product.id), currency=business.currency)
                    for zone in sold
                ]
                cheapest = min(quotes, key=lambda one: one.price)
                differ = len({one.price for one in quotes}) > 1
                cards.append(_card(cheapest, industry.id, tongue, lowest=differ))
        if cards:
            shelves.append(Shelf(industry=industry.id, name=industry.name or industry.id, cards=tuple(cards)))
    return tuple(shelves)


def card_of(shelves: tuple[Shelf, ...], product: str | None) -> Card | None:
    """Find a product among what is shown."""
    return next((card for shelf in shelves for card in shelf.cards if card.product == product), None)


def _card(one: Quote, industry: str, tongue: Tongue, *, lowest: bool) -> Card:
    return Card(
        product=one.product,
        industry=industry,
        name=one.name or one.product,
        description=one.description,
        price=tongue.money(one.price, one.currency),
        lowest=lowest,
        duration=tongue.duration(one.duration_minutes),
    )
