"""Sweep a CRM: read all that takes technicians' time, and bring everything that follows from it up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldfare.ports.crm import CrmError
from fieldfare.ports.storage import StorageContendedError
from fieldfare.usecases.integrations.adopt import adopt_all
from fieldfare.usecases.integrations.conflicts import find_conflicts
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.take_in import TakenIn, take_in
from fieldfare.usecases.integrations.way import Way, open_way
from fieldfare.usecases.integrations.window import near_window, whole_window


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep has found: how many entries were read, whose time has changed, and which scopes failed and why.

    `gone` counts entries that are no more, `followed` bookings that followed their entry, `adopted` entries that became
    bookings, and `conflicts` those that are new.
    """

    entries: int = 0
    changed: frozenset[str] = frozenset()
    failed: Mapping[str, CrmError] = field(default_factory=dict)
    gone: int = 0
    followed: int = 0
    adopted: int = 0
    conflicts: int = 0


async def sweep(outward: Outward, business: str, *, full: bool, now: int) -> Swept | None:
    """Sweep a business's CRM as of now; None where none is connected.

    A full sweep reads the whole time that the rules look at, any other this week and the next. A scope that fails
    changes nothing, and the others are taken in; no trouble with the CRM is raised, it is noted. Raises
    `StorageUnavailableError`.
    """
    way = await open_way(outward, business, now=now)
    if way is None:
        return None
    window = (whole_window if full else near_window)(way.business, now=now)
    reading = await way.crm.read(way.layout.scopes(), since=window.since, until=window.until)
    try:
        taken = await take_in(way, reading, read_at=now, sweeps=True)
    except StorageContendedError:
        # Somebody was at the same rows, the other way round.
        taken = await take_in(way, reading, read_at=now, sweeps=True)
    return await _followed_up(way, taken, now=now)


async def _followed_up(way: Way, taken: TakenIn, *, now: int) -> Swept:
    """Make bookings of what was made by hand, and find what can't both be."""
    adopted = await adopt_all(way, taken.entries, now=now)
    desk = await way.outward.acting.desk(way.business.id)
    everybody = frozenset(way.layout.settings.technicians.values())
    conflicts = await find_conflicts(desk, everybody, now=now)
    return Swept(
        entries=len(taken.entries),
        changed=taken.changed | adopted.technicians,
        failed=taken.failed,
        gone=len(taken.gone),
        followed=len(taken.followed),
        adopted=len(adopted.bookings),
        conflicts=len(conflicts),
    )
