"""What the map and the settings ask of geocoders: a drawing nothing, and a form no more than anybody may."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from fieldfare.entrypoints.desk.map.laid_out import laid_out
from tests.databases import Database
from tests.service.whole import opened
from tests.unit.desk.settings_kit import SETTINGS
from tests.unit.desk.test_map_pages import BOUNDARIES, BUSINESS, example, send, walked
from tests.unit.desk.test_map_schematic import DAY, made, square
from tests.unit.desk.walking import words_of
from tests.unit.geocoders.server import Answer, vendor

NOWHERE = "L6N"
"""No such area is known offline."""


def test_no_geocoder_is_asked_for_the_sake_of_a_drawing(database: Database) -> None:
    document = example()
    next(one for one in document["boundaries"] if one["id"] == "b3")["codes"].append(NOWHERE)

    async def work() -> tuple[list[httpx2.Response], int]:
        async with vendor(Answer(json={"features": []})) as photon:
            settings = {"geocoders": ("postal", "photon"), "photon_url": photon.url}
            async with opened(database, **settings) as whole:
                await whole.bring_in(document, [])
                async with await whole.key(BUSINESS) as client:
                    paths = ("/desk/map", "/desk/map/data", BOUNDARIES, f"{BOUNDARIES}/b3")
                    pages = [await client.get(path) for path in paths]
            return pages, len(photon.asked)

    pages, asked = asyncio.run(work())

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert "1 of them in no known place, so not drawn" in words_of(pages[0])
    assert asked == 0


def test_who_looks_up_places_in_the_settings_spends_questions_to_geocoders(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> list[int]:
        hub = {"f.id": "H09", "f.name": "Milton", "do": "preview"}
        return [
            (await send(client, f"{SETTINGS}/hubs/new", **hub, **{"f.place": place})).status_code
            for place in ("43.5, -79.9", "L6H", "L6J", "L6K")
        ]

    answers = walked(database, walk, rate_geocode=2)

    assert answers == [200, 200, 200, 429]


def test_shapes_are_laid_out_once_for_a_configuration_and_date() -> None:
    business: Any = made([square("a", 0)], [{"id": "z", "boundaries": ["a"]}])
    other: Any = made([square("a", 5)], [{"id": "z", "boundaries": ["a"]}])

    async def work() -> list[Any]:
        return [await laid_out(one, DAY) for one in (business, business, other)]

    first, again, changed = asyncio.run(work())

    assert first is again
    assert first.zones["z"].inside == (1.0, 1.0)
    assert changed.zones["z"].inside == (6.0, 1.0)


def test_a_table_beside_the_map_is_named_once(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> list[str]:
        trace = await client.get("/desk/map/trace", params={"address": "L6H 1A1"})
        return [trace.text, (await client.get(BOUNDARIES)).text]

    for page, name in zip(walked(database, walk), ("Products sold here", "Boundaries"), strict=True):
        # The desk's script makes a wide table a region, and names it by its caption.
        assert f">{name}</caption>" in page
        assert f'aria-label="{name}"' not in page
