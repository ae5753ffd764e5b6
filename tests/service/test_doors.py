"""Every operation of the API, tried by everybody: one table says who is let in, and no id opens another business."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import httpx2
import pytest

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.domain.permissions import Permission, Role, Scope, of_role, of_scopes
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from tests.databases import Database
from tests.service.whole import TESTER, Whole, on
from tests.unit.api.openapi_walk import faults_of
from tests.worlds import world

MINE, THEIRS = "mine", "theirs"
SECRET = "only-theirs"
HERS = {name: f"{SECRET}-{name}" for name in ("t1", "z1", "tune-up", "hvac", "around")}
ID_OF_PATH = {
    "technicians": HERS["t1"],
    "zones": HERS["z1"],
    "schedules": HERS["z1"],
    "products": HERS["tune-up"],
    "industries": HERS["hvac"],
    "boundaries": HERS["around"],
    "commitments": SECRET,
}
PASSWORD = "correct horse battery"

NO_TOKEN = "a-token-that-opens-nothing"

ANYBODY, SIGNED_IN, THE_CRM = "anybody", "signed in", "whoever signs as the CRM does"
KINDS = ("hub", "industry", "resource", "boundary", "product", "zone", "technician", "schedule")
PLURALS = ("hubs", "industries", "resources", "boundaries", "products", "zones", "technicians", "schedules")
READ, WRITE = Permission.CONFIGURATION_READ, Permission.CONFIGURATION_WRITE
TABLE: dict[str, str | Permission] = {
    **dict.fromkeys(("is_alive", "is_ready", "read_page", "begin_session"), ANYBODY),
    **dict.fromkeys(("enter_place", "suggest_places", "find_availability"), ANYBODY),
    **dict.fromkeys(("show_session", "end_session", "replace_password"), SIGNED_IN),
    **dict.fromkeys(("list_all_accounts", "add_account", "show_account", "alter_account"), Permission.ACCOUNTS_MANAGE),
    **dict.fromkeys(("list_all_keys", "make_key", "withdraw_key"), Permission.KEYS_MANAGE),
    **dict.fromkeys(
        ("show_business", *(f"list_{kind}" for kind in PLURALS), *(f"show_{kind}" for kind in KINDS)), READ
    ),
    **dict.fromkeys(
        ("replace_business", *(f"put_{kind}" for kind in KINDS), *(f"delete_{kind}" for kind in KINDS)), WRITE
    ),
    **dict.fromkeys(("list_commitments", "show_commitment"), Permission.COMMITMENTS_READ_OWN),
    **dict.fromkeys(("add_commitment", "put_commitment", "delete_commitment"), Permission.COMMITMENTS_WRITE),
    "explain_start": Permission.WHY,
    "list_audit": Permission.AUDIT_READ,
    **dict.fromkeys(("hold_slot", "show_hold", "prolong_hold", "release_hold", "book_hold", "request_visit"), ANYBODY),
    **dict.fromkeys(
        ("show_managed", "find_other_times", "ask_for_other_times", "reschedule_managed", "cancel_managed"), ANYBODY
    ),
    **dict.fromkeys(("join_waitlist", "show_waiting", "leave_waitlist"), ANYBODY),
    **dict.fromkeys(("list_bookings", "show_booking"), Permission.BOOKINGS_READ_OWN),
    **dict.fromkeys(("book_for_customer", "move_booking", "cancel_booking"), Permission.BOOKINGS_WRITE),
    **dict.fromkeys(("step_booking", "undo_booking_step", "estimate_booking"), Permission.BOOKINGS_STEP),
    **dict.fromkeys(
        ("assign_booking", "accept_booking", "override_booking_zone", "release_any_hold", "remove_waiting"),
        Permission.BOOKINGS_DECIDE,
    ),
    **dict.fromkeys(("list_holds", "list_waiting", "list_messages"), Permission.BOOKINGS_READ),
    "settle_message": Permission.BOOKINGS_DECIDE,
    **dict.fromkeys(("list_customers", "show_customer", "give_customer_out"), Permission.CUSTOMERS_READ),
    **dict.fromkeys(("alter_customer", "forget_customer"), Permission.CUSTOMERS_WRITE),
    **dict.fromkeys(
        (
            "list_webhooks",
            "add_webhook",
            "show_webhook",
            "alter_webhook",
            "remove_webhook",
            "rotate_webhook",
            "list_deliveries",
            "replay_webhook",
        ),
        Permission.WEBHOOKS_MANAGE,
    ),
    **dict.fromkeys(
        (
            "show_connection",
            "list_crm_writes",
            "replay_crm_write",
            "list_conflicts",
            "settle_conflict_now",
            "list_proposals",
            "book_proposal",
            "send_proposal",
            "dismiss_proposal",
            "list_failures",
            "list_unreadable_entries",
            "list_foreign_entries",
        ),
        Permission.INTEGRATIONS_READ,
    ),
    **dict.fromkeys(
        (
            "put_connection",
            "remove_connection",
            "try_connection",
            "list_options",
            "make_field",
            "begin_authorisation",
        ),
        Permission.INTEGRATIONS_MANAGE,
    ),
    "receive_ghl_webhook": THE_CRM,
}


BESIDES = {
    "override_booking_zone": Permission.OVERRIDE,
    **dict.fromkeys(
        ("replay_crm_write", "settle_conflict_now", "book_proposal", "send_proposal", "dismiss_proposal"),
        Permission.BOOKINGS_DECIDE,
    ),
}
"""What is needed beside the table's permission."""


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """List the operations: id, method, path."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path


BODIES: dict[str, dict[str, Any]] = {
    "reschedule": {"start": "2027-01-05T10:00:00-05:00"},
    "assign": {"technician": "t1"},
    "zone": {"zone": "z1", "reason": "the border"},
    "steps": {"step": "en_route"},
    "estimate": {"end": "2027-01-05T12:00:00-05:00"},
    "replay": {"since": "2026-01-05T12:00:00-05:00"},
}
"""What those operations need that would otherwise be refused for their body, whoever's the id is."""


async def tried(client: httpx2.AsyncClient, method: str, path: str, id_: str = "nothing") -> httpx2.Response:
    """Try an operation with hardly a body; who may not come in is told so before anybody looks at it."""
    filled = (
        path.replace("{business}", MINE).replace("{id}", id_).replace("{page}", "errors").replace("{token}", NO_TOKEN)
    )
    body = BODIES.get(path.rsplit("/", 1)[-1], {}) if method in {"POST", "PUT", "PATCH"} else None
    return await client.request(method, filled, json=body)


async def member(whole: Whole, role: Role, *, business: str = MINE) -> httpx2.AsyncClient:
    command = CreateAccount(
        business=business,
        email=f"{role.value}@{business}.example",
        password=PASSWORD,
        role=role,
        name="",
        technician="t1" if role is Role.TECHNICIAN else None,
    )
    await create_account(command, actor=TESTER, storage=whole.storage, passwords=Argon2Passwords(), now=0)
    client = whole.client()
    signed_in = await client.post(
        "/api/v1/staff/sessions", json={"email": command.email, "password": PASSWORD, "business": business}
    )
    assert signed_in.status_code == 201, signed_in.text
    return client


async def bring_both_in(whole: Whole) -> None:
    """Import two businesses; all that the second one has is called so that nobody else may read it."""
    made = world().technician("t1").document
    await whole.bring_in({**made["business"], "id": MINE}, [])
    text = json.dumps(made["business"])
    for mine, hers in HERS.items():
        text = text.replace(f'"{mine}"', f'"{hers}"')
    theirs = json.loads(text)
    busy = {
        "id": SECRET,
        "technician": HERS["t1"],
        "kind": "busy",
        "start": "2027-01-04T10:00:00Z",
        "end": "2027-01-04T11:00:00Z",
        "title": SECRET,
    }
    await whole.bring_in({**theirs, "id": THEIRS, "name": SECRET}, [busy])


async def live_there(other: httpx2.AsyncClient) -> dict[str, str]:
    """Let the second business have bookings and what goes with them; gives the ids by their part of the path."""
    place, product = {"lat": 43.5, "lng": -79.625}, HERS["tune-up"]
    slots = (await other.post(f"/api/v1/{THEIRS}/availability", json={"place": place, "product": product})).json()
    free = [slot["start"] for slot in slots["slots"]]
    customer = {"name": SECRET, "email": "hers@example.com"}
    wanted = {"place": place, "product": product}
    made = {
        "bookings": ("staff/bookings", {**wanted, "start": free[20], "customer": customer}),
        "holds": (f"{THEIRS}/holds", {**wanted, "start": free[60]}),
        "waitlist": (
            f"{THEIRS}/waitlist",
            {**wanted, "wishes": [{"from": free[0], "to": free[9]}], "customer": customer},
        ),
        "webhooks": ("staff/webhooks", {"url": "https://hooks.example.com/hers", "types": []}),
    }
    ids: dict[str, str] = {}
    for part, (path, body) in made.items():
        answer = await other.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == 201, answer.text
        ids[part] = answer.json()["hold" if part == "holds" else "id"]
    for part in ("customers", "messages"):
        ids[part] = (await other.get(f"/api/v1/staff/{part}")).json()["items"][0]["id"]
    return ids


def test_the_table_has_a_row_for_every_operation(database: Database) -> None:
    async def work(whole: Whole) -> set[str]:
        return {id_ for id_, _, _ in operations(whole.app.openapi())}

    assert on(database, work) == set(TABLE)


def test_every_operation_is_described_with_examples(database: Database) -> None:
    async def work(whole: Whole) -> dict[str, Any]:
        return whole.app.openapi()

    document = on(database, work)
    assert faults_of(document) == []
    assert document["openapi"].startswith("3.1")


@pytest.mark.parametrize("credentials", [None, "Bearer ff_nonsense", "Basic bWU6bWU="])
def test_strangers_get_no_further_than_what_is_for_anybody(database: Database, credentials: str | None) -> None:
    async def work(whole: Whole) -> dict[str, int]:
        await bring_both_in(whole)
        headers = {} if credentials is None else {"Authorization": credentials}
        async with whole.client(**headers) as client:
            return {
                id_: (await tried(client, method, path)).status_code
                for id_, method, path in operations(whole.app.openapi())
            }

    statuses = on(database, work)
    open_to_all = {"is_alive", "is_ready", "read_page", "begin_session"}
    for id_, status in statuses.items():
        shut = TABLE[id_] != ANYBODY or (credentials is not None and id_ not in open_to_all)
        assert (status == 401) is shut, (id_, status)


@pytest.mark.parametrize("role", Role)
def test_accounts_get_in_where_their_role_may(database: Database, role: Role) -> None:
    async def work(whole: Whole) -> dict[str, int]:
        await bring_both_in(whole)
        async with aclosing(await member(whole, role)) as client:
            found = {
                id_: (await tried(client, method, path)).status_code
                for id_, method, path in operations(whole.app.openapi())
                if id_ not in {"begin_session", "end_session"}
            }
            found["end_session"] = (await client.delete("/api/v1/staff/sessions/current")).status_code
            return found

    for id_, status in on(database, work).items():
        needed = TABLE[id_]
        shut = isinstance(needed, Permission) and needed not in of_role(role)
        assert (status == 403) is shut, (id_, status)
        assert (status == 401) is (needed == THE_CRM), id_


@pytest.mark.parametrize("scope", Scope)
def test_keys_get_in_where_their_scope_may(database: Database, scope: Scope) -> None:
    async def work(whole: Whole) -> dict[str, int]:
        await bring_both_in(whole)
        async with await whole.key(MINE, [scope]) as client:
            return {
                id_: (await tried(client, method, path)).status_code
                for id_, method, path in operations(whole.app.openapi())
            }

    for id_, status in on(database, work).items():
        needed = TABLE[id_]
        if isinstance(needed, Permission):
            held = of_scopes([scope])
            assert (status == 403) is not ({needed, BESIDES.get(id_, needed)} <= held), (id_, status)
        assert (status == 401) is (needed == THE_CRM), id_


def test_another_businesss_ids_are_unknown_ids(database: Database) -> None:
    async def work(whole: Whole) -> list[tuple[str, httpx2.Response, httpx2.Response]]:
        await bring_both_in(whole)
        async with (
            aclosing(await member(whole, Role.OWNER)) as owner,
            aclosing(await member(whole, Role.OWNER, business=THEIRS)) as other,
        ):
            hers = (await other.get("/api/v1/staff/accounts")).json()["items"][0]["id"]
            ids = {**ID_OF_PATH, **await live_there(other), "accounts": hers}
            seen = []
            for id_, method, path in operations(whole.app.openapi()):
                if "{id}" not in path or id_.startswith("put_"):
                    continue
                foreign = ids.get(path.split("/staff/")[1].split("/")[0], SECRET)
                seen.append(
                    (id_, await tried(owner, method, path, foreign), await tried(owner, method, path, "nobody"))
                )
            assert (await other.get("/api/v1/staff/accounts")).json()["items"][0]["disabled_at"] is None
            for plural, id_ in ids.items():
                if plural in {"holds", "waitlist", "messages"}:
                    assert any(one["id"] == id_ for one in (await other.get(f"/api/v1/staff/{plural}")).json()["items"])
                    continue
                assert (await other.get(f"/api/v1/staff/{plural}/{id_}")).status_code == 200, plural
            return seen

    for id_, foreign, unknown in on(database, work):
        assert foreign.status_code == unknown.status_code, id_
        assert foreign.status_code in {404, 422}, (id_, foreign.text)
        differing = {"request_id"}
        assert {key: value for key, value in foreign.json().items() if key not in differing} == {
            key: value for key, value in unknown.json().items() if key not in differing
        }, id_
        assert SECRET not in foreign.text, id_


def test_lists_answers_and_the_trail_hold_nothing_of_another_business(database: Database) -> None:
    async def work(whole: Whole) -> list[str]:
        await bring_both_in(whole)
        async with aclosing(await member(whole, Role.OWNER, business=THEIRS)) as other:
            await live_there(other)
        lists = ("commitments", "audit", "bookings", "holds", "waitlist", "customers", "messages", "webhooks")
        async with await whole.key(MINE) as key:
            place = {"lat": 43.5, "lng": -79.625}
            asked = {"place": place, "product": "tune-up", "at": "2027-01-04T00:00", "explain": True}
            why = {"place": "43.5,-79.625", "product": "tune-up", "technician": HERS["t1"], "start": "2027-01-04T10:00"}
            answers = [
                *[await key.get(f"/api/v1/staff/{plural}") for plural in (*PLURALS, *lists)],
                await key.get("/api/v1/staff/business"),
                await key.get("/api/v1/staff/commitments", params={"technician": HERS["t1"]}),
                await key.get("/api/v1/staff/why", params=why),
                await key.post(f"/api/v1/{MINE}/places", json=place),
                await key.post(f"/api/v1/{MINE}/availability", json=asked),
            ]
        assert all(answer.status_code in {200, 422} for answer in answers)
        return [answer.text for answer in answers]

    assert [text for text in on(database, work) if SECRET in text] == []


def test_at_another_business_staff_are_strangers(database: Database) -> None:
    async def work(whole: Whole) -> tuple[dict[str, Any], dict[str, Any], int]:
        await bring_both_in(whole)
        ask = {"place": {"lat": 43.5, "lng": -79.625}, "product": HERS["tune-up"]}
        async with await whole.key(MINE) as key, whole.client() as stranger:
            mine = await key.post(f"/api/v1/{THEIRS}/availability", json=ask)
            theirs = await stranger.post(f"/api/v1/{THEIRS}/availability", json=ask)
            detailed = await key.post(f"/api/v1/{THEIRS}/availability", json={**ask, "technician": HERS["t1"]})
        return mine.json(), theirs.json(), detailed.status_code

    mine, theirs, detailed = on(database, work)
    assert {**mine, "as_of": None} == {**theirs, "as_of": None}
    assert "options" not in str(mine)
    assert detailed == 403


def test_a_revoked_key_opens_nothing(database: Database) -> None:
    async def work(whole: Whole) -> list[int]:
        await bring_both_in(whole)
        async with aclosing(await member(whole, Role.OWNER)) as owner, await whole.key(MINE) as key:
            before = (await key.get("/api/v1/staff/zones")).status_code
            made = (await owner.get("/api/v1/staff/keys")).json()["items"][0]["id"]
            await owner.delete(f"/api/v1/staff/keys/{made}")
            await asyncio.sleep(0)
            return [before, (await key.get("/api/v1/staff/zones")).status_code]

    assert on(database, work) == [200, 401]
