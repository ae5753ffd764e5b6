"""Reschedules and cancellations: how often, by whom, and how late."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from fieldfare.domain.clock import monday_of
from fieldfare.ports.reports import Altered, Deed, Sold, Who
from fieldfare.usecases.reports.asked import Asked
from fieldfare.usecases.reports.figures import (
    Bin,
    Cell,
    Chart,
    Column,
    Figure,
    Look,
    Report,
    Series,
    Table,
    middle,
    per,
    said,
    share,
    spread,
)
from fieldfare.usecases.reports.figures import Kind as Holds
from fieldfare.usecases.reports.kinds import Kind

_HOUR = 3_600
BINS = (
    Bin(name="after the start", since=-1e9, until=0),
    Bin(name="under 4 hours", since=0, until=4),
    Bin(name="4 to 24 hours", since=4, until=24),
    Bin(name="1 to 2 days", since=24, until=48),
    Bin(name="2 to 7 days", since=48, until=168),
    Bin(name="7 days and more", since=168, until=None),
)


async def make(asked: Asked) -> Report:
    """Make the report."""
    begins, span = asked.clock.midnight(asked.period.first), asked.span()
    async with asked.storage.open(asked.business.id) as books:
        altered = await books.reports.altered(**span)
        visits = await books.reports.starting(**span)
    return await asyncio.to_thread(compute, asked, altered, visits, begins)


def compute(asked: Asked, altered: Sequence[Altered], visits: Sequence[Sold], begins: int) -> Report:
    """Count the changes that were made from an instant on, beside those from before."""
    changes = [one for one in altered if asked.counts(technician=one.technician, zone=one.zone)]
    held = [one.start >= begins for one in visits if asked.counts(technician=one.technician, zone=one.zone)]
    now, then = [one for one in changes if one.at >= begins], [one for one in changes if one.at < begins]
    visits_now, visits_then = sum(held), len(held) - sum(held)
    return Report(
        figures=(
            *(
                Figure(
                    name=name,
                    unit="per 100 visits",
                    now=per(100 * _done(deed, now), visits_now),
                    before=per(100 * _done(deed, then), visits_then),
                )
                for name, deed in (("Rescheduled", Deed.MOVED), ("Cancelled", Deed.CANCELLED))
            ),
            Figure(
                name="Median notice of a cancellation", unit="h", now=middle(notices(now)), before=middle(notices(then))
            ),
            Figure(name="Visits", unit="", now=visits_now, before=visits_then),
        ),
        chart=_chart(asked, now, visits, begins) if now else None,
        tables=(_by_whom(now, visits_now), _by_week(asked, now, visits, begins), _notice(now)),
    )


def notices(changes: Sequence[Altered]) -> list[float]:
    """List how many hours before the start visits were cancelled."""
    return [(one.start - one.at) / _HOUR for one in changes if one.deed is Deed.CANCELLED]


def _done(deed: Deed, changes: Sequence[Altered]) -> int:
    return sum(one.deed is deed for one in changes)


def _by_whom(now: Sequence[Altered], visits: int) -> Table:
    counts = Counter((one.who, one.deed) for one in now)
    rows: list[tuple[Cell, ...]] = [
        (
            who.value.capitalize(),
            counts[who, Deed.MOVED],
            per(100 * counts[who, Deed.MOVED], visits),
            counts[who, Deed.CANCELLED],
            per(100 * counts[who, Deed.CANCELLED], visits),
        )
        for who in Who
        if now
    ]
    return Table(
        key="who",
        caption="Reschedules and cancellations, by who made them",
        columns=(Column(name="By", kind=Holds.TEXT), *_RATES),
        rows=tuple(rows),
    )


_RATES = (
    Column(name="Rescheduled", kind=Holds.COUNT),
    Column(name="Rescheduled", unit="per 100 visits"),
    Column(name="Cancelled", kind=Holds.COUNT),
    Column(name="Cancelled", unit="per 100 visits"),
)


def _weeks(
    asked: Asked, now: Sequence[Altered], visits: Sequence[Sold], begins: int
) -> dict[str, tuple[int, int, int]]:
    """Count, by week, what was moved, what was cancelled, and the visits."""
    clock = asked.clock
    changes = Counter((monday_of(clock.date_of(one.at)), one.deed) for one in now)
    held = Counter(
        monday_of(clock.date_of(one.start))
        for one in visits
        if one.start >= begins and asked.counts(technician=one.technician, zone=one.zone)
    )
    weeks = sorted({monday_of(day) for day in asked.period.dates()})
    return {week.isoformat(): (changes[week, Deed.MOVED], changes[week, Deed.CANCELLED], held[week]) for week in weeks}


def _by_week(asked: Asked, now: Sequence[Altered], visits: Sequence[Sold], begins: int) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (week, held, moved, per(100 * moved, held), cancelled, per(100 * cancelled, held))
        for week, (moved, cancelled, held) in _weeks(asked, now, visits, begins).items()
        if now
    ]
    columns = (Column(name="Week from", kind=Holds.DATE), Column(name="Visits", kind=Holds.COUNT), *_RATES)
    return Table(key="week", caption="Reschedules and cancellations, by week", columns=columns, rows=tuple(rows))


def _notice(now: Sequence[Altered]) -> Table:
    hours = notices(now)
    counts = spread(hours, BINS)
    return Table(
        key="notice",
        caption="Cancellations, by notice",
        columns=(
            Column(name="Notice", kind=Holds.TEXT),
            Column(name="Cancellations", kind=Holds.COUNT),
            Column(name="Share", unit="%"),
        ),
        rows=tuple((one.name, count, share(count, len(hours))) for one, count in zip(BINS, counts, strict=True) if now),
    )


def _chart(asked: Asked, now: Sequence[Altered], visits: Sequence[Sold], begins: int) -> Chart:
    weeks = _weeks(asked, now, visits, begins)
    moved, cancelled = _done(Deed.MOVED, now), _done(Deed.CANCELLED, now)
    return Chart(
        look=Look.LINES,
        x="Week from",
        y="Changes per 100 visits",
        labels=tuple(weeks),
        series=(
            Series(name="Rescheduled", values=tuple(per(100 * one[0], one[2]) for one in weeks.values())),
            Series(name="Cancelled", values=tuple(per(100 * one[1], one[2]) for one in weeks.values())),
        ),
        summary=(
            "Lines of reschedules and cancellations per 100 visits by week: "
            f"{said(moved, 'visits')} were rescheduled and {said(cancelled, 'visits')} cancelled."
        ),
    )


KIND = Kind(
    name="changes",
    title="Reschedules and cancellations",
    tab="Changes",
    definition="How many visits were moved or cancelled in these days, by whom and how late, and how many that is for "
    "every 100 visits.",
    formula=(
        "rate = changes that were made in the period ÷ visits whose start lies in it, times 100",
        "Visits are all that were agreed, whatever became of them. Moved is what got another start; giving a visit to "
        "another technician at its time is no move, and refusing a request no cancellation.",
        "customer = by the booking page, the public API or the link of a mail; staff = an account, a key or the "
        "command line; system = Fieldfare itself",
        "notice = start of the visit - instant of its cancellation",
        "A change counts to the technician and the zone that the visit has now.",
    ),
    none_yet="No visit was moved or cancelled in these days.",
    make=make,
)
