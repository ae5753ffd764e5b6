"""The recorded oddities of the vendor, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from fieldfare_ghl_sim.world import Quirks

from tests.simulators.ghl.asking import DAY, HOUR, MONDAY, PLACE, Account

APPOINTMENTS = "/calendars/events/appointments"
BLOCKS = "/calendars/events/block-slots"


def made(account: Account, **more: Any) -> str:
    told = account.ask("POST", APPOINTMENTS, account.appointment(**more))
    assert told.status == 200, told.body
    return str(told.body["id"])


def listed(account: Account, path: str = "/calendars/events", days: float = 2, **query: str) -> list[dict[str, Any]]:
    told = account.ask("GET", path, locationId=PLACE, **account.window(days), **query)
    assert told.status == 200, told.body
    return list(told.body["events"])


def test_creation_answers_flat_and_without_times_where_a_read_wraps_them() -> None:
    account = Account()

    flat = account.ask("POST", APPOINTMENTS, account.appointment()).body
    event = account.ask("GET", f"{APPOINTMENTS}/{flat['id']}").body["event"]

    assert not {"startTime", "endTime", "dateAdded", "dateUpdated"} & flat.keys()
    assert (event["startTime"], event["endTime"]) == ("2026-09-28T10:00:00-04:00", "2026-09-28T11:00:00-04:00")
    assert event["users"] == ["ann"]


def test_the_newest_version_answers_a_creation_with_dates() -> None:
    account = Account()

    told = account.ask("POST", APPOINTMENTS, account.appointment(), generation="v3").body

    assert {"startTime", "endTime", "dateAdded", "dateUpdated"} <= told.keys()


def test_the_status_is_spelt_twice_one_time_wrong() -> None:
    account = Account()
    made(account, appointmentStatus="new")

    row = listed(account, calendarId="visits")[0]

    assert (row["appointmentStatus"], row["appoinmentStatus"]) == ("new", "new")


def test_new_is_kept_although_the_calendar_confirms_and_it_takes_the_slot() -> None:
    account = Account()
    made(account, appointmentStatus="new")

    again = account.ask("POST", APPOINTMENTS, account.appointment())

    assert (again.status, again.message) == (400, "The slot you have selected is no longer available.")


def test_notes_are_taken_and_dropped_without_a_word() -> None:
    account = Account()

    id_ = made(account, notes="The dog bites")

    assert "notes" not in account.ask("GET", f"{APPOINTMENTS}/{id_}").body["event"]


@pytest.mark.parametrize(
    ("calendar", "start", "end", "free", "status", "message"),
    [
        ("visits", "2026-09-28T10:00:00-04:00", None, False, 200, None),
        ("visits", "2026-09-28T14:00:00Z", None, False, 400, "no longer available"),  # the same moment, other text
        ("visits", "2026-09-28T14:00:00Z", None, True, 200, None),
        ("visits", "2026-09-28T10:20:00-04:00", None, False, 400, "no longer available"),  # beside the grid
        ("visits", "2026-09-28T22:00:00-04:00", None, False, 400, "no longer available"),  # outside the hours
        ("visits", "2026-09-28T10:00:00-04:00", "2026-09-28T13:00:00-04:00", False, 400, "not a valid duration option"),
        ("visits", "2026-09-28T10:00:00-04:00", "2026-09-28T13:00:00-04:00", True, 200, None),
        ("anns", "2026-09-28T10:00:00-04:00", "2026-09-28T13:30:00-04:00", False, 200, None),  # personal: any length
        ("visits", "2026-09-28T10:00:00-04:00", "2026-09-28T10:00:00-04:00", True, 400, "after the start"),
    ],
)
def test_slots_and_durations(calendar: str, start: str, end: str | None, free: bool, status: int, message: Any) -> None:
    account = Account()
    body = account.appointment(calendarId=calendar, startTime=start, ignoreFreeSlotValidation=free)

    told = account.ask("POST", APPOINTMENTS, body | ({"endTime": end} if end else {}))

    assert told.status == status
    assert message is None or message in told.message


def test_a_lenient_simulator_compares_moments() -> None:
    account = Account(strict=False)

    assert account.ask("POST", APPOINTMENTS, account.appointment(startTime="2026-09-28T14:00:00Z")).status == 200


def test_a_slot_that_was_offered_in_another_zone_is_taken_as_offered() -> None:
    account = Account()
    window = {"startDate": str(MONDAY * 1000), "endDate": str((MONDAY + DAY) * 1000)}
    offered = account.ask("GET", "/calendars/visits/free-slots", **window, timezone="America/Vancouver").body

    told = account.ask("POST", APPOINTMENTS, account.appointment(startTime=offered["2026-09-28"]["slots"][3]))

    assert told.status == 200


def test_without_an_end_an_appointment_has_the_calendars_length() -> None:
    account = Account()

    made(account, calendarId="anns")

    item = account.sim.appointments(PLACE)[0]
    assert item["end"] - item["start"] == HOUR // 2


def test_of_competing_creations_one_wins() -> None:
    account = Account()

    told = [account.ask("POST", APPOINTMENTS, account.appointment()).status for _ in range(4)]

    assert sorted(told) == [200, 400, 400, 400]


def test_without_the_slot_check_anything_may_overlap() -> None:
    account = Account()

    told = [
        account.ask("POST", APPOINTMENTS, account.appointment(ignoreFreeSlotValidation=True)).status for _ in range(3)
    ]

    assert told == [200, 200, 200]


def test_a_range_beyond_the_notice_needs_its_own_switch() -> None:
    account = Account()
    account.sim.world.calendars["visits"] |= {"allowBookingAfter": 24, "allowBookingAfterUnit": "hours"}

    told = [
        account.ask("POST", APPOINTMENTS, account.appointment(ignoreDateRange=flag)).status for flag in (False, True)
    ]

    assert told == [400, 200]


def test_a_status_alone_is_not_checked_against_slots() -> None:
    account = Account()
    id_ = account.sim.add_appointment(PLACE, "visits", account.contact, "ann", MONDAY + 7, MONDAY + 99)

    status = account.ask("PUT", f"{APPOINTMENTS}/{id_}", {"appointmentStatus": "cancelled"}).status
    moved = account.ask("PUT", f"{APPOINTMENTS}/{id_}", {"startTime": "2026-09-28T10:07:00-04:00"}).status

    assert (status, moved) == (200, 400)


@pytest.mark.parametrize(("version", "status", "expected"), [("v2", "completed", 422), ("v3", "completed", 200)])
def test_only_the_newest_version_knows_some_statuses(version: str, status: str, expected: int) -> None:
    account = Account()
    id_ = made(account)

    told = account.ask("PUT", f"{APPOINTMENTS}/{id_}", {"appointmentStatus": status}, generation=version)

    assert told.status == expected


LISTS: dict[str, tuple[dict[str, str], str, str]] = {
    "/calendars/events": ({"calendarId": "visits"}, "events", "id"),
    "/calendars/blocked-slots": ({"userId": "ann"}, "events", "id"),
    "/calendars/services/bookings": ({}, "bookings", "bookingId"),
}


def entry(account: Account, path: str, start: int, end: int) -> str:
    """Make by hand what a list has."""
    sim = account.sim
    if path == "/calendars/events":
        return sim.add_appointment(PLACE, "visits", account.contact, "ann", start, end)
    if path == "/calendars/blocked-slots":
        return sim.add_block(PLACE, user="ann", start=start, end=end)
    return sim.add_service_booking(PLACE, account.contact, "home", [("check", "ann", start, end)], place="9 Elm")


@pytest.mark.parametrize(
    ("quirks", "expected"),
    [
        (Quirks(), ["at its start", "within", "after"]),
        (Quirks(loose_end_seconds=0), ["at its start", "within"]),
        (Quirks(overlap_missing=False), ["overlaps", "at its start", "within", "after"]),
        (Quirks(overlap_missing=False, loose_end_seconds=0), ["overlaps", "at its start", "within"]),
    ],
)
@pytest.mark.parametrize("path", LISTS)
def test_a_list_keeps_to_neither_end_of_its_window(path: str, quirks: Quirks, expected: list[str]) -> None:
    account = Account(quirks=quirks)
    query, rows, name = LISTS[path]
    hours = {"before": (-2, 0), "overlaps": (-1, 1), "at its start": (0, 1), "within": (1, 2), "after": (5, 6)}
    made = {
        what: entry(account, path, MONDAY + start * HOUR, MONDAY + end * HOUR) for what, (start, end) in hours.items()
    }
    window = {"startTime": str(MONDAY * 1000), "endTime": str((MONDAY + 3 * HOUR) * 1000)}

    told = account.ask("GET", path, locationId=PLACE, **query, **window).body[rows]

    assert [row[name] for row in told] == [made[what] for what in expected]


def test_lists_hold_no_blocks_and_blocks_hold_no_contact() -> None:
    account = Account()
    account.sim.add_block(PLACE, user="ann", start=MONDAY, end=MONDAY + HOUR)

    blocks = listed(account, "/calendars/blocked-slots", userId="ann")

    assert listed(account, userId="ann") == []
    assert not {"contactId", "appointmentStatus", "users"} & blocks[0].keys()
    assert blocks[0]["startTime"] == "2026-09-28T08:00:00-04:00"


def test_list_rows_name_a_contact_by_id_alone() -> None:
    account = Account()
    made(account)

    row = listed(account, calendarId="visits")[0]

    assert row["contactId"] == account.contact
    assert not {"email", "phone", "contact"} & row.keys()


@pytest.mark.parametrize(("sees", "expected"), [(True, 1), (False, 0)])
def test_the_user_filter_may_look_at_the_wrong_field(sees: bool, expected: int) -> None:
    account = Account(quirks=Quirks(user_filter_sees_assigned=sees))
    made(account)

    assert len(listed(account, userId="ann")) == expected
    assert len(listed(account, calendarId="visits")) == 1


@pytest.mark.parametrize(
    ("owner", "status", "message"),
    [
        ({"assignedUserId": "ann"}, 201, None),
        ({"calendarId": "room"}, 201, None),
        ({"calendarId": "visits"}, 400, "The calendar is not an event calendar."),
        ({"calendarId": "anns"}, 400, "The calendar is not an event calendar."),
    ],
)
def test_only_event_calendars_are_blocked(owner: dict[str, str], status: int, message: str | None) -> None:
    times = {"startTime": "2026-09-28T10:00:00-04:00", "endTime": "2026-09-28T11:00:00-04:00"}

    told = Account().ask("POST", BLOCKS, {"locationId": PLACE} | owner | times)

    assert (told.status, told.body.get("message")) == (status, message)


def test_a_users_block_takes_time_from_all_its_calendars() -> None:
    account = Account()
    account.sim.add_block(PLACE, user="ann", start=MONDAY + 2 * HOUR, end=MONDAY + 3 * HOUR)

    told = [
        account.ask("POST", APPOINTMENTS, account.appointment(calendarId=calendar)).status
        for calendar in ("visits", "anns", "both")
    ]

    assert told == [400, 400, 400]


def test_a_full_day_goes_from_local_midnight_to_midnight_when_clocks_change() -> None:
    account = Account()
    change = 1_793_520_000  # the clocks go back in this night: 1 November 2026
    account.sim.add_block(PLACE, user="ann", start=change + 6 * HOUR, end=change + 7 * HOUR, full_day=True)
    window = {"startTime": str((change - DAY) * 1000), "endTime": str((change + 3 * DAY) * 1000)}

    told = account.ask("GET", "/calendars/blocked-slots", locationId=PLACE, userId="ann", **window).body["events"][0]

    assert told["isFullDay"] is True
    assert (told["startTime"], told["endTime"]) == ("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00")


def test_a_contacts_appointments_name_no_zone() -> None:
    account = Account()
    made(account)

    told = account.ask("GET", f"/contacts/{account.contact}/appointments").body["events"][0]

    assert told["startTime"] == "2026-09-28 10:00:00"


def test_deletion_is_a_creation_and_takes_blocks_too() -> None:
    account = Account()
    block = account.sim.add_block(PLACE, user="ann", start=MONDAY, end=MONDAY + HOUR)

    told = [
        account.ask("DELETE", f"/calendars/events/{made(account)}", {}),
        account.ask("DELETE", f"/calendars/events/{block}"),
    ]

    assert [(each.status, each.body["succeeded"]) for each in told] == [(201, True), (201, True)]
    assert listed(account, calendarId="visits") == []
    assert listed(account, "/calendars/blocked-slots", userId="ann") == []


def test_deleted_rows_may_come_back_and_say_so() -> None:
    account = Account(quirks=Quirks(deleted_rows=True))
    account.ask("DELETE", f"/calendars/events/{made(account)}", {})

    assert [row["deleted"] for row in listed(account, calendarId="visits")] == [True]


def test_a_row_may_be_shown_as_deleted_by_hand() -> None:
    account = Account()
    id_ = made(account)

    account.sim.edit(id_, deleted=True)

    assert [row["deleted"] for row in listed(account, calendarId="visits")] == [True]
    assert account.ask("GET", f"{APPOINTMENTS}/{id_}").body["event"]["deleted"] is True


@pytest.mark.parametrize("status", [404, 400])
def test_an_unknown_appointment_is_either_of_two_statuses(status: int) -> None:
    account = Account(quirks=Quirks(unknown_appointment=status))

    assert account.ask("GET", f"{APPOINTMENTS}/nothing").status == status


def test_a_series_comes_only_without_the_slot_check() -> None:
    account = Account()
    rule = "FREQ=WEEKLY;COUNT=3"
    made(account, rrule=rule)
    alone = len(account.sim.appointments(PLACE))
    made(account, rrule=rule, ignoreFreeSlotValidation=True, startTime="2026-10-23T10:00:00-04:00")

    rows = listed(account, calendarId="visits", days=60)[1:]

    assert alone == 1
    assert len({row["masterEventId"] for row in rows}) == 1
    assert len({row["id"] for row in rows}) == 3
    assert [row["startTime"] for row in rows] == [  # the wall clock stays when the offset changes
        "2026-10-23T10:00:00-04:00",
        "2026-10-30T10:00:00-04:00",
        "2026-11-06T10:00:00-05:00",
    ]


def test_free_slots_have_a_stray_key_and_no_empty_days() -> None:
    account = Account()
    window = {"startDate": str(MONDAY * 1000), "endDate": str((MONDAY + 7 * DAY) * 1000)}

    told = account.ask("GET", "/calendars/visits/free-slots", **window).body

    assert "traceId" in told
    assert "2026-10-03" not in told  # a Saturday
    assert told["2026-09-29"]["slots"][0] == "2026-09-29T08:00:00-04:00"


@pytest.mark.parametrize(("days", "status"), [(31, 200), (31.1, 400)])
def test_free_slots_are_asked_for_at_most_31_days(days: float, status: int) -> None:
    window = {"startDate": str(MONDAY * 1000), "endDate": str(int((MONDAY + days * DAY) * 1000))}

    assert Account().ask("GET", "/calendars/visits/free-slots", **window).status == status


def test_buffers_widen_appointments_and_not_blocks() -> None:
    account = Account()
    account.sim.world.calendars["visits"] |= {"slotBuffer": 30, "slotBufferUnit": "mins", "slotInterval": 30}
    account.sim.add_appointment(PLACE, "visits", account.contact, "ann", MONDAY, MONDAY + HOUR)
    account.sim.add_block(PLACE, user="ann", start=MONDAY + 4 * HOUR, end=MONDAY + 5 * HOUR)
    window = {"startDate": str(MONDAY * 1000), "endDate": str((MONDAY + DAY // 2) * 1000), "userId": "ann"}

    slots = account.ask("GET", "/calendars/visits/free-slots", **window).body["2026-09-28"]["slots"]

    assert [slot[11:16] for slot in slots[:5]] == ["09:30", "10:00", "10:30", "11:00", "13:00"]


def test_a_calendar_of_everybody_needs_everybody() -> None:
    account = Account()
    account.sim.add_block(PLACE, user="bo", start=MONDAY + 2 * HOUR, end=MONDAY + 3 * HOUR)
    window = {"startDate": str(MONDAY * 1000), "endDate": str((MONDAY + DAY // 2) * 1000)}

    told = {
        calendar: account.ask("GET", f"/calendars/{calendar}/free-slots", **window).body["2026-09-28"]["slots"]
        for calendar in ("both", "visits")
    }

    assert "2026-09-28T10:00:00-04:00" not in told["both"]
    assert "2026-09-28T10:00:00-04:00" in told["visits"]


def test_an_appointments_note_stands_on_its_contact_but_not_the_other_way() -> None:
    account = Account()
    id_ = made(account)
    account.ask("POST", f"/calendars/appointments/{id_}/notes", {"body": "inside"})
    account.ask("POST", f"/contacts/{account.contact}/notes", {"body": "outside"})

    of_contact = account.ask("GET", f"/contacts/{account.contact}/notes").body["notes"]
    of_visit = account.ask("GET", f"/calendars/appointments/{id_}/notes", limit="20", offset="0").body

    assert {note["body"] for note in of_contact} == {"inside", "outside"}
    assert ([note["body"] for note in of_visit["notes"]], of_visit["hasMore"]) == (["inside"], False)
