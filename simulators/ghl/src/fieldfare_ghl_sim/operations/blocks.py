"""Blocked slots: time that is taken without a contact."""

from __future__ import annotations

from http import HTTPStatus

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.world import Record

NO_EVENT_CALENDAR = "The calendar is not an event calendar."
DEFAULT_TITLE = "Blocked slot"
HOUR = 3600


@serves("create-block-slot")
def create(asked: Asked) -> Record:
    """Block a user's time, or an event calendar's."""
    body, location = asked.body, asked.body["locationId"]
    _check_owner(asked, body, location)
    start = asked.moment(body["startTime"], location, "startTime") if "startTime" in body else int(asked.now)
    end = asked.moment(body["endTime"], location, "endTime") if "endTime" in body else start + HOUR
    if end <= start:
        raise Refused(HTTPStatus.BAD_REQUEST, "The end time must be after the start time.")
    item = new_item(
        asked.world.new_id(),
        location=location,
        user=body.get("assignedUserId", ""),
        calendar=body.get("calendarId", ""),
        span=(start, end),
        title=body.get("title", DEFAULT_TITLE),
        full_day=False,
        now=asked.now,
    )
    asked.world.blocks[item["id"]] = item
    return _written(asked, item)


@serves("edit-block-slot")
def change(asked: Asked) -> Record:
    """Change a blocked slot."""
    item = asked.found(asked.world.blocks, "eventId", "Blocked slot")
    body, location = asked.body, item["locationId"]
    _check_owner(asked, body, location)
    start = asked.moment(body["startTime"], location, "startTime") if "startTime" in body else item["start"]
    end = asked.moment(body["endTime"], location, "endTime") if "endTime" in body else item["end"]
    if end <= start:
        raise Refused(HTTPStatus.BAD_REQUEST, "The end time must be after the start time.")
    item |= {"start": start, "end": end, "isFullDay": False, "updated": asked.now}
    item |= {key: body[key] for key in ("title", "assignedUserId", "calendarId") if key in body}
    return _written(asked, item)


def new_item(
    id_: str, *, location: str, user: str, calendar: str, span: tuple[int, int], title: str, full_day: bool, now: float
) -> Record:
    """Make a blocked slot as it is kept."""
    return {
        "id": id_,
        "locationId": location,
        "assignedUserId": user,
        "calendarId": calendar,
        "title": title,
        "start": span[0],
        "end": span[1],
        "isFullDay": full_day,
        "added": now,
        "updated": now,
        "deleted": False,
    }


def _check_owner(asked: Asked, body: Record, location: str) -> None:
    if "calendarId" in body:
        calendar = asked.world.calendars.get(body["calendarId"])
        if calendar is None or calendar["locationId"] != location:
            raise Refused(HTTPStatus.BAD_REQUEST, "The calendar does not exist in this location.")
        if calendar["calendarType"] != "event":
            raise Refused(HTTPStatus.BAD_REQUEST, NO_EVENT_CALENDAR)
    asked.check_assigned(location)


def _written(asked: Asked, item: Record) -> Record:
    zone = asked.zone(item["locationId"])
    row: Record = {"id": item["id"], "locationId": item["locationId"], "title": item["title"]}
    row |= {"startTime": moments.offset_text(item["start"], zone), "endTime": moments.offset_text(item["end"], zone)}
    return row | {key: item[key] for key in ("assignedUserId", "calendarId") if item[key]}
