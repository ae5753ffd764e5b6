"""Google's Geocoding API: what it is asked, what its results are worth, and what its statuses mean."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from fieldfare.adapters.geocoders.fetching import Fetcher
from fieldfare.adapters.geocoders.google import GoogleGeocoding
from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias, GeocoderRefusedError, GeocoderUnavailableError, RateLimitedError
from tests.unit.geocoders.server import Answer, Asked, Vendor, with_vendor
from tests.unit.geocoders.shapes import CANADA, google_answer, google_result

KEY = SecretStr("a-secret-key")


def search(body: Any, bias: Bias = CANADA) -> tuple[tuple[Located, ...], Asked]:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Located, ...], Asked]:
        google = GoogleGeocoding(fetcher=fetcher, key=KEY, url=server.url)
        return await google.search("12 Sparrow St, Oakville", bias), server.last

    return with_vendor(Answer(json=body), ask)


def test_a_search_has_key_country_and_bounds() -> None:
    results, asked = search(google_answer(google_result()))

    assert (asked.method, asked.path) == ("GET", "/maps/api/geocode/json")
    assert asked.params == {
        "address": "12 Sparrow St, Oakville",
        "region": "ca",
        "components": "country:CA",
        "bounds": "42.9500,-80.1800|43.9500,-79.1800",
        "key": "a-secret-key",
    }
    assert results == (
        Located(
            place=Place(lat=43.4501234, lng=-79.6801234, postal_code="L6H1A1"),
            formatted="12 Sparrow St, Oakville, ON L6H 1A1, Canada",
            precision=Precision.ROOFTOP,
            country="CA",
            source="google",
        ),
    )


def test_several_countries_are_no_filter_but_judged_here() -> None:
    answer = google_answer(google_result(country="DE"), google_result(country="US", code="97401", lat=44.1, lng=-123.1))
    results, asked = search(answer, Bias(countries=("CA", "US")))

    assert "components" not in asked.params
    assert [result.country for result in results] == ["US"]


@pytest.mark.parametrize(
    ("changes", "precision"),
    [
        ({"location_type": "ROOFTOP"}, "rooftop"),
        ({"location_type": "RANGE_INTERPOLATED"}, "street"),
        ({"location_type": "GEOMETRIC_CENTER", "types": ["route"]}, "area"),
        ({"location_type": "APPROXIMATE", "types": ["locality", "political"]}, "area"),
        ({"location_type": "APPROXIMATE", "types": ["postal_code"]}, "postal"),
        ({"location_type": "APPROXIMATE", "types": ["postal_code", "postal_code_prefix"]}, "postal"),
        ({"location_type": "SOMETHING_NEW"}, "area"),
    ],
)
def test_precision(changes: dict[str, Any], precision: str) -> None:
    results, _ = search(google_answer(google_result(**changes)))

    assert results[0].precision == precision


def test_a_partial_match_is_partial() -> None:
    results, _ = search(google_answer(google_result(partial_match=True)))

    assert results[0].partial


def test_zero_results_are_an_answer() -> None:
    results, _ = search(google_answer(status="ZERO_RESULTS"))

    assert results == ()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("OVER_QUERY_LIMIT", RateLimitedError),
        ("OVER_DAILY_LIMIT", GeocoderRefusedError),
        ("REQUEST_DENIED", GeocoderRefusedError),
        ("UNKNOWN_ERROR", GeocoderUnavailableError),
        ("INVALID_REQUEST", GeocoderUnavailableError),
        ("SOMETHING_NEW", GeocoderUnavailableError),
    ],
)
def test_a_status_in_an_answer_of_200_is_an_error(status: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        search({"results": [], "status": status, "error_message": "The provided API key is invalid."})


def test_a_postal_code_is_asked_for_by_its_component() -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Located, ...], Asked]:
        google = GoogleGeocoding(fetcher=fetcher, key=KEY, url=server.url)
        return await google.postal_code("L6H1A1", CANADA), server.last

    approximate = {"location_type": "APPROXIMATE", "types": ["postal_code"]}
    answer = google_answer(google_result(code="L6H", **approximate), google_result(code="K1A 0A9", **approximate))
    results, asked = with_vendor(Answer(json=answer), ask)

    assert asked.params == {"components": "postal_code:L6H 1A1|country:CA", "key": "a-secret-key"}
    assert [(result.place.postal_code, result.precision) for result in results] == [("L6H1A1", "postal")]


@pytest.mark.parametrize(
    ("body", "code"), [(google_answer(google_result()), "L6H1A1"), (google_answer(status="ZERO_RESULTS"), None)]
)
def test_reverse(body: Any, code: str | None) -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[Located | None, Asked]:
        google = GoogleGeocoding(fetcher=fetcher, key=KEY, url=server.url)
        return await google.reverse(Place(lat=43.45, lng=-79.68)), server.last

    result, asked = with_vendor(Answer(json=body), ask)

    assert (result.place.postal_code if result else None) == code
    assert asked.params == {"latlng": "43.4500000,-79.6800000", "key": "a-secret-key"}
