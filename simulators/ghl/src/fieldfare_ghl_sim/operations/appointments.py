"""Appointments: made, changed, read, listed and deleted."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.operations import recurrence, slots
from fieldfare_ghl_sim.operations.entries import block_row, event_row, flat_row, told_row
from fieldfare_ghl_sim.world import Record

TAKEN = "The slot you have selected is no longer available."
WRONG_DURATION = "Selected slot duration is not a valid duration option for this calendar"
DEFAULT_TITLE = "Appointment"
SILENTLY_DROPPED = ("notes",)


@serves("create-appointment")
def create(asked: Asked) -> Record:
    """Make an appointment; the slot is checked and taken in one step."""
    body = asked.body
    location = body["locationId"]
    calendar = _calendar(asked, body["calendarId"], location)
    contact = asked.world.contacts.get(body["contactId"])
    if contact is None or contact["locationId"] != location:
        raise Refused(HTTPStatus.BAD_REQUEST, "The contact does not exist in this location.")
    span = _span(asked, body, calendar, location)
    free = bool(body.get("ignoreFreeSlotValidation"))
    user = body.get("assignedUserId")
    asked.check_assigned(location)
    if not free:
        _check_slot(asked, calendar, span, body, user)
    item = new_item(
        asked.world.new_id(),
        location=location,
        calendar=calendar,
        contact=contact,
        user=user or slots.first_free(asked.world, calendar, span) or next(iter(slots.members(calendar)), ""),
        span=span,
        body=body,
        now=asked.now,
        source="third_party",
    )
    made = [item]
    if free and body.get("rrule"):
        made = recurrence.expanded(item, body["rrule"], asked.zone(location))
    for each in made:
        asked.world.appointments[each["id"]] = each
        asked.emit("AppointmentCreate", location, told_row(each))
    return _written(asked, made[0])


@serves("edit-appointment")
def change(asked: Asked) -> Record:
    """Change an appointment; only a change of when, where or who is checked against the calendar's slots."""
    item = _known(asked, "eventId")
    body, location = asked.body, item["locationId"]
    calendar = _calendar(asked, body.get("calendarId", item["calendarId"]), location)
    span = (item["start"], item["end"])
    if "startTime" in body or "endTime" in body:
        span = _span(
            asked, {"startTime": moments.offset_text(item["start"], asked.zone(location))} | body, calendar, location
        )
    user = body.get("assignedUserId", item["assignedUserId"])
    asked.check_assigned(location)
    moved = {"startTime", "endTime", "assignedUserId", "calendarId"} & body.keys()
    if moved and not body.get("ignoreFreeSlotValidation"):
        _check_slot(asked, calendar, span, body, user, but=item["id"])
    item |= {"start": span[0], "end": span[1], "calendarId": calendar["id"], "groupId": calendar.get("groupId", "")}
    if "assignedUserId" in body:
        item["users"] = [user, *(other for other in item["users"] if other not in (user, item["assignedUserId"]))]
        item["assignedUserId"] = user
    item |= {key: body[key] for key in ("title", "description", "address", "appointmentStatus") if key in body}
    item["updated"] = asked.now
    asked.emit("AppointmentUpdate", location, told_row(item))
    return _written(asked, item)


@serves("get-appointment")
def read(asked: Asked) -> Record:
    """Read one appointment, wrapped in `event`."""
    item = _known(asked, "eventId", deleted=asked.quirks.deleted_rows)
    return {"event": event_row(item, asked.zone(item["locationId"]), asked.quirks)}


@serves("get-calendar-events")
def listed(asked: Asked) -> Record:
    """List the appointments that start in a window, of a calendar, a user or a group; the end is not kept to."""
    calendar, user, group = _selector(asked)
    location = asked.one("locationId") or ""
    is_listed = asked.window()
    rows = []
    for item in asked.world.in_location(asked.world.appointments, location):
        seen = not item["deleted"] or item["deleted"] == "shown" or asked.quirks.deleted_rows
        who = {item["assignedUserId"], *item["users"]} if asked.quirks.user_filter_sees_assigned else set()
        chosen = (
            (calendar is None or item["calendarId"] == calendar)
            and (user is None or user in who)
            and (group is None or item["groupId"] == group)
        )
        if seen and chosen and is_listed(item):
            rows.append(event_row(item, asked.zone(location), asked.quirks))
    return {"events": rows}


@serves("delete-event")
def delete(asked: Asked) -> Record:
    """Delete an appointment or a blocked slot."""
    world, id_ = asked.world, asked.path["eventId"]
    if id_ in world.blocks and not world.blocks[id_]["deleted"]:
        world.blocks[id_] |= {"deleted": True, "updated": asked.now}
        return {"succeeded": True}
    item = _known(asked, "eventId")
    item |= {"deleted": True, "updated": asked.now}
    asked.emit("AppointmentDelete", item["locationId"], told_row(item))
    return {"succeeded": True}


@serves("get-blocked-slots")
def blocked(asked: Asked) -> Record:
    """List the blocked slots of a user, a calendar or a group; they are in no other list."""
    calendar, user, group = _selector(asked)
    location = asked.one("locationId") or ""
    is_listed = asked.window()
    calendars = {id_ for id_, item in asked.world.calendars.items() if group and item.get("groupId") == group}
    rows = []
    for item in asked.world.in_location(asked.world.blocks, location):
        seen = not item["deleted"] or item["deleted"] == "shown" or asked.quirks.deleted_rows
        chosen = (
            (calendar is None or item["calendarId"] == calendar)
            and (user is None or item["assignedUserId"] == user)
            and (group is None or item["calendarId"] in calendars)
        )
        if seen and chosen and is_listed(item):
            rows.append(block_row(item, asked.zone(location)))
    return {"events": rows}


def new_item(
    id_: str,
    *,
    location: str,
    calendar: Record,
    contact: Record | None,
    user: str,
    span: tuple[int, int],
    body: Record,
    now: float,
    source: str,
) -> Record:
    """Make an appointment as it is kept."""
    status = body.get("appointmentStatus") or ("confirmed" if calendar.get("autoConfirm", True) else "new")
    name = "" if contact is None else contact.get("name") or contact.get("email", "")
    title = str(calendar.get("eventTitle", "{{contact.name}}")).replace("{{contact.name}}", name)
    return {
        "id": id_,
        "locationId": location,
        "calendarId": calendar["id"],
        "groupId": calendar.get("groupId", ""),
        "contactId": "" if contact is None else contact["id"],
        "title": body.get("title") or title or DEFAULT_TITLE,
        "description": body.get("description", ""),
        "address": body.get("address", ""),
        "appointmentStatus": status,
        "assignedUserId": user,
        "users": [user] if user else [],
        "meeting": body.get("meetingLocationType", "custom"),
        "rrule": "",
        "masterEventId": "",
        "start": span[0],
        "end": span[1],
        "added": now,
        "updated": now,
        "source": source,
        "deleted": False,
    }


def _calendar(asked: Asked, id_: str, location: str) -> Record:
    calendar = asked.world.calendars.get(id_)
    if calendar is None or calendar["locationId"] != location:
        raise Refused(HTTPStatus.BAD_REQUEST, "The calendar does not exist in this location.")
    return calendar


def _known(asked: Asked, name: str, *, deleted: bool = False) -> Record:
    item = asked.world.appointments.get(asked.path[name])
    if item is None or (item["deleted"] and item["deleted"] != "shown" and not deleted):
        raise Refused(asked.quirks.unknown_appointment, "The appointment was not found.")
    return item


def _span(asked: Asked, body: Any, calendar: Record, location: str) -> tuple[int, int]:
    start = asked.moment(body["startTime"], location, "startTime")
    if body.get("endTime") is None:
        return start, start + slots.slot_seconds(calendar)
    end = asked.moment(body["endTime"], location, "endTime")
    if end <= start:
        raise Refused(HTTPStatus.BAD_REQUEST, "The end time must be after the start time.")
    return start, end


def _check_slot(
    asked: Asked, calendar: Record, span: tuple[int, int], body: Any, user: str | None, *, but: str | None = None
) -> None:
    """Refuse what is not one of the calendar's own free slots, text for text."""
    if span[1] - span[0] != slots.slot_seconds(calendar) and not calendar.get("anyDuration"):
        raise Refused(HTTPStatus.BAD_REQUEST, WRONG_DURATION)
    team = [user] if user else slots.members(calendar)
    zone = asked.zone(calendar["locationId"])
    exact = {moments.offset_text(span[0], zone), *asked.offered.get(calendar["id"], ())}
    if "startTime" in body and asked.strict and asked.quirks.exact_start and body["startTime"] not in exact:
        raise Refused(HTTPStatus.BAD_REQUEST, TAKEN)
    if not slots.is_free(asked.world, calendar, span, team, but=but):
        raise Refused(HTTPStatus.BAD_REQUEST, TAKEN)
    if body.get("ignoreDateRange") or calendar.get("anyDuration"):
        return
    around = (span[0], span[0] + 1)
    if span[0] not in slots.free_starts(asked.world, calendar, around, now=asked.now, users=team, but=but):
        raise Refused(HTTPStatus.BAD_REQUEST, TAKEN)


def _selector(asked: Asked) -> tuple[str | None, str | None, str | None]:
    chosen = asked.one("calendarId"), asked.one("userId"), asked.one("groupId")
    if not any(chosen):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["Either of userId, calendarId or groupId is required"])
    return chosen


def _written(asked: Asked, item: Record) -> Record:
    zone = asked.zone(item["locationId"])
    return flat_row(item, zone, times=not asked.quirks.create_omits_times or asked.v3, stamps=asked.v3)
