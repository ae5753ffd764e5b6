"""When a calendar is free, as the vendor computes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.world import Record, World

Span = tuple[int, int]
FREEING = frozenset({"cancelled", "invalid", "noshow", "no_show"})
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNIT_SECONDS = {"mins": 60, "hours": 3600, "days": 86_400, "weeks": 7 * 86_400, "months": 30 * 86_400}


def seconds(record: Record, name: str, *, default: int = 0) -> int:
    """Read a duration that is kept as a number and a unit."""
    if name not in record:
        return default
    return int(record[name] * _UNIT_SECONDS[record.get(f"{name}Unit", "mins")])


def slot_seconds(calendar: Record) -> int:
    """Say how long one appointment of a calendar is."""
    return seconds(calendar, "slotDuration", default=1800)


def free_starts(
    world: World, calendar: Record, span: Span, *, now: float, users: Collection[str] = (), but: str | None = None
) -> list[int]:
    """List the starts that the calendar offers within a span; the appointment `but` is looked through."""
    zone = str(world.locations[calendar["locationId"]]["timezone"])
    long = slot_seconds(calendar)
    step = seconds(calendar, "slotInterval", default=long) or long
    earliest = max(span[0], now + seconds(calendar, "allowBookingAfter"))
    latest = min(span[1], now + seconds(calendar, "allowBookingFor", default=365 * 86_400))
    team = [user for user in members(calendar) if not users or user in users]
    open_to: dict[int, set[str]] = defaultdict(set)
    day = moments.local_day(span[0], zone)
    while moments.at_local(day, 0, zone) < span[1]:
        for who, opening in _openings(world, calendar, team, day, zone):
            start = opening[0]
            while start + long <= opening[1]:
                if earliest <= start < latest:
                    open_to[start].update(who)
                start += step
        day += timedelta(days=1)
    return sorted(at for at, who in open_to.items() if is_free(world, calendar, (at, at + long), who, but=but))


def members(calendar: Record) -> list[str]:
    """Name the users of a calendar."""
    return [str(member["userId"]) for member in calendar.get("teamMembers", ())]


def is_free(world: World, calendar: Record, span: Span, users: Collection[str], *, but: str | None = None) -> bool:
    """Say whether a calendar has room for one more appointment: with somebody, with everybody, or in itself."""
    if calendar["calendarType"] in ("event", "class_booking"):
        if any(_meet(span, (block["start"], block["end"])) for block in _calendar_blocks(world, calendar["id"])):
            return False
        there = [item for item in _standing(world) if item["calendarId"] == calendar["id"] and item["id"] != but]
        seats = int(calendar.get("appoinmentPerSlot", 1))
        return sum(_meet(span, (item["start"], item["end"])) for item in there) < seats
    free = [user for user in users if not _is_busy(world, user, span, but)]
    return bool(free) and (calendar["calendarType"] != "collective" or len(free) == len(members(calendar)))


def first_free(world: World, calendar: Record, span: Span) -> str | None:
    """Choose the member of the team who takes an appointment."""
    return next((user for user in members(calendar) if not _is_busy(world, user, span, None)), None)


def works(world: World, location: str, user: str, span: Span) -> bool:
    """Say whether a span lies within a user's hours in a location, whatever calendars these are for."""
    for schedule in world.in_location(world.schedules, location):
        if schedule["userId"] == user and not schedule["deleted"]:
            zone = str(schedule["timezone"])
            day = moments.local_day(span[0], zone)
            for interval in _intervals(schedule, day):
                opens, closes = (moments.at_local(day, _minutes(interval[name]), zone) for name in ("from", "to"))
                if opens <= span[0] and span[1] <= closes:
                    return True
    return False


def busy_spans(world: World, user: str) -> Iterator[tuple[str, Span]]:
    """Give what takes a user's time, with its id: appointments with their buffers, blocks, legs of service bookings."""
    for item in _standing(world):
        if user == item["assignedUserId"] or user in item["users"]:
            calendar = world.calendars.get(item["calendarId"], {})
            yield (
                item["id"],
                (item["start"] - seconds(calendar, "preBuffer"), item["end"] + seconds(calendar, "slotBuffer")),
            )
    for block in world.blocks.values():
        if block["assignedUserId"] == user and not block["deleted"]:
            yield block["id"], (block["start"], block["end"])
    for booking in world.service_bookings.values():
        if not booking["deleted"] and booking["status"] not in FREEING:
            for leg in booking["legs"]:
                if leg["staff"] == user and leg["start"] is not None:
                    yield booking["id"], (leg["start"], leg["end"])


def _is_busy(world: World, user: str, span: Span, but: str | None) -> bool:
    return any(_meet(span, other) for id_, other in busy_spans(world, user) if id_ != but)


def _standing(world: World) -> Iterator[Record]:
    return (
        item for item in world.appointments.values() if not item["deleted"] and item["appointmentStatus"] not in FREEING
    )


def _calendar_blocks(world: World, calendar: str) -> Iterator[Record]:
    return (item for item in world.blocks.values() if item["calendarId"] == calendar and not item["deleted"])


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _openings(
    world: World, calendar: Record, team: list[str], day: date, zone: str
) -> Iterator[tuple[list[str], Span]]:
    """Give the spans in which a day is open, and for whom: by the calendar's hours, else by its users' schedules."""
    if calendar.get("openHours"):
        number = (day.weekday() + 1) % 7  # the vendor counts from Sunday
        for rule in calendar["openHours"]:
            if number in rule["daysOfTheWeek"]:
                for hour in rule["hours"]:
                    opens, closes = (
                        hour["openHour"] * 60 + hour["openMinute"],
                        hour["closeHour"] * 60 + hour["closeMinute"],
                    )
                    yield team, (moments.at_local(day, opens, zone), moments.at_local(day, closes, zone))
        return
    for schedule in world.schedules.values():
        if schedule["userId"] in team and calendar["id"] in schedule["calendarIds"] and not schedule["deleted"]:
            for interval in _intervals(schedule, day):
                opens, closes = (_minutes(interval[name]) for name in ("from", "to"))
                at = str(schedule["timezone"])
                yield [schedule["userId"]], (moments.at_local(day, opens, at), moments.at_local(day, closes, at))


def _intervals(schedule: Record, day: date) -> list[Record]:
    dated = [rule for rule in schedule["rules"] if rule["type"] == "date" and rule["date"] == day.isoformat()]
    weekly = [rule for rule in schedule["rules"] if rule["type"] == "wday" and rule["day"] == _WEEKDAYS[day.weekday()]]
    return [interval for rule in (dated or weekly) for interval in rule["intervals"]]


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
