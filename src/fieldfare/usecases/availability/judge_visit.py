"""Can this technician take this visit, as the day now stands? What a write asks before it writes (rules B1, B2, B9)."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date

import numpy as np

from fieldfare.domain.answers import Option
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.intervals import Interval
from fieldfare.domain.places import Place
from fieldfare.domain.schedules import OpenTime
from fieldfare.engine.day import Day
from fieldfare.engine.draft import Draft
from fieldfare.engine.judgement import broken_rules, option_of
from fieldfare.engine.open_times import OpenTimes
from fieldfare.engine.problem import Problem
from fieldfare.engine.recent import Recent
from fieldfare.engine.resolution import Sale
from fieldfare.engine.trial import Trial, reach
from fieldfare.engine.verdict import judge
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.explain_slot import UnknownTechnicianError
from fieldfare.usecases.availability.fetch_drives import with_drives

_MOST_DATES = 3
"""Today, the date on which a hold was made that is confirmed now, and one more."""

_MOST_HOURS = 2_000
_MOST_POINTS = 20_000
"""A day numbers every place that it has seen; beyond so many it is laid out anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a judgement finds: the codes of the rules that the visit breaks, none if it can be driven.

    `option` holds the drives and the detour (rule O1), None where the judgement did not come to them.
    """

    broken: tuple[str, ...]
    option: Option | None
    travel_source: str

    @property
    def fits(self) -> bool:
        """Tell whether the visit breaks no rule."""
        return not self.broken


class Judges:
    """Judges visits of a business at one revision of its configuration.

    What depends only on the business and the local date is kept between visits: blocks, grids, hours, hubs. All else
    is laid out anew for each visit, from the commitments that the caller has just read.
    """

    def __init__(self, business: Business) -> None:
        """Lay nothing out yet."""
        self.business = business
        self._clock = clock_of(business.time_zone)
        self._people = {person.id: person for person in business.technicians}
        self._open_times = OpenTimes(self._clock, business.schedules)
        self._days: Recent[date, Day] = Recent(_MOST_DATES)
        self._hours: Recent[tuple[str, str], OpenTime] = Recent(_MOST_HOURS)
        self._stale: frozenset[str] = frozenset()

    def with_stale(self, technicians: frozenset[str]) -> Judges:
        """Say of whom too little is known to sell their time (rule B13); all else is shared."""
        if technicians == self._stale:
            return self
        other = copy(self)
        other._stale = technicians
        return other

    def reach(self, start: int) -> Interval:
        """Tell which commitments of the technician a judgement needs: those that overlap this time."""
        return reach(self._clock, start)

    async def judge(
        self,
        *,
        sale: Sale,
        place: Place,
        hub: str | None,
        technician: str,
        start: int,
        now: int,
        commitments: Iterable[Commitment],
        travel: TravelTimes,
        all_rules: bool = False,
    ) -> Judged:
        """Judge a visit at a place, whose hub is given, from a start on.

        `commitments` are, each once, the technician's within `reach`, and whatever holds equipment while the visit
        lasts, of whatever technician or of none; what else is among them changes nothing. The visit itself, where it
        stands already, must not be among them (rules B2, B6). `now` is the moment at which F1 and F2 are judged.

        The first broken rule alone is found, or with `all_rules` every one, and then the drives of a visit within the
        horizon are told although it breaks some. Raises `UnknownTechnicianError`.
        """
        person = self._people.get(technician)
        if person is None:
            raise UnknownTechnicianError(f'"{technician}" is not a technician of this business')
        trial = Trial(
            day=self._day(now),
            sale=sale,
            person=person,
            open_time=self._open_time(technician, sale.zone.id),
            place=place,
            hub=hub,
            start=start,
            now=now,
            commitments=tuple(commitments),
            stale=technician in self._stale,
        )
        problem, source = await self._driven(trial.as_it_stands(), travel)
        reason = judge(problem, start).reason
        if reason is None:
            return Judged(broken=(), option=option_of(problem), travel_source=source)
        if not all_rules:
            return Judged(broken=(reason,), option=None, travel_source=source)
        return await self._all_rules(trial, problem, source, travel)

    async def _all_rules(self, trial: Trial, problem: Problem, source: str, travel: TravelTimes) -> Judged:
        anyway, in_the_way = problem, False
        if not len(problem.calendar.openings):
            drafted, in_the_way = trial.anyway()
            anyway, source = await self._driven(drafted, travel)
        broken = broken_rules(problem, trial.start, anyway=anyway, in_the_way=in_the_way)
        option = option_of(anyway) if len(anyway.calendar.openings) else None
        return Judged(broken=broken, option=option, travel_source=source)

    async def _driven(self, drafted: Draft, travel: TravelTimes) -> tuple[Problem, str]:
        """Complete a draft; one without a gap needs no drive, and nobody is asked."""
        if len(drafted.problem.calendar.openings):
            return await with_drives(drafted, travel=travel, settings=self.business.travel)
        nothing = np.zeros(0, dtype=np.int64)
        return drafted.with_drives(to_place=nothing, from_place=nothing, between=nothing), travel.source

    def _day(self, now: int) -> Day:
        today = self._clock.date_of(now)
        day = self._days.of(today, lambda: Day(self.business, now=now, people=()))
        if len(day.points.table()) > _MOST_POINTS:
            day = Day(self.business, now=now, people=())
            self._days.keep(today, day)
        return day

    def _open_time(self, technician: str, zone: str) -> OpenTime:
        return self._hours.of((technician, zone), lambda: self._open_times.of_technician(technician, zone=zone))
