"""The smart calendar: the days on which somebody can come, the times of one of them, and why the others have none."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import orjson

from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock
from fieldfare.engine.reasons import OFFERED, REASONS, explain_map
from fieldfare.engine.slot_map import SlotMap
from fieldfare.entrypoints.api.answers import Made, Make
from fieldfare.entrypoints.api.public.inquiries import Inquiry, signer
from fieldfare.entrypoints.api.public.writing import can_be_booked, write_for_anybody
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.web.tongues import TO, Tongue, mark
from fieldfare.usecases.availability.drivable import Drivable

_CALENDAR = "calendar"
_NOBODY = mark("Nobody who does this work is on duty on this day.")
_TOO_FAR = mark("On this day our technicians are too far away from you.")
_ASK_US = mark("We can't see our calendar well enough to book this day online. Please get in touch.")
_WHY = {
    "source_stale": _ASK_US,
    "notice": mark("This is too soon for us to plan the drive to you."),
    "zone_closed": mark("We don't work in your area on this day."),
    "weekly_load": mark("This week is fully booked."),
    "resource": mark("The equipment for this visit is in use on this day."),
    "busy": mark("This day is fully booked."),
    **dict.fromkeys(("not_qualified", "off_shift", "off_grid"), _NOBODY),
}
"""By the code of the rule that came nearest to offering a time; all other rules are about drives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time that can be booked, or only asked for (`request`).

    `value` is what the form sends: the start, and the signed price where there is one.
    """

    value: str
    day: date
    block: str
    label: str
    instant: str
    price: str
    saving: str | None
    recommended: bool
    request: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day of the month: with an address if it can be chosen, else with the reason why not, in words."""

    day: date
    label: str
    why: str | None
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The times of one part of a day."""

    name: str
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as a grid: weeks of seven, with None for the days of other months."""

    first: date
    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    previous: date | None
    following: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """All that can be booked of one product at one place."""

    times: tuple[Time, ...]
    closed: dict[str, str]
    today: date
    days_ahead: int
    tongue: Tongue

    @property
    def days(self) -> list[date]:
        """The days with a time, in order."""
        return sorted({time.day for time in self.times})

    def month(self, first: date, *, chosen: date | None) -> Month:
        """Lay out one month."""
        open_days, last = set(self.days), self.today + timedelta(days=self.days_ahead - 1)
        weeks = Weeks(firstweekday=self.tongue.first_weekday).monthdatescalendar(first.year, first.month)
        cells = tuple(
            tuple(self._cell(day, open_days, last, chosen) if day.month == first.month else None for day in week)
            for week in weeks
        )
        before, after = first - timedelta(days=1), _month_after(first)
        return Month(
            first=first,
            name=self.tongue.month(first),
            weeks=cells,
            previous=before.replace(day=1) if before >= self.today else None,
            following=after if after <= last else None,
        )

    def of_day(self, day: date, business: Business) -> tuple[Group, ...]:
        """Group the times of a day by the parts of the business's day."""
        groups = []
        for block in business.policy.blocks:
            times = tuple(time for time in self.times if time.day == day and time.block == block.id)
            if times:
                groups.append(Group(name=block_name(block.id, block.start, block.end, self.tongue), times=times))
        return tuple(groups)

    def _cell(self, day: date, open_days: set[date], last: date, chosen: date | None) -> Cell:
        label, why = self.tongue.whole_day(day), None
        if day not in open_days:
            why = why_closed(self.closed.get(day.isoformat()), self.tongue)
            if day < self.today:
                why = self.tongue.say("This day has passed.")
            elif day > last:
                why = self.tongue.count(
                    "Visits can be booked %(num)s day ahead.",
                    "Visits can be booked %(num)s days ahead.",
                    self.days_ahead,
                )
        return Cell(day=day, label=label, why=why, chosen=day == chosen)


def read_calendar(document: dict[str, Any], *, business: Business, today: date, tongue: Tongue) -> Calendar:
    """Read what can be booked from the document that the calendar is kept as."""
    quote = document["quote"]
    full = None if quote is None else quote["price"]
    return Calendar(
        times=tuple(write_time(slot, full=full, business=business, tongue=tongue) for slot in document["slots"]),
        closed=document["closed"],
        today=today,
        days_ahead=business.policy.horizon_days,
        tongue=tongue,
    )


def write_time(slot: dict[str, Any], *, full: int | None, business: Business, tongue: Tongue) -> Time:
    """Write one slot of an answer for a customer."""
    local = datetime.fromisoformat(slot["start"])
    offer = slot.get("offer")
    saved = 0 if full is None else full - slot["price"]
    return Time(
        value=slot["start"] if offer is None else f"{slot['start']} {offer}",
        day=local.date(),
        block=slot["block"],
        label=tongue.time(local),
        instant=slot["start"],
        price=tongue.money(slot["price"], business.currency),
        saving=tongue.money(saved, business.currency) if saved > 0 else None,
        recommended=slot["recommended"],
        request=not can_be_booked(slot),
    )


async def calendar_of(rooms: Rooms, inquiry: Inquiry) -> dict[str, Any]:
    """Give the calendar of an inquiry as a document, made now if it isn't kept."""
    ready = await rooms.answers.of((*inquiry.key, _CALENDAR), calendar_maker(rooms, inquiry))
    document: dict[str, Any] = orjson.loads(ready.made.body)
    return document


def prepare_calendars(rooms: Rooms, inquiries: Sequence[Inquiry]) -> None:
    """Begin calendars in the background, which are probably asked for next."""
    rooms.answers.prepare([((*one.key, _CALENDAR), calendar_maker(rooms, one)) for one in inquiries])


def calendar_maker(rooms: Rooms, inquiry: Inquiry) -> Make:
    """Make what makes the document: the public answer, and why its other days have no time."""

    async def make() -> Made:
        snapshot = await rooms.businesses.around(inquiry.current, now=inquiry.now)
        found = await snapshot.drivable(inquiry.asked, now=inquiry.now, travel=rooms.travel(inquiry.business.travel))
        sign = await signer(rooms, inquiry.business, inquiry.asked, now=inquiry.now)
        document = calendar_document(found, business=inquiry.business, clock=inquiry.clock, sign=sign)
        return Made(body=orjson.dumps(document), offers=any(map(can_be_booked, document["slots"])))

    return make


def calendar_document(found: Drivable, *, business: Business, clock: Clock, sign: Any = None) -> dict[str, Any]:
    """Write a map as the calendar needs it."""
    document = write_for_anybody(found, clock=clock, business=business, wanted=None, sign=sign)
    return document | {"closed": {} if found.slot_map is None else _closed(found.slot_map)}


def why_closed(code: str | None, tongue: Tongue) -> str:
    """Say in a customer's words why a day has no time: never a code, and nothing of the technicians."""
    return tongue.say(_WHY.get(code or "off_shift", _TOO_FAR))


def block_name(block: str, start: int, end: int, tongue: Tongue) -> str:
    """Name a part of the day; one that isn't called AM or PM by its times."""
    if block == "AM":
        return tongue.say("Morning")
    if block == "PM":
        return tongue.say("Afternoon")
    midnight = datetime(2000, 1, 1)  # noqa: DTZ001 - the wall clock alone
    return TO.join(tongue.time(midnight + timedelta(minutes=minute)) for minute in (start, end))


def block_span(day: date, minutes: tuple[int, int], clock: Clock) -> tuple[int, int]:
    """Give the instants at which a part of a day begins and ends."""
    return clock.at(day, minutes[0]).instant, clock.at(day, minutes[1]).instant


def _closed(slot_map: SlotMap) -> dict[str, str]:
    """Find for each day of the horizon without a time what came nearest to one: the last rule that took a start."""
    problem = slot_map.problem
    frame, grid = problem.frame, problem.grid
    numbers = np.searchsorted(frame.midnights, grid.start, side="right") - 1
    codes = explain_map(problem).code
    last = codes.max(axis=0) if len(codes) else np.full(len(grid), REASONS.index("not_qualified"), dtype=np.uint8)
    closed = {}
    for number in range(frame.days):
        of_day = last[numbers == number]
        if not len(of_day):
            closed[frame.date(number).isoformat()] = "zone_closed"
        elif int(of_day.max()) < OFFERED:
            closed[frame.date(number).isoformat()] = REASONS[int(of_day.max())]
    return closed


def _month_after(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_of(day: date) -> date:
    """Give the first day of a month."""
    return day.replace(day=1)
