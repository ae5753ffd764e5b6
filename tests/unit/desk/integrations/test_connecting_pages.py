"""Connecting GoHighLevel at the desk: the token is tried, each step saves its part, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.connections import (
    BookingField,
    CalendarUse,
    ConnectionSettings,
    ConnectionState,
    StageMode,
    Target,
)
from tests.databases import Database
from tests.service.ghl_house import LOCATION, PRIVATE, TOKEN, USERS, VISITS, GhlHouse, on
from tests.unit.customers.kit import BUSINESS
from tests.unit.desk.walking import form_of, forms_of, send, words_of

PAGES = "/desk/settings/ghl"


async def connected(client: httpx2.AsyncClient, token: str = TOKEN, location: str = LOCATION) -> httpx2.Response:
    form = form_of(await client.get(PAGES), "")
    return await send(client, form | {"action": PAGES}, location=location, token=token)


async def step(client: httpx2.AsyncClient, name: str, **typed: str) -> httpx2.Response:
    return await send(client, await form_at(client, name), **typed)


async def form_at(client: httpx2.AsyncClient, name: str) -> dict[str, Any]:
    page = await client.get(f"{PAGES}/{name}")
    assert page.status_code == 200, page.text
    (form,) = [form for form in forms_of(page) if "version" in form["fields"]]
    return form | {"action": f"{PAGES}/{name}"}


def walk(database: Database, work: Callable[[GhlHouse, httpx2.AsyncClient], Awaitable[None]]) -> None:
    async def walking(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            await work(house, client)

    on(database, walking)


def test_all_steps_one_after_the_other(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        field = house.sim.add_field(LOCATION, key="contact.reference", name="Reference")
        house.sim.add_pipeline(LOCATION, id="pipe", name="Leads", stages=[("new", "New"), ("book", "Book now")])

        answer = await connected(client)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGES}/people?notice=saved")

        answer = await step(client, "people", **{"user.userOne": "t1", "user.userTwo": "t2"})
        assert answer.headers["location"] == f"{PAGES}/calendars?notice=saved"

        answer = await step(
            client,
            "calendars",
            **{f"use.{VISITS}": "visits", f"use.{PRIVATE}": "busy", "target.*": f"calendar:{VISITS}"},
        )
        assert answer.headers["location"] == f"{PAGES}/fields?notice=saved", words_of(answer)

        answer = await step(client, "fields", **{"field.reference": field, "field.manage_link": "new"})
        assert answer.headers["location"] == f"{PAGES}/stages?notice=saved", words_of(answer)

        shown = await client.get(f"{PAGES}/stages")
        known = re.search(r'name="product\.book".*?<option value="([^"]+)"', shown.text, re.DOTALL)
        assert known is not None
        answer = await step(client, "stages", **{"mode.book": "link", "product.book": known[1]})
        assert answer.headers["location"] == f"{PAGES}/check?notice=saved", words_of(answer)

        checked = await client.get(f"{PAGES}/check")
        assert "Appointments can be read" in words_of(checked)
        states = re.findall(r'class="badge (\w+)"', checked.text)
        assert states == sorted(states, key=["bad", "plain", "good"].index)
        assert {"bad", "good"} <= set(states)

        connection = await house.connection()
        assert connection is not None
        assert connection.state is ConnectionState.CONNECTED
        assert connection.settings.technicians == USERS
        assert connection.settings.calendars[VISITS] is CalendarUse.VISITS
        assert connection.settings.fields[BookingField.REFERENCE] == field
        assert BookingField.MANAGE_LINK in connection.settings.fields
        assert [rule.mode for rule in connection.settings.stages] == [StageMode.LINK]
        for path in ("", "/people", "/calendars", "/fields", "/stages", "/check"):
            assert TOKEN not in (await client.get(f"{PAGES}{path}")).text

    walk(database, work)


@pytest.mark.parametrize(
    ("token", "location", "says"),
    [
        ("pit-wrong", LOCATION, "does not take this token"),
        (TOKEN, "another-location", "is not for the location"),
        ("", LOCATION, "Give both"),
        (TOKEN, "", "Give both"),
    ],
)
def test_what_opens_nothing_is_not_kept(database: Database, token: str, location: str, says: str) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        answer = await connected(client, token=token, location=location)

        assert answer.status_code == 422
        assert says in words_of(answer)
        assert token == "" or token not in answer.text
        assert await house.connection() is None

    walk(database, work)


def test_choices_that_contradict_are_said_and_stay_as_they_were_typed(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        await connected(client)

        answer = await step(client, "calendars", **{f"use.{VISITS}": "busy", "target.*": f"calendar:{VISITS}"})

        assert answer.status_code == 422
        assert "is not a calendar of visits" in words_of(answer)
        assert f'<option value="calendar:{VISITS}" selected>' in answer.text
        connection = await house.connection()
        assert connection is not None
        assert not connection.settings.targets

    walk(database, work)


def test_the_second_of_two_people_is_told(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        await connected(client)
        old = await form_at(client, "people")
        await step(client, "people", **{"user.userOne": "t1"})

        answer = await send(client, old, **{"user.userOne": "t2"})

        assert answer.status_code == 412
        assert "Somebody else changed these settings" in words_of(answer)
        connection = await house.connection()
        assert connection is not None
        assert connection.settings.technicians["userOne"] == "t1"

    walk(database, work)


def test_pausing_going_on_and_taking_away(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        await connected(client)
        await step(client, "people", **{"user.userOne": "t1"})

        for word, state in (("", ConnectionState.PAUSED), ("on", ConnectionState.CONNECTED)):
            form = form_of(await client.get(PAGES), "/pause")
            assert form["fields"].get("go", "") == word
            await send(client, form)
            connection = await house.connection()
            assert connection is not None
            assert connection.state is state

        asked = await client.get(f"{PAGES}/remove")
        assert "The token is forgotten" in words_of(asked)
        await send(client, form_of(asked, "/remove"))
        assert await house.connection() is None

    walk(database, work)


PRODUCT, CATALOG, WHERE = "tune-up", "svc-check", "at-home"
SERVICE = f"service:{CATALOG}:{WHERE}"


async def all_chosen(house: GhlHouse, client: httpx2.AsyncClient, **more: Any) -> ConnectionSettings:
    """Connect with something chosen on each step; the catalogue is asked anew the next time."""
    field = house.sim.add_field(LOCATION, key="contact.reference", name="Reference")
    house.sim.add_pipeline(LOCATION, id="pipe", name="Leads", stages=[("new", "New"), ("book", "Book now")])
    house.sim.enable_services(LOCATION)
    house.sim.add_service(LOCATION, id=CATALOG, name="Check", users=list(USERS), minutes=60)
    house.sim.add_service_location(LOCATION, id=WHERE, name="At home", kind="ask_booker")
    chosen = {
        "products": {VISITS: PRODUCT},
        "fields": {"reference": field},
        "stages": [{"pipeline": "pipe", "stage": "book", "mode": "link", "product": PRODUCT}],
        "services": True,
    }
    await house.connect(client, **chosen | more)
    house.outward.crms.forget(BUSINESS)
    return await settings_of(house)


async def settings_of(house: GhlHouse) -> ConnectionSettings:
    connection = await house.connection()
    assert connection is not None
    return connection.settings


def unlisted(house: GhlHouse, name: str, status: int) -> None:
    """Let the list alone fail from which a step chooses; a client that has never asked for it is used."""
    house.sim.faults.add(Fault(match=f"GET {LISTS[name]}", status=status))
    house.outward.crms.forget(BUSINESS)


def listed(house: GhlHouse) -> None:
    house.sim.faults.clear()
    house.outward.crms.forget(BUSINESS)


LISTS = {
    "people": "/users/search",
    "calendars": "/calendars/",
    "fields": f"/locations/{LOCATION}/customFields",
    "stages": "/opportunities/pipelines",
}
CHANGES = [
    pytest.param("people", {"user.userTwo": ""}, id="people"),
    pytest.param("calendars", {f"use.{PRIVATE}": "ignored"}, id="calendars"),
    pytest.param("fields", {"field.reference": ""}, id="fields"),
    pytest.param("stages", {"mode.book": "book"}, id="stages"),
]


@pytest.mark.parametrize(("name", "typed"), CHANGES)
def test_what_was_typed_while_the_crm_did_not_answer_is_kept_and_nothing_is_lost(
    database: Database, name: str, typed: dict[str, str]
) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        before = await all_chosen(house, client)
        form = await form_at(client, name)
        unlisted(house, name, 503)

        refused = await send(client, form, **typed)

        assert refused.status_code == 503
        assert "Nothing was saved" in words_of(refused)
        assert await settings_of(house) == before
        listed(house)
        (again,) = [one for one in forms_of(refused) if "version" in one["fields"]]
        saved = await send(client, again | {"action": f"{PAGES}/{name}"})
        assert saved.status_code == 303, words_of(saved)
        assert await settings_of(house) != before

    walk(database, work)


@pytest.mark.parametrize(("name", "typed"), CHANGES)
def test_a_page_that_could_list_nothing_wipes_nothing_once_the_crm_is_back(
    database: Database, name: str, typed: dict[str, str]
) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        before = await all_chosen(house, client)
        version = (await form_at(client, name))["fields"]["version"]
        unlisted(house, name, 503)
        page = await client.get(f"{PAGES}/{name}")
        assert not [one for one in forms_of(page) if typed.keys() & one["fields"].keys()]
        listed(house)

        await send(client, {"action": f"{PAGES}/{name}", "fields": {"version": version}})

        assert await settings_of(house) == before

    walk(database, work)


@pytest.mark.parametrize("name", LISTS)
def test_what_the_token_may_no_longer_list_is_not_taken_for_nothing(database: Database, name: str) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        before = await all_chosen(house, client)
        form = await form_at(client, name)
        unlisted(house, name, 403)

        page, refused = await client.get(f"{PAGES}/{name}"), await send(client, form)

        assert "The token may not do this" in words_of(page)
        assert (refused.status_code, await settings_of(house)) == (503, before)

    walk(database, work)


@pytest.mark.parametrize("status", [403, 404])
def test_services_that_are_not_listed_now_stay_chosen(database: Database, status: int) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        here = {"service": CATALOG, "service_location": WHERE}
        before = await all_chosen(house, client, targets={"*": {"calendar": VISITS}, PRODUCT: here})
        house.sim.faults.add(Fault(match="GET /calendars/services/catalog", status=status))

        form = await form_at(client, "calendars")
        refused = await send(client, form)

        assert (form["fields"]["services"], form["fields"][f"target.{PRODUCT}"]) == ("on", SERVICE)
        assert (refused.status_code, await settings_of(house)) == (503, before)
        assert "list its services now" in words_of(refused)
        # The way out, for an account that has none any more.
        saved = await send(client, form, services="off", **{f"target.{PRODUCT}": ""})
        assert saved.status_code == 303, words_of(saved)
        after = await settings_of(house)
        assert (after.services, dict(after.targets)) == (False, {"*": Target(calendar=VISITS)})

    walk(database, work)


def test_the_tick_of_services_outlives_a_catalogue_that_is_not_listed(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        await all_chosen(house, client)
        house.sim.faults.add(Fault(match="GET /calendars/services/catalog", status=403))

        saved = await step(client, "calendars", notify="off")

        assert saved.status_code == 303, words_of(saved)
        after = await settings_of(house)
        assert (after.services, after.notify) == (True, False)

    walk(database, work)


def test_a_choice_that_is_no_longer_there_is_shown_and_has_to_be_made_anew(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        before = await all_chosen(house, client)
        (field,) = before.fields.values()
        del house.sim.world.fields[field]

        form = await form_at(client, "fields")
        refused = await send(client, form)

        assert form["fields"]["field.reference"] == field
        assert (refused.status_code, await settings_of(house)) == (422, before)
        assert "The booking's reference" in words_of(refused)
        saved = await send(client, form, **{"field.reference": "new"})
        assert saved.status_code == 303, words_of(saved)

    walk(database, work)


def test_a_dead_crm_is_said_on_each_step(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        await connected(client)
        house.sim.faults.outage(True)
        house.outward.crms.forget(BUSINESS)

        for name in ("people", "calendars", "fields", "stages", "check"):
            page = await client.get(f"{PAGES}/{name}")
            assert page.status_code == 200
            said = words_of(page).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
            assert "GoHighLevel can't be reached." in said, name
            assert "missing" not in said, name

    walk(database, work)


def test_a_check_with_a_token_that_is_not_taken_says_so(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        await connected(client)
        house.sim.faults.add(Fault(match="*", status=401))
        house.outward.crms.forget(BUSINESS)

        said = words_of(await client.get(f"{PAGES}/check"))

        assert "take the token any more. Connect it again" in said

    walk(database, work)


def test_without_a_connection_there_are_no_steps(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        for name in ("people", "calendars", "fields", "stages", "check", "remove", "authorise"):
            assert (await client.get(f"{PAGES}/{name}")).status_code == 404
        assert "No CRM is connected" in words_of(await client.get("/desk/crm"))

    walk(database, work)
