"""A schedule on a calendar: what each day of a month is, by the weekly hours and the exceptions."""

from __future__ import annotations

import re
from calendar import Calendar
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import Fault
from fieldfare.entrypoints.desk.settings.widgets_grouped import windows_of, windows_text
from fieldfare.entrypoints.scenario.schema_schedules import WEEKDAYS

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day: `open`, `closed` or `off` (the schedule doesn't count then), with its hours."""

    day: date
    state: str
    hours: str
    exception: bool
    today: bool
    row: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in weeks from Sunday on, None for days of other months."""

    first: date
    weeks: list[list[CalendarDay | None]]
    before: str
    after: str


def month_of(typed: Typed, *, wanted: str, today: date) -> Month:
    """Lay a month out, by what stands in the form; today's where none is named."""
    found = _MONTH.fullmatch(wanted)
    first = date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
    rows = {typed.one(f"exceptions.{number}.day"): number for number in typed.part("exceptions").rows()}
    days = Calendar(firstweekday=6).monthdatescalendar(first.year, first.month)
    return Month(
        first=first,
        weeks=[[_day(one, typed, rows, today) if one.month == first.month else None for one in week] for week in days],
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{first + timedelta(days=31):%Y-%m}",
    )


def _day(day: date, typed: Typed, rows: dict[str, str], today: date) -> CalendarDay:
    row = rows.get(day.isoformat(), "")
    text = typed.one(f"exceptions.{row}.windows") if row else typed.one(f"week_{WEEKDAYS[day.weekday()]}")
    try:
        hours = windows_text(windows_of(text))
    except Fault:
        hours = text
    counts = typed.one("active") == "yes" and _counts(day, typed)
    return CalendarDay(
        day=day,
        state=("open" if hours else "closed") if counts else "off",
        hours=hours,
        exception=bool(row),
        today=day == today,
        row=row,
    )


def _counts(day: date, typed: Typed) -> bool:
    since, until = _read(typed.one("effective_from")), _read(typed.one("effective_to"))
    return (since is None or since <= day) and (until is None or day < until)


def _read(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
