"""The map's pages on a real app and database: the day, boundaries that are saved as over the API, and traces."""

from __future__ import annotations

import copy
import re
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from fieldfare.domain.permissions import Scope
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.desk.walking import words_of
from tests.unit.scenario.documents import EXAMPLE
from tests.worlds import box

BUSINESS, STAFF, BOUNDARIES = "northern-comfort", "/api/v1/staff", "/desk/map/boundaries"
READERS = (Scope.CONFIGURATION, Scope.COMMITMENTS, Scope.BOOKINGS, Scope.CUSTOMERS, Scope.AUDIT)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TRIANGLE = [[-79.8, 43.4], [-79.6, 43.4], [-79.6, 43.6], [-79.8, 43.4]]

Walk = Callable[[httpx2.AsyncClient], Awaitable[Any]]


def example() -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(EXAMPLE["business"])
    document["policy"]["horizon_days"] = 30
    document["zones"][0]["boundaries"] = ["b1", "b3"]
    document["zones"].append({"id": "never", "name": "Airport", "negative": True, "priority": 90, "boundaries": ["b2"]})
    document["boundaries"][1] |= {"center": {"lat": 44.5, "lng": -79.7}}
    return document


def walked(database: Database, walk: Walk, *, scopes: tuple[Scope, ...] = READERS, **settings: Any) -> Any:
    async def work(whole: Whole) -> Any:
        await whole.bring_in(example(), EXAMPLE["commitments"])
        async with await whole.key(BUSINESS, scopes) as client:
            return await walk(client)

    return on(database, work, **settings)


def fields_of(answer: httpx2.Response) -> dict[str, str]:
    """Give what the form of a boundary would send."""
    text = answer.text[answer.text.index("data-boundary") :]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", text):
        at = {key: unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if at.get("type") == "checkbox":
            if " checked" in tag:
                fields[at["name"]] = "on"
        elif "name" in at:
            fields[at["name"]] = at.get("value", "")
    for name, value in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', text, flags=re.DOTALL):
        fields[name] = unescape(value)
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', text, flags=re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        fields[name] = (chosen[2] if chosen[1] is None else chosen[1]) if chosen else ""
    return fields


async def send(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    return await client.post(path, content=urlencode(fields), headers=FORM)


async def trail(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"{STAFF}/audit", params={"limit": 50})).json()["items"]
    return [{key: line[key] for key in line.keys() - {"id", "number", "at"}} for line in found]


def test_every_boundary_saved_untouched_changes_nothing(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        before, answers = await trail(client), []
        for id_ in ("b1", "b2", "b3", "b4"):
            fields = fields_of(await client.get(f"{BOUNDARIES}/{id_}"))
            answers.append((await send(client, f"{BOUNDARIES}/{id_}", **fields)).headers.get("location"))
        return answers, await trail(client) == before

    answers, same = walked(database, walk)

    assert answers == [f"{BOUNDARIES}/{id_}?notice=saved" for id_ in ("b1", "b2", "b3", "b4")]
    assert same


def test_a_form_and_the_api_leave_the_same_rows(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        zone = (await client.get(f"{STAFF}/zones/z1")).json()
        document = {"id": "new", "kind": "polygon", "geometry": {"type": "Polygon", "coordinates": [TRIANGLE]}}
        await client.put(f"{STAFF}/boundaries/new", json=document, params={"reason": "Growth"})
        linked = {**zone, "boundaries": [*zone["boundaries"], "new"]}
        await client.put(f"{STAFF}/zones/z1", json=linked, params={"reason": "Growth"})
        by_api = (await trail(client))[:2]
        await client.put(f"{STAFF}/zones/z1", json=zone)
        text = "\n".join(f"{lat}, {lng}" for lng, lat in TRIANGLE)
        made = await send(
            client, f"{BOUNDARIES}/new?shape=polygon", id="new2", shape=text, active="on", zone="z1", reason="Growth"
        )
        return made.headers.get("location"), by_api, (await trail(client))[:2]

    location, by_api, by_form = walked(database, walk)

    assert location == f"{BOUNDARIES}/new2?notice=saved"
    assert [repr(line).replace("new2", "new") for line in by_form] == [repr(line) for line in by_api]


def test_another_version_leads_to_a_choice_and_nothing_is_lost(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{BOUNDARIES}/b2"
        fields = fields_of(await client.get(path))
        theirs = {**(await client.get(f"{STAFF}/boundaries/b2")).json(), "radius_m": 9_000}
        await client.put(f"{STAFF}/boundaries/b2", json=theirs)
        choice = await send(client, path, **{**fields, "radius_m": "7000"})
        kept = (await client.get(f"{STAFF}/boundaries/b2")).json()["radius_m"]
        again = {
            name: unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', choice.text)
        }
        saved = await send(client, path, **again, do="save")
        return choice, kept, saved.status_code, (await client.get(f"{STAFF}/boundaries/b2")).json()["radius_m"]

    choice, kept, saved, mine = walked(database, walk)

    assert (choice.status_code, kept, saved, mine) == (412, 9_000, 303, 7_000)
    assert "Radius 9000 m 7000 m" in words_of(choice)
    assert "Keep mine" in words_of(choice)
    assert "Take theirs" in words_of(choice)


def test_a_preview_names_who_moves_and_writes_nothing(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        await book(client)
        codes = fields_of(await client.get(f"{BOUNDARIES}/b3")) | {"codes": "L6J"}
        await send(client, f"{BOUNDARIES}/b3", **codes)
        before = await trail(client)
        fields = fields_of(await client.get(f"{BOUNDARIES}/b1"))
        fields |= {"shape": f'{{"type": "Polygon", "coordinates": [{box(-79, 44, -78, 45)}]}}', "do": "preview"}
        return await send(client, f"{BOUNDARIES}/b1", **fields), await trail(client) == before

    shown, same = walked(database, walk)

    assert "1 of the one customer you know would move: 1 from Halton to out of area." in words_of(shown)
    assert "Robin Doe L6H1A1 Halton out of area" in words_of(shown)
    assert same


@pytest.mark.parametrize(
    ("path", "fields", "status", "said"),
    [
        ("b1", {"shape": "43, -80\n44, -79\n44, -80\n43, -79"}, 422, "crosses itself"),
        ("b1", {"shape": "43.4, -79.8\n43.4"}, 422, "Line 2: a latitude"),
        ("b2", {"lat": "99", "lng": "0", "radius_m": "10"}, 422, "center.lat: 99 is above 90"),
        ("b2", {"lat": "43", "lng": "-79", "radius_m": "0"}, 422, "radius_m: 0 is not above 0"),
        ("b3", {"codes": "L6H\nL6"}, 422, "Line 2: L6 is no Canadian or US postal code."),
        ("b4", {"child_0": "b4", "operation_0": "union"}, 422, "a composite cycle"),
        ("b4", {"child_0": "b1", "operation_0": "union", "effective_from": "2027", "effective_to": ""}, 422, "a date"),
        ("new?shape=radius", {"id": "b1", "lat": "1", "lng": "1", "radius_m": "1"}, 409, "already"),
        ("new?shape=radius", {"id": "b 1", "lat": "1", "lng": "1", "radius_m": "1"}, 422, "Use letters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    database: Database, path: str, fields: dict[str, str], status: int, said: str
) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        version = {} if "?" in path else {"version": fields_of(await client.get(f"{BOUNDARIES}/{path}"))["version"]}
        return await send(client, f"{BOUNDARIES}/{path}", active="on", **version, **fields)

    answer = walked(database, walk)

    assert answer.status_code == status
    assert said in words_of(answer)
    assert 'aria-invalid="true"' in answer.text or "composite" in said


def test_a_deletion_tells_who_uses_the_boundary_and_saving_brings_it_back(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        asked = await client.get(f"{BOUNDARIES}/b1/delete")
        version = re.findall(r'name="version" value="(\w+)"', asked.text)[0]
        stale = await send(client, f"{BOUNDARIES}/b1/delete", version="0" * 32)
        gone = await send(client, f"{BOUNDARIES}/b1/delete", version=version)
        deleted = (await client.get(f"{STAFF}/boundaries/b1")).json()["deleted"]
        fields = fields_of(await client.get(f"{BOUNDARIES}/b1"))
        await send(client, f"{BOUNDARIES}/b1", **fields)
        back = (await client.get(f"{STAFF}/boundaries/b1")).json()["deleted"]
        return asked, stale.status_code, gone.status_code, deleted, back

    asked, *rest = walked(database, walk)

    assert "Halton (zone)" in words_of(asked)
    assert "b4 (combination)" in words_of(asked)
    assert rest == [412, 303, True, False]


def test_the_day_shows_routes_as_tables_as_a_drawing_and_as_data(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        where = {"date": "2026-11-24", "technician": "t1"}
        page, data = await client.get("/desk/map", params=where), await client.get("/desk/map/data", params=where)
        return page, data.json()

    page, data = walked(database, walk)

    assert page.status_code == 200
    assert "style=" not in page.text
    assert '<svg class="schematic"' in page.text
    assert "[H01] Furnace repair" in words_of(page)
    [route] = data["routes"]
    assert (route["technician"], route["placeless"]) == ("t1", 1)
    assert [(stop["number"], stop["at"]) for stop in route["stops"]] == [(1, [-79.7, 43.45])]
    assert route["line"] == [[-79.6877, 43.4675], [-79.7, 43.45], [-79.6877, 43.4675]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("43.46, -79.69", ["The zone Halton serves this place", "b1 is an area", "is the only one", "Sam may go for"]),
        ("L6H 1A1", ["the middle of the postal code", "b3 lists L6H", "AC tune-up Heating and cooling $129.00"]),
        ("44.5, -79.7", ["This place is not served", "0 m from its centre", "Airport is negative", "rule Z5"]),
        ("50, -100", ["out of area", "No boundary that counts today", "rule Z7"]),
        ("x", ["Enter a street"]),
    ],
)
def test_a_trace_says_each_step_in_words(database: Database, asked: str, said: list[str]) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        return await client.get("/desk/map/trace", params={"address": asked})

    answer = words_of(walked(database, walk))

    for words in said:
        assert words in answer


def test_who_may_only_see_the_map_edits_nothing(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        sent = await send(client, f"{BOUNDARIES}/b1", version="x")
        return [
            (await client.get(path)).status_code
            for path in ("/desk/map", "/desk/map/data", "/desk/map/trace", BOUNDARIES, f"{BOUNDARIES}/new")
        ], sent.status_code

    assert walked(database, walk, scopes=(Scope.COMMITMENTS,)) == ([200, 200, 200, 403, 403], 403)


def test_the_ground_is_what_the_installation_says(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "town.pmtiles"
    file.write_bytes(bytes(range(256)) * 4)

    async def walk(client: httpx2.AsyncClient) -> Any:
        part = await client.get("/desk/map/tiles.pmtiles", headers={"Range": "bytes=256-259"})
        return await client.get("/desk/map"), part

    page, part = walked(
        database,
        walk,
        map_tiles="https://tiles.example.com/{z}/{x}/{y}.png",
        map_attribution="© OpenStreetMap contributors",
        map_pmtiles=file,
    )

    policy = page.headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://tiles.example.com;" in policy
    assert "connect-src 'self' https://tiles.example.com;" in policy
    assert "© OpenStreetMap contributors" in words_of(page)
    assert (part.status_code, part.content) == (206, bytes([0, 1, 2, 3]))


async def book(client: httpx2.AsyncClient) -> None:
    """Let one customer be known, at a place in Halton."""
    ask = {"place": {"lat": 43.46, "lng": -79.69, "postal_code": "L6H 1A1"}, "product": "tune-up"}
    found = await client.post(f"/api/v1/{BUSINESS}/availability", json=ask)
    robin = {"name": "Robin Doe", "email": "robin@example.com"}
    body = {**ask, "start": found.json()["slots"][0]["start"], "customer": robin}
    booked = await client.post(f"{STAFF}/bookings", json=body)
    assert booked.status_code == 201, booked.text
