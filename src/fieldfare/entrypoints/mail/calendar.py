"""Entries for customers' calendars: one visit under one UID, however often it is moved (RFC 5545 and 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

from fieldfare.entrypoints.mail.texts import from_customer, one_line
from fieldfare.entrypoints.mail.views import Party, VisitMail
from fieldfare.entrypoints.mail.wording import wording_of
from fieldfare.ports.customers import MessageKind
from fieldfare.ports.mail import CalendarMethod

_AGREED = frozenset({MessageKind.CONFIRMED, MessageKind.RESCHEDULED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """The text of an .ics file, and what a calendar shall do with it."""

    text: str
    method: CalendarMethod


def calendar_entry(
    view: VisitMail, *, attendee: Party, organizer: Party | None, stamped_at: int
) -> CalendarEntry | None:
    """Write the entry of a visit; None for a mail that neither agrees on a time nor calls one off.

    Without an organizer nobody can be invited: the entry is published then, as agreed or as cancelled.
    """
    if view.kind not in _AGREED | {MessageKind.CANCELLED}:
        return None
    method: CalendarMethod = "CANCEL" if view.kind is MessageKind.CANCELLED else "REQUEST"
    if organizer is None:
        method = "PUBLISH"
    event = _event(view, stamped_at=stamped_at)
    if organizer is not None:
        event.add("organizer", _named(organizer))
        invited = _named(attendee)
        # They have agreed already: a calendar that asked them again would make them answer a machine.
        invited.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", invited)
    calendar = Calendar()
    calendar.add("prodid", "-//Fieldfare//Fieldfare//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return CalendarEntry(text=calendar.to_ical().decode(), method=method)


def _event(view: VisitMail, *, stamped_at: int) -> Event:
    event = Event()
    event.add("uid", f"{view.uid}@{view.host}")
    event.add("sequence", view.sequence)
    event.add("dtstamp", _utc(stamped_at))
    event.add("dtstart", _utc(view.start))
    event.add("dtend", _utc(view.end))
    event.add("summary", f"{one_line(view.product_name)} - {one_line(view.business_name)}")
    event.add("status", "CANCELLED" if view.kind is MessageKind.CANCELLED else "CONFIRMED")
    location = ", ".join(line for line in map(from_customer, view.address_lines) if line)
    if location:
        event.add("location", location)
    event.add("description", _description(view))
    return event


def _description(view: VisitMail) -> str:
    words = wording_of(view.language)
    lines = [f"{words.reference}{words.colon} {view.reference}"]
    if view.technician_name:
        lines.append(f"{words.technician}{words.colon} {one_line(view.technician_name)}")
    if view.manage_url is not None:
        lines.append(f"{words.sayings[view.kind].link}{words.colon} {view.manage_url}")
    return "\n".join(lines)


def _named(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    address.params["CN"] = one_line(party.name)
    return address


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, tz=UTC)
