"""Forms of boundaries that are sent twice, or with what no browser sends."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.databases import Database
from tests.unit.desk.test_map_pages import BOUNDARIES, STAFF, fields_of, send, trail, walked
from tests.unit.desk.walking import form_of, words_of


async def twice(client: httpx2.AsyncClient, path: str, fields: dict[str, str]) -> list[str | None]:
    """Send a form twice; gives where each answer leads."""
    return [(await send(client, path, **fields)).headers.get("location") for _ in range(2)]


def test_the_same_form_sent_again_is_saved_and_written_once(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        before = len(await trail(client))
        new = {"id": "circle", "lat": "43.5", "lng": "-79.7", "radius_m": "900", "active": "on", "zone": "z1"}
        changed = {**fields_of(await client.get(f"{BOUNDARIES}/b2")), "radius_m": "7000"}
        places = [
            *await twice(client, f"{BOUNDARIES}/new?shape=radius", new),
            *await twice(client, f"{BOUNDARIES}/b2", changed),
        ]
        zone = (await client.get(f"{STAFF}/zones/z1")).json()
        return places, len(await trail(client)) - before, zone["boundaries"].count("circle")

    places, rows, linked = walked(database, walk)

    assert places == [f"{BOUNDARIES}/{id_}?notice=saved" for id_ in ("circle", "circle", "b2", "b2")]
    assert (rows, linked) == (3, 1)


def test_deleting_again_is_done_already(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{BOUNDARIES}/b2/delete"
        places = await twice(client, path, form_of(await client.get(path), path)["fields"])
        unknown = await send(client, f"{BOUNDARIES}/none/delete", version="0" * 32)
        return places, unknown.status_code

    assert walked(database, walk) == ([f"{BOUNDARIES}?notice=deleted"] * 2, 404)


@pytest.mark.parametrize("reason", ["a\0b", "a\x1bb", "x" * 201])
def test_a_reason_that_is_no_line_is_refused_and_nothing_typed_is_lost(database: Database, reason: str) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        fields = {**fields_of(await client.get(f"{BOUNDARIES}/b2")), "radius_m": "7000", "reason": reason}
        saved = await send(client, f"{BOUNDARIES}/b2", **fields)
        version = fields["version"]
        return saved, (await send(client, f"{BOUNDARIES}/b2/delete", version=version, reason=reason)).status_code

    saved, deleted = walked(database, walk)

    assert (saved.status_code, deleted) == (422, 422)
    assert 'id="reason-fault"' in saved.text
    assert "Nothing was saved" in words_of(saved)
    assert fields_of(saved)["radius_m"] == "7000"
