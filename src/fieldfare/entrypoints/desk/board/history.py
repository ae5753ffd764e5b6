"""What others have changed of a booking since somebody looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldfare.domain.bookings import Booking
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.actors import actor_name, names_of
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.bookings.names import ACTIONS
from fieldfare.ports.storage import KeptEntry

_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change: who did what, and when."""

    who: str
    what: str
    at: int
    reason: str | None


async def changes_since(asking: Asking, booking: Booking, version: int) -> list[Changed]:
    """List the changes since a version, the newest first; who made them and why is told to those who read the trail."""
    tells = asking.may(Permission.AUDIT_READ)
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        lines = await books.audit.page(before=None, limit=_MOST, subject="bookings", subject_id=booking.id)
        names = await names_of(books)
    since = max(booking.version - version, 1) if version else len(lines)
    return [
        Changed(
            who=actor_name(line.entry.actor, names) if tells else "Somebody else",
            what=ACTIONS.get(line.entry.action, line.entry.action) + _of(asking, line),
            at=line.at,
            reason=line.entry.reason if tells else None,
        )
        for line in lines[:since]
    ]


async def last_change(asking: Asking) -> dict[str, str]:
    """Tell the board's script who was quicker, and what they did; raises `Problem` for no such booking."""
    id_ = str(asking.request.path_params["id"])
    async with asking.rooms.storage.open(asking.who.business, brisk=True) as books:
        booking = await books.bookings.find(id_)
    changes = [] if booking is None else await changes_since(asking, booking, booking.version)
    if not changes:
        raise Problem("not_found")
    return {"who": changes[0].who, "what": changes[0].what}


def _of(asking: Asking, line: KeptEntry) -> str:
    """Say what is another by it: who goes, and when."""
    before, after = line.entry.before or {}, line.entry.after or {}
    parts = []
    if after.get("technician") != before.get("technician") and after.get("technician"):
        names = {person.id: person.name or person.id for person in asking.business.technicians}
        parts.append(f"to {names.get(str(after['technician']), str(after['technician']))}")
    if _start(after) != _start(before) and _start(after) is not None:
        local = asking.clock.local(_start(after) or 0)
        parts.append(f"to {asking.tongue.short_day(local.date())}, {asking.tongue.time(local)}")
    return f" {' and '.join(parts)}" if parts else ""


def _start(values: Mapping[str, Any]) -> int | None:
    start = values.get("start")
    return start if isinstance(start, int) else None
