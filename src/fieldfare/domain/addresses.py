"""Addresses: what a located one is, how finely it is located, and the postal code that somebody wrote in one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from fieldfare.domain.places import Place, normalise_postal_code

CANADA = "CA"
UNITED_STATES = "US"


class Precision(StrEnum):
    """How finely an address is located (rule P2), the finest first."""

    ROOFTOP = "rooftop"
    STREET = "street"
    POSTAL = "postal"
    AREA = "area"

    @property
    def coarseness(self) -> int:
        """The place in the order, 0 for the finest."""
        return list(Precision).index(self)

    @property
    def locates(self) -> bool:
        """Whether it is at least as fine as a postal code: anything coarser is no answer (rule P3)."""
        return self is not Precision.AREA


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A place that an address stands for (rule P2).

    `country` is ISO alpha-2 in capitals. `source` names the geocoder, or says that the caller gave coordinates.
    `partial` means that the geocoder had to leave part of the address aside.
    """

    place: Place
    formatted: str
    precision: Precision
    country: str | None
    source: str
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A line to choose while an address is typed, and how to go on from there: its place, or a reference to it."""

    text: str
    detail: str
    place: Located | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCode:
    """A well-formed postal code and the country that its form belongs to; the code is normalised (rule P4)."""

    code: str
    country: str

    @property
    def shown(self) -> str:
        """The code as people write it."""
        return f"{self.code[:3]} {self.code[3:]}" if self.country == CANADA and len(self.code) > 3 else self.code  # noqa: PLR2004


_FSA = "[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z]"
_DELIVERY_UNIT = "[0-9][ABCEGHJ-NPRSTV-Z][0-9]"
# A code closes an address, or only the country follows it.
_CANADIAN_AT_END = re.compile(
    rf"(?<![A-Z0-9])({_FSA}[ -]?{_DELIVERY_UNIT})[ ,.]{{0,3}}(?:CANADA|CAN|CA)?[ ,.]{{0,3}}$", re.IGNORECASE | re.ASCII
)
_ZIP_AT_END = re.compile(
    r"(?<![A-Z0-9-])([0-9]{5}(?:-[0-9]{4})?)"
    r"[ ,.]{0,3}(?:USA?|U\.S\.(?:A\.)?|UNITED STATES(?: OF AMERICA)?)?[ ,.]{0,3}$",
    re.IGNORECASE | re.ASCII,
)
# Five digits after one of these are the number of something else.
_NUMBERED = re.compile(
    r"(?:#|\b(?:apt|box|highway|hwy|no|rd|road|route|rte|ste|suite|unit))[ .]{0,2}$", re.IGNORECASE | re.ASCII
)
_CANADIAN = re.compile(rf"{_FSA}(?:{_DELIVERY_UNIT})?", re.ASCII)
_ZIP = re.compile(r"[0-9]{5}", re.ASCII)


def tidy(text: str) -> str:
    """Trim a text, make one blank of any run of blanks, and drop what can't be seen."""
    seen = "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join(seen.split())


def read_code(text: str, *, countries: Collection[str] = ()) -> WrittenCode | None:
    """Read a text that is a postal code and nothing else, in the form of one of some countries (none: of any)."""
    code = normalise_postal_code(text) or ""
    if _CANADIAN.fullmatch(code) and _fits(CANADA, countries):
        return WrittenCode(code=code, country=CANADA)
    if _ZIP.fullmatch(code) and _fits(UNITED_STATES, countries):
        return WrittenCode(code=code, country=UNITED_STATES)
    return None


def written_code(address: str, *, countries: Collection[str] = ()) -> WrittenCode | None:
    """Find the full postal code that closes an address; the country's name may follow it.

    A house number of five digits at the beginning is none, nor is the number of a box, a unit or a highway.
    """
    text = tidy(address)
    canadian = _CANADIAN_AT_END.search(text)
    if canadian:
        return read_code(canadian[1], countries=countries)
    zip_code = _ZIP_AT_END.search(text)
    if zip_code is None or _NUMBERED.search(text[: zip_code.start()]):
        return None
    return read_code(zip_code[1], countries=countries)


def is_position(lat: float, lng: float) -> bool:
    """Tell whether two numbers are a latitude and a longitude in degrees (rule P1)."""
    return math.isfinite(lat) and math.isfinite(lng) and -90 <= lat <= 90 and -180 <= lng <= 180  # noqa: PLR2004


def _fits(country: str, countries: Collection[str]) -> bool:
    return not countries or country in countries
