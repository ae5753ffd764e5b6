"""Utilisation: how much of the time on shift is work."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fieldfare.domain.clock import monday_of
from fieldfare.domain.intervals import Interval, merge
from fieldfare.domain.policy import Depart, Policy, Return
from fieldfare.usecases.reports.asked import Asked
from fieldfare.usecases.reports.days import Drives, TechnicianDay, drives_of, read_days
from fieldfare.usecases.reports.figures import (
    Cell,
    Chart,
    Column,
    Figure,
    Look,
    Report,
    Series,
    Table,
    hours,
    said,
    share,
)
from fieldfare.usecases.reports.figures import Kind as Holds
from fieldfare.usecases.reports.kinds import Kind


@dataclass(slots=True)
class Spent:
    """Seconds of shifts, and what they went to."""

    work: int = 0
    drive: int = 0
    idle: int = 0
    blocked: int = 0

    @property
    def usable(self) -> int:
        """What is left of the shifts once blocked time is off."""
        return self.work + self.drive + self.idle

    def add(self, other: Spent) -> None:
        """Take in what was spent elsewhere."""
        self.work += other.work
        self.drive += other.drive
        self.idle += other.idle
        self.blocked += other.blocked


def spent_on(day: TechnicianDay, drives: Drives, policy: Policy) -> Spent:
    """Divide a day's shift: visits first, then what else was entered, then the drives that lie in it, and the rest."""
    visits = merge((stop.start, stop.end) for stop in day.taken if stop.visit)
    taken = merge((stop.start, stop.end) for stop in day.taken)
    moving = merge((*taken, *_driving(day, drives, policy)))
    work, entered, busy = (_overlap(some, day.windows) for some in (visits, taken, moving))
    return Spent(work=work, drive=busy - entered, idle=_length(day.windows) - busy, blocked=entered - work)


def _driving(day: TechnicianDay, drives: Drives, policy: Policy) -> list[Interval]:
    """List when somebody drives: right before each stop, and home right after the last, as far as the policy asks."""
    stops, legs = day.stops, day.legs()
    if not stops:
        return []
    seconds = [drives[leg] for leg in legs]
    found = [
        (max(before.end, stop.start - drive), stop.start)
        for before, stop, drive in zip(stops, stops[1:], seconds[1:], strict=False)
    ]
    if policy.depart is Depart.ON_SHIFT:
        found.append((stops[0].start - seconds[0], stops[0].start))
    if policy.return_ is Return.BY_SHIFT_END:
        found.append((stops[-1].end, stops[-1].end + seconds[-1]))
    return found


def _length(intervals: Iterable[Interval]) -> int:
    return sum(end - start for start, end in intervals)


def _overlap(some: tuple[Interval, ...], windows: tuple[Interval, ...]) -> int:
    return sum(max(0, min(end, last) - max(start, first)) for start, end in some for first, last in windows)


async def make(asked: Asked) -> Report:
    """Make the report."""
    days, before = await read_days(asked)
    mine, theirs = _of_zone(days, asked), _of_zone(before, asked)
    drives = await drives_of(asked, [*mine, *theirs])
    return await asyncio.to_thread(compute, asked, mine, theirs, drives)


def _of_zone(days: list[TechnicianDay], asked: Asked) -> list[TechnicianDay]:
    """Leave out the technicians who don't work in the zone asked for."""
    if asked.zone is None:
        return days
    there = {person.id for person in asked.business.technicians if asked.zone in person.zones}
    return [day for day in days if day.technician in there]


def compute(asked: Asked, days: list[TechnicianDay], before: list[TechnicianDay], drives: Drives) -> Report:
    """Add the shifts up, by week and technician."""
    policy = asked.business.policy
    groups: defaultdict[tuple[str, str], Spent] = defaultdict(Spent)
    weeks: defaultdict[str, Spent] = defaultdict(Spent)
    now, then = Spent(), Spent()
    for day in days:
        spent = spent_on(day, drives, policy)
        week, name = monday_of(day.date).isoformat(), asked.names.get(day.technician, day.technician)
        for one in (groups[week, name], weeks[week], now):
            one.add(spent)
    for day in before:
        then.add(spent_on(day, drives, policy))
    weeks = defaultdict(Spent, {week: one for week, one in sorted(weeks.items()) if one.usable})
    parts = (("Work", "work"), ("Drive", "drive"), ("Idle", "idle"))
    worked = bool(now.work)
    return Report(
        figures=(
            Figure(name="Utilisation", unit="%", now=share(now.work, now.usable), before=share(then.work, then.usable)),
            *(
                Figure(name=name, unit="h", now=hours(getattr(now, part)), before=hours(getattr(then, part)))
                for name, part in parts
            ),
            Figure(name="Blocked", unit="h", now=hours(now.blocked), before=hours(then.blocked)),
        ),
        chart=Chart(
            look=Look.LINES,
            x="Week from",
            y="Share of the shift (%)",
            labels=tuple(weeks),
            series=tuple(
                Series(name=name, values=tuple(share(getattr(one, part), one.usable) for one in weeks.values()))
                for name, part in parts
            ),
            summary=(
                f"Lines of the share of work, drive and idle time by week: {said(share(now.work, now.usable), '%')} of "
                f"the time is work, {said(share(then.work, then.usable), '%')} in the period before."
            ),
        )
        if worked
        else None,
        tables=(_by_week(weeks if worked else {}), _table(groups if worked else {})),
    )


def _by_week(weeks: dict[str, Spent]) -> Table:
    rows: list[tuple[Cell, ...]] = [(week, *_amounts(one), *_shares(one)) for week, one in weeks.items()]
    columns = (
        Column(name="Week from", kind=Holds.DATE),
        *_AMOUNTS,
        Column(name="Work", unit="%"),
        Column(name="Drive", unit="%"),
        Column(name="Idle", unit="%"),
    )
    return Table(key="week", caption="Utilisation by week", columns=columns, rows=tuple(rows))


def _table(groups: dict[tuple[str, str], Spent]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (week, name, *_amounts(one), share(one.work, one.usable))
        for (week, name), one in sorted(groups.items())
        if one.usable or one.blocked
    ]
    columns = (
        Column(name="Week from", kind=Holds.DATE),
        Column(name="Technician", kind=Holds.TEXT),
        *_AMOUNTS,
        Column(name="Utilisation", unit="%"),
    )
    return Table(key="technician", caption="Utilisation by week and technician", columns=columns, rows=tuple(rows))


_AMOUNTS = tuple(Column(name=name, unit="h") for name in ("Work", "Drive", "Idle", "Blocked"))


def _amounts(one: Spent) -> tuple[float, float, float, float]:
    return hours(one.work), hours(one.drive), hours(one.idle), hours(one.blocked)


def _shares(one: Spent) -> tuple[float | None, float | None, float | None]:
    return share(one.work, one.usable), share(one.drive, one.usable), share(one.idle, one.usable)


KIND = Kind(
    name="utilisation",
    title="Utilisation",
    tab="Utilisation",
    definition="How much of the time on shift is work at customers' places, in per cent of work, drive and idle time.",
    formula=(
        "utilisation = work ÷ (work + drive + idle)",
        "work = visits that stand, are done or were driven to, at their agreed times, as far as they lie in the shift",
        "blocked = other time that was entered (time off, lunch, errands), as far as it lies in the shift; it counts "
        "neither for nor against anybody",
        "drive = the legs between stops, the first one where the policy departs on shift, the last one where it asks "
        "to be back by the shift's end: right before the stop that a leg leads to, home right after the last one, as "
        "far as that lies in the shift and nothing else takes the time",
        "idle = shift - work - blocked - drive",
        "Shifts are a technician's hours in all their zones together, by the schedules as they are today; a week "
        "begins on Monday and counts the days of the period that lie in it. A zone narrows it to those who work there.",
    ),
    none_yet="Nobody has a visit on shift in these days. Once somebody has, their hours are divided up here.",
    make=make,
)
