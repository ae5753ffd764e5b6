"""Look once more for blocks that are missing from a list: one by one they can't be asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from fieldfare.domain.mirrored import Outside, Unreadable
from fieldfare.ports.crm import CrmError, CrmReading, CrmScope, SourceKind
from fieldfare.ports.integrations import Mirrored
from fieldfare.usecases.integrations.scopes import name_of
from fieldfare.usecases.integrations.way import Way
from fieldfare.usecases.integrations.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What became of what was missing: what was found elsewhere, and the keys of what is gone for certain."""

    items: tuple[Outside, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    gone: frozenset[str] = frozenset()
    failed: Mapping[str, CrmError] = field(default_factory=dict)


async def look_again(way: Way, missing: Sequence[Mirrored], *, whole: Window, reading: CrmReading) -> Sought:
    """Look for blocks where they began, if that is long ago, and then in the whole time.

    What was missing from a part of the time may have moved to the rest of it, and to anybody who was read. Where the
    whole was read it is looked for where it was: a single answer may be short. What no question tells of any more is
    gone as soon as the whole was read.
    """
    read = [scope for scope in (*reading.complete, *reading.failed) if scope.source is SourceKind.BLOCKS]
    covers = Window(since=reading.since, until=reading.until).holds(whole)
    if covers and any(scope in reading.failed for scope in read):
        return Sought()
    # Lists leave out what began long before; the whole time of a year's absence would be asked for with each reading.
    again = [
        await way.crm.read(_named(read, [one.scope]), since=one.start, until=one.start + 1)
        for one in missing
        if one.start < whole.since
    ]
    left = {one.scope for one in missing if one.key not in _keys(again)}
    if left:
        asked = _named(read, left) if covers else read
        again.append(await way.crm.read(asked, since=whole.since, until=whole.until))
    failed = {name_of(scope): error for one in again for scope, error in one.failed.items()}
    names = {name_of(scope) for scope in read}
    certain = {one.key for one in missing if one.scope in names or covers} if not failed else set()
    keys = frozenset(one.key for one in missing)
    return Sought(
        items=tuple(item for one in again for item in one.items if item.key in keys),
        unreadable=tuple(aside for one in again for aside in one.unreadable if aside.key in keys),
        gone=frozenset(certain - _keys(again)),
        failed=failed,
    )


def _named(scopes: Sequence[CrmScope], names: Collection[str]) -> list[CrmScope]:
    return [scope for scope in scopes if name_of(scope) in names]


def _keys(readings: Sequence[CrmReading]) -> frozenset[str]:
    there = frozenset(item.key for one in readings for item in one.items)
    return there | {aside.key for one in readings for aside in one.unreadable}
