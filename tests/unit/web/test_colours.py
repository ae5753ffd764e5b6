"""Whatever colour a brand has, texts in it and on it can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldfare.domain.booking_page import BookingPage
from fieldfare.entrypoints.web.colours import (
    DARK_SURFACE,
    ENOUGH,
    LIGHT_SURFACE,
    contrast,
    palette_of,
    read_colour,
    stylesheet,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#123456", "#123456", 1),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(COLOURS)
def test_every_brand_can_be_read(brand: str) -> None:
    palette = palette_of(brand)

    assert palette.brand == brand
    assert contrast(palette.on_brand, brand) >= ENOUGH
    assert contrast(palette.accent_light, LIGHT_SURFACE) >= ENOUGH
    assert contrast(palette.accent_dark, DARK_SURFACE) >= ENOUGH


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert palette_of("#0b5cad").accent_light == "#0b5cad"
    assert palette_of("#ffd27a").accent_dark == "#ffd27a"


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("0a7", "#00aa77"),
        ("#0A7", "#00aa77"),
        ("0b5cad", "#0b5cad"),
        ("", None),
        (None, None),
        ("red", None),
        ("#12345", None),
        ("0a7}body{display:none", None),
        ("\N{FULLWIDTH DIGIT ONE}23", None),
    ],
)
def test_only_digits_make_a_colour(text: str | None, colour: str | None) -> None:
    assert read_colour(text) == colour


def test_the_embedding_site_may_name_another_colour() -> None:
    page = BookingPage(brand="#111111")

    assert "--brand:#111111;" in stylesheet(page, None)
    assert "--brand:#00aa77;" in stylesheet(page, "#00aa77")
