"""Settle a conflict by hand: keep both, give our visit to somebody else, move it, or cancel it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking
from fieldfare.ports.integrations import Conflict, ConflictKind
from fieldfare.ports.storage import Books, Entry, Personal
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.assign import Assign, assign
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.judging import Override, request_of, sale_as_agreed
from fieldfare.usecases.bookings.planning import options_at, snapshot_without
from fieldfare.usecases.bookings.refusals import BookingRefusedError, SlotTakenError, WrongStatusError
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule
from fieldfare.usecases.integrations.mending import write_anew
from fieldfare.usecases.integrations.outward import Outward

SUBJECT = "conflicts"


class UnknownConflictError(LookupError):
    """There is no such conflict."""


class Settlement(StrEnum):
    """What somebody at the desk does about a conflict."""

    KEEP = "keep"
    REASSIGN = "reassign"
    MOVE = "move"
    CANCEL = "cancel"

    @property
    def outcome(self) -> str:
        """What is said of it afterwards."""
        return {"keep": "kept", "reassign": "reassigned", "move": "moved", "cancel": "cancelled"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleConflict:
    """A conflict, what is done about it, by whom and why.

    `technician` is who goes from now on (None: whoever can drive it, the best first), `start` the new time of a visit
    that is moved. `override` is set for whoever may book against the rules (rule B9).
    """

    conflict: str
    how: Settlement
    actor: Actor
    technician: str | None = None
    start: int | None = None
    reason: str | None = None
    override: Override | None = None


async def settle_conflict(outward: Outward, business: str, wanted: SettleConflict) -> Conflict:
    """Settle a conflict; what was settled so before stays.

    Raises `UnknownConflictError`, `WrongStatusError` for one that was settled another way, and what the change of the
    visit raises: then nothing has changed.
    """
    given: list[Conflict] = []

    def keep(conflict: Conflict) -> bytes:
        given[:] = [conflict]
        return conflict.id.encode()

    async def carry_out(technician: str | None) -> Conflict:
        async def plan(desk: Desk) -> Act[Conflict]:
            return await _plan(desk, replace(wanted, technician=technician))

        await outward.acting.run(business, plan, write=keep)
        return given[0]

    if wanted.how is not Settlement.REASSIGN or wanted.technician is not None:
        return await carry_out(wanted.technician)
    return await _given_to_anybody(await outward.acting.desk(business), wanted, carry_out)


async def _given_to_anybody(
    desk: Desk, wanted: SettleConflict, carry_out: Callable[[str | None], Awaitable[Conflict]]
) -> Conflict:
    """Give the visit to the first technician who can drive it; raises `SlotTakenError` where nobody can."""
    conflict, booking = await desk.read(lambda books: _found(books, wanted))
    if conflict.settled_at is not None or booking is None:
        return await carry_out(None)
    for technician in await _others(desk, booking):
        try:
            return await carry_out(technician)
        except WrongStatusError:
            raise
        except BookingRefusedError:
            continue
    raise SlotTakenError(request_of(booking), booking.start, without=(booking.technician, booking.id))


async def _others(desk: Desk, booking: Booking) -> list[str]:
    """Name who else may drive the visit at its time, the best first; each is judged behind the locks."""
    sale = sale_as_agreed(booking, desk)
    if sale is None:
        return []
    snapshot = snapshot_without(desk, (booking.technician, booking.id))
    found = await snapshot.drivable(request_of(booking), now=desk.now, travel=desk.travel, agreed=sale)
    options = () if found.slot_map is None else options_at(found.slot_map, booking.start)
    first = [option.technician for option in options]
    rest = sorted(person.id for person in desk.business.technicians if person.active and person.id not in first)
    return [one for one in (*first, *rest) if one != booking.technician]


async def _plan(desk: Desk, wanted: SettleConflict) -> Act[Conflict]:
    conflict, booking = await desk.read(lambda books: _found(books, wanted))
    if conflict.settled_at is not None:
        return _settled_before(conflict, wanted)
    change = None if booking is None else await _change(desk, booking, wanted)
    if change is None and wanted.how is not Settlement.KEEP:
        raise WrongStatusError("there is no visit that could be changed")

    async def act(books: Books) -> Conflict:
        standing = await books.integrations.conflicts.find(conflict.id, for_change=True)
        if standing is None or standing.settled_at is not None:
            return await _settled_before(standing or conflict, wanted)(books)
        after = booking if change is None else await change(books)
        settled = replace(standing, settled_at=books.moment, settled_by=wanted.actor.id, outcome=wanted.how.outcome)
        await books.integrations.conflicts.change(settled)
        await books.audit.write([_entry(settled, after, wanted)])
        if wanted.how is Settlement.KEEP and conflict.kind is ConflictKind.MOVED_ONTO and after is not None:
            # The visit stays where it is, and its entry goes back there.
            await write_anew(books, [after], at=books.moment)
        return settled

    return act


async def _found(books: Books, wanted: SettleConflict) -> tuple[Conflict, Booking | None]:
    conflict = await books.integrations.conflicts.find(wanted.conflict)
    if conflict is None:
        raise UnknownConflictError(wanted.conflict)
    booking = None if conflict.booking is None else await books.bookings.find(conflict.booking)
    return conflict, booking


def _settled_before(conflict: Conflict, wanted: SettleConflict) -> Act[Conflict]:
    if conflict.outcome != wanted.how.outcome:
        raise WrongStatusError("this conflict was settled another way")

    async def act(_: Books) -> Conflict:
        return conflict

    return act


async def _change(desk: Desk, booking: Booking, wanted: SettleConflict) -> Act[Booking] | None:
    """Plan what becomes of the visit; None where it stays."""
    match wanted.how:
        case Settlement.KEEP:
            return None
        case Settlement.CANCEL:
            return await cancel(desk, Cancel(booking=booking.id, actor=wanted.actor, reason=wanted.reason))
        case Settlement.REASSIGN:
            override = wanted.override or Override(actor=wanted.actor)
            technician = wanted.technician or booking.technician or ""
            given = Assign(booking=booking.id, technician=technician, actor=wanted.actor, override=override)
            return await assign(desk, given)
        case Settlement.MOVE:
            moved = Reschedule(
                booking=booking.id,
                start=booking.start if wanted.start is None else wanted.start,
                actor=wanted.actor,
                technician=wanted.technician,
                override=wanted.override,
                reason=wanted.reason,
            )
            return await reschedule(desk, moved)


def _entry(conflict: Conflict, booking: Booking | None, wanted: SettleConflict) -> Entry:
    """Write the line of the trail; what somebody gave as a reason stands where it can be erased."""
    reason = (wanted.reason or "").strip()
    customer = None if booking is None else booking.customer
    return Entry(
        actor=wanted.actor,
        action="settle",
        subject=SUBJECT,
        subject_id=conflict.id,
        after={
            "outcome": conflict.outcome,
            "kind": conflict.kind.value,
            "booking": conflict.booking,
            "technician": None if booking is None else booking.technician,
            "start": None if booking is None else booking.start,
        },
        personal=Personal(customer=customer, reason=reason) if reason and customer else None,
    )
