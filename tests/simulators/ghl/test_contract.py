"""Every operation is served as the vendor's files say, and the files are the vendor's."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fieldfare_ghl_sim.asked import SERVED
from fieldfare_ghl_sim.contract import Operation, contract, overlay

from tests.simulators.ghl.asking import PLACE, ZONE, Account, Told

ROOT = Path(__file__).parents[3]
OFFICIAL = ROOT.parent / "shared" / "ghl" / "openapi"
KEPT = ROOT / "simulators" / "ghl" / "src" / "fieldfare_ghl_sim" / "openapi"


def prune() -> Any:
    spec = importlib.util.spec_from_file_location("prune", ROOT / "simulators" / "ghl" / "prune.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the vendor's official files are not beside this checkout")
def test_the_files_are_the_official_ones_cut_to_what_is_served() -> None:
    module = prune()

    official = {name: module.written(document) for name, document in module.pruned(OFFICIAL).items()}

    assert {name: (KEPT / name).read_text(encoding="utf-8") for name in official} == official


def test_each_correction_names_its_reason_and_a_place_that_is_there() -> None:
    corrections = overlay()

    assert len({correction["id"] for correction in corrections}) == len(corrections)
    assert all(correction["why"].endswith(".") and correction["in"] for correction in corrections)
    assert all(
        set(correction) <= {"id", "in", "file", "at", "why", "merge", "not_required"} for correction in corrections
    )
    assert contract().operations  # loading applies each, and fails on a place that is not there


def test_all_kept_operations_are_served_and_nothing_else() -> None:
    served = prune().SERVED

    assert {operation.id for operation in contract().operations} == set(SERVED)
    assert set(SERVED) == {name for files in served.values() for names in files.values() for name in names}


def test_the_kept_files_hold_no_schema_that_nothing_reaches() -> None:
    for file in KEPT.glob("v?/*.json"):
        document = json.loads(file.read_bytes())
        text = json.dumps(document)
        assert all(f"schemas/{name}" in text for name in document["components"]["schemas"]), file.name


Ask = Callable[[Account, str], Told]


def asking(method: str, path: str, body: Any = None, **query: Any) -> Ask:
    """Prepare one request; `{...}` in it is filled from the account."""

    def ask(account: Account, generation: str) -> Told:
        ids = prepared(account)
        filled = json.loads(json.dumps(body).replace("<contact>", account.contact)) if body is not None else None
        return account.ask(method, path.format(**ids), filled, generation=generation, **query)

    return ask


def prepared(account: Account) -> dict[str, str]:
    """Put one of each into the account; gives their ids."""
    sim, start = account.sim, int(account.clock.at) + 86_400
    ids = {"place": PLACE, "contact": account.contact, "field": account.field}
    ids["appointment"] = sim.add_appointment(PLACE, "visits", account.contact, "ann", start, start + 3600)
    ids["block"] = sim.add_block(PLACE, user="bo", start=start, end=start + 3600)
    ids["booking"] = sim.add_service_booking(
        PLACE, account.contact, "home", [("check", "ann", start + 7200, start + 9000)], place="9 Elm"
    )
    ids["opportunity"] = sim.add_opportunity(PLACE, "pipe", "new", account.contact)
    ids["note"] = sim.add_note(account.contact, "hello")
    made = account.ask("POST", f"/calendars/appointments/{ids['appointment']}/notes", {"body": "x", "userId": "ann"})
    ids["internal"] = made.body["note"]["id"]
    account.clock.at += 5
    return ids


WINDOW = {"startTime": "1790553600000", "endTime": "1791158400000"}
NEW = {"calendarId": "visits", "locationId": PLACE, "contactId": "<contact>", "startTime": "2026-09-28T10:00:00-04:00"}
BOOKED = {
    "locationId": PLACE,
    "contactId": "<contact>",
    "timezone": ZONE,
    "services": [{"id": "check", "staffId": "ann"}],
}
BOOKED |= {"startTime": "2026-09-28T13:00:00-04:00", "endTime": "2026-09-28T14:00:00-04:00"}
PERSON = {"locationId": PLACE, "email": "new@example.com", "firstName": "New", "lastName": "One"}
LEAD = {"pipelineId": "pipe", "locationId": PLACE, "name": "x", "status": "open", "contactId": "<contact>"}
A = "/calendars/events/appointments"
N = "/calendars/appointments/{appointment}/notes"
S = "/calendars/services"

OPERATIONS: dict[str, Ask] = {
    "get-groups": asking("GET", "/calendars/groups", locationId=PLACE),
    "get-calendars": asking("GET", "/calendars/", locationId=PLACE),
    "get-calendar": asking("GET", "/calendars/visits"),
    "get-slots": asking("GET", "/calendars/visits/free-slots", startDate="1790553600000", endDate="1790726400000"),
    "getAllSchedules": asking("GET", "/calendars/schedules/search", locationId=PLACE, userId="ann"),
    "getScheduleById": asking("GET", "/calendars/schedules/schedule-ann"),
    "create-appointment": asking("POST", A, NEW),
    "edit-appointment": asking("PUT", A + "/{appointment}", {"appointmentStatus": "showed"}),
    "get-appointment": asking("GET", A + "/{appointment}"),
    "get-calendar-events": asking("GET", "/calendars/events", locationId=PLACE, calendarId="visits", **WINDOW),
    "get-blocked-slots": asking("GET", "/calendars/blocked-slots", locationId=PLACE, userId="bo", **WINDOW),
    "create-block-slot": asking("POST", "/calendars/events/block-slots", {"locationId": PLACE, "assignedUserId": "bo"}),
    "edit-block-slot": asking("PUT", "/calendars/events/block-slots/{block}", {"locationId": PLACE, "title": "x"}),
    "delete-event": asking("DELETE", "/calendars/events/{appointment}", {}),
    "get-appointment-notes": asking("GET", N, limit="20", offset="0"),
    "create-appointment-note": asking("POST", N, {"body": "x"}),
    "update-appointment-note": asking("PUT", N + "/{internal}", {"body": "y"}),
    "delete-appointment-note": asking("DELETE", N + "/{internal}"),
    "get-service-bookings": asking("GET", S + "/bookings", locationId=PLACE, **WINDOW),
    "create-service-booking": asking("POST", S + "/bookings", BOOKED | {"meetingLocation": "9 Elm"}),
    "get-service-booking-by-id": asking("GET", S + "/bookings/{booking}"),
    "update-service-booking": asking("PUT", S + "/bookings/{booking}", {"status": "no_show"}),
    "delete-service-booking": asking("DELETE", S + "/bookings/{booking}"),
    "get-services-catalog": asking("GET", S + "/catalog", locationId=PLACE),
    "get-service-catalog-by-id": asking("GET", S + "/catalog/check"),
    "get-service-locations": asking("GET", S + "/locations", locationId=PLACE),
    "get-service-location-by-id": asking("GET", S + "/locations/home"),
    "search-contacts-advanced": asking("POST", "/contacts/search", {"locationId": PLACE, "pageLimit": 5, "page": 1}),
    "get-duplicate-contact": asking("GET", "/contacts/search/duplicate", locationId=PLACE, email="jo@example.com"),
    "get-appointments-for-contact": asking("GET", "/contacts/{contact}/appointments"),
    "add-tags": asking("POST", "/contacts/{contact}/tags", {"tags": ["vip"]}),
    "remove-tags": asking("DELETE", "/contacts/{contact}/tags", {"tags": ["vip"]}),
    "get-all-notes": asking("GET", "/contacts/{contact}/notes"),
    "create-note": asking("POST", "/contacts/{contact}/notes", {"body": "x", "title": "t", "pinned": False}),
    "get-note": asking("GET", "/contacts/{contact}/notes/{note}"),
    "update-note": asking("PUT", "/contacts/{contact}/notes/{note}", {"body": "y"}),
    "delete-note": asking("DELETE", "/contacts/{contact}/notes/{note}"),
    "get-contact": asking("GET", "/contacts/{contact}"),
    "update-contact": asking("PUT", "/contacts/{contact}", {"city": "Milton"}),
    "delete-contact": asking("DELETE", "/contacts/{contact}"),
    "upsert-contact": asking("POST", "/contacts/upsert", PERSON),
    "create-contact": asking("POST", "/contacts/", PERSON),
    "get-contacts": asking("GET", "/contacts/", locationId=PLACE),
    "get-pipelines": asking("GET", "/opportunities/pipelines", locationId=PLACE),
    "search-opportunities-advanced": asking("POST", "/opportunities/search", {"locationId": PLACE, "limit": 5}),
    "get-opportunity": asking("GET", "/opportunities/{opportunity}"),
    "update-opportunity": asking("PUT", "/opportunities/{opportunity}", {"pipelineStageId": "book"}),
    "delete-opportunity": asking("DELETE", "/opportunities/{opportunity}"),
    "update-opportunity-status": asking("PUT", "/opportunities/{opportunity}/status", {"status": "won"}),
    "Upsert-opportunity": asking("POST", "/opportunities/upsert", LEAD),
    "create-opportunity": asking("POST", "/opportunities/", LEAD),
    "search-users": asking("GET", "/users/search", companyId="agency", locationId=PLACE),
    "get-user": asking("GET", "/users/ann"),
    "get-user-by-location": asking("GET", "/users/", locationId=PLACE),
    "get-location": asking("GET", "/locations/{place}"),
    "get-location-tags": asking("GET", "/locations/{place}/tags"),
    "get-custom-fields": asking("GET", "/locations/{place}/customFields", model="contact"),
    "create-custom-field": asking("POST", "/locations/{place}/customFields", {"name": "Hub", "dataType": "TEXT"}),
    "get-custom-field": asking("GET", "/locations/{place}/customFields/{field}"),
    "get-timezones": asking("GET", "/locations/{place}/timezones"),
}
OAUTH = {"get-access-token", "get-location-access-token", "get-installed-location"}  # test_oauth.py


def searched(account: Account, generation: str) -> Told:
    query = {"locationId" if generation == "v3" else "location_id": PLACE}
    return account.ask("GET", "/opportunities/search", generation=generation, **query)


OPERATIONS["search-opportunity"] = searched

# What the files declare for success, where it is not 200.
CREATED = {"create-block-slot", "edit-block-slot", "delete-event", "create-appointment-note", "create-service-booking"}
CREATED |= {"create-note", "create-contact", "create-opportunity", "create-custom-field", "add-tags"}


@pytest.mark.parametrize(
    ("generation", "name"),
    [(operation.generation, operation.id) for operation in contract().operations if operation.id not in OAUTH],
)
def test_an_operation_answers_as_its_file_says(generation: str, name: str) -> None:
    account = Account()

    told = OPERATIONS[name](account, generation)

    # In strict mode an answer that doesn't fit the files is a 500 that says why.
    assert (told.status, "error" in told.body) == (201 if name in CREATED else 200, False), told.body
    assert told.body["traceId"]
    assert told.headers["X-Trace-Id"] == told.body["traceId"]


def test_an_answer_that_does_not_fit_the_files_is_an_error_that_says_so() -> None:
    account = Account()
    account.sim.world.calendars["visits"]["calendarType"] = "nonsense"

    told = account.ask("GET", "/calendars/visits")

    assert told.status == 500
    assert "does not fit the files" in told.message
    assert "nonsense" in told.message


def operation(name: str) -> Operation:
    return next(each for each in contract().operations if each.id == name)


DAY = "2026-09-28"
SLOTS = {"slots": ["2026-09-28T10:00:00-04:00"]}


@pytest.mark.parametrize(
    ("name", "status", "body", "fits"),
    [
        ("get-slots", 200, {DAY: SLOTS, "traceId": "x"}, True),
        ("get-slots", 200, {DAY: {}}, False),
        ("get-slots", 200, {DAY: SLOTS["slots"]}, False),
        ("get-slots", 200, {"Monday": SLOTS}, False),
        # No operation of the calendars declares these, so the common refusals judge them.
        ("get-calendar", 404, {"statusCode": 404, "message": "Calendar not found", "error": "Not Found"}, True),
        ("get-calendar", 404, {"statusCode": 404, "message": ["Calendar not found"]}, False),
        ("get-calendar", 404, {"message": "Calendar not found"}, False),
        ("get-calendar", 403, {"statusCode": 404, "message": "x"}, False),
        ("get-calendar", 422, {"statusCode": 422, "message": ["x"]}, True),
        ("get-calendar", 422, {"statusCode": 422, "message": "x"}, False),
        ("create-contact", 409, {"statusCode": 409, "message": "x", "meta": {"contactId": "y"}}, True),
        ("create-contact", 409, {"statusCode": 409}, False),
        ("get-calendar", 429, {"statusCode": 429, "message": "Too Many Requests"}, True),
        ("get-calendar", 429, [], False),
    ],
)
def test_answers_are_judged_whatever_their_status(name: str, status: int, body: Any, fits: bool) -> None:
    assert (contract().answer_errors(operation(name), status, body) == []) == fits


@pytest.mark.parametrize(
    ("name", "body", "strangers"),
    [
        ("get-contact", {"contact": {"id": "x", "fullName": "y"}}, ["contact.fullName"]),
        ("search-contacts-advanced", {"contacts": [{"id": "x", "extra": 1}], "total": 1}, ["contacts.extra"]),
        ("get-duplicate-contact", {"contact": {"id": "x", "extra": 1}}, ["contact.extra"]),
        ("get-slots", {DAY: SLOTS | {"free": 1}}, [f"{DAY}.free"]),
        ("Upsert-opportunity", {"opportunity": {"id": "x", "stage": "y"}, "new": True}, ["opportunity.stage"]),
    ],
)
def test_keys_that_the_files_do_not_have_are_found_in_answers(name: str, body: Any, strangers: list[str]) -> None:
    """Every answer in these tests is looked through for them; see `asking.py`."""
    found = operation(name)

    assert contract().answer_strangers(found, found.success, body) == strangers


def test_a_lenient_simulator_does_not_judge_itself() -> None:
    account = Account(strict=False)
    account.sim.world.calendars["visits"]["calendarType"] = "nonsense"

    assert account.ask("GET", "/calendars/visits").status == 200
