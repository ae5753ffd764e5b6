"""`/desk/board/why`: why can this technician not take this product there then? In words, with the setting behind it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from starlette.responses import Response

from fieldfare.domain.addresses import Located
from fieldfare.domain.bookings import Status
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.explanations import Cited, Explanation, Facts, LegFacts, OpenWindow
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.board.data import span_words
from fieldfare.entrypoints.desk.board.ways import Way, Ways
from fieldfare.entrypoints.desk.looking_up import look_up
from fieldfare.entrypoints.desk.moments import read_start
from fieldfare.entrypoints.desk.pages import length, show
from fieldfare.entrypoints.words.explanation import paragraph
from fieldfare.ports.bookings import BookingFilter
from fieldfare.usecases.availability.explain_slot import UnknownTechnicianError, explain_slot

_MOST_BOOKINGS = 500
_HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer: whether it is offered, in words, with its figures, and where to change it."""

    offered: bool
    words: str
    rule: str | None
    figures: tuple[tuple[str, str], ...]
    way: Way | None
    book: str | None


async def why_page(asking: Asking) -> Response:
    """Ask about one technician, start, product and place, and answer; without a place it is about the HQ."""
    query, business = asking.query, asking.business
    wanted = read_start(asking, query)
    start = wanted or _next_hour(asking)
    technician, product = query.get("technician", ""), query.get("product", "") or _first_product(asking)
    text = query.get("place", "").strip()
    found = await look_up(asking, text) if text else None
    fault, said, located = (found.fault if found else None), None, (found.located if found else None)
    known = any(person.id == technician for person in business.technicians)
    if wanted is None and (query.get("start") or query.get("time")):
        fault = "Enter a date and a time of this century."
    elif technician and not known:
        fault = "This technician is none of the business's."
    elif technician and fault is None and (found is None or located is not None):
        said = await _explained(asking, technician=technician, start=start, product=product, located=located)
    local = asking.clock.local(start)
    values: dict[str, Any] = {
        "said": said,
        "fault": fault,
        "found_places": found.choices if found else (),
        "technician": technician,
        "product": product,
        "place": text,
        "found": located.formatted if located else None,
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "people": sorted(business.technicians, key=lambda one: ((one.name or one.id).casefold(), one.id)),
        "products": sorted(business.products, key=lambda one: ((one.name or one.id).casefold(), one.id)),
        "board_link": desk_link("board", date=local.date().isoformat()),
    }
    return show(asking, "board/why.html", values, status=422 if fault else 200)


async def _explained(asking: Asking, *, technician: str, start: int, product: str, located: Located | None) -> Said:
    rooms, business = asking.rooms, asking.business
    place = located.place if located else business.hq
    industry = next((one.industry for one in business.products if one.id == product), None)
    snapshot = await rooms.businesses.around(asking.current, now=asking.now)
    question = snapshot.question(Asked(place=place, product=product, industry=industry), now=asking.now)
    try:
        explanation = await explain_slot(
            question, technician=technician, start=start, travel=rooms.travel(business.travel)
        )
    except UnknownTechnicianError:
        return Said(offered=False, words="Nobody is called that.", rule=None, figures=(), way=None, book=None)
    way = None if explanation.offered else await _way(asking, explanation, product)
    book = None
    if explanation.offered and asking.may(Permission.BOOKINGS_WRITE):
        point = f"{place.lat:.6f},{place.lng:.6f}"
        address = located.formatted if located else point
        book = desk_link(
            "book",
            "details",
            address=address,
            at=point,
            code=place.postal_code or "",
            product=product,
            technician=technician,
            start=start,
            who=technician,
        )
    return Said(
        offered=explanation.offered,
        words=paragraph(explanation, question),
        rule=explanation.reason,
        figures=tuple(_figures(asking, explanation.facts)) if explanation.facts is not None else (),
        way=way,
        book=book,
    )


async def _way(asking: Asking, explanation: Explanation, product: str) -> Way:
    """Find the page on which to change what refuses the start."""
    ways = Ways(
        business=asking.business,
        technician=explanation.technician,
        start=explanation.start,
        zone=explanation.resolution.zone,
        product=product,
        bookings=await _bookings_near(asking, explanation),
    )
    if explanation.reason is None:
        return ways.of_outcome(explanation.resolution)
    return ways.of_reason(explanation.reason, explanation.facts)


async def _bookings_near(asking: Asking, explanation: Explanation) -> frozenset[str]:
    """Name the bookings around a start: of what is in the way, they have a page of their own."""
    since = asking.clock.midnight(asking.clock.date_of(explanation.start)) - 24 * _HOUR
    wanted = BookingFilter(
        statuses=list(Status), technician=explanation.technician, since=since, until=since + 96 * _HOUR
    )
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        found = await books.bookings.page(wanted, after=None, limit=_MOST_BOOKINGS)
    return frozenset(booking.id for booking in found)


def _figures(asking: Asking, facts: Facts) -> list[tuple[str, str]]:
    """Write the figures behind an answer, each with its name."""
    rows: list[tuple[str, str]] = []
    for one in fields(facts):
        written = _figure(asking, one.name, getattr(facts, one.name))
        if written:
            rows.append((_name_of(one.name), written))
    return rows


def _figure(asking: Asking, name: str, value: Any) -> str:  # noqa: PLR0911 - one a kind of value
    tongue = asking.tongue
    match value:
        case None | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith("_at"):
            local = asking.clock.local(value)
            return f"{tongue.short_day(local.date())}, {tongue.time(local)}"
        case int() if name.endswith("_seconds"):
            return length(value)
        case int():
            return f"{value} min" if name.endswith("minutes") else str(value)
        case date():
            return tongue.day(value)
        case str():
            return value
        case Cited():
            return f"{value.title or value.kind.value}, {span_words(asking, value.start, value.end)}"
        case LegFacts():
            return length(value.drive_seconds)
        case OpenWindow():
            return span_words(asking, value.start, value.end)
        case tuple():
            return "; ".join(part for part in (_figure(asking, "", item) for item in value) if part)
        case _:
            return ""


def _name_of(field: str) -> str:
    words = field.removesuffix("_at").removesuffix("_seconds").removesuffix("_minutes").replace("_", " ")
    return _NAMES.get(field) or words.capitalize()


_NAMES = {
    "notice_minutes": "Notice",
    "bookable_at": "Earliest start",
    "earlier_at": "Start before",
    "later_at": "Start after",
    "neighbour": "Neighbour",
    "neighbour_at": "Its time",
    "need_seconds": "Needed",
    "free_seconds": "Free",
    "possible_at": "Possible at",
    "monday": "Week of",
    "before": "Drive before",
    "after": "Drive after",
    "position": "Rank",
    "options": "Who could go",
    "most_visits": "At most visits",
    "most_minutes": "At most",
}


def _next_hour(asking: Asking) -> int:
    day = asking.day()
    start = asking.clock.at(day, 9 * 60).instant
    return start if day != asking.today else max(start, asking.now - asking.now % _HOUR + _HOUR)


def _first_product(asking: Asking) -> str:
    return next((product.id for product in asking.business.products if product.active), "")
