"""`/desk/board/check`: would this visit drive there? Asked many times a second while something is being dragged."""

from __future__ import annotations

from typing import Any

from fieldfare.domain.bookings import Booking
from fieldfare.domain.explanations import BusyFacts
from fieldfare.domain.permissions import Permission
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.engine.facts.candidate import cite
from fieldfare.engine.reasons import rule_of
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.board.against import in_the_way, sentence
from fieldfare.entrypoints.desk.board.data import desk_of, span_words
from fieldfare.entrypoints.desk.board.ways import Ways
from fieldfare.entrypoints.desk.looking_up import read_point
from fieldfare.entrypoints.desk.moments import read_instant
from fieldfare.entrypoints.desk.pages import length
from fieldfare.entrypoints.words.broken import BROKEN
from fieldfare.usecases.availability.explain_slot import UnknownTechnicianError
from fieldfare.usecases.board.check_move import NOT_SOLD, Checked, check_move, check_new
from fieldfare.usecases.bookings.judging import OVERRIDABLE


async def check(asking: Asking) -> dict[str, Any]:
    """Judge a move, or a new visit, from memory; raises `Problem`: not_found, invalid_request."""
    technician, start = asking.query.get("technician", ""), instant_in_query(asking)
    desk = desk_of(asking)
    try:
        if asking.query.get("booking"):
            booking = await booking_of(asking, asking.query["booking"])
            checked = await check_move(desk, booking, technician=technician, start=start)
            product = booking.product
        else:
            place, product = _place(asking), asking.query.get("product", "")
            checked = await check_new(desk, place=place, product=product, technician=technician, start=start)
    except UnknownTechnicianError:
        raise faulty("query.technician", "is none of this business's technicians") from None
    return write_checked(asking, checked, product=product)


async def booking_of(asking: Asking, id_: str) -> Booking:
    """Look a booking up; raises `Problem` (not_found)."""
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        booking = await books.bookings.find(id_)
    if booking is None:
        raise Problem("not_found")
    return booking


def write_checked(asking: Asking, checked: Checked, *, product: str) -> dict[str, Any]:
    """Write a judgement: what it breaks in words, what could be done about it, and the drives.

    Whoever may not ask why learns which rules it breaks, and nothing of what stands in calendars or settings.
    """
    explains = asking.may(Permission.WHY)
    zone = None if checked.sale is None else checked.sale.zone.id
    ways = Ways(
        business=asking.business, technician=checked.technician, start=checked.start, zone=zone, product=product
    )
    facts = BusyFacts(commitments=tuple(cite(one) for one in in_the_way(checked)))
    broken: list[dict[str, Any]] = [
        {
            "code": code,
            "rule": rule_of(code),
            "words": sentence(asking, checked, code) if explains else BROKEN[code],
            "overridable": code in OVERRIDABLE,
            "setting": ways.of_reason(code, facts if code == "busy" else None).href if explains else None,
        }
        for code in checked.broken
    ]
    option = checked.option
    return {
        "fits": checked.fits,
        "technician": checked.technician,
        "start": checked.start,
        "end": checked.end,
        "label": span_words(asking, checked.start, checked.end),
        "overridable": checked.overridable,
        "may_override": checked.overridable and asking.may(Permission.OVERRIDE),
        "refusal": checked.refusal,
        "broken": broken,
        "words": words_of(asking, checked, [one["words"] for one in broken]),
        "detour_seconds": None if option is None else option.detour_seconds,
        "before_seconds": option.before_seconds if option is not None and explains else None,
        "after_seconds": option.after_seconds if option is not None and explains else None,
    }


def words_of(asking: Asking, checked: Checked, sentences: list[str]) -> str:
    """Say in one line what a judgement comes to."""
    if checked.refusal is not None:
        return "This isn't sold there." if checked.refusal == NOT_SOLD else "This visit has begun or is over."
    if sentences:
        return " ".join(sentences)
    span = span_words(asking, checked.start, checked.end)
    if checked.option is None:
        return f"{span}: as it is."
    return f"{span}: it drives, with a detour of {length(checked.option.detour_seconds)}."


def instant_in_query(asking: Asking, name: str = "start") -> int:
    """Read an instant of the query; raises `Problem` (invalid_request)."""
    instant = read_instant(asking.query.get(name, ""))
    if instant is None:
        raise faulty(f"query.{name}", "is no instant of the years 2000 to 2099, in seconds since 1970")
    return instant


def _place(asking: Asking) -> Place:
    point = read_point(asking.query.get("place", ""))
    if point is None:
        raise faulty("query.place", "is no latitude and longitude with a comma between")
    code = normalise_postal_code(asking.query.get("postal_code"))
    return Place(lat=point[0], lng=point[1], postal_code=code)
