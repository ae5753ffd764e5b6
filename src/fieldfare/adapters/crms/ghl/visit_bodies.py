"""What is sent for a visit, as an appointment or as a service booking."""

from __future__ import annotations

import re
from typing import Any

from fieldfare.domain.clock import UnknownTimeZoneError, clock_of
from fieldfare.ports.crm import CrmVisit

_REFERENCE = re.compile(r"#\S+$")
OVERRIDES = {"overrideAvailability": "true", "skipSchedulingNotice": "true"}
"""Our engine has decided: a service booking's slots are not judged again. Appointments say the same in their body."""


def new_appointment(visit: CrmVisit, account: str) -> dict[str, Any]:
    """Give the body that creates an appointment."""
    body = {**changed_appointment(visit), "locationId": account, "contactId": visit.contact, **status("confirmed")}
    return {**body, "description": description(visit)}


def changed_appointment(visit: CrmVisit) -> dict[str, Any]:
    """Give the body that brings an appointment to what stands; its description is whatever the office made of it."""
    body: dict[str, Any] = {
        "calendarId": visit.target.calendar,
        **_times(visit),
        "title": visit.title,
        "address": visit.place_text,
        "meetingLocationType": "custom",
        "overrideLocationConfig": True,
        "ignoreFreeSlotValidation": True,
        "ignoreDateRange": True,
        "toNotify": visit.notify,
    }
    # Some kinds of calendars refuse an appointment that names nobody.
    return body if visit.user is None else {**body, "assignedUserId": visit.user}


def new_booking(visit: CrmVisit, account: str) -> dict[str, Any]:
    """Give the body that creates a service booking."""
    return {**changed_booking(visit), "locationId": account, "contactId": visit.contact, "status": "confirmed"}


def changed_booking(visit: CrmVisit) -> dict[str, Any]:
    """Give the body that brings a service booking to what stands; its legs are replaced by ours."""
    leg: dict[str, Any] = {"id": visit.target.service, "position": 0}
    if visit.user is not None:
        leg["staffId"] = visit.user
    body: dict[str, Any] = {**_times(visit), "timezone": visit.time_zone, "services": [leg], "title": visit.title}
    if visit.target.service_location is not None:
        body["serviceLocationId"] = visit.target.service_location
    if visit.place_text:
        body["meetingLocation"] = visit.place_text
    return body


def status(status: str, *, notify: bool | None = None) -> dict[str, Any]:
    """Give the body that changes an appointment's status and nothing besides, so that its slot isn't judged again."""
    return {"appointmentStatus": status, **({} if notify is None else {"toNotify": notify})}


def description(visit: CrmVisit) -> str:
    """Give the description, which mirrors the reference: people edit titles."""
    found = _REFERENCE.search(visit.title)
    if found is None or found[0] in visit.description:
        return visit.description
    return f"{visit.description}\n{found[0]}".strip()


def _times(visit: CrmVisit) -> dict[str, str]:
    try:
        clock = clock_of(visit.time_zone)
    except UnknownTimeZoneError:
        clock = clock_of("UTC")
    return {"startTime": clock.iso(visit.start), "endTime": clock.iso(visit.end)}
