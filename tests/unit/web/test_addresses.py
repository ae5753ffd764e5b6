"""Addresses in one line, taken apart for the form: nobody types one twice."""

from __future__ import annotations

import pytest

from fieldfare.entrypoints.web.addresses import split_address, written_code


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "1225 Trafalgar Road, Oakville, ON L6H 0H3",
            {"street": "1225 Trafalgar Road", "city": "Oakville", "postal_code": "L6H 0H3"},
        ),
        (
            "1225 Trafalgar Road, Oakville, Ontario, L6H 0H3, Canada",
            {"street": "1225 Trafalgar Road", "city": "Oakville", "postal_code": "L6H 0H3"},
        ),
        ("12 rue Principale", {"street": "12 rue Principale", "city": "", "postal_code": ""}),
        ("12 rue Principale, Lévis", {"street": "12 rue Principale", "city": "Lévis", "postal_code": ""}),
        (
            "350 Fifth Avenue, New York, NY 10118",
            {"street": "350 Fifth Avenue", "city": "New York", "postal_code": "10118"},
        ),
        ("L6H 0H3", {"postal_code": "L6H 0H3"}),
        ("l6h0h3", {"postal_code": "L6H0H3"}),
        ("Oakville", {}),
        ("", {}),
        (", , ,", {}),
    ],
)
def test_an_address_is_taken_apart(line: str, parts: dict[str, str]) -> None:
    assert split_address(line) == parts


@pytest.mark.parametrize(
    ("code", "written"), [("L6H0H3", "L6H 0H3"), ("10118", "10118"), ("", ""), ("123456", "123456")]
)
def test_a_canadian_code_has_its_space(code: str, written: str) -> None:
    assert written_code(code) == written
