"""Where things are: distances, hubs and postal codes (P4, P5)."""

import re
from math import asin, cos, radians, sin, sqrt

from tests.reading.document import Business, Commitment, Place

EARTH_M = 6_371_008.8


def metres(a: Place, b: Place) -> float:
    """Measure the great-circle distance (P5, haversine)."""
    dlat = radians(b.lat - a.lat)
    dlng = radians(b.lng - a.lng)
    h = sin(dlat / 2) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(dlng / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, h)))


def hub_of(business: Business, place: Place) -> str | None:
    """Find the nearest hub; a tie goes to the smaller id (P5)."""
    if not business.hubs:
        return None
    return min(business.hubs, key=lambda hub: (metres(hub.place, place), hub.id)).id


def visit_hub(business: Business, visit: Commitment) -> str | None:
    """Find the hub that a visit locks: its own, else its title's tag, else its place's."""
    if visit.hub is not None:
        return visit.hub
    for hub in business.hubs:
        if visit.title.startswith(f"[{hub.id}]"):
            return hub.id
    return None if visit.place is None else hub_of(business, visit.place)


def postal(code: str | None) -> str | None:
    """Normalise a postal code (P4); an empty one is none."""
    if code is None:
        return None
    tidy = code.strip().upper()
    bare = tidy.replace(" ", "").replace("-", "")
    if is_canadian(bare):
        return bare
    if re.fullmatch(r"[0-9]{5}-[0-9]{4}", tidy):
        return tidy[:5]
    return tidy or None


def is_fsa(code: str) -> bool:
    """Say whether the code is letter digit letter."""
    return re.fullmatch(r"[A-Z][0-9][A-Z]", code) is not None


def is_canadian(code: str) -> bool:
    """Say whether the code is an FSA or a whole Canadian code."""
    return is_fsa(code) or re.fullmatch(r"[A-Z][0-9][A-Z][0-9][A-Z][0-9]", code) is not None
