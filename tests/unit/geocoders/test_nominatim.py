"""Nominatim: what it is asked, and what its results are worth."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.adapters.geocoders.fetching import Fetcher
from fieldfare.adapters.geocoders.nominatim import Nominatim
from fieldfare.adapters.geocoders.spacing import Spacing
from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import Place
from tests.unit.geocoders.server import Answer, Asked, Vendor, with_vendor
from tests.unit.geocoders.shapes import ANYWHERE, CANADA, nominatim_result


def made(server: Vendor, fetcher: Fetcher) -> Nominatim:
    return Nominatim(fetcher=fetcher, url=server.url, contact="ops@example.org", spacing=Spacing(seconds=0))


def search(*rows: Any) -> tuple[tuple[Located, ...], Asked]:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Located, ...], Asked]:
        return await made(server, fetcher).search("12 Sparrow Street, Oakville", CANADA), server.last

    return with_vendor(Answer(json=list(rows)), ask)


def test_a_search_asks_for_details_near_the_business_and_in_its_countries() -> None:
    _, asked = search(nominatim_result())

    assert (asked.method, asked.path) == ("GET", "/search")
    assert asked.params == {
        "q": "12 Sparrow Street, Oakville",
        "format": "jsonv2",
        "addressdetails": "1",
        "layer": "address",
        "limit": "5",
        "countrycodes": "ca",
        "viewbox": "-80.1800,42.9500,-79.1800,43.9500",
    }
    assert asked.headers["user-agent"] == "Fieldfare (ops@example.org)"
    assert asked.headers["accept-encoding"] == "identity"


def test_a_house_is_a_rooftop() -> None:
    results, _ = search(nominatim_result())

    assert results == (
        Located(
            place=Place(lat=43.4501234, lng=-79.6801234, postal_code="L6H1A1"),
            formatted="12, Sparrow Street, Oakville, Ontario, L6H 1A1, Canada",
            precision=Precision.ROOFTOP,
            country="CA",
            source="nominatim",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "precision"),
    [
        ({"category": "place", "type": "house"}, Precision.ROOFTOP),
        ({"category": "highway", "type": "residential", "place_rank": 26, "address": {"house_number": None}}, "street"),
        ({"category": "building", "type": "yes", "place_rank": 30, "address": {"house_number": None}}, "street"),
        ({"category": "place", "type": "postcode", "place_rank": 21, "address": {"house_number": None}}, "postal"),
        (
            {"category": "boundary", "type": "administrative", "place_rank": 16, "address": {"house_number": None}},
            "area",
        ),
        ({"category": "place", "type": "suburb", "place_rank": 19, "address": {"house_number": None}}, "area"),
    ],
)
def test_precision(changes: dict[str, Any], precision: str) -> None:
    results, _ = search(nominatim_result(**changes))

    assert results[0].precision == precision


def test_what_lies_in_another_country_is_no_answer() -> None:
    results, _ = search(nominatim_result(address={"country_code": "us"}), nominatim_result(lat="43.5"))

    assert [result.place.lat for result in results] == [43.5]


def test_a_postal_code_is_asked_for_by_its_own_field_and_keeps_its_six_characters() -> None:
    row = nominatim_result(category="place", type="postcode", place_rank=21, address={"house_number": None})
    other = nominatim_result(category="place", type="postcode", address={"house_number": None, "postcode": "L6J 2B2"})

    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Located, ...], Asked]:
        return await made(server, fetcher).postal_code("L6H1A1", CANADA), server.last

    results, asked = with_vendor(Answer(json=[other, row]), ask)

    assert (asked.path, asked.params["postalcode"]) == ("/search", "L6H 1A1")
    assert "q" not in asked.params
    assert [(result.place.postal_code, result.precision) for result in results] == [("L6H1A1", Precision.POSTAL)]


@pytest.mark.parametrize(
    ("answer", "code"), [(nominatim_result(), "L6H1A1"), ({"error": "Unable to geocode"}, None)], ids=["land", "sea"]
)
def test_reverse(answer: dict[str, Any], code: str | None) -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[Located | None, Asked]:
        return await made(server, fetcher).reverse(Place(lat=43.45, lng=-79.68)), server.last

    result, asked = with_vendor(Answer(json=answer), ask)

    assert (result.place.postal_code if result else None) == code
    assert asked.path == "/reverse"
    assert asked.params == {
        "lat": "43.4500000",
        "lon": "-79.6800000",
        "format": "jsonv2",
        "addressdetails": "1",
        "layer": "address",
    }


def test_without_countries_everything_counts() -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Located, ...], Asked]:
        return await made(server, fetcher).search("12 Sparrow Street", ANYWHERE), server.last

    results, asked = with_vendor(Answer(json=[nominatim_result(address={"country_code": None})]), ask)

    assert len(results) == 1
    assert results[0].country is None
    assert not {"countrycodes", "viewbox"} & asked.params.keys()
