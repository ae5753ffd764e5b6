"""Reads what takes people's time, scope by scope: what a scope lacks is gone only if all of its windows were read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.catalogue import Catalogue
from fieldfare.adapters.crms.ghl.mapping import Account, Read, map_booking, map_event, of_account
from fieldfare.adapters.crms.ghl.operations import (
    GET_APPOINTMENT,
    GET_BOOKING,
    LIST_BLOCKS,
    LIST_BOOKINGS,
    LIST_EVENTS,
    Operation,
)
from fieldfare.adapters.crms.ghl.picking import Row, ids, inner, listed
from fieldfare.adapters.crms.ghl.windows import windows
from fieldfare.domain.clock import DAY
from fieldfare.domain.mirrored import Outside, Unreadable
from fieldfare.ports.crm import (
    CrmError,
    CrmNotFoundError,
    CrmRateLimitedError,
    CrmReading,
    CrmRefusedError,
    CrmScope,
    CrmUnavailableError,
    SourceKind,
)

LONG = 400 * DAY
"""Nothing longer is kept as it is."""

_LISTS: dict[SourceKind, tuple[Operation, str]] = {
    SourceKind.APPOINTMENTS: (LIST_EVENTS, "events"),
    SourceKind.BLOCKS: (LIST_BLOCKS, "events"),
    SourceKind.SERVICES: (LIST_BOOKINGS, "bookings"),
}


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """What has been read so far, each entry once."""

    read: dict[str, Read] = field(default_factory=dict)
    complete: set[CrmScope] = field(default_factory=set)
    failed: dict[CrmScope, CrmError] = field(default_factory=dict)
    spent: CrmRateLimitedError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The three lists of one account."""

    caller: Caller
    catalogue: Catalogue
    account: str

    async def read(self, scopes: Collection[CrmScope], *, since: int, until: int, pressing: bool = False) -> CrmReading:
        """Read scopes between two instants, half-open; a scope that fails is told, never raised.

        What isn't `pressing` is a sweep, which stands back.
        """
        gathered = _Gathered()
        ordered = sorted(set(scopes), key=repr)
        if ordered and not pressing:
            # After a failure one call tries whether all is well again: the others shouldn't be turned away meanwhile.
            first, *ordered = ordered
            await self._scope(first, gathered, since=since, until=until, pressing=False)
        waiting = iter(ordered)

        async def work() -> None:
            for scope in waiting:  # shared: each takes the next one
                await self._scope(scope, gathered, since=since, until=until, pressing=pressing)

        async with asyncio.TaskGroup() as group:
            for _ in range(self.caller.lane.pace.at_once):
                group.create_task(work())
        entries = [_cut(entry, since) for entry in gathered.read.values() if _concerns(entry, since, until)]
        return CrmReading(
            since=since,
            until=until,
            items=tuple(entry for entry in entries if isinstance(entry, Outside)),
            unreadable=tuple(entry for entry in entries if isinstance(entry, Unreadable)),
            complete=frozenset(gathered.complete),
            failed=gathered.failed,
            scarce=self.caller.lane.throttle.scarce,
        )

    async def entry(self, source: SourceKind, source_id: str) -> tuple[Read, ...]:
        """Read one entry anew; empty where it isn't there any more. Blocked slots can be read in lists alone.

        An answer that isn't about the entry doesn't say that there is none: it raises `CrmUnavailableError`.
        """
        if source is SourceKind.BLOCKS:
            raise CrmRefusedError("blocked slots can't be read one by one")
        account = await self._account(source)
        try:
            if source is SourceKind.SERVICES:
                row: Row = await self.caller.call(GET_BOOKING, id_=source_id)
                return map_booking(_about(row, source_id, account), account)
            body = await self.caller.call(GET_APPOINTMENT, id_=source_id)
        except CrmNotFoundError:
            return ()
        # A list and a single appointment differ in their wrapping, and so may versions.
        row = inner(body, "event") or inner(body, "appointment") or body
        return map_event(_about(row, source_id, account), CrmScope(source=source), account)

    async def rows(self, scope: CrmScope, *, since: int, until: int, pressing: bool = True) -> list[Row]:
        """List the rows of a scope as the vendor gives them, from all windows."""
        operation, envelope = _LISTS[scope.source]
        found: list[Row] = []
        for start, end in windows(scope.source, since=since, until=until):
            params = {
                "locationId": self.account,
                "startTime": str(start * 1_000),
                "endTime": str(end * 1_000),
                **({} if scope.calendar is None else {"calendarId": scope.calendar}),
                **({} if scope.user is None else {"userId": scope.user}),
            }
            body = await self.caller.call(operation, params=params, pressing=pressing)
            found += listed(body, envelope)
        return found

    async def _scope(self, scope: CrmScope, gathered: _Gathered, *, since: int, until: int, pressing: bool) -> None:
        if gathered.spent is not None:
            gathered.failed[scope] = gathered.spent
            return
        try:
            account = await self._account(scope.source)
            rows = await self.rows(scope, since=since, until=until, pressing=pressing)
        except CrmError as error:
            gathered.failed[scope] = error
            if isinstance(error, CrmRateLimitedError) and error.daily:
                gathered.spent = error
            return
        for row in rows:
            services = scope.source is SourceKind.SERVICES
            for entry in map_booking(row, account) if services else map_event(row, scope, account):
                gathered.read[entry.key] = _newer(gathered.read.get(entry.key), entry)
        gathered.complete.add(scope)

    async def _account(self, source: SourceKind) -> Account:
        """Give what the mapping must know; where services take place is looked up for them alone."""
        locations = await self.catalogue.service_locations() if source is SourceKind.SERVICES else ()
        places = {location.id: location.address for location in locations if not location.asks_booker}
        return Account(id=self.account, clock=await self.catalogue.clock(), places=places)


def _about(row: Row, source_id: str, account: Account) -> Row:
    """Give an answer about an entry of this account back; raises `CrmUnavailableError` for any other."""
    if source_id not in ids(row, "id", "_id", "bookingId") or not of_account(row, account):
        raise CrmUnavailableError("the answer is not about the entry that was asked for")
    return row


def _newer(known: Read | None, read: Read) -> Read:
    """Choose of two readings of an entry the one that was changed later; of equals the one that came later.

    An entry may be in the lists of several people, and may be changed between two of them. It takes the time of
    everybody in whose list it is; who is nobody stands for a whole calendar's team, and for more than anybody.
    """
    if not isinstance(known, Outside) or not isinstance(read, Outside):
        return read
    if known.updated_at is not None and read.updated_at is not None and known.updated_at != read.updated_at:
        return max(known, read, key=lambda entry: entry.updated_at or 0)
    if not known.people:
        return known
    return replace(read, people=known.people | read.people) if read.people else read


def _cut(entry: Read, since: int) -> Read:
    """Cut an entry that lasts for ever, as of somebody who has left, after some years.

    They end with a year: readings of other times say the same. By its start it is looked for again, so that stays.
    """
    if isinstance(entry, Unreadable) or entry.end - entry.start <= LONG:
        return entry
    last = datetime(datetime.fromtimestamp(since, tz=UTC).year + 3, 1, 1, tzinfo=UTC)
    return replace(entry, end=min(entry.end, int(last.timestamp())))


def _concerns(entry: Read, since: int, until: int) -> bool:
    """Tell whether an entry overlaps the time: the vendor gives later ones too. What can't be read concerns us."""
    return isinstance(entry, Unreadable) or (entry.start < until and entry.end > since)
