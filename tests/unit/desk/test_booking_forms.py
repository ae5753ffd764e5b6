"""The desk books, changes and ends visits by forms, with the same lines in the trail as over the API."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any

import httpx2
import pytest

from fieldfare.domain.permissions import Scope
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import ADDRESS, CANARY, HOUSE, STAFF, booked, moment, open_business
from tests.unit.desk.walking import form_of, send, words_of

PLACE = f"{HOUSE['lat']},{HOUSE['lng']}"
ERRAND = {"address": "77 Canary Lane", "at": PLACE, "code": "L6H0H3", "product": "tune-up"}
WHO = {"name": CANARY["name"], "email": CANARY["email"], "phone": CANARY["phone"]}

Walk = Callable[[Whole, httpx2.AsyncClient], Awaitable[Any]]


def walked(database: Database, walk: Walk, scopes: list[Scope] | None = None) -> Any:
    """Walk through pages with a key of all scopes, or of some."""

    async def work(whole: Whole) -> Any:
        await open_business(whole)
        async with await whole.key("small-world", scopes or list(Scope)) as client:
            return await walk(whole, client)

    return on(database, work)


def first_choice(page: httpx2.Response) -> str:
    """Give the address of the first time that a page of options offers."""
    return unescape(re.findall(r'href="(/desk/book/details[^"]+)"', page.text)[0])


async def details_of(client: httpx2.AsyncClient) -> httpx2.Response:
    page = await client.get("/desk/book", params=ERRAND)
    assert page.status_code == 200, page.text
    return await client.get(first_choice(page))


async def booking_of(client: httpx2.AsyncClient, answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 303, words_of(answer)
    id_ = re.findall(r"/desk/bookings/(\w+)", answer.headers["location"])[0]
    found: dict[str, Any] = (await client.get(f"{STAFF}/bookings/{id_}")).json()
    return found


async def trail_of(client: httpx2.AsyncClient, booking: str) -> list[dict[str, Any]]:
    """Give the lines of a booking's trail, without what two bookings never share."""
    answer = await client.get(f"{STAFF}/audit", params={"subject": "bookings", "id": booking})
    lines = answer.json()["items"]
    own = {"number", "at", "id"}
    changing = {"id", "reference", "customer", "start", "end", "reasons", "technician"}
    return [
        {
            key: {name: said for name, said in value.items() if name not in changing}
            if isinstance(value, dict)
            else value
            for key, value in line.items()
            if key not in own | {"personal"}
        }
        for line in lines
    ]


def test_a_visit_is_booked_out_of_ranked_options(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[str, httpx2.Response, dict[str, Any], str]:
        options = await client.get("/desk/book", params=ERRAND)
        page = await details_of(client)
        answer = await send(client, form_of(page, "/book/details"), **WHO, street=ADDRESS["street"])
        again = await send(client, form_of(page, "/book/details"), **WHO, street=ADDRESS["street"])
        return words_of(options), page, await booking_of(client, answer), str(again.headers["location"])

    options, page, booking, again = walked(database, walk)
    assert "Shortest detours" in options
    assert "Soonest" in options
    assert "It can be driven." in words_of(page)
    assert booking["customer"]["name"] == CANARY["name"]
    assert booking["source"] == "staff"
    assert booking["address"]["lines"][0] == ADDRESS["street"]
    assert again == f"/desk/bookings/{booking['id']}?notice=booked"


def test_options_are_ranked_by_the_drive_that_they_add(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> list[int]:
        await booked(client)
        page = await client.get("/desk/book", params=ERRAND)
        best = page.text.partition("Shortest detours")[2].partition("Soonest")[0]
        return [int(minutes) for minutes in re.findall(r'data-label="Detour">(\d+) min', best)]

    detours = walked(database, walk)
    assert detours
    assert detours == sorted(detours)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name": ""}, "Please enter your name."),
        ({"email": "", "phone": ""}, "email address or a phone number"),
        ({"email": "no email"}, "This is no email address."),
        ({"phone": "12"}, "This is no phone number."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(database: Database, typed: dict[str, str], fault: str) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> httpx2.Response:
        page = await details_of(client)
        return await send(client, form_of(page, "/book/details"), **{**WHO, "notes": "Ring twice.", **typed})

    answer = walked(database, walk)
    assert answer.status_code == 422
    assert fault in words_of(answer)
    assert "Ring twice." in answer.text


def test_a_price_that_the_page_did_not_say_is_refused(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> httpx2.Response:
        form = form_of(await details_of(client), "/book/details")
        return await send(client, form, **WHO, offer="A" * 60)

    answer = walked(database, walk)
    assert answer.status_code == 422
    assert "offer" in words_of(answer)


async def odd_page(client: httpx2.AsyncClient) -> httpx2.Response:
    """Ask for a minute at which no visit begins."""
    day = moment(days=2)[:10]
    return await client.get("/desk/book/details", params={**ERRAND, "date": day, "time": "15:07", "who": "t1"})


def test_a_time_against_the_rules_needs_a_reason_and_leaves_it_in_the_trail(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[str, httpx2.Response, dict[str, Any], list[Any]]:
        page = await odd_page(client)
        form = form_of(page, "/book/details")
        unsaid = await send(client, form, **WHO, override_reason=" ")
        done = await send(client, form, **WHO, override_reason="The pipes are frozen.")
        booking = await booking_of(client, done)
        return words_of(page), unsaid, booking, await trail_of(client, booking["id"])

    page, unsaid, booking, trail = walked(database, walk)
    assert "Book against the rules" in page
    assert unsaid.status_code == 422
    assert "Say why" in words_of(unsaid)
    assert "off_grid" in booking["reasons"]["overridden"]
    assert trail[0]["reason"] == "The pipes are frozen."


def test_whoever_may_not_override_is_told_why_and_gets_no_form(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[str, httpx2.Response]:
        page = await odd_page(client)
        sent = {**ERRAND, **WHO} | {
            "date": moment(days=2)[:10],
            "time": "15:07",
            "who": "t1",
            "override": "1",
            "override_reason": "Why not.",
        }
        return page.text, await client.post("/desk/book/details", data=sent)

    text, forced = walked(database, walk, [Scope.BOOKINGS])
    assert "Only the office may book against rules." in text
    assert "Book against the rules" not in text
    assert forced.status_code == 409


async def _by_form(client: httpx2.AsyncClient, booking: dict[str, Any], ending: str, **typed: str) -> httpx2.Response:
    page = await client.get(f"/desk/bookings/{booking['id']}")
    return await send(client, form_of(page, ending), **typed)


ACTIONS: dict[str, tuple[str, dict[str, str], str, dict[str, Any]]] = {
    "cancel": ("/cancel", {"reason": "They called."}, "cancel", {"reason": "They called."}),
    "a step": ("/step", {"step": "en_route"}, "steps", {"step": "en_route"}),
    "nobody there": (
        "/step",
        {"step": "no_show", "reason": "Dark house."},
        "steps",
        {"step": "no_show", "reason": "Dark house."},
    ),
    "another zone": (
        "/zone",
        {"zone": "z1", "reason": "On the border."},
        "zone",
        {"zone": "z1", "reason": "On the border.", "reprice": False},
    ),
}


@pytest.mark.parametrize("case", list(ACTIONS))
def test_a_form_leaves_the_same_line_in_the_trail_as_the_api(database: Database, case: str) -> None:
    ending, typed, path, body = ACTIONS[case]

    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[httpx2.Response, list[Any], list[Any]]:
        one = await booked(client)
        other = await booked(client, hour=18)
        answer = await _by_form(client, one, ending, **typed)
        over_api = await client.post(f"{STAFF}/bookings/{other['id']}/{path}", json=body)
        assert over_api.status_code == 200, over_api.text
        return answer, await trail_of(client, one["id"]), await trail_of(client, other["id"])

    answer, by_form, by_api = walked(database, walk)
    assert answer.status_code == 303, words_of(answer)
    assert by_form == by_api


def test_a_booking_leaves_the_same_line_as_over_the_api(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[list[Any], list[Any]]:
        page = await details_of(client)
        one = await booking_of(client, await send(client, form_of(page, "/book/details"), **WHO))
        wanted = {"place": HOUSE, "product": "tune-up", "start": moment(days=2, hour=18), "technician": "t1"}
        over_api = await client.post(f"{STAFF}/bookings", json={**wanted, "customer": WHO})
        assert over_api.status_code == 201, over_api.text
        return await trail_of(client, one["id"]), await trail_of(client, over_api.json()["id"])

    by_form, by_api = walked(database, walk)
    for lines in (by_form, by_api):
        for line in lines:
            line["after"].pop("address_unchecked", None)
            line["after"].pop("schedule", None)
    assert by_form == by_api


def test_a_change_in_between_is_never_lost(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[httpx2.Response, str]:
        booking = await booked(client)
        page = await client.get(f"/desk/bookings/{booking['id']}")
        moved = await client.post(f"{STAFF}/bookings/{booking['id']}/steps", json={"step": "en_route"})
        assert moved.status_code == 200
        late = await send(client, form_of(page, "/cancel"), reason="They called.")
        now = (await client.get(f"{STAFF}/bookings/{booking['id']}")).json()
        return late, now["status"]

    late, status = walked(database, walk)
    assert late.status_code == 412
    assert "Somebody else changed this visit" in words_of(late)
    assert "They called." in late.text
    assert status == "en_route"


def test_the_trail_and_the_messages_are_there_to_read(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> list[str]:
        booking = await booked(client)
        await _by_form(client, booking, "/cancel", reason="They called.")
        pages = (
            "bookings/" + booking["id"],
            "audit?subject=bookings",
            "messages?show=",
            "bookings?tab=all&status=cancelled",
        )
        return [words_of(await client.get(f"/desk/{page}")) for page in pages]

    booking, trail, messages, listed = walked(database, walk)
    assert "“They called.”" in booking
    assert "Cancellation" in booking
    assert "cancelled" in trail
    assert "Confirmation" in messages
    assert CANARY["name"] in listed


def test_two_at_one_customer_lose_nothing(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[list[httpx2.Response], list[dict[str, Any]]]:
        booking = await booked(client)
        id_ = booking["customer"]["id"]
        page = await client.get(f"/desk/customers/{id_}")
        form = form_of(page, f"/customers/{id_}")
        form["fields"]["once"] = ""
        answers, seen = [], []
        for typed in ({"tier": "gold"}, {"name": "Zeb Quillfeather"}, {"tier": "silver"}):
            answers.append(await send(client, form, **typed))
            seen.append((await client.get(f"{STAFF}/customers/{id_}")).json())
        chosen = form_of(answers[-1], f"/customers/{id_}")
        answers.append(await send(client, chosen))
        seen.append((await client.get(f"{STAFF}/customers/{id_}")).json())
        return answers, seen

    answers, seen = walked(database, walk)
    assert [one.status_code for one in answers] == [303, 303, 409, 303]
    assert [(one["name"], one["tier"]) for one in seen] == [
        (CANARY["name"], "gold"),
        ("Zeb Quillfeather", "gold"),
        ("Zeb Quillfeather", "gold"),
        ("Zeb Quillfeather", "silver"),
    ]
    assert "Somebody else has written “gold” here meanwhile" in words_of(answers[2])


def test_a_form_sent_twice_books_once_and_another_wish_is_not_taken_for_it(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[list[httpx2.Response], int]:
        form = form_of(await details_of(client), "/book/details")
        other = {"start": str(int(form["fields"]["start"]) + 7200), "offer": ""}
        sent = [
            await send(client, form, **WHO),
            await send(client, form, **WHO),
            await send(client, form, **WHO, **other),
        ]
        return sent, len((await client.get(f"{STAFF}/bookings")).json()["items"])

    (first, again, another), count = walked(database, walk)
    assert first.headers["location"] == again.headers["location"]
    assert another.status_code == 422
    assert "This form was sent before" in words_of(another)
    assert count == 1


@pytest.mark.parametrize(
    "address",
    [
        "audit?before=" + "9" * 5_000,
        "audit?id=%00",
        "bookings?tab=all&cursor=WzEwMDAwMDAwMDAwMDAwMDAwLCJ4Il0",
        "search?q=%00",
        "customers/%00",
        "bookings/%00",
        "messages?before=%00",
        "book?address=x%00y&product=tune-up",
        "book/details?at=43.5,-79.6&product=tune-up&who=t1&date=9999-12-31&time=23:59",
    ],
)
def test_odd_addresses_are_refused_or_show_nothing(database: Database, address: str) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> int:
        return (await client.get(f"/desk/{address}")).status_code

    assert walked(database, walk) < 500


def test_a_customer_is_erased_only_by_whoever_is_sure(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> list[httpx2.Response]:
        booking = await booked(client)
        id_ = booking["customer"]["id"]
        page = await client.get(f"/desk/customers/{id_}")
        form = form_of(page, "/erase")
        unsure = await send(client, form)
        standing = await send(client, form, sure="yes")
        await _by_form(client, booking, "/cancel")
        erased = await send(client, form, sure="yes")
        return [unsure, standing, erased, await client.get(f"/desk/customers/{id_}")]

    unsure, standing, erased, page = walked(database, walk)
    assert unsure.status_code == 422
    assert standing.status_code == 409
    assert "Cancel it first" in words_of(standing)
    assert erased.status_code == 303
    assert "Erased customer" in words_of(page)
    assert CANARY["name"] not in page.text


def test_another_business_sees_nothing(database: Database) -> None:
    async def work(whole: Whole) -> list[int]:
        await open_business(whole)
        await open_business(whole, "other-world")
        async with await whole.key("small-world") as client:
            booking = await booked(client)
        async with await whole.key("other-world") as other:
            paths = (f"bookings/{booking['id']}", f"customers/{booking['customer']['id']}")
            seen = [(await other.get(f"/desk/{path}")).status_code for path in paths]
            sent = await other.post(f"/desk/bookings/{booking['id']}/cancel", data={"reason": "Theirs."})
            return [*seen, sent.status_code]

    assert on(database, work) == [404, 404, 404]
