"""Read some technicians' time again at once, within a budget: before a confirm, or when an address was entered."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from fieldfare.ports.crm import CrmError, CrmReading, CrmScope, CrmUnavailableError
from fieldfare.ports.storage import StorageContendedError
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.scopes import name_of
from fieldfare.usecases.integrations.take_in import take_in
from fieldfare.usecases.integrations.way import Way, open_way
from fieldfare.usecases.integrations.window import whole_window

CONNECTION = "connection"
"""What has failed where not even the questions could be found in time."""
_LATE = "no answer within the time there was"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh has found: whose time has changed, of whom all was read, and what failed, by scope.

    `connected` says that there is a CRM at all; what wasn't read in time counts as failed. `asked` is how many
    questions there were, and `scarce` that few may be asked today.
    """

    changed: frozenset[str] = frozenset()
    technicians: frozenset[str] = frozenset()
    failed: Mapping[str, CrmError] = field(default_factory=dict)
    connected: bool = True
    asked: int = 0
    scarce: bool = False


async def refresh(
    outward: Outward,
    business: str,
    technicians: Collection[str],
    *,
    since: int,
    until: int,
    budget: float,
    pressing: bool = True,
) -> Refreshed:
    """Read what takes some technicians' time between two instants, and no longer than `budget` seconds.

    It isn't `pressing` where nobody waits. No trouble with the CRM is raised: it is noted. Raises
    `StorageUnavailableError`.
    """
    read_at = outward.clock()
    deadline = asyncio.get_running_loop().time() + budget
    try:
        async with asyncio.timeout_at(deadline):
            way = await open_way(outward, business, now=read_at)
    except TimeoutError:
        return Refreshed(failed={CONNECTION: CrmUnavailableError(_LATE)})
    if way is None:
        return Refreshed(connected=False)
    scopes = await _scopes(way, technicians, now=read_at)
    reading = await _read_until(way, scopes, since=since, until=until, deadline=deadline, pressing=pressing)
    try:
        taken = await take_in(way, reading, read_at=read_at, deadline=deadline)
    except StorageContendedError:
        # Somebody else brings the same news just now.
        return Refreshed()
    wanted = frozenset(technicians)
    return Refreshed(
        changed=taken.changed,
        technicians=taken.technicians & wanted,
        failed=taken.failed,
        asked=len(scopes),
        scarce=reading.scarce,
    )


async def _scopes(way: Way, technicians: Collection[str], *, now: int) -> tuple[CrmScope, ...]:
    """List the questions that tell of some technicians' time: by the teams of calendars, and by what stands in them.

    Who has left a calendar's team may have entries there still, which can be moved to any day.
    """
    whole = whole_window(way.business, now=now)
    async with way.outward.storage.open(way.business.id, brisk=True) as books:
        mirror, names = books.integrations.mirror, [name_of(scope) for scope in way.layout.scopes()]
        named = await mirror.scopes_with(technicians, names, since=whole.since, until=whole.until)
    return way.layout.scopes_of(technicians, named=named)


async def _read_until(
    way: Way, scopes: Collection[CrmScope], *, since: int, until: int, deadline: float, pressing: bool
) -> CrmReading:
    """Ask each question by itself; those that aren't answered by then have failed."""
    if not scopes:
        return CrmReading(since=since, until=until)
    asked = {
        asyncio.ensure_future(way.crm.read([scope], since=since, until=until, pressing=pressing)): scope
        for scope in scopes
    }
    left = max(0.0, deadline - asyncio.get_running_loop().time())
    try:
        done, late = await asyncio.wait(asked, timeout=left)
    finally:
        for one in asked:
            one.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    answers = [one.result() for one in done]
    failed = {scope: error for answer in answers for scope, error in answer.failed.items()}
    failed |= {asked[one]: CrmUnavailableError(_LATE) for one in late}
    return CrmReading(
        since=since,
        until=until,
        items=tuple(item for answer in answers for item in answer.items),
        unreadable=tuple(one for answer in answers for one in answer.unreadable),
        complete=frozenset(scope for answer in answers for scope in answer.complete),
        failed=failed,
        scarce=any(answer.scarce for answer in answers),
    )
