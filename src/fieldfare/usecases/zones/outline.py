"""What can be drawn of boundaries: shapes have edges, postal lists have none, and composites are of both."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import shapely

from fieldfare.domain.boundaries import Boundary, Child, Composite, Operation, Polygon, PostalSet, Radius
from fieldfare.domain.places import EARTH_RADIUS_M

_CORNERS = 72
"""A circle with so many corners strays from the true one by a thousandth of its radius."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What can be drawn of a boundary: a shape on the plane of longitude and latitude, and postal codes beside it.

    It isn't `whole` where a composite cuts by postal codes, whose edges nobody knows.
    """

    shape: shapely.Geometry | None = None
    codes: frozenset[str] = frozenset()
    whole: bool = True


def outlines(boundaries: Iterable[Boundary], day: date) -> dict[str, Outline]:
    """Draw the boundaries that count on a date, composites from those inside them."""
    live = {boundary.id: boundary.shape for boundary in boundaries if boundary.counts_on(day)}
    drawn = {id_: _drawn(shape) for id_, shape in live.items() if not isinstance(shape, Composite)}
    waiting = {id_: shape for id_, shape in live.items() if isinstance(shape, Composite)}
    while waiting:
        ready = [
            id_
            for id_, shape in waiting.items()
            if all(child.boundary in drawn or child.boundary not in live for child in shape.children)
        ]
        if not ready:  # a cycle is refused when it is written (Z3)
            break
        for id_ in ready:
            drawn[id_] = _put_together(waiting.pop(id_), drawn)
    return drawn


def circle(radius: Radius) -> shapely.Polygon:
    """Draw a disc on the ground as a ring of corners, each at the great-circle distance of its radius."""
    angle = min(radius.radius_m / EARTH_RADIUS_M, math.pi)
    lat, lng = math.radians(radius.center.lat), math.radians(radius.center.lng)
    corners = []
    for corner in range(_CORNERS):
        bearing = 2 * math.pi * corner / _CORNERS
        sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
        to_lat = math.asin(max(-1.0, min(1.0, sine)))
        east = math.sin(bearing) * math.sin(angle) * math.cos(lat)
        to_lng = lng + math.atan2(east, math.cos(angle) - math.sin(lat) * math.sin(to_lat))
        corners.append((math.degrees(to_lng), math.degrees(to_lat)))
    return shapely.Polygon(corners)


def _drawn(shape: Polygon | Radius | PostalSet) -> Outline:
    match shape:
        case Polygon(parts=parts):
            return Outline(shape=shapely.union_all(parts) if len(parts) > 1 else next(iter(parts), None))
        case Radius():
            return Outline(shape=circle(shape))
        case PostalSet(codes=codes):
            return Outline(codes=codes)


def _put_together(composite: Composite, drawn: Mapping[str, Outline]) -> Outline:
    """Work through the children as rule Z3 does, as far as edges go."""
    live = [
        child for child in sorted(composite.children, key=lambda c: (c.sort, c.boundary)) if child.boundary in drawn
    ]
    found = Outline()
    for position, child in enumerate(live):
        part = drawn[child.boundary]
        first = position == 0
        if child.operation is Operation.UNION or (first and child.operation is Operation.INTERSECT):
            found = Outline(
                shape=_joined(found.shape, part.shape),
                codes=found.codes | part.codes,
                whole=found.whole and part.whole,
            )
        else:
            found = _cut(found, part, child)
    return found


def _cut(found: Outline, part: Outline, child: Child) -> Outline:
    """Take a part out, or keep only what is in it too; between edges and codes that can't be drawn."""
    excludes = child.operation is Operation.EXCLUDE
    mixed = bool((found.shape is not None and part.codes) or (found.codes and part.shape is not None))
    if found.shape is not None and part.shape is not None:
        cut = shapely.difference if excludes else shapely.intersection
        shape = cut(found.shape, part.shape)
        found = replace(found, shape=shape)
    codes = found.codes - part.codes if excludes else (found.codes & part.codes if part.codes else found.codes)
    return replace(found, codes=codes, whole=found.whole and part.whole and not mixed)


def _joined(one: shapely.Geometry | None, other: shapely.Geometry | None) -> shapely.Geometry | None:
    if one is None or other is None:
        return other if one is None else one
    return shapely.union(one, other)
