"""The chain as it is built from settings, against a server that speaks for all vendors."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from fieldfare.adapters.geocoders.build import GeocoderSettings, GeocoderSettingsError, build_geocoders
from fieldfare.domain.addresses import Located
from fieldfare.ports.geocoder import Bias
from tests.unit.geocoders.scripted import NOW, MemoryCache
from tests.unit.geocoders.server import Answer, Asked, Vendor, vendor
from tests.unit.geocoders.shapes import (
    google_answer,
    google_details,
    google_result,
    google_suggestions,
    nominatim_result,
    photon_answer,
    photon_feature,
)

BIAS = Bias(countries=("CA",))
ADDRESS = "12 Sparrow Street, Oakville"


def settings(server: Vendor, *names: str, **changes: Any) -> GeocoderSettings:
    values: dict[str, Any] = {
        "geocoders": names,
        "nominatim_url": f"{server.url}/",
        "nominatim_contact": "ops@example.org",
        "photon_url": server.url,
        "google_key": SecretStr("a-secret-key"),
        "google_geocoding_url": server.url,
        "google_places_url": server.url,
    }
    return GeocoderSettings(**(values | changes))


def search(*names: str, answer: Answer) -> tuple[tuple[Located, ...], list[Asked]]:
    async def work() -> tuple[tuple[Located, ...], list[Asked]]:
        async with vendor(answer) as server, httpx2.AsyncClient(trust_env=False) as client:
            chain = build_geocoders(settings(server, *names), client=client)
            return await chain.search(ADDRESS, BIAS, cache=MemoryCache(), now=NOW), server.asked

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("name", "answer", "path"),
    [
        ("nominatim", [nominatim_result()], "/search"),
        ("photon", photon_answer(photon_feature()), "/api"),
        ("google", google_answer(google_result()), "/maps/api/geocode/json"),
    ],
)
def test_each_vendor_is_asked_at_its_address(name: str, answer: Any, path: str) -> None:
    results, asked = search("postal", name, answer=Answer(json=answer))

    assert [result.source for result in results] == [name]
    assert [each.path for each in asked] == [path]


def test_they_are_asked_in_their_order_and_each_once() -> None:
    results, asked = search("photon", "postal", "nominatim", "photon", answer=Answer(json=[nominatim_result()]))

    # Photon can make nothing of this answer.
    assert [result.source for result in results] == ["nominatim"]
    assert [each.path for each in asked] == ["/api", "/search"]


def test_google_completes_and_resolves() -> None:
    async def work() -> tuple[Located | None, list[Asked]]:
        async with vendor(Answer(json=google_suggestions())) as server, httpx2.AsyncClient(trust_env=False) as client:
            chain = build_geocoders(settings(server, "nominatim", "google"), client=client)
            first, _ = await chain.suggest("12 Spar", BIAS, "a-session")
            assert first.reference == "google:ChIJ12"
            server.answer = Answer(json=google_details())
            return await chain.resolve(first.reference, "a-session", BIAS), server.asked

    located, asked = asyncio.run(work())

    assert located is not None
    assert [each.path for each in asked] == ["/v1/places:autocomplete", "/v1/places/ChIJ12"]
    assert [(each.body or each.params)["sessionToken"] for each in asked] == ["a-session"] * 2


def test_nominatim_is_asked_at_a_distance_where_it_is_wanted() -> None:
    async def work() -> float:
        async with vendor(Answer(json=[])) as server, httpx2.AsyncClient(trust_env=False) as client:
            chain = build_geocoders(settings(server, "nominatim", nominatim_spacing_seconds=0.2), client=client)
            begin = asyncio.get_running_loop().time()
            for number in range(3):
                await chain.search(f"{number} Sparrow Street", BIAS, cache=MemoryCache(), now=NOW)
            return asyncio.get_running_loop().time() - begin

    assert asyncio.run(work()) >= 0.39


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"geocoders": ("here",)}, "FIELDFARE_GEOCODERS"),
        ({"geocoders": ("nominatim",)}, "FIELDFARE_NOMINATIM_CONTACT"),
        ({"geocoders": ("google",)}, "FIELDFARE_GOOGLE_KEY"),
        ({"geocoders": ("google",), "google_key": SecretStr("")}, "FIELDFARE_GOOGLE_KEY"),
        (
            {"geocoders": ("nominatim",), "nominatim_contact": "a", "nominatim_spacing_seconds": 0.5},
            "one request a second",
        ),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], setting: str) -> None:
    async def work() -> None:
        async with httpx2.AsyncClient(trust_env=False) as client:
            with pytest.raises(GeocoderSettingsError, match=setting):
                build_geocoders(GeocoderSettings(**changes), client=client)

    asyncio.run(work())


def test_by_default_no_network_is_needed() -> None:
    async def work() -> tuple[Located, ...]:
        async with httpx2.AsyncClient(trust_env=False) as client:
            chain = build_geocoders(GeocoderSettings(), client=client)
            return await chain.search(f"{ADDRESS} L6H 1A1", BIAS, cache=MemoryCache(), now=NOW)

    (result,) = asyncio.run(work())

    assert result.source == "postal"
