"""Signing in and out over HTTP: the cookie, and what becomes of a stolen one."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import httpx2
import pytest

from fieldfare.domain.permissions import Role, Scope, of_role
from fieldfare.entrypoints.api.limits import Rates
from fieldfare.usecases.people.change_account import ChangeAccount
from fieldfare.usecases.people.revoke_key import revoke_key
from tests.databases import Database
from tests.unit.people.house import STAFF, UNLIMITED, House, in_house, problem, signed_in
from tests.unit.people.people import PASSWORD, ROOT, A, B

ME = f"{STAFF}/sessions/current"


def test_who_signs_in_is_known_until_they_sign_out(database: Database) -> None:
    async def work(house: House) -> None:
        account = await house.people.account("kim@example.com", Role.DISPATCHER)
        browser = house.browser()

        begun = await signed_in(browser, "Kim@example.com ")
        me = await browser.get(ME)

        assert me.json() == {
            "kind": "account",
            "id": account.id,
            "business": A,
            "name": "Kim Doe",
            "email": "kim@example.com",
            "role": "dispatcher",
            "technician": None,
            "scopes": [],
            "permissions": sorted(of_role(Role.DISPATCHER)),
        }
        assert begun.json() == me.json() | {"expires_at": begun.json()["expires_at"]}
        token = browser.cookies["fieldfare"]
        assert token not in begun.text

        out = await browser.delete(ME)

        assert (out.status_code, dict(browser.cookies)) == (204, {})
        assert (await browser.get(ME)).status_code == 401
        replayed = await house.browser(Cookie=f"fieldfare={token}").get(ME)
        assert (replayed.status_code, replayed.json()["code"]) == (401, "unauthenticated")
        assert replayed.headers["set-cookie"] == 'fieldfare=""; HttpOnly; Max-Age=0; Path=/; SameSite=lax'

    in_house(database, work)


@pytest.mark.parametrize(
    ("secure", "ending"),
    [
        (False, "; HttpOnly; Max-Age=43200; Path=/; SameSite=lax"),
        (True, "; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure"),
    ],
)
def test_the_cookie_is_for_this_host_and_no_script(database: Database, secure: bool, ending: str) -> None:
    async def work(house: House) -> None:
        await house.people.account("kim@example.com")
        browser = house.browser()

        cookie = (await signed_in(browser, "kim@example.com")).headers["set-cookie"]

        name = "__Host-fieldfare" if secure else "fieldfare"
        token = browser.cookies[name]
        assert cookie == f"{name}={token}{ending}"
        other = "fieldfare" if secure else "__Host-fieldfare"
        assert (await house.browser(Cookie=f"{other}={token}").get(ME)).status_code == 401
        assert (await house.browser(Cookie=f"{name}={token}").get(ME)).status_code == 200
        assert (await house.bearer(token).get(ME)).status_code == 401

    in_house(database, work, secure=secure)


def test_a_session_from_before_is_neither_adopted_nor_left_open(database: Database) -> None:
    async def work(house: House) -> None:
        await house.people.account("kim@example.com")
        victim = house.browser()
        victim.cookies["fieldfare"] = "planted"
        await signed_in(victim, "kim@example.com")
        first = victim.cookies.get("fieldfare", domain="fieldfare.example")
        assert first != "planted"

        again = house.browser(Cookie=f"fieldfare={first}")
        second = (await signed_in(again, "kim@example.com")).cookies["fieldfare"]

        assert second != first
        statuses = [(await house.browser(Cookie=f"fieldfare={token}").get(ME)).status_code for token in (first, second)]
        assert statuses == [401, 200]

    in_house(database, work)


def test_a_copied_cookie_is_dead_once_the_account_is_disabled_or_has_another_password(database: Database) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        changes: list[tuple[str, str, dict[str, object]]] = [
            ("PATCH", "", {"disabled": True}),
            ("PATCH", "", {"role": "agent"}),
            ("POST", "/password", {"new": "another long one"}),
        ]
        for number, (method, path, body) in enumerate(changes):
            account = await house.people.account(f"{number}@example.com", Role.DISPATCHER)
            browser = house.browser()
            await signed_in(browser, account.email)
            stolen = house.browser(Cookie=f"fieldfare={browser.cookies['fieldfare']}")
            assert (await stolen.get(ME)).status_code == 200
            changed = await owner.request(method, f"{STAFF}/accounts/{account.id}{path}", json=body)
            assert changed.status_code in {200, 204}
            assert (await stolen.get(ME)).status_code == 401, body
        own = await house.browser(Cookie=f"fieldfare={owner.cookies['fieldfare']}").get(ME)
        passwords = {"old": PASSWORD, "new": "another long password"}
        changed = await owner.post(f"{STAFF}/accounts/{own.json()['id']}/password", json=passwords)
        assert (changed.status_code, dict(owner.cookies)) == (204, {})

    in_house(database, work)


def test_a_refusal_says_nothing_about_the_email(database: Database) -> None:
    async def work(house: House) -> None:
        await house.people.account("kim@example.com")
        gone = await house.people.account("gone@example.com")
        await house.people.change(ChangeAccount(business=A, account=gone.id, disabled=True))
        attempts = [
            {"email": "kim@example.com", "password": "not the password"},
            {"email": "kim@example.com", "password": "x"},
            {"email": "nobody@example.com", "password": "not the password"},
            {"email": "gone@example.com", "password": PASSWORD},
            {"email": "kim@example.com", "password": PASSWORD, "business": B},
            {"email": "kim@example.com", "password": PASSWORD, "business": "nowhere"},
        ]
        answers = [await house.browser().post(f"{STAFF}/sessions", json=attempt) for attempt in attempts]
        assert {answer.status_code for answer in answers} == {401}
        assert all("set-cookie" not in answer.headers for answer in answers)
        assert all(problem(answer) == problem(answers[0]) for answer in answers)

    in_house(database, work)


@pytest.mark.parametrize(
    "credentials",
    [
        {"email": "kim@example.com\0", "password": PASSWORD},
        {"email": "kim@example.com\r\nBcc: lee@example.com", "password": PASSWORD},
        {"email": "k" * 300 + "@example.com", "password": PASSWORD},
        {"email": "k" * 250 + "@example.com", "password": PASSWORD},
        {"email": "", "password": PASSWORD},
        {"email": 1, "password": PASSWORD},
        {"email": "kim@example.com", "password": "correct\0horse"},
        {"email": "kim@example.com", "password": "correct\r\nhorse"},
        {"email": "kim@example.com", "password": "x" * 201},
        {"email": "kim@example.com", "password": "\ufdfa" * 200},
        {"email": "kim@example.com", "password": "x" * 900_000},
        {"email": "kim@example.com", "password": None},
        {"email": "kim@example.com"},
        {"email": "kim@example.com", "password": PASSWORD, "business": "no business!"},
        {"email": "kim@example.com", "password": PASSWORD, "role": "owner"},
    ],
)
def test_what_can_be_no_credentials_is_refused_at_the_door(database: Database, credentials: dict[str, object]) -> None:
    async def work(house: House) -> httpx2.Response:
        return await house.browser().post(f"{STAFF}/sessions", json=credentials)

    answer = in_house(database, work)

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    assert PASSWORD not in answer.text


def test_attempts_are_limited_by_address_and_by_email(database: Database) -> None:
    async def work(house: House) -> list[list[int]]:
        await house.people.account("kim@example.com")

        async def attempt(email: str, password: str) -> int:
            answer = await house.browser().post(f"{STAFF}/sessions", json={"email": email, "password": password})
            assert answer.status_code != 429 or int(answer.headers["retry-after"]) > 0
            return answer.status_code

        return [
            [await attempt(f"{n}@example.com", "x") for n in range(3)],
            [await attempt("kim@example.com", PASSWORD)],
        ]

    limited = Rates(address=0, key=0, business=0, sign_in=3, wrong_key=0, geocode=0)
    assert in_house(database, work, rates=limited) == [[401] * 3, [429]]


def test_another_site_can_neither_sign_somebody_in_nor_write_in_their_name(database: Database) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        credentials = {"email": "owner@north.example", "password": PASSWORD}
        for answer in [
            await house.browser(**foreign).post(f"{STAFF}/sessions", json=credentials),
            await owner.post(f"{STAFF}/keys", json={"name": "Zap", "scopes": []}, headers=foreign),
            await owner.delete(ME, headers=foreign),
        ]:
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
        assert (await owner.get(ME)).status_code == 200

    in_house(database, work)


def test_what_opens_nothing_is_never_taken_for_nothing(database: Database) -> None:
    async def work(house: House) -> None:
        key = await house.people.key(Scope.AVAILABILITY)
        foreign = await house.people.key(Scope.AVAILABILITY, business=B)
        revoked = await house.people.key(Scope.AVAILABILITY)
        await revoke_key(revoked.key.id, business=A, actor=ROOT, storage=house.people.storage, now=house.people.now)
        detail = f"/api/v1/{A}/detail"
        stranger = {"detail": False, "stranger": True}
        for headers, expected in [
            ({}, stranger),
            ({"Cookie": "theme=dark"}, stranger),
            ({"Cookie": "fieldfare="}, stranger),
            ({"Authorization": f"Bearer {key.token}"}, {"detail": True, "stranger": False}),
            ({"Authorization": f"bearer  {key.token}"}, {"detail": True, "stranger": False}),
            ({"Authorization": f"Bearer {foreign.token}"}, stranger),
            ({"Authorization": f"Bearer {revoked.token}"}, None),
            ({"Authorization": f"Bearer {key.token}x"}, None),
            ({"Authorization": f"Basic {key.token}"}, None),
            ({"Authorization": "Bearer"}, None),
            ({"Authorization": ""}, None),
            ({"Cookie": "fieldfare=unknown"}, None),
            ({"Cookie": f"fieldfare={key.token}"}, None),
        ]:
            answer = await house.browser(**headers).get(detail)
            assert answer.status_code == (401 if expected is None else 200), headers
            assert expected is None or answer.json() == expected, headers

    in_house(database, work)


def test_a_key_knows_itself_and_has_no_session_to_end(database: Database) -> None:
    async def work(house: House) -> None:
        made = await house.people.key(Scope.AUDIT)
        program = house.bearer(made.token)
        assert (await program.get(ME)).json() == {
            "kind": "key",
            "id": made.key.id,
            "business": A,
            "name": "Zap",
            "email": None,
            "role": None,
            "technician": None,
            "scopes": ["audit"],
            "permissions": ["audit.read"],
        }
        assert (await program.delete(ME)).status_code == 403
        assert (await program.get(ME)).status_code == 200

    in_house(database, work)


def test_wrong_keys_run_out_before_anybody_guesses_one(database: Database) -> None:
    async def work(house: House) -> list[int]:
        return [(await house.bearer(f"ff_{n}").get(ME)).status_code for n in range(5)]

    limited = Rates(address=0, key=0, business=0, sign_in=0, wrong_key=3, geocode=0)
    assert in_house(database, work, rates=limited) == [401, 401, 401, 429, 429]


@pytest.mark.slow
def test_two_hundred_who_sign_in_at_once_are_all_answered_and_keep_nobody_else_waiting(database: Database) -> None:
    async def work(house: House) -> tuple[list[int], float]:
        await house.people.account("kim@example.com")
        key = await house.people.key(Scope.AVAILABILITY)
        browser, program = house.browser(), house.bearer(key.token)
        attempts = [{"email": f"{n}@example.com", "password": PASSWORD} for n in range(199)]
        attempts.append({"email": "kim@example.com", "password": PASSWORD})
        together = asyncio.gather(*(browser.post(f"{STAFF}/sessions", json=attempt) for attempt in attempts))
        await asyncio.sleep(0.3)
        seconds = []
        while not together.done():
            begun = time.perf_counter()
            assert (await program.get(f"/api/v1/{A}/detail")).status_code == 200
            seconds.append(time.perf_counter() - begun)
            await asyncio.sleep(0.01)
        return [answer.status_code for answer in await together], sorted(seconds)[len(seconds) // 2]

    statuses, middle = in_house(database, work, rates=UNLIMITED)

    assert statuses == [401] * 199 + [201]
    # A queue of its own for hashing: behind it these would wait for seconds.
    assert middle < 1


@pytest.mark.slow
def test_a_database_that_is_down_makes_nobody_a_stranger(database: Database) -> None:
    gone = replace(database, application=database.application.set(host="127.0.0.1", port=1, query={}))

    async def work(house: House) -> list[tuple[int, str]]:
        credentials = {"email": "kim@example.com", "password": PASSWORD}
        answers = [
            await house.bearer("ff_unknown").get(f"/api/v1/{A}/detail"),
            await house.browser(Cookie="fieldfare=unknown").get(ME),
            await house.browser().post(f"{STAFF}/sessions", json=credentials),
        ]
        return [(answer.status_code, answer.json()["code"]) for answer in answers]

    assert in_house(gone, work, empty=True) == [(503, "database_unavailable")] * 3
