"""What of a geocoder's answer is worth anything: sound coordinates, in the right country."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import ValidationError

from fieldfare.domain.addresses import Located, is_position, tidy
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.ports.geocoder import Bias, GeocoderUnavailableError

T = TypeVar("T")

LONGEST_TEXT = 300
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class NonsenseError(ValueError):
    """A result that can't be: without a position, or off the coast of Ghana at (0, 0)."""


def sound_place(lat: float, lng: float, postal_code: str | None) -> Place:
    """Make a place of a geocoder's numbers; raises `NonsenseError`, for (0, 0) too: it stands for "don't know"."""
    if not is_position(lat, lng) or (lat == 0 and lng == 0):
        raise NonsenseError
    code = normalise_postal_code(shown(postal_code or ""))
    return Place(lat=lat, lng=lng, postal_code=code)


def shown(text: str) -> str:
    """Bring a geocoder's text to a form that can be stored and shown."""
    return tidy(text)[:LONGEST_TEXT].rstrip()


def country_code(code: str | None) -> str | None:
    """Bring a country code to capitals; what isn't one is none."""
    capitals = (code or "").upper()
    return capitals if _COUNTRY.fullmatch(capitals) else None


def read_all(rows: Sequence[object], read: Callable[[object], T]) -> list[T]:
    """Read results one by one, and drop those that make no sense.

    If nothing is left of an answer because of that, the geocoder is out of order, and the address isn't to blame:
    raises `GeocoderUnavailableError`.
    """
    sound: list[T] = []
    for row in rows:
        try:
            sound.append(read(row))
        except (ValidationError, NonsenseError):
            continue
    if rows and not sound:
        raise GeocoderUnavailableError("nothing but nonsense")
    return sound


def wrong_shape() -> GeocoderUnavailableError:
    """Make the error for an answer that isn't what the geocoder's documentation describes."""
    return GeocoderUnavailableError("an answer of a wrong shape")


def within(results: Sequence[Located], bias: Bias) -> tuple[Located, ...]:
    """Drop what lies in another country, or in none, if countries are given."""
    return tuple(result for result in results if not bias.countries or result.country in bias.countries)
