"""`/desk/board/move/…`: move a visit, or say who goes, without dragging anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.board.check import booking_of, write_checked
from fieldfare.entrypoints.desk.board.data import desk_of
from fieldfare.entrypoints.desk.board.history import changes_since
from fieldfare.entrypoints.desk.board.nearest import nearest_to
from fieldfare.entrypoints.desk.doing import carry_out, read_reason, said_of, version_in
from fieldfare.entrypoints.desk.moments import read_start
from fieldfare.entrypoints.desk.pages import show
from fieldfare.ports.customers import BookingContact
from fieldfare.usecases.board.check_move import check_move
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.assign import Assign, assign
from fieldfare.usecases.bookings.judging import Override
from fieldfare.usecases.bookings.request import Accept, accept
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule

_WORDS = {
    "needs_override": "This breaks rules. Say why it is to be moved all the same, or take another time.",
    "not_overridable": "This breaks a rule that nobody overrides. Take another time, or somebody else.",
    "slot_taken": "This can't be driven. Take another time, or somebody else.",
}

Planning = Callable[[Desk], Awaitable[Act[Booking]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Where a visit is to go."""

    technician: str | None
    start: int


async def move_page(asking: Asking) -> Response:
    """Show where the visit is and where it could go; with a technician and a time in the query, what they come to."""
    booking = await booking_of(asking, _id(asking))
    asked = any(asking.query.get(name) for name in ("technician", "start", "time"))
    return await _page(asking, booking, _wish(asking, booking), asked=asked)


async def move_it(asking: Asking) -> Response:
    """Move the visit; whatever is refused is said, with what could be done about it."""
    booking = await booking_of(asking, _id(asking))
    wish = _wish(asking, booking)
    if asking.form.get("check") == "1":
        return await _page(asking, booking, wish, asked=True)
    if wish.technician is None and booking.status is Status.CONFIRMED:
        return await _page(asking, booking, wish, fault="Choose who goes.", status=422)
    plan, notice = _plan(asking, booking, wish)
    if plan is None:
        return await _page(
            asking,
            booking,
            wish,
            fault="That is where it is already. Choose another time or somebody else.",
            status=422,
        )
    sent = sorted((key, value) for key, value in asking.form.items() if key != "once")
    try:
        await carry_out(asking, plan, wish=f"{asking.path} {sent}")
    except Problem as problem:
        return await _refused(asking, wish, problem)
    return _back(asking, wish, notice)


def _plan(asking: Asking, booking: Booking, wish: Wish) -> tuple[Planning | None, str]:
    """Choose the use case: the same as the API's routes of these names."""
    version, override, actor = version_in(asking), _override(asking), asking.who.actor
    if booking.status is Status.REQUESTED:
        if not asking.may(Permission.BOOKINGS_DECIDE):
            raise Problem("forbidden")
        accepted = Accept(
            booking=booking.id,
            actor=actor,
            technician=wish.technician,
            start=wish.start,
            override=override,
            version=version,
        )
        return (lambda desk: accept(desk, accepted)), "accepted"
    stays = wish.start == booking.start
    if stays and wish.technician == booking.technician and not booking.provisional and not _is_resent(asking, booking):
        return None, ""
    if stays and asking.may(Permission.BOOKINGS_DECIDE):
        assigned = Assign(
            booking=booking.id, technician=wish.technician or "", actor=actor, override=override, version=version
        )
        return (lambda desk: assign(desk, assigned)), "assigned"
    moved = Reschedule(
        booking=booking.id,
        start=wish.start,
        actor=actor,
        technician=wish.technician,
        override=override,
        reason=read_reason(asking),
        version=version,
    )
    return (lambda desk: reschedule(desk, moved)), "moved"


def _is_resent(asking: Asking, booking: Booking) -> bool:
    """Whether the form was made for an older version: perhaps the very one that has moved it there."""
    version = version_in(asking)
    return version is not None and version != booking.version


async def _refused(asking: Asking, wish: Wish, problem: Problem) -> Response:
    if problem.code in {"not_found", "forbidden"}:
        raise problem
    booking = await booking_of(asking, _id(asking))
    if problem.code == "changed_meanwhile":
        return await _choice(asking, booking, wish, problem)
    return await _page(
        asking,
        booking,
        wish,
        asked=True,
        fault=_WORDS.get(problem.code) or said_of(problem),
        status=problem.status_code,
    )


async def _choice(asking: Asking, booking: Booking, wish: Wish, problem: Problem) -> Response:
    """Show what somebody else has changed meanwhile, and let the member go on, or leave it."""
    values = {
        **await _values(asking, booking, wish),
        "changes": await changes_since(asking, booking, version_in(asking) or 0),
        "typed": asking.form,
    }
    return show(asking, "board/changed.html", values, status=problem.status_code)


async def _page(
    asking: Asking,
    booking: Booking,
    wish: Wish,
    *,
    asked: bool = False,
    fault: str | None = None,
    status: int = 200,
) -> Response:
    checked: dict[str, Any] | None = None
    if wish.technician is not None and (asked or fault):
        judged = await check_move(desk_of(asking), booking, technician=wish.technician, start=wish.start)
        checked = write_checked(asking, judged, product=booking.product)
    movable = booking.status in {Status.CONFIRMED, Status.REQUESTED}
    values = {
        **await _values(asking, booking, wish),
        "checked": checked,
        "options": await nearest_to(asking, booking, start=wish.start, technician=wish.technician) if movable else [],
        "movable": movable,
        "fault": fault,
        "typed": asking.form,
        "back": _came_from(asking),
    }
    return show(asking, "board/move.html", values, status=status)


async def _values(asking: Asking, booking: Booking, wish: Wish) -> dict[str, Any]:
    said = await _said(asking, booking)
    names = {person.id: person.name or person.id for person in asking.business.technicians}
    local = asking.clock.local(wish.start)
    return {
        "booking": booking,
        "customer": said.contact.name if said else None,
        "technicians": [
            person
            for person in sorted(asking.business.technicians, key=lambda one: ((one.name or one.id).casefold(), one.id))
            if person.active or person.id in {booking.technician, wish.technician}
        ],
        "now_name": names.get(booking.technician or "", "nobody yet"),
        "wish": wish,
        "wish_name": names.get(wish.technician or "", "whoever is the best"),
        "wish_date": local.date().isoformat(),
        "wish_time": f"{local:%H:%M}",
        "back": _came_from(asking),
        "board_link": desk_link("board", date=asking.clock.date_of(booking.start).isoformat()),
    }


async def _said(asking: Asking, booking: Booking) -> BookingContact | None:
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        return (await books.customers.said_for([booking.id])).get(booking.id)


def _wish(asking: Asking, booking: Booking) -> Wish:
    """Read where it is to go; what isn't said stays as it is. An option of the list says both at once."""
    values = asking.form if asking.by_form else asking.query
    start_text, _, option = values.get("option", "").partition(" ")
    technician = option or values.get("technician") or booking.technician
    if technician is not None and all(person.id != technician for person in asking.business.technicians):
        raise Problem("invalid_request", "This technician is none of the business's.", errors=[])
    start = read_start(asking, {"start": start_text} if option else values)
    if start is None and (start_text or values.get("start") or values.get("time")):
        raise Problem("invalid_request", "Enter a date and a time of this century.", errors=[])
    return Wish(technician=technician, start=booking.start if start is None else start)


def _override(asking: Asking) -> Override | None:
    if not asking.may(Permission.OVERRIDE):
        return None
    reason = read_reason(asking, "override_reason")
    wanted = reason is not None or asking.form.get("override") == "1"
    return Override(actor=asking.who.actor, wanted=wanted, reason=reason)


def _back(asking: Asking, wish: Wish, notice: str) -> Response:
    if asking.form.get("back") == "booking" or not asking.may(Permission.COMMITMENTS_READ):
        return asking.go("bookings", _id(asking), notice=notice)
    return asking.go("board", date=asking.clock.date_of(wish.start).isoformat(), notice=notice)


def _came_from(asking: Asking) -> str:
    """Tell whether the member came from the booking's own page, and goes back there."""
    if asking.by_form:
        return asking.form.get("back", "")
    path = asking.request.headers.get("referer", "").partition("?")[0]
    return "booking" if path.endswith(desk_link("bookings", _id(asking))) else ""


def _id(asking: Asking) -> str:
    return str(asking.request.path_params["id"])
