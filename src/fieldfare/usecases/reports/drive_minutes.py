"""Drive minutes per visit: from the depot to the first stop, between stops, and home from the last."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fieldfare.domain.policy import Depart, Return
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
    minutes,
    per,
    said,
)
from fieldfare.usecases.reports.figures import Kind as Holds
from fieldfare.usecases.reports.kinds import Kind

_LEGS = ("First leg", "Between", "Last leg")


@dataclass(slots=True)
class Driven:
    """Visits, and the seconds that were driven for them."""

    visits: int = 0
    first: int = 0
    between: int = 0
    last: int = 0
    on_shift: int = 0

    @property
    def in_all(self) -> int:
        """All that was driven."""
        return self.first + self.between + self.last

    def add(self, other: Driven) -> None:
        """Take in what was driven elsewhere."""
        self.visits += other.visits
        self.first += other.first
        self.between += other.between
        self.last += other.last
        self.on_shift += other.on_shift

    def each(self) -> tuple[float | None, float | None, float | None, float | None]:
        """Give the minutes for each visit: first leg, between, last leg, and in all."""
        parts = (self.first, self.between, self.last, self.in_all)
        first, between, last, in_all = (per(part / 60, self.visits) for part in parts)
        return first, between, last, in_all


def driven_on(day: TechnicianDay, drives: Drives, asked: Asked) -> Driven:
    """Add a day's drives up: each leg belongs to the stop that it leads to, the last to the stop that it leaves."""
    stops = day.stops
    counted = [asked.zone in {None, stop.zone} for stop in stops]
    found = Driven(visits=sum(stop.visit for stop, counts in zip(stops, counted, strict=True) if counts))
    if not stops:
        return found
    seconds = [drives[leg] for leg in day.legs()]
    found.first = seconds[0] if counted[0] else 0
    found.between = sum(s for s, counts in zip(seconds[1:-1], counted[1:], strict=True) if counts)
    found.last = seconds[-1] if counted[-1] else 0
    policy = asked.business.policy
    found.on_shift = (
        (found.first if policy.depart is Depart.ON_SHIFT else 0)
        + found.between
        + (found.last if policy.return_ is Return.BY_SHIFT_END else 0)
    )
    return found


async def make(asked: Asked) -> Report:
    """Make the report."""
    days, before = await read_days(asked)
    drives = await drives_of(asked, [*days, *before])
    return await asyncio.to_thread(compute, asked, days, before, drives)


def compute(asked: Asked, days: list[TechnicianDay], before: list[TechnicianDay], drives: Drives) -> Report:
    """Add the drives of the days up, by date and by technician."""
    mine = [(day, driven_on(day, drives, asked)) for day in days]
    now, then = _sum(one for _, one in mine), _sum(driven_on(day, drives, asked) for day in before)
    by_day = _grouped(mine, key=lambda day: day.date.isoformat())
    by_technician = _grouped(mine, key=lambda day: asked.names.get(day.technician, day.technician))
    return Report(
        figures=(
            *(
                Figure(name=f"{name} per visit", unit="min", now=each, before=theirs)
                for name, each, theirs in zip((*_LEGS, "Drive"), now.each(), then.each(), strict=True)
            ),
            Figure(
                name="Drive per visit that lies in the shift",
                unit="min",
                now=per(now.on_shift / 60, now.visits),
                before=per(then.on_shift / 60, then.visits),
            ),
            Figure(name="Visits", unit="", now=now.visits, before=then.visits),
        ),
        chart=_chart(by_day, now, then) if now.visits else None,
        tables=(
            _table("day", "Drive minutes per visit, by day", "Day", by_day, Holds.DATE),
            _table("technician", "Drive minutes per visit, by technician", "Technician", by_technician, Holds.TEXT),
        ),
    )


def _sum(driven: Iterable[Driven]) -> Driven:
    found = Driven()
    for one in driven:
        found.add(one)
    return found


def _grouped(
    driven: Iterable[tuple[TechnicianDay, Driven]], *, key: Callable[[TechnicianDay], str]
) -> dict[str, Driven]:
    groups: defaultdict[str, Driven] = defaultdict(Driven)
    for day, one in driven:
        groups[key(day)].add(one)
    return {name: groups[name] for name in sorted(groups) if groups[name].visits or groups[name].in_all}


def _table(key: str, caption: str, what: str, groups: dict[str, Driven], holds: Holds) -> Table:
    each = [Column(name=name, unit="min per visit") for name in (*_LEGS, "Drive")]
    columns = (
        Column(name=what, kind=holds),
        Column(name="Visits", kind=Holds.COUNT),
        *each,
        Column(name="Driven in all", unit="min"),
    )
    rows: list[tuple[Cell, ...]] = [
        (name, one.visits, *one.each(), minutes(one.in_all)) for name, one in groups.items()
    ]
    return Table(key=key, caption=caption, columns=columns, rows=tuple(rows))


def _chart(by_day: dict[str, Driven], now: Driven, then: Driven) -> Chart:
    return Chart(
        look=Look.LINES,
        x="Day",
        y="Drive (min per visit)",
        labels=tuple(by_day),
        series=tuple(
            Series(name=name, values=tuple(one.each()[at] for one in by_day.values())) for at, name in enumerate(_LEGS)
        ),
        summary=(
            "Lines of drive minutes per visit by day, for first leg, between and last leg: "
            f"{said(now.each()[3], 'minutes')} per visit in all, {said(then.each()[3], 'minutes')} in the one before."
        ),
    )


KIND = Kind(
    name="drive-minutes",
    title="Drive minutes per visit",
    tab="Drive minutes",
    definition="How many minutes are driven for each visit: from the depot to the first stop, between stops, and "
    "from the last stop back to the depot.",
    formula=(
        "drive per visit = (first legs + legs between + last legs) ÷ visits, in minutes",
        "Stops of a technician's day are, in the order of their starts, the visits that stand, are done or were driven "
        "to, at their agreed times, and busy time with a place.",
        "A day is a shift. It has the date on which it begins, and hours of more than a day are cut at midnight.",
        "Drives are those that the business's travel settings give today. A leg counts to the stop that it leads to, "
        "the last leg to the stop that it leaves; that decides the zone.",
        "All legs are shown. In the shift lie the legs between stops, the first one where the policy departs on shift, "
        "and the last one where it asks to be back by the shift's end.",
        "Of customers who were erased only the neighbourhood is known: their legs are right to a kilometre.",
    ),
    none_yet="No visit falls into these days. Once technicians have visits, their drives are added up here.",
    make=make,
)
