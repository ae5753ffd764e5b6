"""What a reading lacks that was there before: believed to be gone only once that is certain.

A list may be cut short, an entry may have moved to where nobody looked, and an account may say for a while that it is
empty. So an appointment or a service booking that is missing is asked for by itself; a block, which can't be, is looked
for once more, in the whole time that is read and as far back as it began. Of a list of blocks that is suddenly empty
nothing is believed before the next reading says so again. What isn't certain keeps its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fieldfare.domain.mirrored import Outside, Unreadable
from fieldfare.ports.crm import CrmError, CrmReading, SourceKind
from fieldfare.ports.integrations import Mirrored
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.failures import SUDDENLY_EMPTY, lasting
from fieldfare.usecases.integrations.look_again import Sought, look_again
from fieldfare.usecases.integrations.scopes import name_of
from fieldfare.usecases.integrations.way import Way
from fieldfare.usecases.integrations.window import Window

MANY = 5
"""A list that held so many entries isn't believed at once to be empty."""
MOST_ASKED = 50
"""So many missing entries are asked for in one reading; the others keep their time until the next ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What is missing, and what was said to be empty for the first time, by scope with what it held.

    `filled` are scopes that are no longer suddenly empty: they show something, or the whole of them was believed.
    """

    entries: tuple[Mirrored, ...] = ()
    emptied: Mapping[str, int] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()


async def missing_in(
    books: Books, reading: CrmReading, way: Way, *, whole: Window, read_at: int, sweeps: bool
) -> Missing:
    """Find what stands in the mirror and was not read, in the scopes that were read whole.

    Whoever `sweeps` also finds what no question tells of any more, as of a calendar that is gone. What is known of
    later than the reading is not missing, and neither is the entry of a booking that waits to be written.
    """
    names = {name_of(scope) for scope in reading.complete}
    read = {one.key for one in reading.items} | {one.key for one in reading.unreadable}
    mirror = books.integrations.mirror
    standing = await mirror.in_scopes(names, since=reading.since, until=reading.until)
    if sweeps and way.layout.complete:
        standing = (*standing, *await _left_over(books, way, since=reading.since, until=reading.until))
    lacking = [one for one in standing if one.key not in read and one.seen_at <= read_at]
    emptied = await _emptied(books, standing, lacking, reading)
    waiting = await books.integrations.writes.waiting_visits({one.booking for one in lacking if one.booking})
    entries = [one for one in lacking if one.scope not in emptied and one.booking not in waiting]
    if sweeps:
        entries += await _never_read(books, reading, read)
    shown = {name_of(way.layout.scope_of(one)) for one in reading.items if not one.deleted}
    covers = Window(since=reading.since, until=reading.until).holds(whole)
    return Missing(
        entries=tuple(entries), emptied=emptied, filled=frozenset(names if covers else names & shown) - emptied.keys()
    )


async def _never_read(books: Books, reading: CrmReading, read: Collection[str]) -> list[Mirrored]:
    """Find entries whose times never made sense, and which are not listed any more."""
    failed = {scope.source for scope in reading.failed}
    sources = {scope.source for scope in reading.complete} - failed
    aside = await books.integrations.mirror.unreadable(limit=MOST_ASKED)
    return [one for one in aside if one.start == one.end and one.key not in read and one.source in sources]


async def seek(way: Way, missing: Missing, *, whole: Window, reading: CrmReading) -> Sought:
    """Ask for what is missing: one by one where that can be, bookings of ours first; else in lists once more."""
    singly = [one for one in missing.entries if one.source is not SourceKind.BLOCKS]
    blocks = [one for one in missing.entries if one.source is SourceKind.BLOCKS]
    found = await _asked(way, sorted(singly, key=lambda one: (one.booking is None, one.start, one.key)))
    if not blocks:
        return found
    listed = await look_again(way, blocks, whole=whole, reading=reading)
    return Sought(
        items=(*found.items, *listed.items),
        unreadable=(*found.unreadable, *listed.unreadable),
        gone=found.gone | listed.gone,
        failed={**found.failed, **listed.failed},
    )


async def _asked(way: Way, missing: Sequence[Mirrored]) -> Sought:
    """Ask for entries one by one, each id once whatever its legs."""
    items: list[Outside] = []
    unreadable: list[Unreadable] = []
    gone: set[str] = set()
    failed: dict[str, CrmError] = {}
    for source, source_id in list(dict.fromkeys((one.source, one.source_id) for one in missing))[:MOST_ASKED]:
        legs = [one for one in missing if (one.source, one.source_id) == (source, source_id)]
        try:
            parts = await way.crm.entry(source, source_id)
        except CrmError as error:
            failed |= dict.fromkeys((one.scope for one in legs), error)
            continue
        items += [part for part in parts if isinstance(part, Outside)]
        unreadable += [part for part in parts if isinstance(part, Unreadable)]
        gone |= {one.key for one in legs} - {part.key for part in parts}
    return Sought(items=tuple(items), unreadable=tuple(unreadable), gone=frozenset(gone), failed=failed)


async def _left_over(books: Books, way: Way, *, since: int, until: int) -> tuple[Mirrored, ...]:
    """Find entries that take time still, and of which none of the questions tells any more."""
    names = {name_of(scope) for scope in way.layout.scopes()}
    standing = await books.commitments.standing(since=since, until=until)
    keys = {one.id.partition("@")[0] for one in standing if one.id.startswith(_SOURCES)}
    known = await books.integrations.mirror.find(keys)
    return tuple(one for one in known.values() if one.scope not in names and not one.deleted)


_SOURCES = tuple(f"{source.value}:" for source in SourceKind)


async def _emptied(
    books: Books, standing: Iterable[Mirrored], lacking: Iterable[Mirrored], reading: CrmReading
) -> dict[str, int]:
    """Name the scopes that held many blocks, hold none of them now, and were not found so before.

    What can be asked for by itself needs no such guard.
    """
    names = {name_of(scope) for scope in reading.complete if scope.source is SourceKind.BLOCKS}
    held = Counter(one.scope for one in standing)
    missing = Counter(one.scope for one in lacking)
    empty = {
        scope: count for scope, count in held.items() if scope in names and count >= MANY and missing[scope] == count
    }
    if not empty:
        return {}
    before = {one.subject for one in await lasting(books, code=SUDDENLY_EMPTY)}
    return {scope: count for scope, count in empty.items() if scope not in before}
