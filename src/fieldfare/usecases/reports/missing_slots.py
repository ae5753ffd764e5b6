"""Searches without a drivable slot, by postal area: where customers ask and nobody can come."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

from fieldfare.ports.reports import Found, Step, Tally
from fieldfare.usecases.reports.asked import Asked
from fieldfare.usecases.reports.figures import Cell, Chart, Column, Figure, Look, Report, Series, Table, said, share
from fieldfare.usecases.reports.figures import Kind as Holds
from fieldfare.usecases.reports.kinds import Kind

UNKNOWN = "unknown"
_MOST_BARS = 20


async def make(asked: Asked) -> Report:
    """Make the report."""
    async with asked.storage.open(asked.business.id) as books:
        counted = await books.reports.counted(first=asked.period.before.first, last=asked.period.last)
    return await asyncio.to_thread(compute, asked, counted)


def compute(asked: Asked, counted: Mapping[Tally, int]) -> Report:
    """Count the searches of each area by what they came to."""
    searches = {
        tally: count
        for tally, count in counted.items()
        if tally.step is Step.SEARCHED and asked.zone in {None, tally.zone}
    }
    now = {tally: count for tally, count in searches.items() if tally.day in asked.period}
    then = {tally: count for tally, count in searches.items() if tally.day not in asked.period}
    areas: dict[str, Counter[str]] = {}
    for tally, count in now.items():
        areas.setdefault(tally.area or UNKNOWN, Counter())[tally.found] += count
    ranked = sorted(areas.items(), key=lambda area: (-_missed(area[1]), -area[1].total(), area[0]))
    rows: list[tuple[Cell, ...]] = [
        (
            area,
            one.total(),
            one[Found.NO_TIME.value],
            one[Found.NOT_SERVED.value],
            share(_missed(one), one.total()),
        )
        for area, one in ranked
    ]
    mine, theirs = _sum(now), _sum(then)
    return Report(
        figures=(
            Figure(
                name="Searches without a slot",
                unit="%",
                now=share(_missed(mine), mine.total()),
                before=share(_missed(theirs), theirs.total()),
            ),
            Figure(name="Without a drivable time", unit="", now=mine[Found.NO_TIME], before=theirs[Found.NO_TIME]),
            Figure(name="Not served", unit="", now=mine[Found.NOT_SERVED], before=theirs[Found.NOT_SERVED]),
            Figure(name="Searches", unit="", now=mine.total(), before=theirs.total()),
        ),
        chart=_chart(ranked, mine) if rows else None,
        tables=(
            Table(
                key="area",
                caption="Searches by postal area",
                columns=(
                    Column(name="Postal area", kind=Holds.TEXT),
                    Column(name="Searches", kind=Holds.COUNT),
                    Column(name="Without a drivable time", kind=Holds.COUNT),
                    Column(name="Not served", kind=Holds.COUNT),
                    Column(name="Without a slot", unit="%"),
                ),
                rows=tuple(rows),
            ),
        ),
    )


def _sum(counted: Mapping[Tally, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for tally, count in counted.items():
        found[tally.found] += count
    return found


def _missed(counts: Counter[str]) -> int:
    return counts[Found.NO_TIME.value] + counts[Found.NOT_SERVED.value]


def _chart(ranked: list[tuple[str, Counter[str]]], all_of_them: Counter[str]) -> Chart:
    shown = ranked[:_MOST_BARS]
    return Chart(
        look=Look.BARS,
        x="Postal area" if len(shown) == len(ranked) else f"Postal area, the first {_MOST_BARS} of {len(ranked)}",
        y="Searches",
        labels=tuple(area for area, _ in shown),
        series=(
            Series(name="Without a drivable time", values=tuple(float(one[Found.NO_TIME.value]) for _, one in shown)),
            Series(name="Not served", values=tuple(float(one[Found.NOT_SERVED.value]) for _, one in shown)),
        ),
        summary=(
            f"Bars of the searches that came to nothing by postal area: {_missed(all_of_them)} of "
            f"{said(all_of_them.total(), 'searches')}."
        ),
    )


KIND = Kind(
    name="missing-slots",
    title="Searches without a drivable slot",
    tab="No slot",
    definition="How many searches ended without a time that could be booked, by the area of the postal code that was "
    "asked for.",
    formula=(
        "without a slot = (searches without a drivable time + searches where nothing is sold) ÷ searches",
        "A search asks for one product in one area. Whoever looks again on the same visit to the booking page counts "
        "once; so does an API's question for one place and product that is asked again within ten minutes.",
        "Not served are places in a negative zone, out of area, or without the product.",
        "The area is the forward sortation area of a Canadian code, all five digits of a ZIP code, the outward part of "
        "a British one, else the code's first part. Addresses and coordinates are not kept. What staff search for "
        "doesn't count; counts are kept for 400 days.",
    ),
    none_yet="Nobody searched for a time in these days, neither on the booking page nor by the API.",
    make=make,
    by_technician=False,
)
