"""Places, postal codes and hubs: where something is, and to which hub it belongs (rules P1 to P5)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8

_CANADIAN = re.compile(r"[A-Z][0-9][A-Z](?:[0-9][A-Z][0-9])?")
_ZIP_PLUS_4 = re.compile(r"([0-9]{5})-[0-9]{4}")
_FSA = re.compile(r"[A-Z][0-9][A-Z]")
_TITLE_TAG = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in degrees, with its normalised postal code where that is known."""

    lat: float
    lng: float
    postal_code: str | None = None

    @property
    def point(self) -> tuple[float, float]:
        """The latitude and longitude alone: two places with equal numbers are one place to a travel model."""
        return (self.lat, self.lng)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A named point that draws the addresses nearest to it into one drivable patch."""

    id: str
    name: str
    place: Place


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Give the great-circle distance of two (latitude, longitude) points in metres, by haversine (rule P5)."""
    half_lat = math.radians(b[0] - a[0]) / 2
    half_lng = math.radians(b[1] - a[1]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(math.radians(a[0])) * math.cos(math.radians(b[0])) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


def nearest_hub(point: tuple[float, float], hubs: Iterable[Hub]) -> str | None:
    """Find the hub with the smallest great-circle distance, the smaller id on a tie; None without hubs (rule P5)."""
    return min(((distance_m(point, hub.place.point), hub.id) for hub in hubs), default=(0.0, None))[1]


def tagged_hub(title: str, known: Iterable[str]) -> str | None:
    """Read the hub tag that opens a title, `[H07] Furnace repair`; None unless it names a known hub exactly."""
    tag = _TITLE_TAG.match(title)
    return tag[1] if tag and tag[1] in known else None


def normalise_postal_code(code: str | None) -> str | None:
    """Bring a postal code to the form in which codes are compared; an empty one is none (rule P4)."""
    if code is None:
        return None
    trimmed = code.strip().upper()
    bare = re.sub(r"[\s-]", "", trimmed)
    if _CANADIAN.fullmatch(bare):
        return bare
    zip_code = _ZIP_PLUS_4.fullmatch(trimmed)
    return zip_code[1] if zip_code else trimmed or None


def is_fsa(code: str) -> bool:
    """Tell whether a normalised code is a Canadian forward sortation area, three characters long."""
    return _FSA.fullmatch(code) is not None


def fsa_of(code: str) -> str | None:
    """Give the forward sortation area of a normalised code, None if it isn't Canadian."""
    return code[:3] if _CANADIAN.fullmatch(code) else None
