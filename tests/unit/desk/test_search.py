"""The search box finds whoever calls by whatever they say first, and nobody of another business."""

from __future__ import annotations

import httpx2
import pytest

from fieldfare.domain.permissions import Scope
from fieldfare.domain.searching import ACCENTED, PLAIN, Sought, fold, sought_in
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import CANARY, STAFF, booked, cancelled, open_business
from tests.unit.desk.walking import words_of

ZOE = {"name": "Zoé Béliveau", "email": "zoe@example.com", "phone": "+44 20 7946 0018"}
FINDS = {
    "part of a name": "quillf",
    "two parts, in any order": "quillfeather zebulon",
    "capitals": "ZEBULON",
    "an email": "zebulon@canary.example",
    "part of an email": "@canary",
    "a phone as it was typed": "(416) 555-0199",
    "a phone with its country": "+1 416.555.0199",
    "a phone dialled abroad": "0114165550199",
    "the last digits of a phone": "555-0199",
    "a street": "77 canary lane",
    "a street and a name": "canary lane zebulon",
    "a unit": "loft 9",
    "a postal code": "L6H 0H3",
    "a postal code in one": "l6h0h3",
}
FINDS_NOT = {
    "somebody else": "smith",
    "a sign of LIKE": "%",
    "another sign of LIKE": "_",
    "a word too much": "zebulon smith",
    "another phone": "416 555 0198",
}


async def hits(client: httpx2.AsyncClient, text: str) -> str:
    answer = await client.get("/desk/search", params={"q": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return words_of(answer)


def test_somebody_is_found_by_whatever_they_say(database: Database) -> None:
    async def work(whole: Whole) -> tuple[dict[str, str], str]:
        await open_business(whole)
        async with await whole.key("small-world") as client:
            visit = await booked(client)
            asked = {**FINDS, **FINDS_NOT, "the reference": visit["reference"].lower()}
            asked["the reference in two parts"] = f"{visit['reference'][:4]} {visit['reference'][4:]}"
            return {case: await hits(client, text) for case, text in asked.items()}, visit["reference"]

    found, reference = on(database, work)
    for case, said in found.items():
        if case in FINDS_NOT:
            assert said.startswith("Nobody and nothing"), (case, said)
        elif "reference" in case:
            assert reference in said, (case, said)
        else:
            assert CANARY["name"] in said, (case, said)


def test_accents_are_no_hurdle_either_way(database: Database) -> None:
    async def work(whole: Whole) -> list[str]:
        await open_business(whole)
        async with await whole.key("small-world") as client:
            await booked(client, ZOE)
            return [await hits(client, text) for text in ("zoe beliveau", "ZOÉ", "béliv", "020 7946 0018", "7946")]

    assert all(ZOE["name"] in said for said in on(database, work))


def test_whoever_may_not_read_customers_finds_bookings_alone(database: Database) -> None:
    async def work(whole: Whole) -> tuple[str, str]:
        await open_business(whole)
        async with await whole.key("small-world") as client:
            visit = await booked(client)
        async with await whole.key("small-world", [Scope.BOOKINGS]) as client:
            answer = await client.get("/desk/search", params={"q": "zebulon"}, headers={"HX-Request": "true"})
            return answer.text, visit["id"]

    text, booking = on(database, work)
    assert f"/desk/bookings/{booking}" in text
    assert "/desk/customers/" not in text


def test_another_business_is_never_searched(database: Database) -> None:
    async def work(whole: Whole) -> str:
        await open_business(whole)
        await open_business(whole, "other-world")
        async with await whole.key("small-world") as client:
            await booked(client)
        async with await whole.key("other-world") as client:
            return await hits(client, "zebulon")

    assert on(database, work).startswith("Nobody and nothing")


def test_who_was_erased_is_found_no_more_but_the_visit_is(database: Database) -> None:
    async def work(whole: Whole) -> tuple[str, str, str]:
        await open_business(whole)
        async with await whole.key("small-world") as client:
            visit = await booked(client)
            await cancelled(client, visit)
            customer = visit["customer"]["id"]
            answer = await client.post(f"{STAFF}/customers/{customer}/erase", json={})
            assert answer.status_code == 200, answer.text
            page = await client.get(f"/desk/customers/{customer}")
            return await hits(client, "zebulon"), await hits(client, visit["reference"]), words_of(page)

    gone, still, page = on(database, work)
    assert gone.startswith("Nobody and nothing")
    assert "Cancelled" in still
    assert "Erased customer" in page


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("", None),
        ("  ,; ", None),
        ("Zoé", Sought(words=("zoe",))),
        ("A  b,c", Sought(words=("a", "b", "c"))),
        ("12", Sought(words=("12",))),
        ("0033 6 12", Sought(words=("0033", "6", "12"), digits="33612")),
        ("+1 (905) 555", Sought(words=("+1", "(905)", "555"), digits="1905555")),
        ("+44 (0)20 7946 0018", Sought(words=("+44", "(0)20", "7946", "0018"), digits="079460018")),
        (
            "905\N{NON-BREAKING HYPHEN}555\N{EN DASH}0101",
            Sought(words=("905\N{NON-BREAKING HYPHEN}555\N{EN DASH}0101",), digits="055550101"),
        ),
        ("905 555 0101 ext. 12", Sought(words=("905", "555", "0101", "ext.", "12"), digits="055550101")),
        ("905-555-0101x7", Sought(words=("905-555-0101x7",), digits="055550101")),
        ("905 main", Sought(words=("905", "main"))),
    ],
)
def test_what_was_typed_is_read_as_words_and_perhaps_as_a_phone(text: str, sought: Sought | None) -> None:
    assert sought_in(text) == sought


def test_every_letter_with_an_accent_has_one_without() -> None:
    assert len(ACCENTED) == len(PLAIN)
    assert fold(ACCENTED) == PLAIN
    assert PLAIN.isascii()
