"""Service bookings: legs, places, switches in the query, and what a cancellation wipes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulators.ghl.asking import HOUR, MONDAY, PLACE, Account

BOOKINGS = "/calendars/services/bookings"


def test_a_booking_has_legs_one_after_the_other_in_no_promised_order() -> None:
    account = Account()
    wanted = [{"id": "check", "staffId": "ann", "position": 0}, {"id": "test", "staffId": "bo", "position": 1}]

    told = account.ask("POST", BOOKINGS, account.booking(services=wanted, endTime="2026-09-28T14:30:00-04:00"))

    legs = {leg["id"]: (leg["serviceStaffId"], leg["serviceStartTime"][11:16]) for leg in told.body["services"]}
    assert (told.status, told.body["messages"]) == (201, [])
    assert legs == {"check": ("ann", "13:00"), "test": ("bo", "14:00")}
    assert [leg["id"] for leg in told.body["services"]] == ["test", "check"]


@pytest.mark.parametrize(
    ("query", "more", "status"),
    [
        ({}, {}, 400),  # taken
        ({"overrideAvailability": "true"}, {}, 201),
        ({}, {"services": [{"id": "check", "staffId": "bo"}]}, 201),
        ({}, {"services": [{"id": "check"}]}, 201),  # somebody is free
        ({}, {"services": [{"id": "test", "staffId": "ann"}]}, 400),  # not hers
        ({"overrideAvailability": "yes"}, {}, 422),
        ({}, {"overrideAvailability": True}, 422),  # a switch of the query, not of the body
        ({}, {"assignedUserId": "ann"}, 422),
        ({}, {"status": "showed"}, 422),
    ],
)
def test_competing_bookings(query: dict[str, str], more: dict[str, Any], status: int) -> None:
    account = Account()
    account.ask("POST", BOOKINGS, account.booking())

    assert account.ask("POST", BOOKINGS, account.booking(**more), **query).status == status


@pytest.mark.parametrize(
    ("more", "status", "messages", "place"),
    [
        ({}, 201, 0, "9 Elm"),
        ({"meetingLocation": ""}, 400, None, None),
        ({"serviceLocationId": "shop"}, 201, 1, None),
        ({"serviceLocationId": "nowhere"}, 400, None, None),
    ],
)
def test_a_place_is_asked_for_or_ignored(
    more: dict[str, str], status: int, messages: int | None, place: str | None
) -> None:
    account = Account()

    told = account.ask("POST", BOOKINGS, account.booking(**more))

    assert told.status == status
    if messages is not None:
        assert (len(told.body["messages"]), told.body.get("meetingLocation")) == (messages, place)


@pytest.mark.parametrize("how", ["cancel", "delete"])
def test_a_booking_that_is_off_comes_back_without_the_times_of_its_legs(how: str) -> None:
    account = Account()
    id_ = account.ask("POST", BOOKINGS, account.booking()).body["bookingId"]
    if how == "cancel":
        told = account.ask("PUT", f"{BOOKINGS}/{id_}", {"status": "cancelled"})
    else:
        told = account.ask("DELETE", f"{BOOKINGS}/{id_}")

    rows = account.ask("GET", BOOKINGS, locationId=PLACE, **account.window()).body["bookings"]
    leg = rows[0]["services"][0]

    assert told.status == 200
    assert (rows[0]["deleted"], rows[0]["startTime"]) == (how == "delete", "2026-09-28T13:00:00-04:00")
    assert (leg["serviceStartTime"], leg["serviceEndTime"]) == ("", "")
    assert account.ask("POST", BOOKINGS, account.booking()).status == 201


@pytest.mark.parametrize(("status", "expected"), [("no_show", 200), ("noshow", 422), ("showed", 200)])
def test_no_show_is_spelt_another_way_here(status: str, expected: int) -> None:
    account = Account()
    id_ = account.ask("POST", BOOKINGS, account.booking()).body["bookingId"]

    assert account.ask("PUT", f"{BOOKINGS}/{id_}", {"status": status}).status == expected


def test_services_that_are_sent_replace_all_legs_and_a_move_keeps_them() -> None:
    account = Account()
    id_ = account.ask("POST", BOOKINGS, account.booking()).body["bookingId"]
    moved = account.ask("PUT", f"{BOOKINGS}/{id_}", {"startTime": "2026-09-28T15:00:00-04:00"}).body
    shorter = {"services": [{"id": "test", "staffId": "bo"}], "endTime": "2026-09-28T15:30:00-04:00"}
    replaced = account.ask("PUT", f"{BOOKINGS}/{id_}", shorter).body

    assert [leg["serviceStartTime"][11:16] for leg in moved["services"]] == ["15:00"]
    assert [leg["id"] for leg in replaced["services"]] == ["test"]


def test_a_booking_takes_its_staffs_time_from_calendars() -> None:
    account = Account()
    account.ask("POST", BOOKINGS, account.booking())

    told = account.ask(
        "POST", "/calendars/events/appointments", account.appointment(startTime="2026-09-28T13:00:00-04:00")
    )

    assert told.status == 400


def test_a_list_holds_what_begins_in_its_window_at_one_place_or_all() -> None:
    account = Account()
    leg = [("check", "ann", MONDAY, MONDAY + HOUR)]
    account.sim.add_service_booking(PLACE, account.contact, "home", leg, place="9 Elm")

    told = [
        len(account.ask("GET", BOOKINGS, locationId=PLACE, **account.window(), **more).body["bookings"])
        for more in ({}, {"serviceLocationId": "home"}, {"serviceLocationId": "shop"})
    ]

    assert told == [1, 1, 0]


WRONG_LENGTH = "Selected slot duration is not a valid duration option for this calendar"
TAKEN = "The slot you have selected is no longer available."
LEGS = [{"id": "check", "staffId": "ann", "position": 0}, {"id": "test", "staffId": "bo", "position": 1}]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"endTime": "2026-09-28T14:30:00-04:00"}, WRONG_LENGTH),
        ({"endTime": "2026-09-28T13:45:00-04:00"}, WRONG_LENGTH),
        ({"services": LEGS}, WRONG_LENGTH),  # the two take an hour and a half
        ({"startTime": "2026-09-28T07:30:00-04:00", "endTime": "2026-09-28T08:30:00-04:00"}, TAKEN),  # they begin at 8
        ({"startTime": "2026-09-28T17:30:00-04:00", "endTime": "2026-09-28T18:30:00-04:00"}, TAKEN),
        ({"startTime": "2026-10-03T13:00:00-04:00", "endTime": "2026-10-03T14:00:00-04:00"}, TAKEN),  # a Saturday
    ],
)
@pytest.mark.parametrize("writes", ["creates", "changes"])
def test_only_who_overrides_availability_books_outside_hours_and_lengths(
    more: dict[str, Any], message: str, writes: str
) -> None:
    account = Account()
    if writes == "creates":
        told = [account.ask("POST", BOOKINGS, account.booking(**more), **query) for query in ({}, OVERRIDES)]
    else:
        id_ = account.ask("POST", BOOKINGS, account.booking()).body["bookingId"]
        told = [account.ask("PUT", f"{BOOKINGS}/{id_}", more, **query) for query in ({}, OVERRIDES)]

    assert (told[0].status, told[0].message, told[1].status // 100) == (400, message, 2)


OVERRIDES = {"overrideAvailability": "true"}


@pytest.mark.parametrize("more", [{"services": []}, {"timezone": "Nonsense/Zone"}, {"timezone": "nonsense"}])
def test_a_booking_needs_a_service_and_a_zone_that_exists(more: dict[str, Any]) -> None:
    account = Account()
    id_ = account.ask("POST", BOOKINGS, account.booking()).body["bookingId"]

    told = [
        account.ask("POST", BOOKINGS, account.booking(**more), **OVERRIDES),
        account.ask("PUT", f"{BOOKINGS}/{id_}", more, **OVERRIDES),
    ]

    assert [(each.status, each.body["error"]) for each in told] == [(422, "Unprocessable Entity")] * 2
    assert len(account.sim.service_bookings(PLACE)) == 1


@pytest.mark.parametrize(("zone", "status"), [("Nonsense", 422), ("Nonsense/Zone", 422), ("Europe/Berlin", 200)])
def test_a_list_is_written_in_a_zone_that_exists(zone: str, status: int) -> None:
    account = Account()
    account.ask("POST", BOOKINGS, account.booking())

    told = account.ask("GET", BOOKINGS, locationId=PLACE, timezone=zone, **account.window())

    assert told.status == status
    assert [row["startTime"] for row in told.body.get("bookings", ())] == ["2026-09-28T19:00:00+02:00"] * (
        status == 200
    )


def test_where_services_are_off_there_are_none() -> None:
    account = Account()
    account.sim.world.locations[PLACE]["services"] = False

    assert account.ask("GET", BOOKINGS, locationId=PLACE, **account.window()).status == 404


def test_hand_edits_of_bookings() -> None:
    account = Account()
    id_ = account.ask("POST", BOOKINGS, account.booking()).body["bookingId"]
    account.sim.edit(id_, start=MONDAY + 6 * HOUR, end=MONDAY + 8 * HOUR, user="bo")

    leg = account.ask("GET", f"{BOOKINGS}/{id_}").body["services"][0]

    assert (leg["serviceStaffId"], leg["serviceStartTime"][11:16], leg["serviceEndTime"][11:16]) == (
        "bo",
        "14:00",
        "16:00",
    )
    assert account.sim.webhooks == []  # the vendor tells of no service booking
