"""Appointments and blocked slots as rows of answers and of webhooks."""

from __future__ import annotations

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.world import Quirks, Record


def event_row(item: Record, zone: str, quirks: Quirks) -> Record:
    """Write an appointment as lists and single reads have it."""
    row: Record = {
        key: item[key]
        for key in ("id", "title", "calendarId", "locationId", "contactId", "groupId", "appointmentStatus")
    }
    row |= {"assignedUserId": item["assignedUserId"], "users": list(item["users"]), "address": item["address"]}
    row |= {"startTime": moments.offset_text(item["start"], zone), "endTime": moments.offset_text(item["end"], zone)}
    row |= {"dateAdded": moments.utc_text(item["added"]), "dateUpdated": moments.utc_text(item["updated"])}
    row |= {"createdBy": {"source": item["source"], "userId": ""}, "isRecurring": bool(item["rrule"])}
    row |= {"assignedResources": []}
    if item["description"]:
        row["description"] = item["description"]
    if item["masterEventId"]:
        row |= {"masterEventId": item["masterEventId"], "rrule": item["rrule"]}
    if quirks.typo_status:
        row["appoinmentStatus"] = item["appointmentStatus"]
    if item["deleted"]:
        row["deleted"] = True
    return row


def flat_row(item: Record, zone: str, *, times: bool, stamps: bool) -> Record:
    """Write an appointment as the answers to its writing have it: flat, and by habit without its times."""
    row: Record = {key: item[key] for key in ("id", "calendarId", "locationId", "contactId", "title")}
    row |= {"appointmentStatus": item["appointmentStatus"], "assignedUserId": item["assignedUserId"]}
    row |= {"address": item["address"], "isRecurring": bool(item["rrule"]), "meetingLocationType": item["meeting"]}
    if item["rrule"]:
        row["rrule"] = item["rrule"]
    if times:
        row |= {
            "startTime": moments.offset_text(item["start"], zone),
            "endTime": moments.offset_text(item["end"], zone),
        }
    if stamps:
        row |= {"dateAdded": moments.utc_text(item["added"]), "dateUpdated": moments.utc_text(item["updated"])}
    return row


def told_row(item: Record) -> Record:
    """Write an appointment as webhooks have it: nested, with times in UTC."""
    kept = ("id", "address", "title", "calendarId", "contactId", "groupId", "appointmentStatus", "assignedUserId")
    row: Record = {key: item[key] for key in kept}
    row |= {"users": list(item["users"]), "notes": "", "source": item["source"]}
    stamps = {"startTime": "start", "endTime": "end", "dateAdded": "added", "dateUpdated": "updated"}
    return {"appointment": row | {name: moments.utc_text(item[key]) for name, key in stamps.items()}}


def block_row(item: Record, zone: str) -> Record:
    """Write a blocked slot as lists have it: neither contact nor status, and a user or a calendar."""
    row: Record = {"id": item["id"], "title": item["title"], "locationId": item["locationId"], "address": ""}
    row |= {"startTime": moments.offset_text(item["start"], zone), "endTime": moments.offset_text(item["end"], zone)}
    row |= {"dateAdded": moments.utc_text(item["added"]), "dateUpdated": moments.utc_text(item["updated"])}
    row |= {key: item[key] for key in ("assignedUserId", "calendarId") if item[key]}
    if item["isFullDay"]:
        row["isFullDay"] = True
    if item["deleted"]:
        row["deleted"] = True
    return row
