"""Boundaries in words: what one is, who uses it, what differs between two versions, and whom a change would move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from fieldfare.domain.boundaries import Boundary, Composite, Polygon, PostalSet, Radius
from fieldfare.domain.business import Business
from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.domain.places import distance_m
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.desk.asking import desk_link
from fieldfare.entrypoints.desk.map.boundary_form import SHAPES
from fieldfare.entrypoints.desk.map.postal_text import read_codes
from fieldfare.usecases.businesses.references import referrers_of
from fieldfare.usecases.zones.who_moves import Moves

OPERATIONS = {"union": "Add", "intersect": "Keep only what is also in", "exclude": "Take out"}
"""What a combination does with a part."""

_WITHOUT_ZONE = {
    f"({Outcome.BLOCKED.value})": "not served",
    f"({Outcome.OUT_OF_AREA.value})": "out of area",
}
_KM2 = 1_000_000
_LONGEST_LIST = 12
_KEYS = {
    "active": "Counts",
    "deleted": "Deleted",
    "effective_from": "From",
    "effective_to": "Until",
    "geometry": "Area",
    "center": "Centre",
    "radius_m": "Radius",
    "codes": "Postal codes",
    "children": "Parts",
    "kind": "Kind",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A record that uses a boundary."""

    name: str
    href: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A key of which two versions say something else."""

    name: str
    theirs: str
    mine: str


def users_of(configuration: Configuration, id_: str) -> list[User]:
    """List the zones and combinations that use a boundary."""
    return [user_of(configuration, used) for used in referrers_of(configuration, RecordKind.BOUNDARIES, id_)]


def user_of(configuration: Configuration, used: str) -> User:
    """Name a record that is called `kind/id`, with its page."""
    kind, _, id_ = used.partition("/")
    if kind == RecordKind.BOUNDARIES.value:
        return User(name=id_, href=desk_link("map", "boundaries", id_), kind="combination")
    known = {one.value: configuration.records[one] for one in RecordKind}
    name = known.get(kind, {}).get(id_, {}).get("name") or id_
    return User(name=name, href=desk_link("settings", kind, id_), kind=kind.removesuffix("s"))


def size_of(boundary: Boundary) -> str:
    """Say how large a boundary is, by what it is made of."""
    match boundary.shape:
        case Polygon(parts=parts):
            corners = sum(int(shapely.get_num_coordinates(part)) - 1 - len(part.interiors) for part in parts)
            area = sum(_square_metres(part) for part in parts)
            return f"{_km2(area)}, {corners} corners" + (f", {len(parts)} parts" if len(parts) > 1 else "")
        case Radius(radius_m=metres):
            return f"{metres:,.0f} m around {boundary.shape.center.lat:.4f}, {boundary.shape.center.lng:.4f}"
        case PostalSet(codes=codes):
            return read_codes("\n".join(sorted(codes))).counts
        case Composite(children=children):
            return f"{len(children)} {'part' if len(children) == 1 else 'parts'}"


def differences(theirs: Document, mine: Document) -> list[Difference]:
    """List what two versions of a boundary say differently."""
    keys = [key for key in _KEYS if theirs.get(key) != mine.get(key)]
    return [Difference(name=_KEYS[key], theirs=_said(key, theirs), mine=_said(key, mine)) for key in keys]


def place_name(business: Business, standing: str) -> str:
    """Name a zone, or say what a place is without one."""
    if standing in _WITHOUT_ZONE:
        return _WITHOUT_ZONE[standing]
    return next((zone.name or zone.id for zone in business.zones if zone.id == standing), standing)


def moves_in_words(moves: Moves) -> str:
    """Say in a sentence or two whom a draft would move."""
    if not moves.known:
        return "You know no customers yet, so nobody moves."
    count = len(moves.moves)
    of = f"the {moves.known:,} customers you know" if moves.known != 1 else "the one customer you know"
    if not count:
        return f"Nobody of {of} would move to another zone." if moves.known != 1 else f"For {of} nothing changes."
    ways = [
        f"{number:,} from {place_name(moves.present, was)} to {place_name(moves.drafted, will_be)}"
        for (was, will_be), number in moves.ways[:_LONGEST_LIST]
    ]
    more = ", and others" if len(moves.ways) > _LONGEST_LIST else ""
    return (
        f"{count:,} of {of} would move: {', '.join(ways)}{more}. "
        "Visits that are booked keep their zone and their price; the next booking at these places is another."
    )


def _said(key: str, document: Mapping[str, Any]) -> str:
    value = document.get(key)
    if value is None:
        return "–"  # noqa: RUF001 - a dash where nothing is said
    write = _WRITERS.get(key)
    return str(value) if write is None else write(value)


def _corners(geometry: Mapping[str, Any]) -> str:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    corners = sum(len(ring) - 1 for part in parts for ring in part)
    return f"{corners} corners" + (f" in {len(parts)} parts" if len(parts) > 1 else "")


def _codes(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:_LONGEST_LIST])
    return f"{len(codes)}: {shown}{' …' if len(codes) > _LONGEST_LIST else ''}"


def _parts(children: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{OPERATIONS.get(one['operation'], one['operation'])} {one['boundary']}" for one in children)


def _yes(value: object) -> str:
    return "yes" if value else "no"


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "kind": lambda kind: SHAPES.get(kind, kind),
    "active": _yes,
    "deleted": _yes,
    "geometry": _corners,
    "center": lambda center: f"{center['lat']}, {center['lng']}",
    "radius_m": lambda metres: f"{metres} m",
    "codes": _codes,
    "children": _parts,
}


def _square_metres(part: shapely.Polygon) -> float:
    """Give an area on the ground, near enough to be told in words."""
    west, south, east, north = (float(edge) for edge in shapely.bounds(part))
    middle = (south + north) / 2
    wide, high = max(east - west, 1e-9), max(north - south, 1e-9)
    metres = distance_m((middle, west), (middle, east)) * distance_m((south, west), (north, west))
    return float(shapely.area(part)) / (wide * high) * metres


def _km2(metres: float) -> str:
    area = metres / _KM2
    return f"{area:,.0f} km²" if area >= 10 else f"{area:.2f} km²"  # noqa: PLR2004 - how finely one reads
