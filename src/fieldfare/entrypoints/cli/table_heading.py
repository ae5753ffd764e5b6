"""What stands over the days: the product and its price, the zone and its hub, and how drives were reckoned."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from fieldfare.domain.answers import Answer
from fieldfare.domain.catalog import Quote
from fieldfare.domain.clock import clock_of
from fieldfare.domain.questions import Question
from fieldfare.domain.zones import Outcome

_WITHOUT_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"


def heading(question: Question, answer: Answer) -> Iterator[Text]:
    """Write the lines of the heading."""
    business, resolution = question.business, answer.resolution
    if answer.quote is not None:
        yield Text(_sale(answer.quote), "bold")
    zones = {zone.id: zone.name for zone in business.zones}
    hubs = {hub.id: hub.name for hub in business.hubs}
    places = (
        _named("zone", resolution.zone, zones) + (" by default" if resolution.outcome is Outcome.DEFAULT_ZONE else ""),
        _named("hub", resolution.hub, hubs),
    )
    yield Text(" · ".join(places))
    now = f"{clock_of(business.time_zone).local(question.now):%Y-%m-%d %H:%M}"
    yield Text(f"{business.time_zone}, now {now} · drives by {answer.travel_source}", "dim")


def sentence(question: Question, answer: Answer) -> str:
    """Say why there are no slots at all."""
    product = question.request.product
    return {
        Outcome.BLOCKED: "We don't currently service your area.",
        Outcome.OUT_OF_AREA: "The address is outside the area that we service.",
        Outcome.NO_SERVICES: "Services not available in your area.",
        Outcome.PRODUCT_UNAVAILABLE: f"The product {product} is not available in your area.",
    }[answer.resolution.outcome]


def price_text(minor: int, currency: str) -> str:
    """Write a price of minor units as people read it, `149.00 CAD`."""
    digits = 0 if currency in _WITHOUT_MINOR_UNIT else 3 if currency in _WITH_THREE_DIGITS else 2
    whole, rest = divmod(minor, 10**digits)
    return f"{whole:,}.{rest:0{digits}} {currency}" if digits else f"{whole:,} {currency}"


def printable(text: str) -> str:
    """Take out what could move a terminal's cursor or change its colours."""
    return "".join(character if character.isprintable() else " " for character in text)


def _sale(quote: Quote) -> str:
    name = printable(quote.name) or quote.product
    return f"{name} · {price_text(quote.price, quote.currency)} · {quote.duration_minutes} min"


def _named(kind: str, found: str | None, names: dict[str, str]) -> str:
    if found is None:
        return f"no {kind}"
    name = printable(names.get(found, ""))
    return f"{kind} {found} ({name})" if name else f"{kind} {found}"
