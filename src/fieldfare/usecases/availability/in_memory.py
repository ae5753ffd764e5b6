"""Businesses in memory: each as of its last revision, so that an answer costs one small query when nothing changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fieldfare.domain.business import Business
from fieldfare.domain.clock import DAY, MINUTE
from fieldfare.domain.configuration import Configuration
from fieldfare.domain.policy import OnStale
from fieldfare.ports.storage import Books, Changed, Revisions, Storage
from fieldfare.usecases.availability.judge_visit import Judges
from fieldfare.usecases.availability.snapshot import Snapshot
from fieldfare.usecases.integrations.staleness import Sources, is_stale, known_since, stale_sources

ReadBusiness = Callable[[Configuration], Business]
"""Reads the documents of a business, which were checked when they were written."""

MOST_BUSINESSES = 500

LOOK_BACK = 10 * DAY
"""How far back commitments matter today: to the Monday of this week (F13), and half a day more (T2)."""

LOADED_ANEW_AFTER = DAY
"""Past commitments pile up in a snapshot that only ever takes changes in."""


NO_SOURCES = Sources()
"""Of a business with nothing connected."""


class UnknownBusinessError(LookupError):
    """There is no business of this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A business as of a revision; `as_of` is the instant at which the database said that this is the newest.

    Commitments that end by `since` are not in the snapshot. `turns` says, by technician, when their time becomes
    another by itself, as when a hold runs out; `turned` is the instant of the last such turn that the snapshot knows.
    `left_out` is a hold that was taken out for whoever holds it. `judges` judge single visits for whoever is about to
    write one. `sources` says how well the sources outside are known, which changes with no revision (rule B13).
    """

    snapshot: Snapshot
    judges: Judges
    revisions: Revisions
    as_of: int
    since: int
    turns: Mapping[str, int]
    turned: int = 0
    left_out: str | None = None
    sources: Sources = NO_SOURCES

    def turning(self, now: int) -> frozenset[str]:
        """Name those whose time has become another by an instant."""
        return frozenset(technician for technician, at in self.turns.items() if at <= now)

    def knowing(self, sources: Sources) -> Current:
        """Say how well the sources outside are known."""
        if sources == self.sources:
            return self
        allowed = self.snapshot.business.policy.on_stale is OnStale.ALLOW
        refused: frozenset[str] = frozenset() if allowed else sources.stale
        return replace(
            self,
            sources=sources,
            snapshot=self.snapshot.with_stale(refused),
            judges=self.judges.with_stale(refused),
        )

    def trusting(self) -> Current:
        """Give it as if enough were known of everybody."""
        if not self.snapshot.stale:
            return self
        everybody: frozenset[str] = frozenset()
        return replace(self, snapshot=self.snapshot.with_stale(everybody), judges=self.judges.with_stale(everybody))

    @property
    def state(self) -> tuple[object, ...]:
        """All of it that an answer follows from, beside the clock and the request."""
        return (self.revisions.revision, self.turned, self.left_out, *sorted(self.sources.stale))


class BusinessesInMemory:
    """The businesses that were asked for lately, each brought up to date when it is asked for."""

    def __init__(self, *, storage: Storage, read: ReadBusiness, most: int = MOST_BUSINESSES) -> None:
        """Begin with none."""
        self._storage = storage
        self._read = read
        self._most = most
        self._kept: OrderedDict[str, Current] = OrderedDict()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def current(self, business: str, *, now: int) -> Current:
        """Give a business as it is now; raises `UnknownBusinessError` and `StorageUnavailableError`."""
        newest = await self._storage.revisions(business)
        if newest is None:
            self._kept.pop(business, None)
            raise UnknownBusinessError(business)
        current = self._fresh(business, newest, now)
        if current is None:
            # Whoever comes while one reads waits for the one, and then finds it done.
            async with self._turns[business]:
                current = self._fresh(business, newest, now)
                if current is None:
                    current = await self._brought_up_to_date(business, now)
        current = replace(current, as_of=max(current.as_of, newest.moment))
        current = current.knowing(await self._sources(current, newest))
        self._keep(business, current)
        return current

    async def configured(self, business: str, *, now: int) -> Current:
        """Give a business as it was last seen, for whoever needs its configuration alone and looks at it again later.

        Its commitments may be old. Raises as `current` does where it has not been seen yet.
        """
        kept = self._kept.get(business)
        return await self.current(business, now=now) if kept is None else replace(kept, as_of=max(kept.as_of, now))

    async def around(self, current: Current, *, now: int) -> Snapshot:
        """Give the business with the commitments that matter at a moment: of the past they are read when asked for."""
        if now - LOOK_BACK >= current.since:
            return current.snapshot
        business = current.snapshot.business
        until = now + business.policy.horizon_days * DAY + LOOK_BACK
        async with self._storage.open(business.id) as books:
            commitments = await books.commitments.standing(since=now - LOOK_BACK, until=until)
        return Snapshot(business=business, commitments=commitments).with_stale(current.snapshot.stale)

    def _fresh(self, business: str, newest: Revisions, now: int) -> Current | None:
        kept = self._kept.get(business)
        if kept is None or kept.revisions.revision < newest.revision or kept.turning(newest.moment):
            return None
        return kept if kept.since >= now - LOOK_BACK - LOADED_ANEW_AFTER else None

    async def _sources(self, current: Current, newest: Revisions) -> Sources:
        """Tell of whom too little is known (rule B13); looked up only where something is too old, and decides."""
        if newest.read_at is None:
            return NO_SOURCES
        business, seen = current.snapshot.business, (newest.read_at, newest.marks)
        allowed = business.policy.stale_after_minutes * MINUTE
        if not is_stale(newest.read_at, now=newest.moment, allowed_seconds=allowed):
            return Sources(read_at=newest.read_at)
        if current.sources.still_hold(seen=seen, now=newest.moment):
            return current.sources
        async with self._storage.open(business.id) as books:
            connection = await books.integrations.connections.find()
            marks = await books.integrations.mirror.read_at()
        if connection is None:
            return NO_SOURCES
        people = [person.id for person in business.technicians]
        known = known_since(connection, marks, technicians=people)
        return stale_sources(known, seen=seen, now=newest.moment, allowed_seconds=allowed)

    def _keep(self, business: str, current: Current) -> None:
        self._kept[business] = current
        self._kept.move_to_end(business)
        while len(self._kept) > self._most:
            forgotten, _ = self._kept.popitem(last=False)
            self._turns.pop(forgotten, None)

    async def _brought_up_to_date(self, business: str, now: int) -> Current:
        kept = self._kept.get(business)
        async with self._storage.open(business) as books:
            if kept is not None and kept.since >= now - LOOK_BACK - LOADED_ANEW_AFTER:
                changed = await books.changed_since(kept.revisions.revision)
                if not changed.everything and changed.revisions.configuration == kept.revisions.configuration:
                    return await self._caught_up(books, kept, changed)
            return await self._loaded(books, now)

    async def _caught_up(self, books: Books, kept: Current, changed: Changed) -> Current:
        """Read anew whose time has changed, or has become another by itself."""
        turning = kept.turning(books.moment)
        touched = changed.technicians | turning
        standing = await books.commitments.standing(since=kept.since, technicians=touched)
        turns = await books.commitments.turns(touched)
        return replace(
            kept,
            snapshot=kept.snapshot.with_commitments_of(touched, standing),
            revisions=changed.revisions,
            as_of=books.moment,
            turns={one: at for one, at in kept.turns.items() if one not in touched} | dict(turns),
            turned=max((kept.turns[one] for one in turning), default=kept.turned),
        )

    async def _loaded(self, books: Books, now: int) -> Current:
        # The revisions come first: what is committed after them is read once more the next time, and nothing is lost.
        revisions = await books.revisions()
        configuration = await books.configuration.load()
        if revisions is None or configuration is None:
            raise UnknownBusinessError(books.business)
        since = now - LOOK_BACK
        commitments = await books.commitments.standing(since=since)
        business = self._read(configuration)
        turns = await books.commitments.turns()
        moment = books.moment
        return Current(
            snapshot=Snapshot(business=business, commitments=commitments),
            judges=Judges(business),
            revisions=revisions,
            as_of=moment,
            since=since,
            turns=turns,
            turned=moment,
        )
