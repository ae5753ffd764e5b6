"""An answer for people: a heading, and the days to come with their slots."""

from __future__ import annotations

import io
import shutil
import sys
from itertools import groupby

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from fieldfare.domain.answers import Answer, Slot
from fieldfare.domain.clock import MINUTE, Clock, clock_of
from fieldfare.domain.questions import Question
from fieldfare.entrypoints.cli.table_days import Day, days_of, label
from fieldfare.entrypoints.cli.table_heading import heading, printable, sentence

WIDTH_WHEN_PIPED = 80
_MOST_SINGLE_DAYS = 2


def render_table(question: Question, answer: Answer) -> str:
    """Render an answer as text, in the width and with the colours of standard output."""
    on_terminal = sys.stdout.isatty()
    page = io.StringIO()
    console = Console(
        file=page,
        force_terminal=on_terminal,
        width=shutil.get_terminal_size().columns if on_terminal else WIDTH_WHEN_PIPED,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for line in heading(question, answer):
        console.print(line)
    console.print()
    if answer.quote is None:
        console.print(sentence(question, answer))
    else:
        console.print(_days(question, answer))
    return "".join(line.rstrip() + "\n" for line in page.getvalue().splitlines())


def _days(question: Question, answer: Answer) -> Group:
    clock = clock_of(question.business.time_zone)
    names = {technician.id: printable(technician.name) for technician in question.business.technicians}
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    for bare, group in groupby(days_of(question, answer), key=lambda day: not day.slots and not day.refused):
        days = list(group)
        if bare and len(days) > _MOST_SINGLE_DAYS:
            grid.add_row(Text(f"{label(days[0].date)} - {label(days[-1].date)}"), Text("no slot", "dim"))
            continue
        for day in days:
            grid.add_row(Text(label(day.date), "bold"), _day(day, clock, names))
    recommended = any(slot.recommended for slot in answer.slots)
    legend = "★ recommended: among the three smallest detours, and short" if recommended else ""
    return Group(grid, Text(f"\n{legend}", "dim")) if legend else Group(grid)


def _day(day: Day, clock: Clock, names: dict[str, str]) -> Group:
    slots = Table.grid(padding=(0, 2, 0, 0), expand=True)
    slots.add_column(no_wrap=True)
    slots.add_column(no_wrap=True, width=1)
    slots.add_column(no_wrap=True, ratio=1)
    slots.add_column(no_wrap=True, justify="right")
    for slot in day.slots:
        times = f"{clock.local(slot.start):%H:%M}-{clock.local(slot.end):%H:%M}"
        slots.add_row(times, Text("★" if slot.recommended else "", "yellow"), _who(slot, names), _detour(slot))
    shown = slots if day.slots else Text("no slot", "dim")
    if not day.refused:
        return Group(shown)
    reasons = " · ".join(f"{reason} {count}" for reason, count in day.refused)
    return Group(shown, Text(f"refused: {reasons}", "dim"))


def _who(slot: Slot, names: dict[str, str]) -> Text:
    first = slot.options[0].technician
    others = len(slot.options) - 1
    text = Text(names[first] or first)
    if names[first]:
        text.append(f" {first}", "dim")
    if others:
        text.append(f" or {others} more", "dim")
    return text


def _detour(slot: Slot) -> str:
    minutes = -(-slot.detour_seconds // MINUTE)
    return f"detour {minutes:,} min"
