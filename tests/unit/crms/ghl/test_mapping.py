"""Three shapes become one: each rule of the mapping, and each oddity that was seen."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.adapters.crms.ghl.contacts import value_of
from fieldfare.adapters.crms.ghl.mapping import Account, map_booking, map_event
from fieldfare.adapters.crms.ghl.moments import Fault
from fieldfare.adapters.crms.ghl.redacting import cleansed
from fieldfare.domain.clock import clock_of
from fieldfare.domain.mirrored import Outside, OutsideStatus, Unreadable
from fieldfare.ports.crm import CrmScope, SourceKind

NEW_YORK = clock_of("America/New_York")
ACCOUNT = Account(id="loc-1", clock=NEW_YORK, places={"shop": "1 Main Street, Albany, NY"})
OF_CALENDAR = CrmScope(source=SourceKind.APPOINTMENTS, calendar="c1")
OF_USER = CrmScope(source=SourceKind.BLOCKS, user="u1")

NINE, TEN, ELEVEN = 1_791_291_600, 1_791_295_200, 1_791_298_800
"""2026-10-06 in New York."""


def appointment(**changes: Any) -> dict[str, Any]:
    row = {
        "id": "a1",
        "title": "[H07] AC tune-up - J. Tremblay #FF-7K3QX9H",
        "calendarId": "c1",
        "locationId": "loc-1",
        "contactId": "p1",
        "groupId": "",
        "appointmentStatus": "confirmed",
        "assignedUserId": "u1",
        "users": ["u1"],
        "startTime": "2026-10-06T09:00:00-04:00",
        "endTime": "2026-10-06T10:00:00-04:00",
        "dateAdded": "2026-10-01T13:00:00.000Z",
        "dateUpdated": "2026-10-06T13:00:00.000Z",
        "address": "12 Sparrow Street, Albany, NY",
        "description": "Booked online.",
    }
    return {**row, **changes}


def block(**changes: Any) -> dict[str, Any]:
    row = {
        "id": "b1",
        "title": "Busy",
        "assignedUserId": "u1",
        "startTime": "2026-10-06T09:00:00-04:00",
        "endTime": "2026-10-06T10:00:00-04:00",
        "address": "",
    }
    return {**row, **changes}


def leg(id_: str = "s1", **changes: Any) -> dict[str, Any]:
    row = {
        "id": id_,
        "serviceCategoryId": "",
        "serviceStaffId": "u1",
        "serviceStartTime": "2026-10-06T09:00:00-04:00",
        "serviceEndTime": "2026-10-06T10:00:00-04:00",
    }
    return {**row, **changes}


def booking(*legs: dict[str, Any], **changes: Any) -> dict[str, Any]:
    row = {
        "bookingId": "k1",
        "locationId": "loc-1",
        "contactId": "p1",
        "serviceLocationId": "home",
        "title": "[H07] Wash",
        "startTime": "2026-10-06T09:00:00-04:00",
        "endTime": "2026-10-06T11:00:00-04:00",
        "timezone": "America/New_York",
        "status": "confirmed",
        "deleted": False,
        "dateUpdated": "2026-10-06T13:00:00.000Z",
        "meetingLocation": "12 Sparrow Street",
        "services": list(legs or (leg(),)),
    }
    return {**row, **changes}


def event(row: dict[str, Any], scope: CrmScope = OF_CALENDAR) -> Outside:
    (entry,) = map_event(row, scope, ACCOUNT)
    assert isinstance(entry, Outside)
    return entry


def test_an_appointment_comes_out_whole() -> None:
    assert event(appointment()) == Outside(
        source="ghl.appointment",
        source_id="a1",
        start=NINE,
        end=TEN,
        status=OutsideStatus.CONFIRMED,
        account="loc-1",
        calendar="c1",
        people=frozenset({"u1"}),
        contact="p1",
        title="[H07] AC tune-up - J. Tremblay #FF-7K3QX9H",
        description="Booked online.",
        place_text="12 Sparrow Street, Albany, NY",
        updated_at=NINE,
    )


@pytest.mark.parametrize(
    ("said", "status", "takes_time"),
    [
        ("new", OutsideStatus.TENTATIVE, True),
        ("confirmed", OutsideStatus.CONFIRMED, True),
        ("active", OutsideStatus.CONFIRMED, True),
        ("showed", OutsideStatus.COMPLETED, True),
        ("completed", OutsideStatus.COMPLETED, True),
        ("noshow", OutsideStatus.NO_SHOW, False),  # yet to come
        ("no_show", OutsideStatus.NO_SHOW, False),
        ("No Show", OutsideStatus.NO_SHOW, False),
        ("no-show", OutsideStatus.NO_SHOW, False),
        ("cancelled", OutsideStatus.CANCELLED, False),
        ("canceled", OutsideStatus.CANCELLED, False),
        ("CANCELLED", OutsideStatus.CANCELLED, False),
        ("invalid", OutsideStatus.INVALID, False),
        ("tentatively-maybe", OutsideStatus.UNKNOWN, True),
        ("", OutsideStatus.UNKNOWN, True),
        (None, OutsideStatus.UNKNOWN, True),
        (7, OutsideStatus.UNKNOWN, True),
    ],
)
def test_statuses_and_what_nobody_knows_takes_time(said: object, status: OutsideStatus, takes_time: bool) -> None:
    entry = event(appointment(appointmentStatus=said))
    (part,) = map_booking(booking(status=said), ACCOUNT)

    assert entry.status is status
    assert entry.takes_time(now=NINE - 1) is takes_time
    assert isinstance(part, Outside)
    assert part.status is status


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"appointmentStatus": None, "appoinmentStatus": "cancelled"}, OutsideStatus.CANCELLED),
        ({"appointmentStatus": "", "appoinmentStatus": "new"}, OutsideStatus.TENTATIVE),
        ({"appointmentStatus": "confirmed", "appoinmentStatus": "cancelled"}, OutsideStatus.CONFIRMED),
    ],
)
def test_the_field_with_the_typo_counts_where_the_other_is_empty(row: dict[str, Any], status: OutsideStatus) -> None:
    assert event(appointment(**row)).status is status


@pytest.mark.parametrize(
    ("row", "people"),
    [
        ({}, {"u1"}),
        ({"users": ["u2", "u3"]}, {"u1", "u2", "u3"}),
        ({"users": None}, {"u1"}),
        ({"users": [{"id": "u4"}, "", None, " "]}, {"u1", "u4"}),
        ({"assignedUserId": "", "users": []}, set()),
        ({"assignedUserId": None, "users": ["u2"]}, {"u2"}),
        ({"assignedUserId": "", "users": [], "userId": "u9"}, {"u9"}),
        ({"userId": "u9"}, {"u1"}),
    ],
)
def test_who_is_busy(row: dict[str, Any], people: set[str]) -> None:
    assert event(appointment(**row)).people == people


def test_a_recurring_instance_names_its_series() -> None:
    entry = event(appointment(id="m1_1729821600000_1800", masterEventId="m1", isRecurring=True))

    assert (entry.source_id, entry.series) == ("m1_1729821600000_1800", "m1")
    assert entry.key == "ghl.appointment:m1_1729821600000_1800:"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("12 Sparrow Street, Albany", "12 Sparrow Street, Albany"),
        ("  12  Sparrow Street ", "12 Sparrow Street"),
        ("", None),
        (None, None),
        ("https://zoom.us/j/123?pwd=x", None),
        ("https://meet.google.com/yqp-gogr-wve", None),
        ("zoom.us/j/123", None),
        ("www.example.com/meet", None),
        ("Zoom", None),
        ("Google Meet", None),
        ("phone", None),
        ("+1 (416) 555-0100", None),
        ("{{contact.address}}", None),
        ("12 Sparrow Street https://maps.example/x", "12 Sparrow Street"),
        ("416 555-0100", None),
        ("90210", "90210"),
        ("90210-4567", "90210-4567"),
        ("90210 4567", "90210 4567"),
        ("Zoomstrasse 4, Bern", "Zoomstrasse 4, Bern"),
        ("-", None),
    ],
)
def test_links_are_no_place(address: object, place: str | None) -> None:
    assert event(appointment(address=address)).place_text == place


def test_a_block_has_neither_contact_nor_status_and_always_takes_time() -> None:
    entry = event(block(), OF_USER)

    assert entry.source == "ghl.block"
    assert (entry.status, entry.people, entry.contact) == (OutsideStatus.BLOCKED, frozenset({"u1"}), None)
    assert entry.takes_time(now=0)


@pytest.mark.parametrize(
    ("row", "scope", "people", "calendar"),
    [
        (block(assignedUserId=""), OF_USER, {"u1"}, None),  # read as this user's
        (block(assignedUserId="u2"), OF_USER, {"u2"}, None),
        (block(assignedUserId=None), CrmScope(source=SourceKind.BLOCKS, calendar="c9"), set(), "c9"),
        (block(calendarId="c8"), CrmScope(source=SourceKind.BLOCKS, calendar="c9"), {"u1"}, "c8"),
        (appointment(calendarId=None), OF_CALENDAR, {"u1"}, "c1"),
    ],
)
def test_what_an_entry_does_not_say_the_question_said(
    row: dict[str, Any], scope: CrmScope, people: set[str], calendar: str | None
) -> None:
    entry = event(row, scope)

    assert (set(entry.people), entry.calendar) == (people, calendar)


def test_a_full_day_block_covers_the_local_day() -> None:
    entry = event(block(isFullDay=True, startTime="2026-10-06T00:00:00Z", endTime="2026-10-06T23:59:00Z"), OF_USER)

    assert NEW_YORK.iso(entry.start) == "2026-10-05T00:00:00-04:00"  # the instants lie in two local days
    assert NEW_YORK.iso(entry.end) == "2026-10-07T00:00:00-04:00"


def test_a_deleted_row_says_so() -> None:
    entry = event(appointment(deleted=True))

    assert entry.deleted
    assert not entry.takes_time(now=NINE)


@pytest.mark.parametrize(
    "row",
    [
        appointment(locationId="another"),
        appointment(id=""),
        appointment(id=None),
        appointment(deleted=True, startTime="", endTime=""),
        appointment(appointmentStatus="cancelled", startTime=None),
    ],
)
def test_what_is_of_another_account_or_over_with_no_times_is_left_out(row: dict[str, Any]) -> None:
    assert map_event(row, OF_CALENDAR, ACCOUNT) == ()


def test_bad_times_are_kept_aside_and_say_what_they_said() -> None:
    (entry,) = map_event(appointment(endTime="2026-10-06T08:00:00-04:00"), OF_CALENDAR, ACCOUNT)

    assert entry == Unreadable(
        source="ghl.appointment",
        source_id="a1",
        account="loc-1",
        fault=Fault.ENDS_BEFORE_IT_STARTS,
        said_start="2026-10-06T09:00:00-04:00",
        said_end="2026-10-06T08:00:00-04:00",
    )
    assert entry.key == "ghl.appointment:a1:"


def legs_of(row: dict[str, Any]) -> list[tuple[str | None, int | None, int, int, set[str]]]:
    entries = map_booking(row, ACCOUNT)
    assert all(isinstance(entry, Outside) for entry in entries)
    return [
        (entry.calendar, entry.leg, entry.start, entry.end, set(entry.people))
        for entry in entries
        if isinstance(entry, Outside)
    ]


TEN_O_CLOCK = {"serviceStartTime": "2026-10-06T10:00:00-04:00", "serviceEndTime": "2026-10-06T11:00:00-04:00"}


@pytest.mark.parametrize(
    ("row", "legs"),
    [
        (booking(), [("s1", 0, NINE, TEN, {"u1"})]),
        # The order that is answered says nothing: by start, then by id.
        (
            booking(leg("s2", **TEN_O_CLOCK, serviceStaffId="u2"), leg("s1")),
            [("s1", 0, NINE, TEN, {"u1"}), ("s2", 1, TEN, ELEVEN, {"u2"})],
        ),
        (booking(leg("s9"), leg("s3")), [("s3", 0, NINE, TEN, {"u1"}), ("s9", 1, NINE, TEN, {"u1"})]),
        # What a leg leaves open is as wide as the booking, and nobody's.
        (booking(leg(serviceStaffId="")), [("s1", 0, NINE, ELEVEN, set())]),
        (booking(leg(serviceStartTime="", serviceEndTime="")), [("s1", 0, NINE, ELEVEN, set())]),
        (booking(leg(serviceEndTime=None)), [("s1", 0, NINE, ELEVEN, set())]),
        (booking(services=[]), [(None, 0, NINE, ELEVEN, set())]),
        (booking(services=None), [(None, 0, NINE, ELEVEN, set())]),
        # The booking's own times are looked at only where a leg needs them.
        (booking(startTime="", endTime=""), [("s1", 0, NINE, TEN, {"u1"})]),
    ],
)
def test_legs(row: dict[str, Any], legs: list[Any]) -> None:
    assert legs_of(row) == legs


def test_a_cancelled_booking_with_wiped_legs_keeps_the_times_of_the_booking() -> None:
    wiped = leg(serviceStartTime="", serviceEndTime="")
    (entry,) = map_booking(booking(wiped, status="cancelled"), ACCOUNT)

    assert isinstance(entry, Outside)
    assert (entry.start, entry.end, entry.status) == (NINE, ELEVEN, OutsideStatus.CANCELLED)
    assert entry.key == "ghl.service:k1:0"


@pytest.mark.parametrize("changes", [{"status": "cancelled"}, {"deleted": True}, {"status": "invalid"}])
def test_a_booking_that_is_over_and_has_no_times_is_left_out(changes: dict[str, Any]) -> None:
    wiped = leg(serviceStartTime="", serviceEndTime="")

    assert map_booking(booking(wiped, startTime="", endTime="", **changes), ACCOUNT) == ()


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [
        # Each has the number that it had when both could be read.
        (leg("s1"), leg("s2", **{**TEN_O_CLOCK, "serviceEndTime": "soon"}), [("s1", 0), (Fault.BAD_END, 1)]),
        (leg("s1", serviceEndTime="soon"), leg("s2", **TEN_O_CLOCK), [(Fault.BAD_END, 0), ("s2", 1)]),
        # Which of them it is nobody can say, and the other must not take its place.
        (leg("s1", serviceStartTime="soon"), leg("s2"), [(Fault.BAD_START, 0), (Fault.BAD_START, 1)]),
    ],
)
def test_a_leg_that_can_not_be_read_takes_no_other_ones_place(
    first: dict[str, Any], second: dict[str, Any], read: list[tuple[str, int]]
) -> None:
    for legs in ((first, second), (second, first)):
        entries = map_booking(booking(*legs), ACCOUNT)

        told = [(one.calendar if isinstance(one, Outside) else one.fault, one.leg) for one in entries]
        assert told == read


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, "12 Sparrow Street"),
        ({"meetingLocation": "", "serviceLocationId": "shop"}, "1 Main Street, Albany, NY"),
        ({"meetingLocation": None, "serviceLocationId": "unknown"}, None),
        ({"meetingLocation": "https://zoom.us/j/1"}, None),
    ],
)
def test_where_a_service_takes_place(changes: dict[str, Any], place: str | None) -> None:
    (entry,) = map_booking(booking(**changes), ACCOUNT)

    assert isinstance(entry, Outside)
    assert entry.place_text == place


def test_nothing_personal_is_in_what_gets_printed() -> None:
    entry = event(appointment())
    (bad,) = map_event(appointment(startTime="J. Tremblay"), OF_CALENDAR, ACCOUNT)

    for shown in (repr(entry), repr(bad)):
        assert "Tremblay" not in shown
        assert "Sparrow" not in shown


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Lunch\x00with Kim", "Lunch with Kim"),
        ("\x00", ""),
        ("\x07Lunch\x1f", "Lunch"),
        ("Lunch\x7fbreak", "Lunch break"),
        ("ring twice\n\tthen wait", "ring twice\n\tthen wait"),
        ("Déjeuner ☕", "Déjeuner ☕"),
    ],
)
def test_control_characters_are_blanks(said: str, kept: str) -> None:
    """PostgreSQL takes no NUL: a single one would stop all reading."""
    (entry,) = map_event(appointment(title=said, description=said), OF_CALENDAR, ACCOUNT)

    assert isinstance(entry, Outside)
    assert (entry.title, entry.description) == (kept, kept)


def test_control_characters_are_blanks_in_times_that_are_none() -> None:
    (entry,) = map_event(appointment(startTime="Mon\x00day"), OF_CALENDAR, ACCOUNT)

    assert isinstance(entry, Unreadable)
    assert entry.said_start == "Mon day"


@pytest.mark.parametrize("value", ["gate\x007", ["gate\x007"]])
def test_control_characters_are_blanks_in_custom_fields(value: object) -> None:
    assert value_of({"id": "f1", "value": value}) == "gate 7"


def test_control_characters_are_blanks_in_what_is_refused() -> None:
    assert cleansed("no\x00calendar") == "no calendar"
