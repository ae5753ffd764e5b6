"""Postal codes in what people write (rule P4), and texts that can be stored."""

from __future__ import annotations

import math

import pytest

from fieldfare.domain.addresses import Precision, WrittenCode, is_position, read_code, tidy, written_code


@pytest.mark.parametrize(
    ("text", "countries", "code"),
    [
        ("L6H 1A1", (), ("L6H1A1", "CA")),
        (" l6h-1a1 ", ("CA",), ("L6H1A1", "CA")),
        ("l6h", ("CA", "US"), ("L6H", "CA")),
        ("97401", (), ("97401", "US")),
        ("97401-1234", ("US",), ("97401", "US")),
        ("97401", ("CA",), None),
        ("L6H 1A1", ("US",), None),
        ("L6H 1A1 Oakville", (), None),
        ("SW1A 2AA", (), None),
        ("", (), None),
    ],
)
def test_a_code_alone(text: str, countries: tuple[str, ...], code: tuple[str, str] | None) -> None:
    expected = WrittenCode(code=code[0], country=code[1]) if code else None

    assert read_code(text, countries=countries) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 Main St, Oakville ON L6H 1A1", "L6H1A1"),
        ("12 Main St, Oakville ON L6H1A1.", "L6H1A1"),
        ("12 Main St, Oakville ON L6H 1A1 , CANADA", "L6H1A1"),
        ("K1A 0A9 or rather M5V 3L9", "M5V3L9"),
        ("12 Main St, Eugene OR 97401 U.S.A.", "97401"),
        ("12 Main St, Eugene OR 97401 United States of America", "97401"),
        ("97402 Main St, Eugene OR 97401", "97401"),
        ("97402 Main St, Eugene OR", None),
        ("12 Main St, Unit 97401", None),
        ("12 Main St #97401", None),
        ("Hwy. 97401", None),
        ("Broad 97401", "97401"),
        ("12 Main St, 197401", None),
        ("12 Main St, 541-97401", None),
        ("L6H 1A1 Main St", None),
        ("A1B2C3D4E5F6 L6H 1A", None),
    ],
)
def test_a_code_that_closes_an_address(text: str, code: str | None) -> None:
    found = written_code(text)

    assert (found.code if found else None) == code


def test_a_long_text_is_read_in_no_time() -> None:
    assert written_code("L6H 1A1" + " ,." * 100_000 + "x") is None
    assert written_code("1" * 100_000) is None


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("  12   Main\tSt\n ", "12 Main St"),
        ("12\u0000 Ma\u0007in\u200b St\u202e", "12 Main St"),
        ("12\ud800 Main", "12 Main"),
        ("Rue de l'Église\u00a012", "Rue de l'Église 12"),
        ("<b>Main</b> 🏠", "<b>Main</b> 🏠"),
    ],
)
def test_tidy(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@pytest.mark.parametrize(
    ("lat", "lng", "right"),
    [
        (0.0, 0.0, True),
        (90.0, 180.0, True),
        (-90.0, -180.0, True),
        (90.000001, 0.0, False),
        (0.0, -180.000001, False),
        (math.nan, 0.0, False),
        (0.0, math.inf, False),
    ],
)
def test_positions(lat: float, lng: float, right: bool) -> None:
    assert is_position(lat, lng) is right


def test_precisions_are_in_order() -> None:
    assert [
        precision.coarseness
        for precision in ("rooftop", "street", "postal", "area")
        for precision in [Precision(precision)]
    ] == [0, 1, 2, 3]
    assert [precision for precision in Precision if not precision.locates] == [Precision.AREA]
