"""Calendars, their groups, free slots and users' schedules."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.operations import slots
from fieldfare_ghl_sim.world import Record

LONGEST_WINDOW = 31 * moments.DAY
_OURS = ("anyDuration",)


@serves("get-groups")
def groups(asked: Asked) -> Record:
    """List the groups of calendars."""
    return {"groups": asked.world.in_location(asked.world.groups, asked.one("locationId") or "")}


@serves("get-calendars")
def calendars(asked: Asked) -> Record:
    """List the calendars of a location."""
    rows = asked.world.in_location(asked.world.calendars, asked.one("locationId") or "")
    if group := asked.one("groupId"):
        rows = [row for row in rows if row.get("groupId") == group]
    if asked.one("showDrafted") == "false":
        rows = [row for row in rows if row["isActive"]]
    return {"calendars": [_row(row) for row in rows]}


@serves("get-calendar")
def calendar(asked: Asked) -> Record:
    """Read one calendar."""
    return {"calendar": _row(asked.found(asked.world.calendars, "calendarId", "Calendar"))}


@serves("get-slots")
def free_slots(asked: Asked) -> Record:
    """Give a calendar's free starts by day, at most 31 days; days without any are left out."""
    found = asked.found(asked.world.calendars, "calendarId", "Calendar")
    start, end = asked.milliseconds("startDate"), asked.milliseconds("endDate")
    if end - start > LONGEST_WINDOW:
        raise Refused(HTTPStatus.BAD_REQUEST, "The date range must not be longer than 31 days.")
    zone = asked.one("timezone") or asked.zone(found["locationId"])
    if not moments.known_zone(zone):
        raise Refused(HTTPStatus.BAD_REQUEST, "The timezone is not valid.")
    users = [*(id_ for name in ("userIds", "userIds[]", "userId") for id_ in asked.query.get(name, ()))]
    days: dict[str, list[str]] = defaultdict(list)
    for at in slots.free_starts(asked.world, found, (int(start), int(end)), now=asked.now, users=users):
        days[moments.local_day(at, zone).isoformat()].append(moments.offset_text(at, zone))
    offered = asked.offered.setdefault(found["id"], set())
    offered.update(text for texts in days.values() for text in texts)
    return {day: {"slots": texts} for day, texts in days.items()}


@serves("getAllSchedules")
def schedules(asked: Asked) -> Record:
    """List a user's schedules."""
    rows = [
        row
        for row in asked.world.in_location(asked.world.schedules, asked.one("locationId") or "")
        if row["userId"] == asked.one("userId")
        and (asked.one("calendarId") or row["id"]) in (*row["calendarIds"], row["id"])
    ]
    skip, limit = asked.number("skip", 0), asked.number("limit", 50, least=1)
    return {"schedules": [_schedule(row) for row in rows[skip : skip + limit]]}


@serves("getScheduleById")
def schedule(asked: Asked) -> Record:
    """Read one schedule."""
    return {"schedule": _schedule(asked.found(asked.world.schedules, "id", "Schedule"))}


def _row(calendar: Record) -> Record:
    return {key: value for key, value in calendar.items() if key not in _OURS}


def _schedule(row: Record) -> Record:
    kept = {key: value for key, value in row.items() if key not in ("added", "updated")}
    return kept | {"dateAdded": moments.utc_text(row["added"]), "dateUpdated": moments.utc_text(row["updated"])}
