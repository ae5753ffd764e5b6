"""A brand's colour made legible: whatever colour a business has, texts keep the contrast that WCAG asks for.

Luminance and contrast are those of WCAG 2.2 (relative luminance of sRGB, and the ratio of two with 0.05 added).
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.booking_page import BookingPage, six_digits

ENOUGH = 4.5
"""The contrast of text that is not large (WCAG 2.2, 1.4.3)."""

LIGHT_SURFACE, DARK_SURFACE = "#f4f6f8", "#1b2126"
"""The least bright light surface, and the least dark dark one, on which accents stand."""

_WHITE, _BLACK = "#ffffff", "#000000"
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """A brand's colour, the one for text on it, and itself as an accent on light and on dark ground."""

    brand: str
    on_brand: str
    accent_light: str
    accent_dark: str


def palette_of(brand: str) -> Palette:
    """Derive the palette of `#rrggbb`: the accents are darkened or lightened just until they can be read."""
    return Palette(
        brand=brand,
        on_brand=max((_WHITE, _BLACK), key=lambda text: contrast(brand, text)),
        accent_light=_legible(brand, on=LIGHT_SURFACE, towards=_BLACK),
        accent_dark=_legible(brand, on=DARK_SURFACE, towards=_WHITE),
    )


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def read_colour(text: str | None) -> str | None:
    """Read a colour of three or six hexadecimal digits, with or without its hash; None for anything else."""
    digits = (text or "").removeprefix("#").lower()
    if len(digits) not in {3, 6} or any(digit not in "0123456789abcdef" for digit in digits):
        return None
    return six_digits(digits)


def stylesheet(page: BookingPage, wanted: str | None) -> str:
    """Write the colours of a business, or of the site that embeds its page, as the rule that the styles build on."""
    palette = palette_of(wanted or page.brand)
    return (
        f":root{{--brand:{palette.brand};--on-brand:{palette.on_brand};"
        f"--accent-light:{palette.accent_light};--accent-dark:{palette.accent_dark}}}\n"
    )


def _legible(colour: str, *, on: str, towards: str) -> str:
    for step in range(_STEPS + 1):
        mixed = _mixed(colour, towards, step / _STEPS)
        if contrast(mixed, on) >= ENOUGH:
            return mixed
    return towards


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(first + (second - first) * share):02x}" for first, second in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
