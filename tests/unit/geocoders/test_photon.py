"""Photon: what it is asked, what its results are worth, and what it suggests."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.adapters.geocoders.fetching import Fetcher
from fieldfare.adapters.geocoders.photon import Photon
from fieldfare.domain.addresses import Located, Precision, Suggestion
from fieldfare.domain.places import Place
from tests.unit.geocoders.server import Answer, Asked, Vendor, with_vendor
from tests.unit.geocoders.shapes import CANADA, photon_answer, photon_feature


def search(*features: Any, text: str = "12 Sparrow Street, Oakville") -> tuple[tuple[Located, ...], Asked]:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Located, ...], Asked]:
        return await Photon(fetcher=fetcher, url=server.url).search(text, CANADA), server.last

    return with_vendor(Answer(json=photon_answer(*features)), ask)


def test_a_search_is_near_the_business() -> None:
    results, asked = search(photon_feature())

    assert (asked.method, asked.path) == ("GET", "/api")
    # No filter by country: old servers refuse parameters that they don't know.
    assert asked.params == {
        "q": "12 Sparrow Street, Oakville",
        "limit": "15",
        "lat": "43.4500",
        "lon": "-79.6800",
        "zoom": "10",
    }
    assert results == (
        Located(
            place=Place(lat=43.4501234, lng=-79.6801234, postal_code="L6H1A1"),
            formatted="12 Sparrow Street, Oakville, Ontario L6H 1A1, Canada",
            precision=Precision.ROOFTOP,
            country="CA",
            source="photon",
        ),
    )


STREET = {"housenumber": None, "street": None, "name": "Sparrow Street"}
NAMELESS = {"housenumber": None, "street": None}


@pytest.mark.parametrize(
    ("changes", "precision"),
    [
        (STREET | {"type": "street", "osm_key": "highway"}, "street"),
        (STREET | {"type": "", "osm_key": "highway"}, "street"),
        ({"housenumber": None, "type": "house", "name": "Sparrow Hall"}, "street"),
        (NAMELESS | {"type": "other", "osm_key": "place", "osm_value": "postcode"}, "postal"),
        (NAMELESS | {"type": "city", "osm_key": "place", "osm_value": "town", "name": "Oakville"}, "area"),
        (NAMELESS | {"type": "", "osm_key": "natural", "name": "Sparrow Bay"}, "area"),
    ],
)
def test_precision(changes: dict[str, Any], precision: str) -> None:
    results, _ = search(photon_feature(**changes))

    assert results[0].precision == precision


@pytest.mark.parametrize(
    ("text", "changes", "partial"),
    [
        ("12 Sparrow Street, Oakville", {}, False),
        ("12 sparrow st oakville", {}, False),
        ("Unit 4, 12 Sparrow Street, Oakville", {}, False),
        ("12 rue de l'Eglise, Montreal", {"street": "Rue de l'Église", "city": "Montréal"}, False),
        ("12 Main Street", {"street": "Main Street", "city": None}, False),
        ("12 Sparrow Street, Oakville", {"housenumber": "14"}, True),
        ("12 Sparrow Street, Oakville", {"street": "Robin Street"}, True),
        ("12 Sparrow Street, Oakville", {"city": "Milton"}, True),
        ("12 Sparrow Street, Oakville", STREET | {"name": "Robin Street", "type": "street"}, True),
    ],
)
def test_what_was_not_typed_makes_a_result_partial(text: str, changes: dict[str, Any], partial: bool) -> None:
    results, _ = search(photon_feature(**changes), text=text)

    assert results[0].partial is partial


def test_what_lies_abroad_is_dropped() -> None:
    results, _ = search(photon_feature(countrycode="US"), photon_feature(countrycode=None), photon_feature(lat=43.5))

    assert [result.place.lat for result in results] == [43.5]


def test_a_postal_code_is_found_by_what_has_it() -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Located, ...], Asked]:
        return await Photon(fetcher=fetcher, url=server.url).postal_code("L6H1A1", CANADA), server.last

    answer = photon_answer(photon_feature(postcode="L6J 2B2"), photon_feature(), photon_feature(postcode="L6H"))
    results, asked = with_vendor(Answer(json=answer), ask)

    assert asked.params["q"] == "L6H 1A1"
    assert [(result.place.postal_code, result.precision) for result in results] == [("L6H1A1", "postal")] * 2


@pytest.mark.parametrize(("features", "code"), [([photon_feature()], "L6H1A1"), ([], None)])
def test_reverse(features: list[Any], code: str | None) -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[Located | None, Asked]:
        return await Photon(fetcher=fetcher, url=server.url).reverse(Place(lat=43.45, lng=-79.68)), server.last

    result, asked = with_vendor(Answer(json=photon_answer(*features)), ask)

    assert (result.place.postal_code if result else None) == code
    assert (asked.path, asked.params) == (
        "/reverse",
        {"lat": "43.4500000", "lon": "-79.6800000", "radius": "1", "limit": "1"},
    )


def test_suggestions_have_their_place_and_leave_out_towns_and_other_countries() -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Suggestion, ...], Asked]:
        photon = Photon(fetcher=fetcher, url=server.url, contact="ops@example.org")
        return await photon.suggest("12 Spar", CANADA, "a-session"), server.last

    town = photon_feature(**NAMELESS, type="city", osm_key="place", name="Sparrowville")
    features = [town, photon_feature(), photon_feature(lat=43.4502), photon_feature(countrycode="US")]
    features += [photon_feature(housenumber=str(number)) for number in range(120, 130)]
    suggestions, asked = with_vendor(Answer(json=photon_answer(*features)), ask)

    assert asked.path == "/api"
    assert asked.headers["user-agent"] == "Fieldfare (ops@example.org)"
    assert len(suggestions) == 5
    first = suggestions[0]
    assert (first.text, first.detail) == ("12 Sparrow Street", "Oakville, Ontario L6H 1A1, Canada")
    assert first.reference is None
    assert first.place is not None
    assert first.place.place == Place(lat=43.4501234, lng=-79.6801234, postal_code="L6H1A1")
    assert suggestions[1].text == "120 Sparrow Street"
