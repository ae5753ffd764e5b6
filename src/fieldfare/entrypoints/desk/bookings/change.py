"""What the desk does with a visit by a form: cancel, accept, name who goes, count to another zone, note a step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from fieldfare.domain.bookings import STEPS, Booking, Status
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.bookings.show import booking_page
from fieldfare.entrypoints.desk.doing import broken_of, carry_out, read_reason, said_of, version_in
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.assign import Assign, OverrideZone, UnknownZoneError, assign, override_zone
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.judging import Override
from fieldfare.usecases.bookings.request import Accept, accept
from fieldfare.usecases.bookings.step import Step, Undo, take_step, undo_step

Planning = Callable[[Desk], Awaitable[Act[Booking]]]


async def cancel_booking(asking: Asking) -> Response:
    """Cancel a visit, or decline one that was asked for; its time is free at once."""
    wanted = Cancel(booking=_id(asking), actor=asking.who.actor, reason=read_reason(asking), version=version_in(asking))
    return await _done(asking, lambda desk: cancel(desk, wanted), notice="cancelled")


async def accept_booking(asking: Asking) -> Response:
    """Make a request a booking, at its own time, with whoever the desk names or the first who can drive it."""
    wanted = Accept(
        booking=_id(asking),
        actor=asking.who.actor,
        technician=_technician(asking),
        override=override_in(asking),
        version=version_in(asking),
    )
    return await _done(asking, lambda desk: accept(desk, wanted), notice="accepted")


async def assign_booking(asking: Asking) -> Response:
    """Say who goes; one who was only provisional is confirmed by naming them."""
    technician = _technician(asking)
    if technician is None:
        return await booking_page(asking, _id(asking), fault="Choose who goes.", status=422)
    wanted = Assign(
        booking=_id(asking),
        technician=technician,
        actor=asking.who.actor,
        override=override_in(asking),
        version=version_in(asking),
    )
    return await _done(asking, lambda desk: assign(desk, wanted), notice="assigned")


async def rezone_booking(asking: Asking) -> Response:
    """Count a visit to another zone, with a reason; its price stays unless that zone's is asked for."""
    if not asking.who.may(Permission.OVERRIDE):
        raise Problem("forbidden")
    wanted = OverrideZone(
        booking=_id(asking),
        zone=asking.form.get("zone", ""),
        reason=read_reason(asking) or "",
        reprice=asking.form.get("reprice") == "1",
        actor=asking.who.actor,
        version=version_in(asking),
    )
    try:
        return await _done(asking, lambda desk: override_zone(desk, wanted), notice="rezoned")
    except UnknownZoneError:
        return await booking_page(asking, _id(asking), fault="Choose a zone that is sold in.", status=422)


async def step_booking(asking: Asking) -> Response:
    """Note what has become of a visit; of a technician's account its own alone."""
    step = asking.form.get("step", "")
    if step not in {status.value for status in STEPS}:
        raise Problem("invalid_request", "There is no such step.", errors=[])
    wanted = Step(
        booking=_id(asking),
        to=Status(step),
        actor=asking.who.actor,
        own=_own(asking),
        reason=read_reason(asking),
        version=version_in(asking),
    )
    return await _done(asking, lambda desk: take_step(desk, wanted), notice="stepped")


async def undo_booking_step(asking: Asking) -> Response:
    """Take the last step back, within ten minutes."""
    wanted = Undo(booking=_id(asking), actor=asking.who.actor, own=_own(asking))
    return await _done(asking, lambda desk: undo_step(desk, wanted), notice="undone")


def override_in(asking: Asking) -> Override | None:
    """Read whether and why rules are to be overridden; None for a member who may not (rule B9)."""
    if not asking.who.may(Permission.OVERRIDE):
        return None
    wanted = asking.form.get("override") == "1"
    return Override(
        actor=asking.who.actor, wanted=wanted, reason=read_reason(asking, "override_reason") if wanted else None
    )


async def _done(asking: Asking, plan: Planning, *, notice: str) -> Response:
    sent = sorted((key, value) for key, value in asking.form.items() if key != "once")
    try:
        await carry_out(asking, plan, wish=f"{asking.path} {sent}")
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await booking_page(
            asking, _id(asking), fault=said_of(problem), broken=broken_of(problem), status=problem.status_code
        )
    return asking.go("bookings", _id(asking), notice=notice)


def _id(asking: Asking) -> str:
    return str(asking.request.path_params["id"])


def _technician(asking: Asking) -> str | None:
    wanted = asking.form.get("technician", "")
    if wanted and all(person.id != wanted for person in asking.business.technicians):
        raise Problem("invalid_request", "This technician is none of the business's.", errors=[])
    return wanted or None


def _own(asking: Asking) -> str | None:
    """Limit a technician's account to its own visits."""
    return None if asking.who.may(Permission.BOOKINGS_READ) else asking.who.technician or ""
