"""A business at one revision, kept in memory: what does not depend on the place that is asked for is laid out once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from fieldfare.domain.answers import Answer, Resolution
from fieldfare.domain.business import Business, Request
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place
from fieldfare.domain.policy import OnStale
from fieldfare.domain.questions import Question
from fieldfare.engine.day import Day
from fieldfare.engine.draft import Draft, draft, draft_on
from fieldfare.engine.kept import Kept
from fieldfare.engine.ledger import by_technician
from fieldfare.engine.offer import Offer, offer
from fieldfare.engine.recent import Recent
from fieldfare.engine.resolution import Resolver, Sale
from fieldfare.engine.slot_map import build_map
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.drivable import Drivable, answer_of, to_ask
from fieldfare.usecases.availability.fetch_drives import with_drives

_MOST_DATES = 3
"""Today, the date that was today for a request under way, and one that staff look at."""


@dataclass(frozen=True, slots=True, eq=False)
class _Dated:
    """What is kept for one local date."""

    resolver: Resolver
    kept: Kept


class Snapshot:
    """A business and its commitments. Nobody changes one; a change makes another, which takes over what still holds."""

    def __init__(self, *, business: Business, commitments: Iterable[Commitment]) -> None:
        """Keep what was read, and lay nothing out yet."""
        self.business = business
        self.stale: frozenset[str] = frozenset()
        self._own = by_technician(commitments)
        self._dates: Recent[date, _Dated] = Recent(_MOST_DATES)

    @property
    def clock(self) -> Clock:
        """The business's clock."""
        return clock_of(self.business.time_zone)

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """All commitments, technician by technician."""
        return tuple(chain.from_iterable(self._own.values()))

    def with_commitments_of(self, technicians: Collection[str | None], standing: Iterable[Commitment]) -> Snapshot:
        """Replace the commitments of some technicians (None: of nobody) by those that stand now.

        Those of everybody else stay: who gave a commitment away is among the technicians, as is who took it.
        """
        later = copy(self)
        later._own = {known: own for known, own in self._own.items() if known not in technicians}
        later._own.update(by_technician(standing))
        changed = frozenset(technicians)
        later._dates = self._dates.changed(lambda dated: replace(dated, kept=dated.kept.after(later._own, changed)))
        return later

    def with_stale(self, technicians: frozenset[str]) -> Snapshot:
        """Say of whom too little is known to sell their time (rule B13); what is laid out of it stays as it is."""
        if technicians == self.stale:
            return self
        other = copy(self)
        other.stale = technicians
        return other

    def without(self, technician: str | None, commitment: str) -> Snapshot:
        """Leave one commitment of a technician out: a visit is not in its own way when it is moved (rule B6)."""
        own = self._own.get(technician, ())
        return self.with_commitments_of([technician], [other for other in own if other.id != commitment])

    def offer(self, place: Place, *, now: int, industry: str | None = None, tier: str | None = None) -> Offer:
        """Tell what a place can buy."""
        return offer(
            self.business,
            place=place,
            matching=self._dated(now).resolver.matching,
            day=self.clock.date_of(now),
            industry=industry,
            tier=tier,
        )

    def question(self, request: Request, *, now: int) -> Question:
        """Give the whole question that a request is, for whoever answers it from scratch."""
        return Question(
            now=now, business=self.business, commitments=self.commitments, request=request, stale=self.stale
        )

    def resolve(self, request: Request, *, now: int) -> tuple[Resolution, Sale | None]:
        """Find the zone of a request and quote its product there."""
        return self._dated(now).resolver.resolve(request)

    async def drivable(
        self, request: Request, *, now: int, travel: TravelTimes, agreed: Sale | None = None
    ) -> Drivable:
        """Find the slots that can be driven; a travel model that fails is stood in for (rule T6).

        What was `agreed` before is looked for as it was then, whatever is sold at the place today (rule B5).
        """
        resolution, sale = self.resolve(request, now=now)
        sale = agreed or sale
        if sale is None:
            return Drivable(resolution=resolution, sale=None, slot_map=None, travel_source=travel.source)
        drafted = self._draft(request, sale, hub=resolution.hub, now=now, source=travel.source)
        problem, source = await with_drives(drafted, travel=travel, settings=self.business.travel)
        return Drivable(
            resolution=resolution,
            sale=sale,
            slot_map=build_map(problem),
            travel_source=source,
            to_ask=to_ask(problem) if self.stale and self.business.policy.on_stale is OnStale.REQUEST else None,
        )

    async def answer(self, request: Request, *, now: int, travel: TravelTimes, explain: bool = False) -> Answer:
        """Answer as `find_slots` does."""
        found = await self.drivable(request, now=now, travel=travel)
        return answer_of(found, self.business, explain=explain)

    def _dated(self, now: int) -> _Dated:
        day = self.clock.date_of(now)
        return self._dates.of(day, lambda: self._begun(day, now))

    def _begun(self, day: date, now: int) -> _Dated:
        return _Dated(resolver=Resolver(self.business, day), kept=Kept(Day(self.business, now=now), self._own))

    def _draft(self, request: Request, sale: Sale, *, hub: str | None, now: int, source: str) -> Draft:
        kept = self._dated(now).kept
        drafted = draft_on(kept, sale, place=request.place, hub=hub, now=now, source=source, stale=self.stale)
        if request.technician is None:
            return drafted
        if request.technician not in kept.day.fleet.ids:
            return draft(self.question(request, now=now), sale, hub)
        return drafted.only(request.technician)
