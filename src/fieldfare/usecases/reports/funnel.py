"""The booking funnel: how many customers open the page, and how far they come."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from fieldfare.ports.reports import Door, Step, Tally, Wish
from fieldfare.usecases.reports.asked import Asked
from fieldfare.usecases.reports.figures import Cell, Chart, Column, Figure, Look, Report, Series, Table, said, share
from fieldfare.usecases.reports.figures import Kind as Holds
from fieldfare.usecases.reports.kinds import Kind

_NAMES = ("Opened the page", "Gave an address", "Saw times", "Held a time", "Booked")


async def make(asked: Asked) -> Report:
    """Make the report."""
    begins = asked.clock.midnight(asked.period.first)
    async with asked.storage.open(asked.business.id) as books:
        counted = await books.reports.counted(first=asked.period.before.first, last=asked.period.last)
        wishes = await books.reports.wishes(**asked.span())
    return await asyncio.to_thread(compute, asked, counted, wishes, begins)


def compute(asked: Asked, counted: Mapping[Tally, int], wishes: Sequence[Wish], begins: int) -> Report:
    """Put the steps one after the other; whoever asks by the API joins where times are seen."""
    wanted = [one for one in wishes if asked.zone in {None, one.zone}]
    mine = _steps(
        asked,
        {tally: count for tally, count in counted.items() if tally.day in asked.period},
        [one for one in wanted if one.at >= begins],
    )
    theirs = _steps(
        asked,
        {tally: count for tally, count in counted.items() if tally.day not in asked.period},
        [one for one in wanted if one.at < begins],
    )
    rows = _rows(mine)
    anything = any(one for one, _ in mine)
    return Report(
        figures=(
            *(
                Figure(name=name, unit="", now=one[0], before=before[0])
                for name, one, before in zip(_NAMES, mine, theirs, strict=True)
            ),
            Figure(
                name="Booked, of those who saw times",
                unit="%",
                now=share(mine[4][0], mine[2][0]),
                before=share(theirs[4][0], theirs[2][0]),
            ),
        ),
        chart=Chart(
            look=Look.BARS,
            x="Step",
            y="Customers",
            labels=_NAMES,
            series=(Series(name="Customers", values=tuple(float(one) for one, _ in mine)),),
            summary=(
                f"Bars of how many came to each step: {said(mine[0][0], 'opened the page')}, "
                f"{said(mine[4][0], 'booked')}."
            ),
        )
        if anything
        else None,
        tables=(
            Table(
                key="steps",
                caption="The steps of a booking, and where customers were lost",
                columns=(
                    Column(name="Step", kind=Holds.TEXT),
                    Column(name="Came to it", kind=Holds.COUNT),
                    Column(name="Of them by the API", kind=Holds.COUNT),
                    Column(name="Went on", kind=Holds.COUNT),
                    Column(name="Went on", unit="%"),
                    Column(name="Lost here", kind=Holds.COUNT),
                ),
                rows=rows if anything else (),
            ),
        ),
    )


def _steps(asked: Asked, counted: Mapping[Tally, int], wishes: Sequence[Wish]) -> list[tuple[int, int]]:
    """Give, for each step, how many came to it, and how many of them joined there by the API."""
    counts: Counter[tuple[Step, Door]] = Counter()
    for tally, count in counted.items():
        # Before there is an address nobody is in any zone: whoever opens the page counts to each.
        if tally.step is Step.OPENED or asked.zone in {None, tally.zone}:
            counts[tally.step, tally.door] += count
    joined = counts[Step.TIMES_SEEN, Door.API]
    return [
        (counts[Step.OPENED, Door.PAGE], 0),
        (counts[Step.ADDRESS, Door.PAGE], 0),
        (counts[Step.TIMES_SEEN, Door.PAGE] + joined, joined),
        (len(wishes), 0),
        (sum(one.booked for one in wishes), 0),
    ]


def _rows(steps: Sequence[tuple[int, int]]) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for at, (name, (came, joined)) in enumerate(zip(_NAMES, steps, strict=True)):
        if at + 1 == len(steps):
            rows.append((name, came, joined, None, None, None))
            continue
        went_on = min(came, steps[at + 1][0] - steps[at + 1][1])
        rows.append((name, came, joined, went_on, share(went_on, came), came - went_on))
    return tuple(rows)


KIND = Kind(
    name="funnel",
    title="Booking funnel",
    tab="Funnel",
    definition="How many customers open the booking page and how many come to each further step, up to the booking.",
    formula=(
        "lost at a step = those who came to it - those who went on; whoever joins at the next step is not among these",
        "Opened, address and times are counted once for each visit to the booking page. An API's search joins where "
        "times are seen; the same question within ten minutes counts once.",
        "Held and booked come from the bookings that customers made themselves, by the page or by the API, on the day "
        "on which they were held. Whoever lets a time go for another one has held two.",
        "Whoever comes back after a day, or opened the page before the period began, may be missing in an earlier "
        "step: no step is shown to go on to more than came to it.",
        "A zone narrows down every step but the first, at which nobody is anywhere yet. Counts are kept for 400 days.",
    ),
    none_yet="Nobody opened the booking page in these days, and nobody asked by the API.",
    make=make,
    by_technician=False,
)
