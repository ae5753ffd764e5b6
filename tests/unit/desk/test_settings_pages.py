"""The pages of the settings: saved as over the API, refused at the field, chosen anew, previewed, and by role."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.domain.permissions import Role, Scope
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from tests.databases import Database
from tests.service.whole import TESTER, Whole, on
from tests.unit.desk.settings_kit import SETTINGS, fields_of, rich, rich_configuration, send, typed_over
from tests.unit.desk.walking import words_of

BUSINESS, STAFF = "northern-comfort", "/api/v1/staff"
KINDS = ("zones", "hubs", "industries", "products", "technicians", "schedules", "resources")
PASSWORD = "a long winter evening"
RECORDS = [
    f"{SETTINGS}/{kind.value}/{id_}"
    for kind, records in rich_configuration().records.items()
    if kind.value in KINDS
    for id_ in records
]
FORMS = [*RECORDS, f"{SETTINGS}/business", f"{SETTINGS}/policy"]

Walk = Callable[[httpx2.AsyncClient], Awaitable[Any]]


def next_tuesday() -> datetime:
    now = datetime.now(UTC)
    day = now + timedelta(days=(1 - now.weekday()) % 7 or 7)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def visit(technician: str, hour: int) -> dict[str, Any]:
    """Give a visit on the next Tuesday, in the business's wall clock."""
    day = next_tuesday().date().isoformat()
    return {
        "id": f"v-{technician}-{hour}",
        "technician": technician,
        "kind": "visit",
        "title": "Furnace repair",
        "start": f"{day}T{hour:02d}:30:00",
        "end": f"{day}T{hour + 1:02d}:30:00",
        "place": {"lat": 43.39, "lng": -79.79},
    }


def walked(database: Database, walk: Walk, *, scopes: tuple[Scope, ...] = tuple(Scope)) -> Any:
    """Walk through the pages of a business in which every key says something."""

    async def work(whole: Whole) -> Any:
        await whole.bring_in(rich(), [visit("t2", 10)])
        async with await whole.key(BUSINESS, scopes) as client:
            return await walk(client)

    return on(database, work)


def walked_as(database: Database, role: Role, walk: Walk) -> Any:
    """Walk through them signed in, as somebody of a role."""

    async def work(whole: Whole) -> Any:
        await whole.bring_in(rich(), [])
        command = CreateAccount(
            business=BUSINESS,
            email="kim@example.com",
            password=PASSWORD,
            role=role,
            technician="t1" if role is Role.TECHNICIAN else None,
        )
        await create_account(
            command, actor=TESTER, storage=whole.storage, passwords=Argon2Passwords(), now=int(time.time())
        )
        async with whole.client() as client:
            signed_in = await client.post(f"{STAFF}/sessions", json={"email": "kim@example.com", "password": PASSWORD})
            assert signed_in.status_code == 201, signed_in.text
            return await walk(client)

    return on(database, work)


async def opened(client: httpx2.AsyncClient, path: str) -> list[tuple[str, str]]:
    answer = await client.get(path)
    assert answer.status_code == 200, words_of(answer)
    return fields_of(answer)


async def submitted(client: httpx2.AsyncClient, path: str, **typed: str | None) -> httpx2.Response:
    """Open a form, type into it, and press a button: the one that saves unless told otherwise."""
    pairs = await opened(client, path)
    return await send(client, path, typed_over(pairs, **{"do": "save", **typed}))


async def trail(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"{STAFF}/audit", params={"limit": 50})).json()["items"]
    return [one for one in found if one["subject"] != "keys"]


def test_every_form_saved_untouched_changes_nothing(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        before = await trail(client)
        answers = [(path, (await submitted(client, path)).headers.get("location")) for path in FORMS]
        return answers, await trail(client) == before

    answers, same = walked(database, walk)

    assert answers == [(path, f"{path}?notice=saved") for path in FORMS]
    assert same


def test_a_form_and_the_api_leave_the_same_row(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        kept = (await client.get(f"{STAFF}/zones/z1")).json()
        await client.put(f"{STAFF}/zones/z1", json={**kept, "priority": 70}, params={"reason": "Winter"})
        await client.put(f"{STAFF}/zones/z1", json=kept, params={"reason": "Back"})
        by_api = (await trail(client))[:2]
        await submitted(client, f"{SETTINGS}/zones/z1", f__priority="70", reason="Winter")
        await submitted(client, f"{SETTINGS}/zones/z1", f__priority="50.5", reason="Back")
        return by_api, (await trail(client))[:2]

    by_api, by_form = walked(database, walk)

    def told(line: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in line.items() if key not in {"id", "number", "at"}}

    assert [told(line) for line in by_form] == [told(line) for line in by_api]
    assert by_form[1]["reason"] == "Winter"


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        typed = {"f__priority": "120", "f__name": "Typed <b>", "f__overrides__0__price": "12.345"}
        both = await submitted(client, f"{SETTINGS}/zones/z1", **typed)
        one = await submitted(client, f"{SETTINGS}/zones/z1", **{**typed, "f__overrides__0__price": "12.34"})
        return both, one, (await client.get(f"{STAFF}/zones/z1")).json()["name"]

    both, one, name = walked(database, walk)

    assert (both.status_code, one.status_code, name) == (422, 422, "Halton")
    assert 'href="#f-overrides.0.price"' in both.text
    assert 'href="#f-priority"' in one.text
    assert 'aria-invalid="true" aria-describedby="f-priority-hint f-priority-error"' in one.text
    assert "120 is above 100" in words_of(one)
    assert dict(fields_of(one))["f.name"] == "Typed <b>"
    assert dict(fields_of(one))["f.overrides.0.price"] == "12.34"


def test_a_new_record_is_made_once(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        typed = {"f__id": "H09", "f__name": "Milton", "f__place": "43.5, -79.9"}
        made = await submitted(client, f"{SETTINGS}/hubs/new", **typed)
        again = await submitted(client, f"{SETTINGS}/hubs/new", **{**typed, "f__name": "Another"})
        nameless = await submitted(client, f"{SETTINGS}/hubs/new", f__place="43.5, -79.9")
        return made, again, nameless, (await client.get(f"{STAFF}/hubs/H09")).json()

    made, again, nameless, kept = walked(database, walk)

    assert made.headers["location"] == f"{SETTINGS}/hubs/H09?notice=saved"
    assert kept == {"id": "H09", "name": "Milton", "lat": 43.5, "lng": -79.9}
    assert (again.status_code, nameless.status_code) == (409, 422)
    assert 'href="#f-id"' in again.text
    assert 'href="#f-id"' in nameless.text


def test_rows_and_days_are_added_and_taken_out_without_saving(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        schedule, zone = f"{SETTINGS}/schedules/s1", f"{SETTINGS}/zones/z1"
        day = await submitted(client, schedule, do="day:2026-12-24", f__priority="7")
        turned = await submitted(client, schedule, do="month:2027-01")
        added = await submitted(client, zone, do="add:overrides")
        gone = await submitted(client, zone, do="remove:overrides.0")
        saved = await send(
            client, schedule, typed_over(fields_of(day), **{"f.exceptions.1.windows": "8-12", "do": "save"})
        )
        return day, turned, added, gone, saved, (await client.get(f"{STAFF}/schedules/s1")).json()

    day, turned, added, gone, saved, kept = walked(database, walk)

    assert dict(fields_of(day))["f.exceptions.1.day"] == "2026-12-24"
    assert dict(fields_of(day))["f.priority"] == "7"
    assert "December 2026" in day.text
    assert "January 2027" in turned.text
    assert "f.overrides.1.was" in dict(fields_of(added))
    assert "f.overrides.0.was" not in dict(fields_of(gone))
    assert saved.status_code == 303
    assert kept["exceptions"] == {"2026-12-24": [["08:00", "12:00"]], "2026-12-25": []}
    assert kept["priority"] == 7


def test_two_who_change_one_record_are_asked_what_shall_count(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/zones/z1"
        mine = typed_over(await opened(client, path), f__name="Mine", f__priority="60", f__tiers__more="bronze")
        await submitted(client, path, f__name="Theirs", f__negative="yes")
        asked = await send(client, path, [*mine, ("do", "save")])
        untouched = (await client.get(f"{STAFF}/zones/z1")).json()
        unchosen = await send(client, path, [*fields_of(asked), ("do", "resolve:chosen")])
        chosen = [*fields_of(unchosen), ("pick.name", "mine"), ("do", "resolve:chosen")]
        saved = await send(client, path, chosen)
        return asked, untouched, unchosen, saved, (await client.get(f"{STAFF}/zones/z1")).json()

    asked, untouched, unchosen, saved, kept = walked(database, walk)

    assert (asked.status_code, unchosen.status_code, saved.status_code) == (409, 409, 303)
    assert untouched["name"] == "Theirs"
    for word in ("Halton", "Theirs", "Mine", "changed by both", "Take theirs", "Save mine over theirs"):
        assert word in words_of(asked)
    assert "choose theirs or yours" in words_of(unchosen)
    assert (kept["name"], kept["priority"], kept["negative"]) == ("Mine", 60, True)
    assert kept["tiers"] == ["silver", "gold", "two words, and a comma", "bronze"]


def test_mine_over_theirs_and_a_third_who_is_quicker(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/technicians/t1"
        mine = typed_over(await opened(client, path), f__name="Mine", do="save")
        await submitted(client, path, f__name="Second", f__weekly_jobs="3")
        asked = await send(client, path, mine)
        await submitted(client, path, f__name="Third")
        again = await send(client, path, [*fields_of(asked), ("do", "resolve:mine")])
        saved = await send(client, path, [*fields_of(again), ("do", "resolve:mine")])
        return again, saved, (await client.get(f"{STAFF}/technicians/t1")).json()

    again, saved, kept = walked(database, walk)

    assert (again.status_code, saved.status_code) == (409, 303)
    assert "Third" in words_of(again)
    assert (kept["name"], kept["weekly_jobs"]) == ("Mine", 25)


def test_what_somebody_deleted_meanwhile_is_told(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/hubs/H02"
        mine = typed_over(await opened(client, path), f__name="Mine", do="save")
        await client.delete(f"{STAFF}/hubs/H02")
        asked = await send(client, path, mine)
        saved = await send(client, path, [*fields_of(asked), ("do", "resolve:mine")])
        return asked, saved, (await client.get(f"{STAFF}/hubs/H02")).json()

    asked, saved, kept = walked(database, walk)

    assert asked.status_code == 409
    assert "Somebody deleted this hub" in words_of(asked)
    assert saved.status_code == 303
    assert kept["name"] == "Mine"


def test_the_halves_of_the_own_document_do_not_get_in_each_others_way(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        mine = typed_over(await opened(client, f"{SETTINGS}/business"), f__name="Renamed", do="save")
        await submitted(client, f"{SETTINGS}/policy", f__hold_minutes="12")
        saved = await send(client, f"{SETTINGS}/business", mine)
        return saved, (await client.get(f"{STAFF}/business")).json()

    saved, kept = walked(database, walk)

    assert saved.status_code == 303
    assert (kept["name"], kept["policy"]["hold_minutes"]) == ("Renamed", 12)


def test_a_preview_answers_for_the_draft_and_for_now_and_saves_nothing(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        before = await trail(client)
        asked = {
            "ask.place": "43.46, -79.69",
            "ask.product": "tune-up",
            "ask.date": next_tuesday().date().isoformat(),
            "ask.time": "13:00",
            "do": "preview",
        }
        price = await submitted(client, f"{SETTINGS}/zones/z1", **{**asked, "f.overrides.0.price": "171.00"})
        closed = await submitted(client, f"{SETTINGS}/zones/z1", **{**asked, "f.active": None})
        off = await submitted(client, f"{SETTINGS}/zones/z1", **{**asked, "ask.time": "13:15"})
        nowhere = await submitted(client, f"{SETTINGS}/zones/z1", **{**asked, "ask.place": ""})
        wrong = await submitted(client, f"{SETTINGS}/zones/z1", **{**asked, "f.priority": "lots"})
        return price, closed, off, nowhere, wrong, await trail(client) == before

    price, closed, off, nowhere, wrong, same = walked(database, walk)

    assert same
    for words in ("The answer would change.", "$171.00", "$129.00", "Halton (z1)", "Sam (t1)", "of detour"):
        assert words in words_of(price)
    assert "no zone holds it" in words_of(closed)
    assert "The answer stays the same." in words_of(off)
    assert "F6" in words_of(off)
    assert "Type an address, a postal code" in words_of(nowhere)
    assert wrong.status_code == 422
    assert 'href="#f-priority"' in wrong.text


def test_a_preview_counts_the_visits_that_would_lie_outside(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        hours = await submitted(client, f"{SETTINGS}/schedules/s4", f__week_tue="12:00-17:00", do="preview")
        grid = await submitted(client, f"{SETTINGS}/policy", f__blocks__0__starts="08:00", do="preview")
        fine = await submitted(client, f"{SETTINGS}/schedules/s4", f__week_tue="07:00-16:00", do="preview")
        person = await submitted(client, f"{SETTINGS}/technicians/t2", f__active=None, do="preview")
        return [words_of(one) for one in (hours, grid, fine, person)], hours.text

    (hours, grid, fine, person), text = walked(database, walk)

    assert "1 of the 1 visits of the next 30 days would newly lie outside the rules." in hours
    assert "outside the technician's shift (F5)" in hours
    assert f'href="/desk/board?date={next_tuesday().date().isoformat()}"' in text
    assert "it would begin at no start of a block (F6)" in grid
    assert "None of the 1 visits" in fine
    assert "would not be qualified" in person


def test_what_is_used_stays_and_what_is_deleted_comes_back(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        used = await client.get(f"{SETTINGS}/industries/hvac/delete")
        forced = await send(client, f"{SETTINGS}/industries/hvac/delete", [])
        busy = await send(client, f"{SETTINGS}/technicians/t2/delete", [])
        asked = await client.get(f"{SETTINGS}/zones/z1/delete")
        gone = await send(client, f"{SETTINGS}/zones/z1/delete", [*fields_of(asked), ("reason", "No longer")])
        listed = await client.get(f"{SETTINGS}/zones")
        deleted = (await client.get(f"{STAFF}/zones/z1")).json()["deleted"]
        back = await submitted(client, f"{SETTINGS}/zones/z1", do="restore")
        stale = await send(client, f"{SETTINGS}/hubs/H01/delete", [("version", "0" * 32)])
        lines = await trail(client)
        return (
            used,
            forced,
            busy,
            gone,
            listed,
            deleted,
            back,
            stale,
            [(line["action"], line["reason"]) for line in lines],
        )

    used, forced, busy, gone, listed, deleted, back, stale, lines = walked(database, walk)

    assert f'<a href="{SETTINGS}/products/tune-up">product AC tune-up</a>' in used.text
    assert (forced.status_code, busy.status_code, stale.status_code) == (409, 409, 409)
    assert gone.headers["location"] == f"{SETTINGS}/zones?notice=deleted"
    assert "Deleted" in words_of(listed)
    assert deleted is True
    assert back.status_code == 303
    assert lines[:2] == [("restore", None), ("delete", "No longer")]


def test_a_form_of_many_fields_and_of_bad_bytes(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/schedules/s1"
        days = {f"f.exceptions.{n}.was": "" for n in range(9, 300)}
        days |= {f"f.exceptions.{n}.day": str(date(2027, 1, 1) + timedelta(days=n)) for n in range(9, 300)}
        many = await submitted(client, path, **days)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        bad = await client.post(path, content=b"f.name=\xff", headers=form)
        huge = await client.post(path, content=b"f.name=" + b"x" * 9_000_000, headers=form)
        json_ = await client.post(path, json={})
        other = await client.post(path, content=b"do=save", headers={**form, "Sec-Fetch-Site": "cross-site"})
        kept = (await client.get(f"{STAFF}/schedules/s1")).json()
        return many, [one.status_code for one in (bad, huge, json_, other)], len(kept["exceptions"])

    many, refused, count = walked(database, walk)

    assert (many.status_code, count) == (303, 292)
    assert refused == [422, 413, 415, 403]


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(Role.OWNER, 200, True), (Role.DISPATCHER, 200, False), (Role.AGENT, 403, False), (Role.TECHNICIAN, 403, False)],
)
def test_each_role_sees_and_does_what_it_may(database: Database, role: Role, reads: int, writes: bool) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        pages = ["", *(f"/{kind}" for kind in KINDS), "/zones/z1", "/schedules/s1", "/policy", "/business"]
        seen = [await client.get(f"{SETTINGS}{page}") for page in pages]
        owners = [
            await client.get(f"{SETTINGS}/{page}") for page in ("accounts", "keys", "zones/new", "zones/z1/delete")
        ]
        sent = [
            await send(client, f"{SETTINGS}/{page}", [("do", "save")])
            for page in ("zones/z1", "policy", "zones/new", "hubs/H02/delete", "accounts", "keys")
        ]
        return seen, [one.status_code for one in owners], [one.status_code for one in sent]

    seen, owners, sent = walked_as(database, role, walk)

    assert {one.status_code for one in seen} == {reads}
    assert owners == [200 if writes else 403] * 4
    assert all((status != 403) == writes for status in sent)
    if reads == 200:
        zone = seen[8].text
        assert ("disabled>" in zone) != writes
        assert ('value="save"' in zone) == writes
        assert ("/settings/accounts" in seen[0].text) == writes
        assert "/desk/map/boundaries" in seen[0].text


def test_what_is_not_there_is_said_so(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        paths = ("boundaries", "nonsense", "zones/none", "zones/none/delete", "boundaries/b1", "keys/none/revoke")
        return [(await client.get(f"{SETTINGS}/{path}")).status_code for path in paths]

    assert walked(database, walk, scopes=(Scope.CONFIGURATION,)) == [404, 404, 404, 404, 404, 403]


def test_an_owner_lets_people_in_changes_them_and_keeps_keys(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        accounts = f"{SETTINGS}/accounts"
        person = [("email", "sam@example.com"), ("name", "Sam"), ("role", "dispatcher")]
        weak = await send(client, accounts, [*person, ("password", "short")])
        made = await send(client, accounts, [*person, ("password", "another long password")])
        taken = await send(client, accounts, [*person, ("password", "another long password")])
        id_ = made.headers["location"].rpartition("=")[2]
        unfit = await send(client, f"{accounts}/{id_}", [("role", "technician"), ("name", "Sam"), ("do", "change")])
        changed = await send(client, f"{accounts}/{id_}", [("role", "agent"), ("name", "Sam R"), ("disabled", "yes")])
        secret = await send(client, f"{accounts}/{id_}", [("new", "a third long password"), ("do", "password")])
        kept = (await client.get(f"{STAFF}/accounts/{id_}")).json()
        keys = f"{SETTINGS}/keys"
        key = await send(client, keys, [("name", "Phone"), ("scopes", "bookings"), ("scopes", "audit")])
        nameless = await send(client, keys, [("name", " ")])
        listed = (await client.get(f"{STAFF}/keys")).json()["items"]
        revoked = await send(client, f"{keys}/{listed[-1]['id']}/revoke", [])
        after = (await client.get(f"{STAFF}/keys")).json()["items"]
        shown = [(await client.get(page)).status_code for page in (accounts, f"{accounts}/{id_}", keys)]
        return weak, made, taken, unfit, changed, secret, kept, key, nameless, listed, revoked, after, shown

    found = walked_as(database, Role.OWNER, walk)
    weak, made, taken, unfit, changed, secret, kept, key, nameless, listed, revoked, after, shown = found

    assert [one.status_code for one in (weak, made, taken, unfit, changed, secret)] == [422, 303, 409, 422, 303, 303]
    assert 'value="sam@example.com"' in weak.text
    assert "another long password" not in taken.text
    assert (kept["role"], kept["name"], kept["disabled_at"] is not None) == ("agent", "Sam R", True)
    assert key.status_code == 201
    assert "ff_" in key.text
    assert "shown this once" in words_of(key)
    assert nameless.status_code == 422
    assert (listed[-1]["name"], listed[-1]["scopes"]) == ("Phone", ["audit", "bookings"])
    assert revoked.status_code == 303
    assert after[-1]["revoked_at"] is not None
    assert shown == [200, 200, 200]
