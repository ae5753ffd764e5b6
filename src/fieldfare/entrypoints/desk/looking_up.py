"""Finding the place that somebody at the desk has typed: an address, a postal code, or coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fieldfare.domain.addresses import Located, Precision, is_position
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.places import find_place
from fieldfare.entrypoints.api.public.shapes import LONGEST_ADDRESS
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.web.forms import choices_of
from fieldfare.usecases.places.locate import COORDINATES, Address, Chosen

_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What came of it: a place, or several to choose from, or what is wrong, in words."""

    located: Located | None = None
    choices: tuple[Located, ...] = ()
    fault: str | None = None


async def look_up(asking: Asking, text: str, *, suggestion: str = "", session: str = "") -> LookedUp:
    """Find the place of a text, or of the suggestion that was chosen for it."""
    point = read_point(text)
    if point is not None:
        return LookedUp(located=_at(Place(lat=point[0], lng=point[1], postal_code=None), text.strip()))
    if not _SHORTEST <= len(text.strip()) <= LONGEST_ADDRESS:
        return LookedUp(fault="Enter a street with its number and town, or a postal code.")
    try:
        limits_of(asking.request).spend_address(asking.request, Bucket.GEOCODE)
        wanted = Chosen(reference=suggestion, session=session or None) if suggestion else Address(text=text.strip())
        located = await find_place(asking.rooms, asking.current, wanted, business=asking.who.business)
    except Problem as problem:
        match problem.code:
            case "address_not_found":
                return LookedUp(fault="This address was not found. Check it, or enter just the postal code.")
            case "address_ambiguous":
                return LookedUp(choices=tuple(choices_of(problem)))
            case "geocoder_unavailable":
                return LookedUp(fault="Addresses can't be looked up just now. Enter just the postal code instead.")
            case _:
                raise
    return LookedUp(located=located)


def read_point(text: str) -> tuple[float, float] | None:
    """Read `43.46,-79.69`; None for what is no latitude and longitude."""
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    lat, lng = float(found[1]), float(found[2])
    return (lat, lng) if is_position(lat, lng) else None


def known_place(point: str, code: str, text: str) -> Located | None:
    """Give a place that was found before, from the address of a page: its coordinates, postal code and name."""
    found = read_point(point)
    if found is None:
        return None
    return _at(Place(lat=found[0], lng=found[1], postal_code=normalise_postal_code(code)), text or point)


def _at(place: Place, text: str) -> Located:
    return Located(place=place, formatted=text, precision=Precision.ROOFTOP, country=None, source=COORDINATES)
