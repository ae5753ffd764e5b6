"""Entries for calendars, read back by the library that calendars are read with (T16)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from fieldfare.domain.clock import clock_of
from fieldfare.domain.customers import Language
from fieldfare.entrypoints.mail.calendar import CalendarEntry, calendar_entry
from fieldfare.entrypoints.mail.moments import Moments
from fieldfare.entrypoints.mail.rendering import render
from fieldfare.entrypoints.mail.views import Party, VisitMail
from fieldfare.ports.customers import MessageKind
from tests.unit.mail.visits import DESK, MANAGE, NOW, instant, visit

CUSTOMER = Party(name="Zoë Tremblay", address="zoe@example.org")


def entry_of(view: VisitMail, **other: Any) -> CalendarEntry:
    values: dict[str, Any] = {"attendee": CUSTOMER, "organizer": DESK, "stamped_at": NOW}
    entry = calendar_entry(view, **(values | other))
    assert entry is not None
    return entry


def event_of(entry: CalendarEntry) -> Any:
    (event,) = Calendar.from_ical(entry.text).walk("VEVENT")
    return event


@pytest.mark.parametrize(
    ("kind", "method", "status", "sequence"),
    [
        (MessageKind.CONFIRMED, "REQUEST", "CONFIRMED", 0),
        (MessageKind.RESCHEDULED, "REQUEST", "CONFIRMED", 1),
        (MessageKind.CANCELLED, "CANCEL", "CANCELLED", 2),
    ],
)
def test_a_visit_keeps_its_uid_and_counts_its_changes(
    kind: MessageKind, method: str, status: str, sequence: int
) -> None:
    entry = entry_of(visit(kind))

    event = event_of(entry)
    assert entry.method == Calendar.from_ical(entry.text)["METHOD"] == method
    assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == ("0198a7c0@booking.example", status, sequence)


def test_it_holds_what_a_calendar_shows() -> None:
    entry = entry_of(visit())

    event = event_of(entry)
    assert event["SUMMARY"] == "Furnace repair - Northern Comfort & Sons"
    assert event["LOCATION"] == "12 King St W, Unit 4, L6H 1A1"
    assert MANAGE in event["DESCRIPTION"]
    assert event["DTSTART"].dt == datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert event["DTSTAMP"].dt == datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    assert event["ORGANIZER"] == "mailto:desk@northern.example"
    assert event["ATTENDEE"] == "mailto:zoe@example.org"
    assert "DTSTART:20261124T153000Z" in entry.text
    assert all(len(line.encode()) <= 75 for line in entry.text.split("\r\n"))


def test_without_an_organizer_nobody_is_invited() -> None:
    entry = entry_of(visit(), organizer=None)

    assert entry.method == "PUBLISH"
    assert {"ORGANIZER", "ATTENDEE"}.isdisjoint(event_of(entry))


@pytest.mark.parametrize("kind", [MessageKind.ESTIMATE_MOVED, MessageKind.OFFERED, MessageKind.REQUESTED])
def test_what_is_not_agreed_on_stays_out_of_calendars(kind: MessageKind) -> None:
    assert calendar_entry(visit(kind), attendee=CUSTOMER, organizer=DESK, stamped_at=NOW) is None


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/Toronto", "2026-11-24T01:00-05:00"),
        ("America/Toronto", "2026-11-24T23:00-05:00"),
        ("America/New_York", "2027-11-07T01:00-04:00"),
        ("America/New_York", "2027-11-07T01:00-05:00"),
        ("Pacific/Kiritimati", "2026-11-24T01:00+14:00"),
        ("Pacific/Honolulu", "2026-11-24T23:00-10:00"),
        ("Australia/Lord_Howe", "2027-10-03T01:00+10:30"),
    ],
)
def test_calendar_text_and_html_name_the_same_time(language: Language, zone: str, start: str) -> None:
    begin = instant(start)
    view = visit(language=language, time_zone=zone, start=begin, end=begin + 1_800)

    rendered, event = render(view), event_of(entry_of(view))

    read_back = int(event["DTSTART"].dt.timestamp())
    written = Moments(zone=zone, language=language)
    assert clock_of(zone).iso(read_back) == datetime.fromisoformat(start).isoformat()
    assert written.moment(read_back) in rendered.subject
    for text in (rendered.text, rendered.html.replace("&#39;", "'")):
        assert written.span(read_back, int(event["DTEND"].dt.timestamp())) in text


@pytest.mark.parametrize(
    "hostile",
    [
        "x\r\nATTENDEE:mailto:mallory@evil.test",
        "x\nEND:VEVENT\nBEGIN:VEVENT",
        'x"\r\n;CN=y',
        "x;y,z\\n",
        "x\u2028y\x0bz\0",
    ],
)
def test_no_text_adds_a_line(hostile: str) -> None:
    view = visit(business_name=hostile, product_name=hostile, technician_name=hostile, address_lines=(hostile,))
    party = Party(name=hostile, address="zoe@example.org")

    event = event_of(entry_of(view, attendee=party, organizer=Party(name=hostile, address=DESK.address)))

    assert set(event) == set(event_of(entry_of(visit())))
    assert event["ATTENDEE"] == "mailto:zoe@example.org"
    assert event["ORGANIZER"] == "mailto:desk@northern.example"
