"""`/staff/integrations/ghl`: a token is tried before it is kept, choices fit both sides, and nothing shows a secret."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import psycopg
import pytest
from fieldfare_ghl_sim.simulator import Simulator
from sqlalchemy import URL

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.domain.connections import ConnectionState
from fieldfare.domain.permissions import Scope
from fieldfare.usecases.integrations.read_all import SWEEP_CRM
from tests.databases import Database
from tests.service import ghl_house
from tests.service.ghl_house import (
    EVENTS,
    GHL,
    LOCATION,
    PRIVATE,
    SETTINGS,
    TOKEN,
    VISITS,
    GhlHouse,
    Shared,
    on,
)
from tests.unit.customers.kit import BUSINESS, open_business, rows_of

ALL_BUT = frozenset({"users.readonly"})


@pytest.fixture(scope="module")
def shared(database_server: URL, database_template: str) -> Iterator[Shared]:
    """A house whose business is connected."""
    with ghl_house.shared(database_server, database_template) as house:
        yield house


def body(**values: Any) -> dict[str, Any]:
    return {"location": LOCATION, "token": TOKEN} | values


def test_connecting_choosing_resting_and_leaving(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            assert (await client.get(GHL)).status_code == 404
            made = await client.put(GHL, json=body())
            assert made.status_code == 200, made.text
            assert made.json() | {"created_at": "", "checked_at": "", "settings": {}} == {
                "provider": "ghl",
                "location": LOCATION,
                "name": "Small World",
                "time_zone": "America/Toronto",
                "state": "setting_up",
                "granted": "token",
                "failing": None,
                "created_at": "",
                "checked_at": "",
                "settings": {},
            }

            chosen = await client.put(GHL, json={"settings": SETTINGS}, headers={"If-Match": made.headers["ETag"]})
            assert chosen.status_code == 200, chosen.text
            assert chosen.json()["state"] == "connected"
            assert chosen.json()["settings"]["targets"] == {
                "*": {"calendar": VISITS, "service": None, "service_location": None}
            }
            assert (await client.get(GHL)).json() == chosen.json()

            late = await client.put(GHL, json={"settings": SETTINGS}, headers={"If-Match": made.headers["ETag"]})
            assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")

            assert (await client.put(GHL, json={"paused": True})).json()["state"] == "paused"
            assert (await client.put(GHL, json={"paused": True})).json()["state"] == "paused"
            assert (await client.put(GHL, json={"paused": False})).json()["state"] == "connected"

            assert (await client.delete(GHL, headers={"If-Match": made.headers["ETag"]})).status_code == 412
            assert (await client.delete(GHL, headers={"If-Match": chosen.headers["ETag"]})).status_code == 204
            assert (await client.get(GHL)).status_code == 404
            assert (await client.delete(GHL)).status_code == 404

            trail = (await client.get("/api/v1/staff/audit", params={"subject": "integrations"})).json()["items"]
            assert [line["action"] for line in trail] == ["disconnect", "resume", "pause", "settings", "connect"]

    on(database, work)


def test_what_is_connected_is_read_at_once(database: Database) -> None:
    whole = {"business": BUSINESS, "full": True}

    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            await client.put(GHL, json=body())
            assert await house.tasks(SWEEP_CRM) == []
            await client.put(GHL, json={"settings": SETTINGS})
            assert await house.tasks(SWEEP_CRM) == [whole]
            # The same once more changes nothing, and neither does a new token for what is read already.
            await client.put(GHL, json={"settings": SETTINGS})
            await client.put(GHL, json=body())
            assert await house.tasks(SWEEP_CRM) == [whole]
            await client.put(GHL, json={"settings": SETTINGS | {"services": True}})
            assert await house.tasks(SWEEP_CRM) == [whole] * 2
            await client.put(GHL, json={"paused": True})
            assert await house.tasks(SWEEP_CRM) == [whole] * 2
            await client.put(GHL, json={"paused": False})
            assert await house.tasks(SWEEP_CRM) == [whole] * 3
            for method, path, sent in (("PUT", GHL, body()), ("POST", f"{GHL}/check", None)):
                async with house.whole.storage.open(BUSINESS) as books:
                    known = await books.integrations.connections.find()
                    assert known is not None
                    await books.integrations.connections.save(replace(known, state=ConnectionState.RECONNECT))
                assert (await client.request(method, path, json=sent)).status_code == 200
            assert await house.tasks(SWEEP_CRM) == [whole] * 5

    on(database, work)


def _revoked(sim: Simulator) -> dict[str, Any]:
    sim.revoke(TOKEN)
    return body()


def _lacking(scope: str) -> Callable[[Simulator], dict[str, Any]]:
    def spoil(sim: Simulator) -> dict[str, Any]:
        sim.set_scopes(TOKEN, sim.tokens.tokens[TOKEN].scopes - {scope})
        return body()

    spoil.__name__ = f"lacking_{scope}"
    return spoil


def _elsewhere(sim: Simulator) -> dict[str, Any]:
    sim.add_location("elsewhere")
    return body(location="elsewhere")


def _unknown(sim: Simulator) -> dict[str, Any]:
    return body(location="never-heard-of")


def _down(sim: Simulator) -> dict[str, Any]:
    sim.faults.outage(on=True)
    return body()


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (_revoked, 409, "crm_token_refused"),
        (_lacking("locations.readonly"), 409, "crm_scope_missing"),
        (_lacking("users.readonly"), 409, "crm_scope_missing"),
        (_lacking("calendars.readonly"), 409, "crm_scope_missing"),
        (_lacking("calendars/events.readonly"), 409, "crm_scope_missing"),
        (_lacking("contacts.readonly"), 409, "crm_scope_missing"),
        (_elsewhere, 409, "crm_wrong_account"),
        (_unknown, 409, "crm_wrong_account"),
        (_down, 503, "crm_unavailable"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_opens_nothing_is_not_kept(
    database: Database, spoil: Callable[[Simulator], dict[str, Any]], status: int, code: str
) -> None:
    async def work(house: GhlHouse) -> None:
        sent = spoil(house.sim)
        async with await house.whole.key(BUSINESS) as client:
            answer = await client.put(GHL, json=sent)

            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
            assert TOKEN not in answer.text
            assert (await client.get(GHL)).status_code == 404

    on(database, work)


def test_a_missing_scope_is_named(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        house.sim.set_scopes(TOKEN, house.sim.tokens.tokens[TOKEN].scopes - {"users.readonly", "contacts.readonly"})
        async with await house.whole.key(BUSINESS) as client:
            refused = (await client.put(GHL, json=body())).json()

        assert {line["name"] for line in refused["missing"]} == {"users", "contacts"}
        assert "users.readonly" in refused["detail"]
        assert "contacts.readonly" in refused["detail"]

    on(database, work)


def test_a_new_token_leaves_the_choices_and_another_location_begins_anew(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        house.sim.add_token("pit-the-second-one", location=LOCATION)
        house.sim.add_location("elsewhere", name="Elsewhere")
        house.sim.add_token("pit-of-elsewhere", location="elsewhere")
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            house.sim.revoke(TOKEN)
            checked = (await client.post(f"{GHL}/check")).json()
            assert checked["works"] is False

            again = (await client.put(GHL, json=body(token="pit-the-second-one"))).json()
            assert (again["state"], again["settings"]["technicians"]) == ("connected", SETTINGS["technicians"])
            assert (await client.post(f"{GHL}/check")).json()["works"] is True

            other = (await client.put(GHL, json=body(location="elsewhere", token="pit-of-elsewhere"))).json()
            assert (other["state"], other["settings"]["technicians"]) == ("setting_up", {})

    on(database, work)


def test_one_location_belongs_to_one_business(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        await open_business(house.whole, "second-world")
        async with await house.whole.key(BUSINESS) as first, await house.whole.key("second-world") as second:
            await house.connect(first)

            answer = await second.put(GHL, json=body())

            assert (answer.status_code, answer.json()["code"]) == (409, "account_taken")
            assert (await second.get(GHL)).status_code == 404
            assert (await second.get(f"{GHL}/failures")).json() == {"items": []}

    on(database, work)


def put(**changes: Any) -> dict[str, Any]:
    return SETTINGS | changes


STAGE = {"pipeline": "pipe", "stage": "stage", "mode": "link", "product": "tune-up"}


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (put(technicians={"nobody": "t1"}), "settings.technicians.nobody"),
        (put(technicians={"userOne": "t9"}), "settings.technicians.userOne"),
        (put(calendars={"none": "busy"}, targets={}), "settings.calendars.none"),
        (put(calendars={EVENTS: "visits"}, targets={}), f"settings.calendars.{EVENTS}"),
        (put(products={"none": "tune-up"}), "settings.products.none"),
        (put(products={VISITS: "none"}), f"settings.products.{VISITS}"),
        (put(targets={"none": {"calendar": VISITS}}), "settings.targets.none"),
        (put(targets={"*": {"calendar": "none"}}), "settings.targets.*.calendar"),
        (put(targets={"*": {"calendar": PRIVATE}}), "settings.targets.*.calendar"),
        (put(targets={"*": {}}), "settings.targets.*"),
        (put(targets={"*": {"calendar": VISITS, "service": "s"}}), "settings.targets.*"),
        (put(targets={"*": {"service": "none"}}), "settings.targets.*.service"),
        (put(fields={"manage_link": "none"}), "settings.fields.manage_link"),
        (put(stages=[STAGE]), "settings.stages[0].stage"),
        (put(poll_seconds=120, full_seconds=60), "settings.full_seconds"),
        (put(poll_seconds=1), "settings.poll_seconds"),
        (put(calendars={VISITS: "sometimes"}), f"settings.calendars.{VISITS}"),
        (put(fields={"shoe_size": "x"}), "settings.fields.shoe_size"),
        (put(technicians={"user one": "t1"}), 'settings.technicians["user one"]'),
    ],
    ids=[str(number) for number in range(19)],
)
def test_choices_that_fit_nothing_are_refused(shared: Shared, settings: dict[str, Any], path: str) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            before = (await client.get(GHL)).json()

            answer = await client.put(GHL, json={"settings": settings})

            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
            assert any(fault["path"].startswith(path) for fault in answer.json()["errors"]), answer.text
            assert (await client.get(GHL)).json() == before

    shared.on(work)


@pytest.mark.parametrize(
    "sent",
    [{}, {"location": LOCATION}, {"token": TOKEN}, {"location": LOCATION, "token": "short"}, {"state": "connected"}],
)
def test_half_a_connection_is_none(shared: Shared, sent: dict[str, Any]) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            answer = await client.put(GHL, json=sent)

        assert answer.status_code == 422
        assert TOKEN not in answer.text

    shared.on(work)


def test_fields_may_be_named_by_their_keys_and_made(shared: Shared) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            made = await client.post(f"{GHL}/fields", json={"name": "Fieldfare manage link"})
            again = await client.post(f"{GHL}/fields", json={"name": "Fieldfare manage link"})
            assert (made.status_code, again.json()) == (201, made.json())
            field = made.json()

            chosen = await client.put(GHL, json={"settings": put(fields={"manage_link": field["key"]})})

            assert chosen.json()["settings"]["fields"] == {"manage_link": field["id"]}

    shared.on(work)


def test_the_options_are_what_the_location_has(shared: Shared) -> None:
    async def work(house: GhlHouse) -> None:
        house.sim.add_pipeline(LOCATION, id="pipe-1", name="Leads", stages=[("stage-1", "Book now")])
        async with await house.whole.key(BUSINESS) as client:
            options = (await client.get(f"{GHL}/options")).json()

        assert {user["id"] for user in options["users"]} == set(SETTINGS["technicians"])
        assert {one["id"]: one["takes_visits"] for one in options["calendars"]} == {
            VISITS: True,
            PRIVATE: True,
            EVENTS: False,
        }
        assert options["pipelines"][0]["stages"] == [{"id": "stage-1", "name": "Book now"}]

    shared.on(work)


def test_a_check_says_line_by_line_what_is_missing(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            assert (await client.post(f"{GHL}/check")).json()["code"] == "not_connected"
            await house.connect(client, technicians={"userOne": "t1"})
            house.sim.add_calendar(LOCATION, id=VISITS, name="Visits", kind="collective", users=("userTwo",))

            checked = (await client.post(f"{GHL}/check")).json()

            lines = {line["name"]: line for line in checked["checks"]}
            assert checked["works"] is False
            assert lines["account"]["state"] == "works"
            assert "Add" in lines["technician:t1"]["advice"]
            assert lines["technician:t2"]["state"] == "missing"
            assert "collective" in lines[f"calendar:{VISITS}"]["advice"]
            assert lines[f"calendar:{PRIVATE}"]["state"] == "works"
            # What nothing was chosen of needs nothing.
            assert f"calendar:{EVENTS}" not in lines

            house.sim.revoke(TOKEN)
            gone = (await client.post(f"{GHL}/check")).json()
            assert gone["works"] is False
            assert TOKEN not in repr(gone)

    on(database, work)


@asynccontextmanager
async def with_scopes(house: GhlHouse, *scopes: Scope) -> AsyncIterator[httpx2.AsyncClient]:
    async with await house.whole.key(BUSINESS, scopes) as client:
        yield client


READ = ("", "/writes", "/conflicts", "/proposals", "/failures", "/entries/unreadable", "/entries/foreign")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in READ),
        ("GET", "/options"),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/check"),
        ("POST", "/fields"),
        ("POST", "/authorise"),
        ("POST", "/writes/w/replay"),
        ("POST", "/conflicts/c/settle"),
        ("POST", "/proposals/p/book"),
        ("POST", "/proposals/p/send"),
        ("POST", "/proposals/p/dismiss"),
    ],
)
def test_only_whoever_has_the_scope(shared: Shared, method: str, path: str) -> None:
    async def work(house: GhlHouse) -> None:
        others = [scope for scope in Scope if scope is not Scope.INTEGRATIONS]
        sent = {"name": "x"} if path == "/fields" else {"how": "keep"} if "conflicts/" in path else {"paused": False}
        sent = {} if path == "/authorise" else sent
        async with with_scopes(house, *others) as client, house.whole.client() as stranger:
            assert (await client.request(method, GHL + path, json=sent)).status_code == 403
            assert (await stranger.request(method, GHL + path, json=sent)).status_code == 401

    shared.on(work)


@pytest.mark.parametrize("path", READ)
def test_there_is_something_to_read(shared: Shared, path: str) -> None:
    async def work(house: GhlHouse) -> None:
        async with with_scopes(house, Scope.INTEGRATIONS) as client:
            answer = await client.get(GHL + path)

        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"

    shared.on(work)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/writes/unknown/replay", None),
        ("/conflicts/unknown/settle", {"how": "keep"}),
        ("/proposals/unknown/book", None),
        ("/proposals/unknown/send", None),
        ("/proposals/unknown/dismiss", None),
    ],
)
def test_what_is_not_there_is_not_found(shared: Shared, path: str, sent: dict[str, Any] | None) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            answer = await client.post(GHL + path, json=sent)

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    shared.on(work)


def test_what_somebody_else_has_in_the_calendar_is_listed(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        start = (int(time.time()) // 86_400 + 1) * 86_400 + 15 * 3_600
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            entry = house.sim.add_appointment(
                LOCATION,
                calendar=PRIVATE,
                contact=None,
                user="userOne",
                start=start,
                end=start + 3_600,
                title="Dentist",
            )
            await house.send(house.webhook(appointment={"id": entry}))
            await house.go_after()

            (found,) = (await client.get(f"{GHL}/entries/foreign")).json()["items"]

            assert (found["key"], found["title"], found["technicians"]) == (
                f"ghl.appointment:{entry}:",
                "Dentist",
                ["t1"],
            )
            late = {"since": "2026-11-24T00:00:00Z", "until": "2027-11-24T00:00:00Z"}
            assert (await client.get(f"{GHL}/entries/foreign", params=late)).status_code == 422
        async with with_scopes(house, Scope.INTEGRATIONS) as client:
            # The title is what somebody typed: it needs the permission to read what takes time.
            assert (await client.get(f"{GHL}/entries/foreign")).json()["items"][0]["title"] is None

    on(database, work)


@dataclass
class _Row:
    name: str
    text: str


def test_the_token_is_nowhere_but_where_it_is_sealed(database: Database) -> None:
    async def work(house: GhlHouse) -> list[_Row]:
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            await client.post(f"{GHL}/check")
            house.sim.revoke(TOKEN)
            await client.post(f"{GHL}/check")
            shown = [
                (await client.get(path)).text
                for path in (GHL, "/api/v1/staff/audit", f"{GHL}/failures", f"{GHL}/writes", f"{GHL}/options")
            ]
            house.sim.add_token(TOKEN, location=LOCATION)
            assert (await client.delete(GHL)).status_code == 204
        return [_Row("api", text) for text in shown] + [_Row("reports", repr(house.told.reports))]

    shown = on(database, work)

    kept = [_Row(table, line) for table, lines in rows_of(database).items() for line in lines]
    assert [row.name for row in shown + kept if TOKEN in row.text or TOKEN.removeprefix("pit-") in row.text] == []
    with psycopg.connect(for_libpq(database.superuser)) as connection:
        sealed = connection.execute("SELECT count(*) FROM connections WHERE credentials IS NOT NULL").fetchone()
    assert sealed == (0,)


def test_without_a_key_to_seal_with_nothing_is_kept(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        house.whole.storage._sealer = None
        async with await house.whole.key(BUSINESS) as client:
            answer = await client.put(GHL, json=body())

            assert (answer.status_code, answer.json()["code"]) == (409, "no_secret_key")
            assert (await client.get(GHL)).status_code == 404

    on(database, work)
