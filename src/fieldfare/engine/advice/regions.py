"""What a boundary covers, as ground on a plane and as postal codes: enough to compare boundaries with one another.

A composite of both kinds is taken for the ground that its drawn children leave and for the codes that its postal sets
leave, each by itself: without a map of the codes nothing can say which of them lie on which ground.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely

from fieldfare.domain.boundaries import (
    Boundary,
    Composite,
    Operation,
    Polygon,
    PostalSet,
    Radius,
    entries_that_match,
)
from fieldfare.domain.places import EARTH_RADIUS_M

_CORNERS = 64
_POLE = 90.0
_ANTIMERIDIAN = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Ground, and normalised postal codes."""

    ground: shapely.Geometry
    codes: frozenset[str]

    @property
    def is_nowhere(self) -> bool:
        """Whether it covers nothing at all."""
        return not self.codes and bool(shapely.is_empty(self.ground))


NOWHERE = Region(ground=shapely.Polygon(), codes=frozenset())


def joined(regions: Sequence[Region]) -> Region:
    """Put regions together."""
    grounds = [region.ground for region in regions if not shapely.is_empty(region.ground)]
    codes = frozenset(code for region in regions for code in region.codes)
    return Region(ground=shapely.union_all(grounds) if grounds else NOWHERE.ground, codes=codes)


def regions_on(boundaries: Iterable[Boundary], day: date) -> dict[str, Region]:
    """Find what each boundary covers on a date, composites after their children; one that doesn't count is absent."""
    live = {boundary.id: boundary for boundary in boundaries if boundary.counts_on(day)}
    known: dict[str, Region] = {}
    # Composites may be nested deeper than Python likes to recurse.
    waiting = list(live)
    while waiting:
        id_ = waiting[-1]
        shape = live[id_].shape
        if id_ in known:
            waiting.pop()
        elif isinstance(shape, Composite):
            missing = [child.boundary for child in shape.children if child.boundary in live.keys() - known.keys()]
            waiting += missing
            if not missing:
                known[id_] = _composed(shape, known)
        else:
            known[id_] = _simple(shape)
    return known


def _simple(shape: Polygon | Radius | PostalSet) -> Region:
    match shape:
        case Polygon():
            return Region(ground=shapely.union_all(shape.parts), codes=frozenset())
        case Radius():
            return Region(ground=_disc(shape), codes=frozenset())
        case PostalSet():
            return Region(ground=NOWHERE.ground, codes=shape.codes)


def _composed(shape: Composite, known: Mapping[str, Region]) -> Region:
    """Work through the children as rule Z3 does, on the ground and among the codes."""
    ground, codes = NOWHERE.ground, NOWHERE.codes
    begun_ground = begun_codes = False
    for child in sorted(shape.children, key=lambda child: (child.sort, child.boundary)):
        region = known.get(child.boundary)
        if region is None:
            continue
        if not shapely.is_empty(region.ground):
            ground = _ground(ground, region.ground, child.operation if begun_ground else _opening(child.operation))
            begun_ground = True
        if region.codes:
            codes = _codes(codes, region.codes, child.operation if begun_codes else _opening(child.operation))
            begun_codes = True
    return Region(ground=ground, codes=codes)


def _opening(operation: Operation) -> Operation:
    """A first child with intersect counts as union (rule Z3)."""
    return Operation.UNION if operation is Operation.INTERSECT else operation


def _ground(one: shapely.Geometry, other: shapely.Geometry, operation: Operation) -> shapely.Geometry:
    match operation:
        case Operation.UNION:
            return shapely.union(one, other)
        case Operation.INTERSECT:
            return shapely.intersection(one, other)
        case Operation.EXCLUDE:
            return shapely.difference(one, other)


def _codes(one: frozenset[str], other: frozenset[str], operation: Operation) -> frozenset[str]:
    match operation:
        case Operation.UNION:
            return one | other
        case Operation.INTERSECT:
            return _within(one, other) | _within(other, one)
        case Operation.EXCLUDE:
            return one - _within(one, other)


def _within(codes: frozenset[str], entries: frozenset[str]) -> frozenset[str]:
    """Pick the codes that some entries hold, by themselves or by their FSA."""
    return frozenset(code for code in codes if not entries.isdisjoint(entries_that_match(code)))


def _disc(disc: Radius) -> shapely.Polygon:
    """Draw an ellipse of degrees around a disc; where it would reach a pole or the antimeridian, a box around it."""
    angle = min(disc.radius_m / EARTH_RADIUS_M, math.pi)
    lat, lng, high = disc.center.lat, disc.center.lng, math.degrees(angle)
    south, north = lat - high, lat + high
    if south > -_POLE and north < _POLE:
        wide = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
        if lng - wide > -_ANTIMERIDIAN and lng + wide < _ANTIMERIDIAN:
            out = 1 / math.cos(math.pi / _CORNERS)  # so that the sides, not the corners, touch the disc
            turns = [2 * math.pi * corner / _CORNERS for corner in range(_CORNERS)]
            return shapely.Polygon(
                [(lng + wide * out * math.cos(turn), lat + high * out * math.sin(turn)) for turn in turns]
            )
    return shapely.box(-_ANTIMERIDIAN, max(south, -_POLE), _ANTIMERIDIAN, min(north, _POLE))
