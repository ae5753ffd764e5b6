"""Take in what was read of a CRM: look for what is missing, find addresses, and apply it all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fieldfare.domain.mirrored import Outside
from fieldfare.domain.places import tagged_hub
from fieldfare.ports.crm import CrmError, CrmReading, CrmScope, SourceKind
from fieldfare.ports.integrations import Mirrored
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.drafting import News, draft
from fieldfare.usecases.integrations.failures import note_reading
from fieldfare.usecases.integrations.hand_edits import follow_edits
from fieldfare.usecases.integrations.look_again import Sought
from fieldfare.usecases.integrations.mending import write_anew
from fieldfare.usecases.integrations.mirror import Applied, apply
from fieldfare.usecases.integrations.missing import Missing, missing_in, seek
from fieldfare.usecases.integrations.places import look_up, next_ones
from fieldfare.usecases.integrations.scopes import name_of
from fieldfare.usecases.integrations.way import Way
from fieldfare.usecases.integrations.window import Window, whole_window

CALENDARS = "calendars"
"""The subject of trouble with asking which calendars there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What has come of a reading: whose time has changed, and which scopes failed and why, by name.

    `technicians` are those of whom every question was answered; `entries` are those that were read, as they are kept.
    """

    changed: frozenset[str] = frozenset()
    technicians: frozenset[str] = frozenset()
    failed: Mapping[str, CrmError] = field(default_factory=dict)
    entries: Mapping[str, Mirrored] = field(default_factory=dict)
    items: tuple[Outside, ...] = ()
    gone: frozenset[str] = frozenset()
    followed: frozenset[str] = frozenset()


async def take_in(
    way: Way, reading: CrmReading, *, read_at: int, sweeps: bool = False, deadline: float | None = None
) -> TakenIn:
    """Take a reading in that was begun at an instant; `sweeps` says that every question was asked.

    What failed changes nothing, and the others are taken in. By the `deadline`, of the event loop's clock, nothing more
    is asked for. Raises `StorageUnavailableError`.
    """
    storage, whole = way.outward.storage, whole_window(way.business, now=read_at)
    reading = _of_account(reading, way)
    async with storage.open(way.business.id) as books:
        missing = await missing_in(books, reading, way, whole=whole, read_at=read_at, sweeps=sweeps)
    sought = await _sought(way, missing, whole=whole, reading=reading, deadline=deadline)
    news = News(
        read_at=read_at,
        around=Window(since=reading.since, until=reading.until),
        items=_each_once((*reading.items, *sought.items)),
        unreadable=(*reading.unreadable, *sought.unreadable),
        gone=sought.gone,
    )
    failed = {**{name_of(scope): error for scope, error in reading.failed.items()}, **sought.failed}
    news = await _with_addresses(way, news, deadline=deadline)
    async with storage.open(way.business.id) as books:
        applied = await apply(books, news, business=way.business, layout=way.layout)
        await write_anew(books, applied.untitled, at=books.moment)
        known = await _mark_read(books, way, reading, read_at=read_at, whole=whole, sweeps=sweeps)
        new = await _note(books, way, reading, missing, failed, now=read_at)
    _tell(way, new)
    followed = await follow_edits(way, applied.edited, now=read_at, deadline=deadline)
    return TakenIn(
        changed=applied.technicians | followed.technicians,
        technicians=known,
        failed=failed,
        entries=applied.entries,
        items=news.items,
        gone=sought.gone,
        followed=followed.bookings,
    )


async def take_in_entries(way: Way, news: News) -> tuple[Applied, frozenset[str]]:
    """Take in entries that were asked for by themselves; gives whose time has changed, too."""
    news = await _with_addresses(way, news)
    async with way.outward.storage.open(way.business.id) as books:
        applied = await apply(books, news, business=way.business, layout=way.layout)
        await write_anew(books, applied.untitled, at=books.moment)
    followed = await follow_edits(way, applied.edited, now=news.read_at)
    return applied, applied.technicians | followed.technicians


async def _sought(way: Way, missing: Missing, *, whole: Window, reading: CrmReading, deadline: float | None) -> Sought:
    """Look for what is missing; what isn't found out in time keeps its time."""
    if not missing.entries:
        return Sought()
    try:
        async with asyncio.timeout_at(deadline):
            return await seek(way, missing, whole=whole, reading=reading)
    except TimeoutError:
        return Sought()


async def _with_addresses(way: Way, news: News, *, deadline: float | None = None) -> News:
    """Look up outside, before anything is locked, the addresses that nothing else places, if there is time."""
    hubs = {hub.id for hub in way.business.hubs}
    untagged = tuple(one for one in news.items if one.place_text and tagged_hub(one.title, hubs) is None)
    if not untagged:
        return news
    async with way.outward.storage.open(way.business.id) as books:
        drafted = await draft(books, replace(news, items=untagged), business=way.business, layout=way.layout)
    if not drafted.unknown:
        return news
    business = way.business.id
    addresses = next_ones(drafted.unknown, memory=way.outward.memory, business=business, now=news.read_at)
    try:
        async with asyncio.timeout_at(deadline):
            return replace(news, found=await look_up(way.outward.locate, business, addresses))
    except TimeoutError:
        return news


async def _mark_read(
    books: Books, way: Way, reading: CrmReading, *, read_at: int, whole: Window, sweeps: bool
) -> frozenset[str]:
    """Note as of when each source is known; gives the technicians of whom every question was answered.

    A source is known of somebody where all that tells of their time was read, and the whole time of it: a reading of
    the next two weeks says nothing of the third. What stands in calendars isn't known while it isn't certain which ones
    there are.
    """
    asked = frozenset({*reading.complete, *reading.failed})
    covers = Window(since=reading.since, until=reading.until).holds(whole)
    everybody = frozenset(way.layout.settings.technicians.values())
    well = everybody
    for source in SourceKind:
        scopes = [scope for scope in asked if scope.source is source]
        failing = frozenset(one for scope in scopes if scope in reading.failed for one in way.layout.tells_of(scope))
        failing |= await _in_failed(books, reading, source)
        well -= failing
        if not covers or not (scopes if source is SourceKind.SERVICES else way.layout.complete):
            continue
        told = everybody if sweeps else _told(way, scopes)
        await books.integrations.mirror.mark_read(dict.fromkeys(told - failing, read_at), source=source)
    return well


def _told(way: Way, scopes: list[CrmScope]) -> frozenset[str]:
    """Name those of whose time nothing is told that wasn't asked."""
    unasked = [
        scope for scope in way.layout.scopes() if scope.source in {one.source for one in scopes} and scope not in scopes
    ]
    left_out = frozenset(one for scope in unasked for one in way.layout.tells_of(scope))
    return frozenset(one for scope in scopes for one in way.layout.tells_of(scope)) - left_out


async def _in_failed(books: Books, reading: CrmReading, source: SourceKind) -> frozenset[str]:
    """Name those who stand in entries of the scopes that failed, whoever's calendars they are."""
    names = [name_of(scope) for scope in reading.failed if scope.source is source]
    if not names:
        return frozenset()
    standing = await books.integrations.mirror.in_scopes(names, since=reading.since, until=reading.until)
    return frozenset(technician for one in standing for technician in one.technicians)


async def _note(
    books: Books, way: Way, reading: CrmReading, missing: Missing, failed: Mapping[str, CrmError], *, now: int
) -> Mapping[str, CrmError]:
    """Note what failed and what goes well again; gives what is new of what failed."""
    failed = dict(failed) | ({CALENDARS: way.trouble} if way.trouble is not None else {})
    well = {name_of(scope) for scope in reading.complete} | ({CALENDARS} if way.layout.complete else set())
    new = await note_reading(
        books, failed=failed, well=well - failed.keys(), emptied=missing.emptied, filled=missing.filled, now=now
    )
    return {subject: failed[subject] for subject in new}


def _tell(way: Way, new: Mapping[str, CrmError]) -> None:
    """Report outside what fails as of now; of several that fail alike, one."""
    for code, subject in {error.code: subject for subject, error in new.items()}.items():
        way.outward.reports.tell(
            code,
            "what takes the technicians' time could not be read from the CRM",
            level="warning",
            business=way.business.id,
            facts={"subject": subject, "subjects": len(new)},
        )


def _of_account(reading: CrmReading, way: Way) -> CrmReading:
    """Leave out what is another account's, whoever let it in."""
    account = way.connection.account
    return replace(
        reading,
        items=tuple(one for one in reading.items if one.account == account),
        unreadable=tuple(one for one in reading.unreadable if one.account == account),
    )


def _each_once(items: tuple[Outside, ...]) -> tuple[Outside, ...]:
    """Keep of each entry what was read last."""
    return tuple({item.key: item for item in items}.values())
