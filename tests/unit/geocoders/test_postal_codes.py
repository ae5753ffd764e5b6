"""The offline geocoder: ZIPs, Canadian codes, and addresses that one of them closes."""

from __future__ import annotations

import asyncio

import pytest

from fieldfare.adapters.geocoders.postal_codes import PostalCodes
from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import Place, distance_m
from fieldfare.ports.geocoder import Bias

ANYWHERE, CA, US = Bias(), Bias(countries=("CA",)), Bias(countries=("US",))


def postal_code(code: str, bias: Bias = ANYWHERE) -> tuple[Located, ...]:
    return asyncio.run(PostalCodes().postal_code(code, bias))


def search(text: str, bias: Bias = ANYWHERE) -> tuple[Located, ...]:
    return asyncio.run(PostalCodes().search(text, bias))


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("97401", (44.05, -123.09)),  # Eugene, Oregon
        ("00501", (40.81, -73.05)),  # Holtsville, New York: zeros in front
        ("10001", (40.75, -74.00)),
        ("99950", (55.34, -131.65)),  # Ketchikan, Alaska
        ("00901", (18.46, -66.1)),  # San Juan, Puerto Rico
        ("M5V3L9", (43.64, -79.39)),
        ("K1A0A9", (45.42, -75.70)),  # an FSA without a polygon
        ("L6H", (43.48, -79.70)),
        ("V5K0A1", (49.28, -123.04)),
        ("T4M0A1", (52.38, -113.79)),
        ("S6V1A1", (53.20, -105.75)),
        ("B3H1A1", (44.64, -63.58)),
        ("Y1A1A1", (60.72, -135.06)),
    ],
)
def test_a_code_has_a_point_where_it_belongs(code: str, near: tuple[float, float]) -> None:
    (result,) = postal_code(code)

    assert distance_m(result.place.point, near) < 25_000
    assert (result.place.postal_code, result.precision, result.source) == (code, Precision.POSTAL, "postal")


def test_a_canadian_code_keeps_its_six_characters_at_the_point_of_its_first_three() -> None:
    (whole,), (fsa,) = postal_code("L6H1A1"), postal_code("L6H")

    assert whole.place == Place(lat=fsa.place.lat, lng=fsa.place.lng, postal_code="L6H1A1")
    assert (whole.formatted, fsa.formatted, whole.country) == ("L6H 1A1", "L6H", "CA")


@pytest.mark.parametrize(
    ("code", "bias"),
    [
        ("97401", CA),
        ("L6H1A1", US),
        ("00000", ANYWHERE),  # no such ZIP
        ("09005", ANYWHERE),  # the army in Germany: no place, and (0, 0) in the table
        ("H0H0H0", ANYWHERE),  # Santa Claus, at the North Pole
        ("W1A1A1", ANYWHERE),  # no province has this letter
        ("L6D1A1", ANYWHERE),  # no code has a D
        ("SW1A 2AA", ANYWHERE),
        ("9740", ANYWHERE),
        ("974012", ANYWHERE),
        ("٩٧٤٠١", ANYWHERE),  # digits, but not those of a ZIP
        ("", ANYWHERE),
    ],
)
def test_what_is_not_found(code: str, bias: Bias) -> None:
    assert postal_code(code, bias) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1207 Lakeshore Rd E, Oakville, ON L6J 1L3", "L6J1L3"),
        ("12 Sparrow Street, Oakville, ON l6h1a1, Canada", "L6H1A1"),
        ("12 Sparrow Street  Oakville L6H-1A1 CA", "L6H1A1"),
        ("2100 Franklin Blvd, Eugene, OR 97403", "97403"),
        ("2100 Franklin Blvd, Eugene, OR 97403-1234, USA", "97403"),
        ("12345 Main St, Eugene, OR 97401, United States", "97401"),
        ("97401", "97401"),
        ("  L6H 1A1 ", "L6H1A1"),
    ],
)
def test_an_address_is_understood_by_the_code_that_closes_it(text: str, code: str) -> None:
    (result,) = search(text)

    assert (result.place.postal_code, result.precision) == (code, Precision.POSTAL)
    assert result.formatted == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "bias"),
    [
        ("12345 Main Street, Eugene, Oregon", US),
        ("PO Box 97401", US),
        ("10 County Road 97401", US),
        ("12 Sparrow Street, Oakville", CA),
        ("12 Sparrow Street, Oakville, L6H", CA),
        ("12 Sparrow Street, Oakville, L6H 1A1", US),
        ("2100 Franklin Blvd, Eugene, OR 97403", CA),
        ("12 Sparrow Street XL6H 1A1", CA),
        ("", CA),
    ],
)
def test_an_address_without_one_is_not(text: str, bias: Bias) -> None:
    assert search(text, bias) == ()
