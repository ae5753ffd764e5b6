"""Detour sold per slot: how much further somebody drives for a visit than without it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

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

_EDGES = (5, 10, 15, 20, 30, 45, 60)
BINS = (
    Bin(name="under 5", since=0, until=5),
    *(Bin(name=f"{a} to {b}", since=a, until=b) for a, b in pairwise(_EDGES)),
    Bin(name="60 and more", since=60, until=None),
)


async def make(asked: Asked) -> Report:
    """Make the report."""
    span, begins = asked.span(), asked.clock.midnight(asked.period.first)
    async with asked.storage.open(asked.business.id) as books:
        sold = await books.reports.sold(**span)
    return await asyncio.to_thread(compute, asked, sold, begins)


def compute(asked: Asked, sold: Sequence[Sold], begins: int) -> Report:
    """Measure the slots that were sold from an instant on, beside those from before."""
    wanted = [one for one in sold if asked.counts(technician=one.technician, zone=one.zone)]
    now, then = [one for one in wanted if one.sold_at >= begins], [one for one in wanted if one.sold_at < begins]
    known = [one for one in now if one.detour is not None]
    counts = spread(minutes_of(known), BINS)
    rows: list[tuple[Cell, ...]] = []
    for one, count in zip(BINS, counts, strict=True):
        held = [each for each in known if one.holds((each.detour or 0) / 60)]
        rows.append(
            (
                one.name,
                count,
                share(count, len(known)),
                sum(each.recommended is True for each in held),
                sum(each.overridden for each in held),
            )
        )
    return Report(
        figures=(
            _beside("Median detour", "min", middle(minutes_of(now)), middle(minutes_of(then))),
            _beside("Mean detour", "min", average(minutes_of(now)), average(minutes_of(then))),
            _beside("Slots sold", "", len(now), len(then)),
            _beside("Recommended slots", "%", recommended(now), recommended(then)),
            _beside("Sold against a rule", "%", overridden(now), overridden(then)),
            _beside("Without a known drive", "", len(now) - len(known), sum(one.detour is None for one in then)),
        ),
        chart=_chart(rows, now, then) if known else None,
        tables=(
            Table(
                key="distribution",
                caption="Slots sold, by detour",
                columns=(
                    Column(name="Detour", kind=Holds.TEXT, unit="min"),
                    Column(name="Slots sold", kind=Holds.COUNT),
                    Column(name="Share", unit="%"),
                    Column(name="Of them recommended", kind=Holds.COUNT),
                    Column(name="Of them against a rule", kind=Holds.COUNT),
                ),
                rows=tuple(rows) if known else (),
            ),
        ),
    )


def minutes_of(sold: Sequence[Sold]) -> list[float]:
    """List the detours that are known, in minutes."""
    return [one.detour / 60 for one in sold if one.detour is not None]


def recommended(sold: Sequence[Sold]) -> float | None:
    """Give the share of recommended slots among those for which the engine chose who goes."""
    chosen = [one.recommended for one in sold if one.recommended is not None]
    return share(sum(chosen), len(chosen))


def overridden(sold: Sequence[Sold]) -> float | None:
    """Give the share of the slots that staff sold against a rule."""
    return share(sum(one.overridden for one in sold), len(sold))


def _beside(name: str, unit: str, now: float | None, before: float | None) -> Figure:
    return Figure(name=name, unit=unit, now=now, before=before)


def _chart(rows: list[tuple[Cell, ...]], now: Sequence[Sold], then: Sequence[Sold]) -> Chart:
    return Chart(
        look=Look.BARS,
        x="Detour (min)",
        y="Slots sold",
        labels=tuple(str(row[0]) for row in rows),
        series=(Series(name="Slots sold", values=tuple(float(row[1] or 0) for row in rows)),),
        summary=(
            "Bars of how many slots were sold at which detour: the median is "
            f"{said(middle(minutes_of(now)), 'minutes')}, {said(middle(minutes_of(then)), 'minutes')} before that."
        ),
    )


KIND = Kind(
    name="detour",
    title="Detour sold per slot",
    tab="Detour",
    definition="How many minutes longer a technician drives with a visit than without it, for the slots that were sold "
    "in these days.",
    formula=(
        "detour = drive(before → visit) + drive(visit → after) - drive(before → after), never below 0 (rule O1), as it "
        "was when the visit was held, booked or last moved",
        "A slot counts on the day on which it was first held or booked, whatever became of the visit; holds that ran "
        "out and requests don't count.",
        "recommended = recommended slots ÷ slots for which the engine chose who goes",
        "against a rule = slots that staff sold by an override ÷ slots sold",
        "Each stretch has its lower end in it and its upper end not.",
    ),
    none_yet="No slot was sold in these days. Once visits are booked, their detours are measured here.",
    make=make,
)
