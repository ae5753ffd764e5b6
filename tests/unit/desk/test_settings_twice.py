"""Forms of the settings that are sent twice, as a double click or a reload does, and forms without a version."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from fieldfare.domain.permissions import Role
from tests.databases import Database
from tests.unit.desk.settings_kit import SETTINGS, Pairs, fields_of, send, typed_over
from tests.unit.desk.test_settings_pages import STAFF, opened, submitted, trail, walked, walked_as
from tests.unit.desk.walking import words_of


async def twice(client: httpx2.AsyncClient, path: str, pairs: Pairs) -> list[httpx2.Response]:
    return [await send(client, path, pairs), await send(client, path, pairs)]


def test_the_same_form_sent_again_is_saved_and_written_once(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        before = len(await trail(client))
        zone, hub, own = f"{SETTINGS}/zones/z1", f"{SETTINGS}/hubs/new", f"{SETTINGS}/business"
        answers = [
            *await twice(client, zone, typed_over(await opened(client, zone), f__priority="70", do="save")),
            *await twice(
                client, hub, typed_over(await opened(client, hub), f__id="H09", f__place="43.5, -79.9", do="save")
            ),
            *await twice(client, own, typed_over(await opened(client, own), f__name="Renamed", do="save")),
        ]
        return [one.headers.get("location") for one in answers], len(await trail(client)) - before

    places, rows = walked(database, walk)

    assert places == [
        *[f"{SETTINGS}/zones/z1?notice=saved"] * 2,
        *[f"{SETTINGS}/hubs/H09?notice=saved"] * 2,
        *[f"{SETTINGS}/business?notice=saved"] * 2,
    ]
    assert rows == 3


@pytest.mark.parametrize("choice", ["mine", "chosen"])
def test_a_choice_sent_again_is_done_already(database: Database, choice: str) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/zones/z1"
        mine = typed_over(await opened(client, path), f__name="Mine", f__priority="60", do="save")
        await submitted(client, path, f__name="Theirs", f__negative="yes")
        asked = await send(client, path, mine)
        pairs = [*fields_of(asked), ("pick.name", "mine"), ("do", f"resolve:{choice}")]
        return await twice(client, path, pairs), (await client.get(f"{STAFF}/zones/z1")).json()

    answers, kept = walked(database, walk)

    assert [one.status_code for one in answers] == [303, 303]
    assert (kept["name"], kept["negative"]) == ("Mine", choice == "chosen")


def test_deleting_again_is_done_already(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        answers = []
        for path in (f"{SETTINGS}/zones/z1/delete", f"{SETTINGS}/hubs/H02/delete"):
            asked = await client.get(path)
            answers += await twice(client, path, fields_of(asked))
        return answers, (await send(client, f"{SETTINGS}/hubs/H02/delete", [])).status_code

    answers, unknown = walked(database, walk)

    assert [one.headers.get("location") for one in answers] == [
        *[f"{SETTINGS}/zones?notice=deleted"] * 2,
        *[f"{SETTINGS}/hubs?notice=deleted"] * 2,
    ]
    assert unknown == 404


def test_a_form_without_a_version_overwrites_nothing(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        answers = []
        for page, name in (("hubs/H02", "Other"), ("business", "Renamed"), ("policy", "")):
            pairs = typed_over(await opened(client, f"{SETTINGS}/{page}"), do="save", version="", base="")
            field = {"f__name": name} if name else {"f__hold_minutes": "12"}
            answers.append(await send(client, f"{SETTINGS}/{page}", typed_over(pairs, **field)))
        gone = await send(client, f"{SETTINGS}/hubs/H02/delete", [])
        kept = (await client.get(f"{STAFF}/hubs/H02")).json()
        return answers, gone, kept["name"], (await client.get(f"{STAFF}/business")).json()

    answers, gone, name, own = walked(database, walk)

    assert [one.status_code for one in (*answers, gone)] == [409] * 4
    assert name != "Other"
    assert (own["name"] == "Renamed", own["policy"]["hold_minutes"] == 12) == (False, False)


def test_what_was_deleted_and_made_anew_meanwhile_is_not_overwritten(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/hubs/H02"
        mine = typed_over(await opened(client, path), f__name="Mine", do="save")
        kept = (await client.get(f"{STAFF}/hubs/H02")).json()
        await client.delete(f"{STAFF}/hubs/H02")
        asked = await send(client, path, mine)
        await client.put(f"{STAFF}/hubs/H02", json={**kept, "name": "Anew"})
        again = await send(client, path, [*fields_of(asked), ("do", "resolve:mine")])
        return again, (await client.get(f"{STAFF}/hubs/H02")).json()["name"]

    again, name = walked(database, walk)

    assert (again.status_code, name) == (409, "Anew")


def test_a_form_that_makes_a_key_makes_one(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/keys"
        pairs = [*fields_of(await client.get(path)), ("scopes", "bookings")]
        made = await twice(client, path, typed_over(pairs, name="Phone"))
        other = await send(client, path, typed_over(pairs, name="Other"))
        return made, other, (await client.get(f"{STAFF}/keys")).json()["items"]

    (first, second), other, keys = walked_as(database, Role.OWNER, walk)

    def token(answer: httpx2.Response) -> str:
        return answer.text.partition('id="token">')[2].partition("<")[0]

    assert (first.status_code, second.status_code) == (201, 201)
    assert token(first).startswith("ff_")
    assert token(second) == token(first)
    assert other.status_code == 422
    assert "No key was made" in words_of(other)
    assert 'value="Other"' in other.text
    assert [key["name"] for key in keys] == ["Phone"]
