"""Schedules: when a zone sells and a technician works (rules S1 to S5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from fieldfare.domain.clock import Clock
from fieldfare.domain.intervals import Interval, in_effect, merge

Window = tuple[int, int]
"""A wall-clock window in minutes after 00:00; an end that is not after the start lies on the next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose schedule it is: a zone's, a technician's (global), or a technician's in one zone."""

    zone: str | None = None
    technician: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A weekly pattern (Monday is 0) with exceptions by date."""

    id: str
    owner: Owner
    priority: float = 0
    effective_from: date | None = None
    effective_to: date | None = None
    active: bool = True
    week: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)

    def in_effect_on(self, day: date) -> bool:
        """Tell whether the schedule is in effect on a local date."""
        return self.active and in_effect(day, since=self.effective_from, until=self.effective_to)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Give the day's windows: its exception's if it has one, else those of the weekday."""
        exception = self.exceptions.get(day)
        return self.week.get(day.weekday(), ()) if exception is None else exception


def schedule_on(schedules: Iterable[Schedule], day: date) -> Schedule | None:
    """Find the schedule that rules a date among those of one owner (rule S2); None means closed."""
    ruling: Schedule | None = None
    for schedule in schedules:
        if schedule.in_effect_on(day) and (ruling is None or _outranks(schedule, ruling)):
            ruling = schedule
    return ruling


def _outranks(one: Schedule, other: Schedule) -> bool:
    """Compare by priority, then by the later beginning (open is earliest of all), then by the smaller id."""
    mine = (one.priority, one.effective_from or date.min, one.effective_from is not None)
    theirs = (other.priority, other.effective_from or date.min, other.effective_from is not None)
    return mine > theirs if mine != theirs else one.id < other.id


class OpenTime:
    """The open time of one zone or technician, date by date.

    `tiers` are the owner's schedules by scope: the first scope with a schedule in effect on a date rules it, even if
    it closes the date (rule S3).
    """

    def __init__(self, *, clock: Clock, tiers: Sequence[Sequence[Schedule]]) -> None:
        """Keep the schedules by scope, narrowest first."""
        self._clock = clock
        self._tiers = tiers
        self._known: dict[date, tuple[Interval, ...]] = {}

    def own_windows(self, day: date) -> tuple[Interval, ...]:
        """Give the intervals that begin on a date, neither merged nor sorted; what is empty doesn't count."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._read(day)
        return known

    def on(self, day: date) -> tuple[Interval, ...]:
        """Give the merged windows of a date, the day before and the day after (rule S4)."""
        one_day = timedelta(days=1)
        return merge(
            (*self.own_windows(day - one_day), *self.own_windows(day), *self.own_windows(day + one_day)),
        )

    def _read(self, day: date) -> tuple[Interval, ...]:
        ruling = next((found for tier in self._tiers if (found := schedule_on(tier, day)) is not None), None)
        if ruling is None:
            return ()
        next_day = day + timedelta(days=1)
        instants = (
            (self._clock.at(day, start).instant, self._clock.at(day if end > start else next_day, end).instant)
            for start, end in ruling.windows_on(day)
        )
        return tuple((start, end) for start, end in instants if start < end)


def shifts_on(windows: Iterable[Interval], clock: Clock) -> tuple[tuple[Interval, Interval], ...]:
    """Pair each merged window of a date with its shift: first start to last end of those of one date (rule S5)."""
    spans: dict[date, Interval] = {}
    dated = [(clock.date_of(window[0]), window) for window in windows]
    for day, (start, end) in dated:
        first, last = spans.get(day, (start, end))
        spans[day] = (min(first, start), max(last, end))
    return tuple((window, spans[day]) for day, window in dated)
