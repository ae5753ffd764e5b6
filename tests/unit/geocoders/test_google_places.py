"""Google's Places API (New): sessions, field masks, and what its answers mean."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from fieldfare.adapters.geocoders.fetching import Fetcher
from fieldfare.adapters.geocoders.google_places import GooglePlaces
from fieldfare.domain.addresses import Located, Precision, Suggestion
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias, GeocoderRefusedError, GeocoderUnavailableError, RateLimitedError
from tests.unit.geocoders.server import Answer, Asked, Vendor, with_vendor
from tests.unit.geocoders.shapes import ANYWHERE, CANADA, google_details, google_suggestions

SESSION = "0c3bb0d1-0d0a-4a58-b13c-6b1f6d0b6f2e"


def made(server: Vendor, fetcher: Fetcher) -> GooglePlaces:
    return GooglePlaces(fetcher=fetcher, key=SecretStr("a-secret-key"), url=server.url)


def suggest(
    answer: Answer, *, bias: Bias = CANADA, session: str | None = SESSION
) -> tuple[tuple[Suggestion, ...], Asked]:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[tuple[Suggestion, ...], Asked]:
        return await made(server, fetcher).suggest("12 Spar", bias, session), server.last

    return with_vendor(answer, ask)


def resolve(answer: Answer, *, reference: str = "ChIJ12") -> tuple[Located | None, list[Asked]]:
    async def ask(server: Vendor, fetcher: Fetcher) -> tuple[Located | None, list[Asked]]:
        return await made(server, fetcher).resolve(reference, SESSION, CANADA), server.asked

    return with_vendor(answer, ask)


def problem(status: str, reason: str = "") -> dict[str, Any]:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    return {"error": {"code": 400, "message": "no", "status": status, "details": details}}


def test_completion_has_key_mask_session_countries_and_circle() -> None:
    suggestions, asked = suggest(Answer(json=google_suggestions()))

    assert (asked.method, asked.path, asked.params) == ("POST", "/v1/places:autocomplete", {})
    assert asked.headers["x-goog-api-key"] == "a-secret-key"
    assert asked.headers["x-goog-fieldmask"] == (
        "suggestions.placePrediction.placeId,suggestions.placePrediction.text,"
        "suggestions.placePrediction.structuredFormat"
    )
    assert asked.headers["content-type"] == "application/json"
    assert asked.body == {
        "input": "12 Spar",
        "sessionToken": SESSION,
        "includedRegionCodes": ["ca"],
        "locationBias": {"circle": {"center": {"latitude": 43.45, "longitude": -79.68}, "radius": 50_000.0}},
    }
    assert suggestions == (
        Suggestion(text="12 Sparrow Street", detail="Oakville, ON, Canada", reference="ChIJ12"),
        Suggestion(text="12 Sparrow Lane", detail="Milton, ON, Canada", reference="ChIJ13"),
    )


@pytest.mark.parametrize("session", [None, "", "no token & more", "x" * 37])
def test_a_session_that_google_would_not_take_is_left_out(session: str | None) -> None:
    _, asked = suggest(Answer(json={}), bias=ANYWHERE, session=session)

    assert asked.body == {"input": "12 Spar"}


def test_an_empty_body_means_no_suggestion() -> None:
    assert suggest(Answer(json={}))[0] == ()


def test_a_prediction_without_two_lines_is_one_line() -> None:
    prediction = {"placePrediction": {"placeId": "ChIJ12", "text": {"text": "12 Sparrow Street, Oakville"}}}
    suggestions, _ = suggest(Answer(json={"suggestions": [prediction, {"queryPrediction": {}}]}))

    assert suggestions == (Suggestion(text="12 Sparrow Street, Oakville", detail="", reference="ChIJ12"),)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(json=problem("PERMISSION_DENIED"), status=403), GeocoderRefusedError),
        (Answer(json=problem("UNAUTHENTICATED"), status=401), GeocoderRefusedError),
        (Answer(json=problem("INVALID_ARGUMENT", "API_KEY_INVALID"), status=400), GeocoderRefusedError),
        (Answer(json=problem("INVALID_ARGUMENT"), status=400), GeocoderUnavailableError),
        (Answer(json=problem("RESOURCE_EXHAUSTED"), status=429), RateLimitedError),
        (Answer(json={"suggestions": [{"placePrediction": {"placeId": "../../x"}}]}), GeocoderUnavailableError),
        (Answer(json=[]), GeocoderUnavailableError),
    ],
)
def test_failures_of_completion(answer: Answer, error: type[Exception]) -> None:
    with pytest.raises(error):
        suggest(answer)


def test_details_close_the_session_and_name_their_fields() -> None:
    located, asked = resolve(Answer(json=google_details()))

    assert (asked[0].method, asked[0].path) == ("GET", "/v1/places/ChIJ12")
    assert asked[0].params == {"sessionToken": SESSION}
    assert asked[0].headers["x-goog-fieldmask"] == "id,formattedAddress,location,addressComponents"
    assert asked[0].headers["x-goog-api-key"] == "a-secret-key"
    assert located == Located(
        place=Place(lat=43.4501234, lng=-79.6801234, postal_code="L6H1A1"),
        formatted="12 Sparrow St, Oakville, ON L6H 1A1, Canada",
        precision=Precision.ROOFTOP,
        country="CA",
        source="google",
    )


@pytest.mark.parametrize(
    ("kept", "precision"),
    [(("street_number", "route"), "rooftop"), (("route",), "street"), (("postal_code",), "postal"), ((), "area")],
)
def test_precision_of_details(kept: tuple[str, ...], precision: str) -> None:
    details = google_details()
    details["addressComponents"] = [
        part for part in details["addressComponents"] if part["types"][0] in {*kept, "country"}
    ]
    located, _ = resolve(Answer(json=details))

    assert located is not None
    assert located.precision == precision


@pytest.mark.parametrize(
    "answer",
    [
        Answer(json=problem("NOT_FOUND"), status=404),
        Answer(json=problem("INVALID_ARGUMENT"), status=400),
        Answer(json=google_details(country="US")),
    ],
    ids=["gone", "unknown", "abroad"],
)
def test_a_reference_that_stands_for_nothing_here(answer: Answer) -> None:
    assert resolve(answer)[0] is None


@pytest.mark.parametrize("reference", ["", "../v1/other", "a/b", "a?b=c", "x" * 301, "ChIJ\n"])
def test_a_reference_that_is_none_never_leaves_the_house(reference: str) -> None:
    located, asked = resolve(Answer(json=google_details()), reference=reference)

    assert located is None
    assert asked == []


def test_a_refused_key_is_told_from_an_unknown_reference() -> None:
    with pytest.raises(GeocoderRefusedError):
        resolve(Answer(json=problem("INVALID_ARGUMENT", "API_KEY_INVALID"), status=400))


def test_nowhere_is_no_answer() -> None:
    with pytest.raises(GeocoderUnavailableError):
        resolve(Answer(json=google_details(lat=0, lng=0)))
