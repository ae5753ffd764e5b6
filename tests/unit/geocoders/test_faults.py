"""Whatever a geocoder's server does, it becomes an error with a meaning, and nothing of the question gets logged."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from fieldfare.adapters.geocoders.fetching import MOST_BYTES, Fetcher, silence_request_logs
from fieldfare.adapters.geocoders.google import GoogleGeocoding
from fieldfare.adapters.geocoders.nominatim import Nominatim
from fieldfare.adapters.geocoders.photon import Photon
from fieldfare.adapters.geocoders.spacing import Spacing
from fieldfare.domain.addresses import Located
from fieldfare.ports.geocoder import (
    Geocoder,
    GeocoderError,
    GeocoderRefusedError,
    GeocoderUnavailableError,
    RateLimitedError,
)
from tests.unit.geocoders.server import Answer, Vendor, with_vendor
from tests.unit.geocoders.shapes import (
    CANADA,
    google_answer,
    google_result,
    nominatim_result,
    photon_answer,
    photon_feature,
)

ADDRESS = "12 Sparrow Street"


def nominatim(url: str, fetcher: Fetcher) -> Geocoder:
    return Nominatim(fetcher=fetcher, url=url, contact="ops@example.org", spacing=Spacing(seconds=0))


def photon(url: str, fetcher: Fetcher) -> Geocoder:
    return Photon(fetcher=fetcher, url=url)


def google(url: str, fetcher: Fetcher) -> Geocoder:
    return GoogleGeocoding(fetcher=fetcher, key=SecretStr("a-secret-key"), url=url)


def nominatim_at(lat: Any, lng: Any) -> Any:
    return [nominatim_result(lat=lat, lon=lng)]


def photon_at(lat: Any, lng: Any) -> Any:
    return photon_answer(photon_feature(lat=lat, lng=lng))


def google_at(lat: Any, lng: Any) -> Any:
    return google_answer(google_result(lat=lat, lng=lng))


Make = Callable[[str, Fetcher], Geocoder]
VENDORS = pytest.mark.parametrize("make", [nominatim, photon, google])
VENDORS_AND_SHAPES = pytest.mark.parametrize(
    ("make", "at"), [(nominatim, nominatim_at), (photon, photon_at), (google, google_at)]
)


def search(make: Make, answer: Answer, *, seconds: float = 5.0) -> tuple[Located, ...]:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[Located, ...]:
        return await make(server.url, fetcher).search(ADDRESS, CANADA)

    return with_vendor(answer, ask, seconds=seconds)


HUGE = b"[" + b" " * MOST_BYTES + b"]"
PACKED = gzip.compress(json.dumps([nominatim_result()]).encode())


@VENDORS
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(hang_up=True), GeocoderUnavailableError),
        (Answer(status=500), GeocoderUnavailableError),
        (Answer(status=503, content=b"<html>maintenance</html>"), GeocoderUnavailableError),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), GeocoderUnavailableError),
        (Answer(status=404), GeocoderUnavailableError),
        (Answer(status=400), GeocoderUnavailableError),
        (Answer(status=401), GeocoderRefusedError),
        (Answer(status=403), GeocoderRefusedError),
        (Answer(status=429), RateLimitedError),
        (Answer(content=b"<!doctype html><html><body>hello</body></html>"), GeocoderUnavailableError),
        (Answer(content=b""), GeocoderUnavailableError),
        (Answer(content=b"\xff\xfe"), GeocoderUnavailableError),
        (Answer(content=b"[" * 100_000), GeocoderUnavailableError),
        (Answer(content=HUGE), GeocoderUnavailableError),
        (Answer(content=PACKED, headers={"Content-Encoding": "gzip"}), GeocoderUnavailableError),
        (Answer(json="OK"), GeocoderUnavailableError),
        (Answer(json=None), GeocoderUnavailableError),
        (Answer(json={"answer": 42}), GeocoderUnavailableError),
        (Answer(json={"features": {}, "status": "OK", "results": {}}), GeocoderUnavailableError),
    ],
)
def test_faults(make: Make, answer: Answer, error: type[GeocoderError]) -> None:
    with pytest.raises(error):
        search(make, answer)


@VENDORS
def test_a_slow_server_is_down(make: Make) -> None:
    with pytest.raises(GeocoderUnavailableError, match="took too long"):
        search(make, Answer(json=[], delay=2), seconds=0.1)


@VENDORS
def test_a_server_that_is_not_there_is_down(make: Make) -> None:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[Located, ...]:
        return await make("http://127.0.0.1:1", fetcher).search(ADDRESS, CANADA)

    with pytest.raises(GeocoderUnavailableError, match="can't be reached"):
        with_vendor(Answer(), ask)


@pytest.mark.parametrize(
    ("header", "seconds"), [("17", 17.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("nan", None), ("-3", None)]
)
def test_retry_after(header: str, seconds: float | None) -> None:
    with pytest.raises(RateLimitedError) as caught:
        search(nominatim, Answer(status=429, headers={"Retry-After": header}))

    assert caught.value.retry_after == seconds


@VENDORS_AND_SHAPES
@pytest.mark.parametrize(
    ("lat", "lng"),
    [
        (0, 0),
        (0.0, -0.0),
        (91, 0),
        (43.45, -180.5),
        (None, None),
        (None, -79.68),
        ("", ""),
        ("NaN", "NaN"),
        ("Infinity", -79.68),
        ("north", "west"),
        ([], {}),
        (1e300, 1e300),
    ],
)
def test_a_position_that_cannot_be_is_no_answer(make: Make, at: Callable[[Any, Any], Any], lat: Any, lng: Any) -> None:
    with pytest.raises(GeocoderUnavailableError):
        search(make, Answer(json=at(lat, lng)))


@VENDORS_AND_SHAPES
def test_numbers_that_are_no_json_are_no_answer(make: Make, at: Callable[[Any, Any], Any]) -> None:
    body = json.dumps(at("LAT", "LNG")).replace('"LAT"', "NaN").replace('"LNG"', "1e999")

    with pytest.raises(GeocoderUnavailableError):
        search(make, Answer(content=body.encode()))


@pytest.mark.parametrize(
    ("make", "body"),
    [
        (nominatim, [None, nominatim_result(lat=0, lon=0), nominatim_result()]),
        (photon, photon_answer(7, photon_feature(lat=0, lng=0), photon_feature())),
        (google, google_answer({}, google_result(lat=0, lng=0), google_result())),
    ],
)
def test_one_sound_result_among_nonsense_is_an_answer(make: Make, body: Any) -> None:
    results = search(make, Answer(json=body))

    assert [result.place.lat for result in results] == [43.4501234]


@VENDORS_AND_SHAPES
def test_on_the_equator_or_the_meridian_there_are_addresses(make: Make, at: Callable[[Any, Any], Any]) -> None:
    results = search(make, Answer(json=at(0, -79.68)))

    assert [result.place.lat for result in results] == [0.0]


@pytest.mark.parametrize(
    ("make", "body"),
    [
        (nominatim, [nominatim_result(display_name="12\u0000 Spar\u202erow\n <b>Street</b> " + "x" * 500)]),
        (
            photon,
            photon_answer(photon_feature(housenumber=None, name="12\u0000 Spar\u202erow\n <b>Street</b> " + "x" * 500)),
        ),
        (google, google_answer(google_result(formatted_address="12\u0000 Spar\u202erow\n <b>Street</b> " + "x" * 500))),
    ],
)
def test_texts_are_cleaned_and_cut(make: Make, body: Any) -> None:
    (result,) = search(make, Answer(json=body))

    assert result.formatted.startswith("12 Sparrow <b>Street</b> xxx")
    assert len(result.formatted) == 300


@VENDORS
@pytest.mark.parametrize("status", [200, 429, 500])
def test_neither_the_address_nor_the_key_is_logged(make: Make, status: int, caplog: pytest.LogCaptureFixture) -> None:
    silence_request_logs()

    with caplog.at_level(logging.DEBUG), pytest.raises(GeocoderError) as caught:
        search(make, Answer(status=status, content=b"no"))

    written = f"{caplog.text} {caught.value} {caught.value.__cause__}"
    assert "Sparrow" not in written
    assert "secret" not in written
