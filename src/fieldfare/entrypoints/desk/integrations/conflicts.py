"""The queue of conflicts: what two sides can't both have, and what somebody at the desk does about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.bookings.facts import NOBODY, technician_name
from fieldfare.entrypoints.desk.doing import read_reason, said_of
from fieldfare.entrypoints.desk.integrations.frame import MOST, frame_of
from fieldfare.entrypoints.desk.integrations.steps import outward_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.words.integrations import CONFLICTS, OUTCOMES
from fieldfare.ports.integrations import Conflict, ConflictKind
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.settle_conflict import (
    SettleConflict,
    Settlement,
    UnknownConflictError,
    settle_conflict,
)

_MOST_SETTLED = 20
_OFFERED = frozenset({Settlement.KEEP, Settlement.REASSIGN, Settlement.CANCEL})
"""Another time is chosen on the visit's own page."""
_BOTH = "Keep both as they are"
_HERE = "Leave our visit as it is"
_KEEP = {
    ConflictKind.OVERLAP: _BOTH,
    ConflictKind.UNDRIVABLE: _BOTH,
    ConflictKind.MOVED_ONTO: "Put it back in GoHighLevel",
    ConflictKind.REFUSED: _HERE,
    ConflictKind.LOST: _HERE,
}
"""What keeping our visit as it stands means for each kind."""
_WORDS = {
    "slot_taken": "Nobody else can drive this visit at its time. Choose another time for it, or keep both.",
    "wrong_status": "The visit or the conflict has moved on meanwhile. The list shows how it stands.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRow:
    """A conflict in a list. `ours` is the visit of ours, `other` what is in its way, each in a few words."""

    id: str
    what: str
    ours: str
    ours_href: str | None
    other: str
    technician: str
    start: int | None
    day: date | None
    found_at: int
    outcome: str | None
    settled_at: int | None
    keep: str


async def list_conflicts(asking: Asking) -> Response:
    """List what is open, the soonest first, and what was settled lately."""
    async with asking.rooms.storage.open(asking.who.business) as books:
        frame = await frame_of(books, asking)
        book = books.integrations.conflicts
        open_ = [await _row(books, asking, one) for one in await book.open(limit=MOST)]
        settled = [await _row(books, asking, one) for one in await book.settled(limit=_MOST_SETTLED)]
    return show(
        asking,
        "integrations/conflicts.html",
        {"frame": frame, "open": open_, "settled": settled, "may_settle": asking.who.may(Permission.BOOKINGS_DECIDE)},
    )


async def settle(asking: Asking) -> Response:
    """Keep both, give our visit to somebody else, or cancel it."""
    how = asking.form.get("how", "")
    if how not in _OFFERED:
        raise Problem("invalid_request", "Say what to do about the conflict.", errors=[])
    wanted = SettleConflict(
        conflict=str(asking.request.path_params["id"]),
        how=Settlement(how),
        actor=asking.who.actor,
        reason=read_reason(asking),
    )
    try:
        async with booking_refusals(asking.rooms, asking.who.business, asking.who):
            await settle_conflict(outward_of(asking), asking.who.business, wanted)
    except UnknownConflictError:
        raise Problem("not_found") from None
    except Problem as problem:
        raise Problem(problem.code, _WORDS.get(problem.code) or said_of(problem)) from None
    return asking.go("crm", "conflicts", notice="conflict_settled")


async def _row(books: Books, asking: Asking, conflict: Conflict) -> ConflictRow:
    booking = None if conflict.booking is None else await books.bookings.find(conflict.booking)
    return ConflictRow(
        id=conflict.id,
        what=CONFLICTS[conflict.kind],
        ours=f"{booking.product_name} {booking.reference}" if booking else NOBODY,
        ours_href=desk_link("bookings", booking.id) if booking else None,
        other=await _other(books, conflict),
        technician=technician_name(asking, conflict.technician),
        start=conflict.start,
        day=None if conflict.start is None else asking.clock.date_of(conflict.start),
        found_at=conflict.found_at,
        outcome=None if conflict.outcome is None else OUTCOMES.get(conflict.outcome, conflict.outcome),
        settled_at=conflict.settled_at,
        keep=_KEEP[conflict.kind],
    )


async def _other(books: Books, conflict: Conflict) -> str:
    """Say what is in the way: an entry by its title, or another visit of ours by its reference."""
    if conflict.entry is None:
        return NOBODY
    found = (await books.integrations.mirror.find([conflict.entry])).get(conflict.entry)
    if found is not None:
        return found.title or "Blocked time"
    other = await books.bookings.find(conflict.entry)
    return f"{other.product_name} {other.reference}" if other else "Something that is gone"
