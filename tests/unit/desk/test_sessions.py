"""Signing in and out at the desk, and who is sent where."""

from __future__ import annotations

import time
from urllib.parse import quote

import httpx2
import pytest

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.domain.permissions import Role
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from tests.databases import Database
from tests.service.whole import TESTER, Whole, on
from tests.unit.customers.kit import BUSINESS, open_business
from tests.unit.desk.walking import form_of, send, words_of

EMAIL, PASSWORD = "kim@example.com", "a long winter evening"


async def office(whole: Whole, role: Role = Role.DISPATCHER, business: str = BUSINESS) -> None:
    await open_business(whole, business)
    command = CreateAccount(
        business=business,
        email=EMAIL,
        name="Kim Doe",
        password=PASSWORD,
        role=role,
        technician="t1" if role is Role.TECHNICIAN else None,
    )
    await create_account(
        command, actor=TESTER, storage=whole.storage, passwords=Argon2Passwords(), now=int(time.time())
    )


async def signed_in(client: httpx2.AsyncClient, **typed: str) -> httpx2.Response:
    page = await client.get("/desk/sign-in")
    return await send(client, form_of(page, "/desk/sign-in"), email=EMAIL, password=PASSWORD, **typed)


def test_one_signs_in_sees_the_desk_and_signs_out(database: Database) -> None:
    async def work(whole: Whole) -> list[tuple[int, str]]:
        await office(whole)
        async with whole.client() as client:
            seen = [await client.get("/desk/bookings"), await signed_in(client), await client.get("/desk/bookings")]
            seen.append(await send(client, form_of(seen[-1], "/desk/sign-out")))
            seen.append(await client.get("/desk/bookings"))
            return [(one.status_code, one.headers.get("location", "")) for one in seen]

    sent = f"/desk/sign-in?next={quote('/desk/bookings', safe='')}"
    assert on(database, work) == [(303, sent), (303, "/desk"), (200, ""), (303, "/desk/sign-in?out=1"), (303, sent)]


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("/desk/bookings?tab=all", "/desk/bookings?tab=all"),
        ("/desk", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("//evil.example/desk", "/desk"),
        ("/desk\\@evil.example", "/desk"),
        ("/desk/../api/v1/staff", "/desk"),
        ("/desk/%2e%2e/api/v1/staff", "/desk"),
        ("/deskevil", "/desk"),
        ("/book/small-world", "/desk"),
        ("/desk/sign-in?next=x", "/desk"),
        ("javascript:alert(1)", "/desk"),
    ],
)
def test_one_is_sent_on_to_pages_of_the_desk_only(database: Database, wanted: str, sent: str) -> None:
    async def work(whole: Whole) -> str:
        await office(whole)
        async with whole.client() as client:
            page = await client.get("/desk/sign-in", params={"next": wanted})
            answer = await send(client, form_of(page, "/desk/sign-in"), email=EMAIL, password=PASSWORD)
            return str(answer.headers["location"])

    assert on(database, work) == sent


def test_a_wrong_password_says_so_and_keeps_the_email(database: Database) -> None:
    async def work(whole: Whole) -> httpx2.Response:
        await office(whole)
        async with whole.client() as client:
            page = await client.get("/desk/sign-in")
            return await send(client, form_of(page, "/desk/sign-in"), email=EMAIL, password="a short one")

    answer = on(database, work)
    assert answer.status_code == 401
    assert "don't belong together" in words_of(answer)
    assert EMAIL in answer.text
    assert "a short one" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("typed", [{"business": "a\0b"}, {"business": "../x"}, {"email": "a\0b@example.com"}])
def test_what_can_be_nobody_is_nobody(database: Database, typed: dict[str, str]) -> None:
    async def work(whole: Whole) -> httpx2.Response:
        await office(whole)
        async with whole.client() as client:
            page = await client.get("/desk/sign-in")
            return await send(client, form_of(page, "/desk/sign-in"), **{"email": EMAIL, "password": PASSWORD} | typed)

    assert on(database, work).status_code == 401


def test_an_email_at_two_businesses_names_one(database: Database) -> None:
    async def work(whole: Whole) -> list[tuple[int, str]]:
        await office(whole)
        await office(whole, business="other-world")
        async with whole.client() as client:
            undecided, decided = await signed_in(client), await signed_in(client, business="other-world")
            page = await client.get("/desk/account")
            return [(one.status_code, words_of(one)) for one in (undecided, decided, page)]

    (undecided, said), (decided, _), (shown, _) = on(database, work)
    assert (undecided, decided, shown) == (401, 303, 200)
    assert "name one" in said


@pytest.mark.parametrize(
    ("role", "first"),
    [(Role.OWNER, "board"), (Role.DISPATCHER, "board"), (Role.TECHNICIAN, "board"), (Role.AGENT, "bookings")],
)
def test_everybody_begins_where_they_work(database: Database, role: Role, first: str) -> None:
    async def work(whole: Whole) -> str:
        await office(whole, role)
        async with whole.client() as client:
            await signed_in(client)
            return str((await client.get("/desk")).headers["location"])

    assert on(database, work) == f"/desk/{first}"


def test_a_new_password_ends_all_sessions(database: Database) -> None:
    async def work(whole: Whole) -> list[httpx2.Response]:
        await office(whole)
        async with whole.client() as other, whole.client() as client:
            await signed_in(other)
            await signed_in(client)
            page = await client.get("/desk/account")
            form = form_of(page, "/desk/account")
            wrong = await send(client, form, old="another one altogether", new="an even longer evening")
            short = await send(client, form, old=PASSWORD, new="short")
            right = await send(client, form, old=PASSWORD, new="an even longer evening")
            return [wrong, short, right, await other.get("/desk/account"), await client.get("/desk/account")]

    wrong, short, right, other, own = on(database, work)
    assert wrong.status_code == 403
    assert "The old password is another." in words_of(wrong)
    assert short.status_code == 422
    assert right.status_code == other.status_code == own.status_code == 303
    assert right.headers["location"] == "/desk/sign-in?changed=1"


def test_a_session_that_ran_out_is_taken_from_the_browser(database: Database) -> None:
    async def work(whole: Whole) -> httpx2.Response:
        await office(whole)
        async with whole.client(Cookie="fieldfare=" + "x" * 43) as client:
            return await client.get("/desk/bookings")

    answer = on(database, work)
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["set-cookie"]
