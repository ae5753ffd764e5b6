"""The order in which a request is refused, and the words of each refusal."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fieldfare_ghl_sim.tokens import SCOPES

from tests.simulators.ghl.asking import HOUR, MONDAY, PLACE, TOKEN, Account, Told

BAD: dict[str, Any] = {"locationId": "loc-two", "foo": 1}
APPOINTMENTS = "/calendars/events/appointments"
NOTES = "/calendars/appointments/{visit}/notes"
CONTACTS = "/contacts/search"
SEARCH = {"locationId": PLACE, "pageLimit": 5}


def refused(told: Told) -> tuple[int, Any]:
    return told.status, told.message


def test_the_checks_come_in_the_vendors_order() -> None:
    """One request with everything wrong; each repair brings the next refusal to light."""
    account = Account()
    sim = account.sim
    sim.add_location("loc-two", company="other")
    sim.add_token("pit-two", location="loc-two", scopes=["contacts.readonly"])
    told = [account.ask("POST", APPOINTMENTS, BAD, token=None, version=None)]
    told.append(account.ask("POST", APPOINTMENTS, BAD, token="pit-nobody", version=None))
    told.append(account.ask("POST", APPOINTMENTS, BAD, token="pit-two", version=None))
    told.append(account.ask("POST", APPOINTMENTS, BAD, token="pit-two", version="2099-01-01"))
    told.append(account.ask("POST", APPOINTMENTS, BAD | {"locationId": PLACE}, token="pit-two"))
    sim.set_scopes("pit-two", ["calendars/events.write"])
    told.append(account.ask("POST", APPOINTMENTS, BAD | {"locationId": PLACE}, token="pit-two"))
    sim.limits.burst = 0
    told.append(account.ask("POST", APPOINTMENTS, BAD, token="pit-two"))
    sim.limits.burst = 100
    told.append(account.ask("POST", APPOINTMENTS, BAD, token="pit-two"))
    whole = {
        "calendarId": "visits",
        "contactId": "nobody",
        "locationId": "loc-two",
        "startTime": "2026-09-28T10:00:00Z",
    }
    told.append(account.ask("POST", APPOINTMENTS, whole, token="pit-two"))

    assert [refused(each) for each in told[:-2]] == [
        (401, "Authorization header not found."),
        (401, "Invalid Private Integration token"),
        (401, "version header was not found."),
        (401, "version header is invalid"),
        (401, "The token is not authorized for this scope."),
        (403, "The token does not have access to this location."),
        (429, "Too Many Requests"),
    ]
    assert told[-2].status == 422
    assert {"calendarId should not be empty", "property foo should not exist"} <= set(told[-2].message)
    assert told[-1].status == 400


@pytest.mark.parametrize(
    ("method", "path", "version"),
    [
        ("GET", "/nonsense", "2021-04-15"),
        ("GET", "/calendars", "2021-04-15"),  # the last slash belongs to the path
        ("GET", "/calendars/groups/", "2021-04-15"),
        ("GET", "/contacts", "2021-07-28"),
        ("POST", "/opportunities", "2021-07-28"),
        ("GET", "/users", "2021-07-28"),
        ("PATCH", "/contacts/", "2021-07-28"),
        ("GET", "/calendars/services/bookings", "2021-04-15"),  # only the newest version has Services
        ("GET", "/calendars/services/bookings", "legacy"),
        ("GET", "/calendars/services/catalog", "2023-02-21"),
        ("POST", "/contacts/upsert", "2021-04-15"),  # seen by one party: contacts under the calendars' version
        ("GET", "/contacts/", "v3"),  # dropped from the newest files
        ("GET", "/users/", "v3"),
    ],
)
def test_a_path_that_is_not_there_is_not_found(method: str, path: str, version: str) -> None:
    told = Account().ask(method, path, version=version)

    assert told.status == 404
    assert told.body == {
        "message": f"Cannot {method} {path}",
        "error": "Not Found",
        "statusCode": 404,
        "traceId": told.body["traceId"],
    }


@pytest.mark.parametrize("version", ["2023-02-21", "2021-07-28", "2021-04-15", "legacy", "v3"])
def test_a_lenient_simulator_answers_old_paths_under_every_version(version: str) -> None:
    assert Account(strict=False).ask("GET", "/calendars/", version=version, locationId=PLACE).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "message"),
    [
        ("POST", "/contacts/search", {"locationId": PLACE}, {}, "pageLimit should not be empty"),
        ("POST", "/contacts/search", {"pageLimit": 5}, {}, "locationId should not be empty"),
        ("GET", "/calendars/events", None, {"locationId": PLACE, "startTime": "1", "endTime": "2"}, "Either of userId"),
        (
            "GET",
            "/calendars/events",
            None,
            {"locationId": PLACE, "calendarId": "visits", "startTime": "2026-09-28", "endTime": "2"},
            "startTime must be a number string",
        ),
        (
            "GET",
            "/calendars/events",
            None,
            {"locationId": PLACE, "calendarId": "visits"},
            "startTime should not be empty",
        ),
        ("GET", "/calendars/", None, {}, "locationId should not be empty"),
        ("GET", "/calendars/", None, {"locationId": PLACE, "x": "1"}, "property x should not exist"),
        ("GET", "/calendars/", None, {"locationId": PLACE, "showDrafted": "maybe"}, "showDrafted must be a boolean"),
        ("GET", "/users/search", None, {"locationId": PLACE}, "companyId should not be empty"),
        ("GET", "/opportunities/search", None, {"location_id": PLACE, "status": "x"}, "status must be one of"),
        ("GET", "/opportunities/search", None, {"locationId": PLACE}, "location_id should not be empty"),
        ("POST", "/contacts/", {"locationId": PLACE, "email": 3}, {}, "email must be a string"),
        ("POST", "/contacts/", {"locationId": PLACE, "phone": "555"}, {}, "phone must be a valid phone number"),
        ("POST", APPOINTMENTS, {"appointmentStatus": "completed"}, {}, "appointmentStatus must be one of"),
        ("POST", "/calendars/events/block-slots", {"locationId": PLACE}, {}, "oneOf"),
        (
            "POST",
            "/calendars/events/block-slots",
            {"locationId": PLACE, "calendarId": "room", "assignedUserId": "bo"},
            {},
            "oneOf",
        ),
        ("POST", "/opportunities/", {"locationId": PLACE}, {}, "pipelineId should not be empty"),
    ],
)
def test_a_violation_is_named(method: str, path: str, body: Any, query: dict[str, str], message: str) -> None:
    told = Account().ask(method, path, body, **query)

    assert (told.status, told.body["error"]) == (422, "Unprocessable Entity")
    assert any(message in text for text in told.message), told.message


def test_a_lenient_simulator_lets_unknown_keys_pass() -> None:
    account = Account(strict=False)

    told = account.ask("POST", "/contacts/upsert", {"locationId": PLACE, "email": "x@example.com", "foo": 1}, q="1")

    assert told.status == 200


def test_a_token_never_opens_another_locations_entries() -> None:
    """By whatever way it is named: in the query, in the body, or by an entry's id alone."""
    account = Account()
    sim = account.sim
    sim.add_location("loc-two", company="agency")
    sim.add_token("pit-two", location="loc-two")
    made = sim.add_appointment(PLACE, "visits", account.contact, "ann", 0, 3600)
    asked = [
        account.ask("GET", "/calendars/", token="pit-two", locationId=PLACE),
        account.ask("GET", f"{APPOINTMENTS}/{made}", token="pit-two"),
        account.ask("DELETE", f"/calendars/events/{made}", {}, token="pit-two"),
        account.ask("GET", f"/contacts/{account.contact}", token="pit-two"),
        account.ask("POST", f"/contacts/{account.contact}/notes", {"body": "x"}, token="pit-two"),
        account.ask("POST", "/contacts/upsert", {"locationId": PLACE}, token="pit-two"),
        account.ask("GET", "/opportunities/search", token="pit-two", location_id=PLACE),
        account.ask("GET", f"/locations/{PLACE}", token="pit-two"),
    ]

    assert {refused(told) for told in asked} == {FOREIGN}


FOREIGN = (403, "The token does not have access to this location.")


class TwoLocations:
    """Two locations of one agency; `one` is the location of the token, `two` the other one with all it has."""

    def __init__(self) -> None:
        self.account = account = Account()
        self.sim = sim = account.sim
        sim.add_location("loc-two", company="agency")
        sim.add_user("loc-two", id="eve")
        sim.add_calendar("loc-two", id="cal-two", users=["eve"])
        sim.add_group("loc-two", id="group-two")
        sim.add_pipeline("loc-two", id="pipe-two", stages=[("two", "Two")])
        sim.enable_services("loc-two")
        sim.add_service("loc-two", id="check-two", users=["eve"])
        sim.add_service_location("loc-two", id="home-two")
        contact = sim.add_contact("loc-two", name="Bea", email="bea@example.com")
        self.visit = sim.add_appointment(PLACE, "visits", account.contact, "ann", MONDAY, MONDAY + HOUR)
        self.lead = sim.add_opportunity(PLACE, "pipe", "new", account.contact, name="Ours")
        self.block = sim.add_block(PLACE, user="ann", start=MONDAY, end=MONDAY + HOUR)
        sim.add_token("pit-two", location="loc-two")
        visit = sim.add_appointment("loc-two", "cal-two", contact, "eve", MONDAY, MONDAY + HOUR)
        note = account.ask("POST", f"/calendars/appointments/{visit}/notes", {"body": "theirs"}, token="pit-two")
        self.ids = {
            "contact": account.contact,
            "visit": self.visit,
            "lead": self.lead,
            "block": self.block,
            "contact_two": contact,
            "visit_two": visit,
            "lead_two": sim.add_opportunity("loc-two", "pipe-two", "two", contact, name="Theirs"),
            "note_two": note.body["note"]["id"],
            "field_two": sim.add_field("loc-two", key="link"),
        }

    def ask(self, method: str, path: str, body: Any) -> Told:
        """Ask with the token of the first location; `<...>` and `{...}` are ids."""
        text = orjson.dumps(body).decode()
        for name, id_ in self.ids.items():
            text = text.replace(f"<{name}>", id_)
        return self.account.ask(method, path.format(**self.ids), orjson.loads(text))

    def state(self) -> bytes:
        """Give all that both locations have."""
        return orjson.dumps(self.sim.world)


UPSERT = {"locationId": PLACE, "pipelineId": "pipe", "name": "Renamed", "status": "open"}
LEAD = UPSERT | {"contactId": "<contact>"}
VISIT: dict[str, Any] = {"calendarId": "visits", "locationId": PLACE, "contactId": "<contact>"}
VISIT |= {"startTime": "2026-09-28T10:00:00-04:00", "ignoreFreeSlotValidation": True}
NO_USER = (400, "The assigned user does not exist.")
NO_STAGE = (400, "The stage does not exist in this pipeline.")
NO_PIPELINE = (400, "The pipeline does not exist in this location.")
NO_CONTACT = (400, "The contact does not exist in this location.")
NO_CALENDAR = (400, "The calendar does not exist in this location.")


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/opportunities/upsert", UPSERT | {"id": "<lead_two>"}, FOREIGN),
        ("PUT", "/calendars/appointments/{visit}/notes/{note_two}", {"body": "overwritten"}, FOREIGN),
        ("DELETE", "/calendars/appointments/{visit}/notes/{note_two}", None, FOREIGN),
        ("PUT", "/contacts/{contact}/notes/{note_two}", {"body": "overwritten"}, FOREIGN),
        ("GET", f"/locations/{PLACE}/customFields/{{field_two}}", None, FOREIGN),
        ("GET", "/calendars/services/catalog/check-two", None, FOREIGN),
        ("GET", "/calendars/schedules/schedule-eve", None, FOREIGN),
        ("GET", "/users/eve", None, FOREIGN),
        ("POST", APPOINTMENTS, VISIT | {"assignedUserId": "eve"}, NO_USER),
        ("POST", APPOINTMENTS, VISIT | {"contactId": "<contact_two>"}, NO_CONTACT),
        ("POST", APPOINTMENTS, VISIT | {"calendarId": "cal-two"}, NO_CALENDAR),
        ("PUT", APPOINTMENTS + "/{visit}", {"assignedUserId": "eve", "ignoreFreeSlotValidation": True}, NO_USER),
        ("PUT", APPOINTMENTS + "/{visit}", {"calendarId": "cal-two"}, NO_CALENDAR),
        ("POST", "/calendars/events/block-slots", {"locationId": PLACE, "assignedUserId": "eve"}, NO_USER),
        ("PUT", "/calendars/events/block-slots/{block}", {"locationId": PLACE, "assignedUserId": "eve"}, NO_USER),
        ("POST", "/opportunities/", LEAD | {"contactId": "<contact_two>"}, NO_CONTACT),
        ("POST", "/opportunities/", LEAD | {"pipelineId": "pipe-two"}, NO_PIPELINE),
        ("POST", "/opportunities/", LEAD | {"pipelineStageId": "two"}, NO_STAGE),
        ("POST", "/opportunities/", LEAD | {"pipelineStageId": "nowhere"}, NO_STAGE),
        ("POST", "/opportunities/", LEAD | {"assignedTo": "eve"}, NO_USER),
        ("PUT", "/opportunities/{lead}", {"pipelineStageId": "two"}, NO_STAGE),
        ("PUT", "/opportunities/{lead}", {"pipelineId": "pipe-two"}, NO_PIPELINE),
        ("PUT", "/opportunities/{lead}", {"assignedTo": "eve"}, NO_USER),
        ("POST", "/opportunities/upsert", LEAD | {"pipelineStageId": "two"}, NO_STAGE),
        ("PUT", "/contacts/{contact}", {"assignedTo": "eve"}, NO_USER),
        ("POST", "/contacts/upsert", {"locationId": PLACE, "email": "new@example.com", "assignedTo": "eve"}, NO_USER),
    ],
)
def test_what_another_location_has_is_neither_changed_nor_taken(
    method: str, path: str, body: Any, expected: tuple[int, str]
) -> None:
    both = TwoLocations()
    before = both.state()

    told = both.ask(method, path, body)

    assert refused(told) == expected
    assert both.state() == before


def test_a_token_of_an_agency_mixes_no_locations_either() -> None:
    """It opens both, so only what is asked for can say that the entry is elsewhere."""
    both = TwoLocations()
    both.sim.tokens.add_private("pit-agency", location=None, company="agency", scopes=SCOPES)
    before = both.state()
    body = UPSERT | {"id": both.ids["lead_two"]}

    told = both.account.ask("POST", "/opportunities/upsert", body, token="pit-agency")

    assert refused(told) == (400, "The opportunity does not exist in this location.")
    assert both.state() == before


def test_a_note_belongs_to_its_appointment() -> None:
    both = TwoLocations()
    other = both.sim.add_appointment(PLACE, "visits", both.account.contact, "bo", MONDAY, MONDAY + HOUR)
    note = both.account.ask("POST", f"/calendars/appointments/{other}/notes", {"body": "x"}).body["note"]["id"]
    path = f"/calendars/appointments/{both.visit}/notes/{note}"

    assert both.account.ask("PUT", path, {"body": "y"}).status == 404
    assert both.account.ask("DELETE", path).status == 404


def test_a_lead_that_goes_to_another_pipeline_begins_there() -> None:
    account = Account()
    account.sim.add_pipeline(PLACE, id="second", stages=[("first", "First"), ("last", "Last")])
    leads = [account.sim.add_opportunity(PLACE, "pipe", "new", account.contact) for _ in range(2)]

    account.ask("PUT", f"/opportunities/{leads[0]}", {"pipelineId": "second"})
    account.ask("PUT", f"/opportunities/{leads[1]}", {"pipelineId": "second", "pipelineStageId": "last"})

    assert [row["pipelineStageId"] for row in account.sim.opportunities(PLACE)] == ["first", "last"]


EVENTS = {"locationId": PLACE, "userId": "ann"}


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "message"),
    [
        ("GET", "/users/search", None, {"companyId": "agency", "skip": "abc"}, "skip must be an integer number"),
        ("GET", "/users/search", None, {"companyId": "agency", "skip": ""}, "skip must be an integer number"),
        ("GET", "/users/search", None, {"companyId": "agency", "limit": "-3"}, "limit must not be less than 1"),
        ("GET", "/users/search", None, {"companyId": "agency", "skip": ["1", "2"]}, "skip must be a string"),
        ("GET", "/opportunities/search", None, {"location_id": PLACE, "limit": "1.5"}, "limit must be an integer"),
        ("GET", "/opportunities/search", None, {"location_id": PLACE, "limit": "-3"}, "limit must not be less than 1"),
        ("GET", "/opportunities/search", None, {"location_id": PLACE, "limit": "101"}, "limit must not be greater"),
        ("GET", "/opportunities/search", None, {"location_id": PLACE, "page": "0"}, "page must not be less than 1"),
        ("GET", "/contacts/", None, {"locationId": PLACE, "limit": "0"}, "limit must not be less than 1"),
        ("GET", "/contacts/", None, {"locationId": PLACE, "limit": "1e2"}, "limit must be a number"),
        ("GET", NOTES, None, {"limit": "10.5", "offset": "0"}, "limit must be an integer number"),
        ("GET", NOTES, None, {"limit": "21", "offset": "0"}, "limit must not be greater than 20"),
        ("GET", NOTES, None, {"limit": "5", "offset": "-1"}, "offset must not be less than 0"),
        ("GET", "/calendars/schedules/search", None, EVENTS | {"limit": "501"}, "limit must not be greater than 500"),
        ("GET", "/calendars/events", None, EVENTS | {"startTime": "²", "endTime": "2"}, "startTime must be a number"),
        (
            "GET",
            "/calendars/events",
            None,
            EVENTS | {"startTime": "1", "endTime": "9" * 400},
            "endTime must be a number",
        ),
        ("GET", "/calendars/visits/free-slots", None, {"startDate": "1", "endDate": "-2"}, "endDate must be a number"),
        ("GET", "/calendars/", None, {"locationId": ""}, "locationId should not be empty"),
        ("POST", "/opportunities/search", {"locationId": PLACE, "page": 0}, {}, "page"),
        ("POST", "/opportunities/search", {"locationId": PLACE, "page": 1.5}, {}, "page must be an integer number"),
        ("POST", CONTACTS, SEARCH | {"filters": [{"field": "email", "operator": []}]}, {}, "operator must be a string"),
        ("POST", CONTACTS, SEARCH | {"filters": [{"filters": 3}]}, {}, "filters must be an array"),
        (
            "POST",
            CONTACTS,
            SEARCH | {"filters": [{"field": "email", "x": 1}]},
            {},
            "property filters.x should not exist",
        ),
    ],
)
def test_a_bad_request_never_breaks_the_simulator(
    method: str, path: str, body: Any, query: dict[str, Any], message: str
) -> None:
    account = Account()
    visit = account.sim.add_appointment(PLACE, "visits", account.contact, "ann", MONDAY, MONDAY + HOUR)

    told = account.ask(method, path.format(visit=visit), body, **query)

    assert told.status == 422, told.body
    assert any(message in text for text in told.message), told.message


def test_a_failure_of_its_own_is_an_answer_with_all_that_answers_have(caplog: pytest.LogCaptureFixture) -> None:
    account = Account()
    del account.sim.world.users["ann"]["roles"]

    told = account.ask("GET", "/users/search", companyId="agency")

    assert told.status == 500
    assert "it failed by itself: KeyError: 'roles'" in told.message
    assert told.body["traceId"] == told.headers["X-Trace-Id"]
    assert told.headers["X-RateLimit-Remaining"] == "99"
    assert [call.status for call in account.sim.calls] == [500]
    assert "GET /users/search" in caplog.text


def test_people_of_a_list_are_named_in_either_way() -> None:
    account = Account()
    account.sim.add_block(PLACE, user="ann", start=MONDAY, end=MONDAY + 12 * HOUR)
    day: dict[str, Any] = {"startDate": str(MONDAY * 1000), "endDate": str((MONDAY + 12 * HOUR) * 1000)}
    named: list[dict[str, Any]] = [{"userIds": ["ann"]}, {"userIds[]": ["ann"]}, {"userIds": ["ann", "bo"]}]

    told = [len(account.ask("GET", "/calendars/visits/free-slots", **day, **who).body) - 1 for who in named]

    assert told == [0, 0, 1]


def test_a_private_token_is_rotated_with_an_overlap_and_revoked_at_once() -> None:
    account = Account()
    account.sim.rotate_token(TOKEN, "pit-new")
    both = [account.ask("GET", "/calendars/", token=token, locationId=PLACE).status for token in (TOKEN, "pit-new")]
    account.clock.at += 7 * 86_400
    later = [account.ask("GET", "/calendars/", token=token, locationId=PLACE).status for token in (TOKEN, "pit-new")]
    account.sim.revoke("pit-new")

    assert (both, later) == ([200, 200], [401, 200])
    assert account.ask("GET", "/calendars/", token="pit-new", locationId=PLACE).status == 401


def test_private_tokens_do_not_open_what_is_for_agencies_only() -> None:
    told = Account().ask("GET", "/oauth/installedLocations", companyId="agency", appId="app")

    assert refused(told) == (401, "This route is only accessible to agency tokens.")
