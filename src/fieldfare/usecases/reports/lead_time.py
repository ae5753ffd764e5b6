"""Lead time: how long customers wait from the booking to the visit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fieldfare.domain.clock import DAY
from fieldfare.ports.reports import Sold
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
    average,
    middle,
    said,
    share,
    spread,
)
from fieldfare.usecases.reports.figures import Kind as Holds
from fieldfare.usecases.reports.kinds import Kind

BINS = (
    Bin(name="under 1", since=-1e9, until=1),
    Bin(name="1 to 2", since=1, until=2),
    Bin(name="2 to 3", since=2, until=3),
    Bin(name="3 to 5", since=3, until=5),
    Bin(name="5 to 7", since=5, until=7),
    Bin(name="7 to 14", since=7, until=14),
    Bin(name="14 to 21", since=14, until=21),
    Bin(name="21 to 28", since=21, until=28),
    Bin(name="28 and more", since=28, until=None),
)


async def make(asked: Asked) -> Report:
    """Make the report."""
    begins = asked.clock.midnight(asked.period.first)
    async with asked.storage.open(asked.business.id) as books:
        sold = await books.reports.sold(**asked.span())
    return await asyncio.to_thread(compute, asked, sold, begins)


def compute(asked: Asked, sold: Sequence[Sold], begins: int) -> Report:
    """Measure the bookings that were made from an instant on, beside those from before."""
    wanted = [one for one in sold if asked.counts(technician=one.technician, zone=one.zone)]
    now = days_of([one for one in wanted if one.sold_at >= begins])
    then = days_of([one for one in wanted if one.sold_at < begins])
    counts = spread(now, BINS)
    rows: list[tuple[Cell, ...]] = [
        (one.name, count, share(count, len(now))) for one, count in zip(BINS, counts, strict=True)
    ]
    return Report(
        figures=(
            Figure(name="Median lead time", unit="days", now=middle(now), before=middle(then)),
            Figure(name="Mean lead time", unit="days", now=average(now), before=average(then)),
            Figure(name="Bookings", unit="", now=len(now), before=len(then)),
        ),
        chart=Chart(
            look=Look.BARS,
            x="Lead time (days)",
            y="Bookings",
            labels=tuple(one.name for one in BINS),
            series=(Series(name="Bookings", values=tuple(float(count) for count in counts)),),
            summary=(
                f"Bars of how many bookings had which lead time: the median is {said(middle(now), 'days')}, "
                f"{said(middle(then), 'days')} in the period before."
            ),
        )
        if now
        else None,
        tables=(
            Table(
                key="distribution",
                caption="Bookings, by lead time",
                columns=(
                    Column(name="Lead time", kind=Holds.TEXT, unit="days"),
                    Column(name="Bookings", kind=Holds.COUNT),
                    Column(name="Share", unit="%"),
                ),
                rows=tuple(rows) if now else (),
            ),
        ),
    )


def days_of(sold: Sequence[Sold]) -> list[float]:
    """List the lead times in days of 24 hours."""
    return [(one.start - one.sold_at) / DAY for one in sold]


KIND = Kind(
    name="lead-time",
    title="Lead time",
    tab="Lead time",
    definition="How many days lie between the booking and the visit, for the bookings that were made in these days.",
    formula=(
        "lead time = start of the visit as it stands now - instant at which it was held or booked, in days of 24 hours",
        "A booking counts on the day on which it was made, whatever became of it; holds that ran out and requests "
        "don't count.",
        "Each stretch has its lower end in it and its upper end not.",
    ),
    none_yet="Nothing was booked in these days. Once visits are booked, how far ahead is shown here.",
    make=make,
)
