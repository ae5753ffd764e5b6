"""Which boundaries contain a place, found by an index: ten thousand cost hardly more than ten (rules Z1 to Z4)."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import numpy as np
import shapely

from fieldfare.domain.boundaries import (
    BORDER_TOLERANCE_DEGREES,
    Boundary,
    Composite,
    Polygon,
    PostalSet,
    Radius,
    entries_that_match,
)
from fieldfare.domain.places import EARTH_RADIUS_M, Place

_MANY_VERTICES = 128
"""From about here on, an index inside the polygon (shapely's `prepare`) is faster than a look at every vertex."""

_POLE = 90.0
_ANTIMERIDIAN = 180.0


class BoundaryIndex:
    """The boundaries of a business that count on one date."""

    def __init__(self, boundaries: Iterable[Boundary], day: date) -> None:
        """Index the boundaries; composites must form no cycle."""
        live = [boundary for boundary in boundaries if boundary.counts_on(day)]
        self._polygons = _PolygonTree(live)
        self._radii = _RadiusTree(live)
        self._by_entry: dict[str, list[str]] = defaultdict(list)
        for boundary in live:
            if isinstance(boundary.shape, PostalSet):
                for code in boundary.shape.codes:
                    self._by_entry[code].append(boundary.id)
        self._live = frozenset(boundary.id for boundary in live)
        self._composites = {boundary.id: boundary.shape for boundary in live if isinstance(boundary.shape, Composite)}
        self._parents: dict[str, list[str]] = defaultdict(list)
        for id_, composite in self._composites.items():
            for child in composite.children:
                self._parents[child.boundary].append(id_)
        self._height = _heights(self._composites)

    def matching(self, place: Place) -> frozenset[str]:
        """Find the ids of all boundaries that contain a place."""
        matched = set(self._polygons.containing(place))
        matched.update(self._radii.containing(place))
        for entry in entries_that_match(place.postal_code):
            matched.update(self._by_entry.get(entry, ()))
        if self._composites:
            self._add_composites(matched)
        return frozenset(matched)

    def _add_composites(self, matched: set[str]) -> None:
        # A composite none of whose children match contains nothing, so that only the parents of matches are asked,
        # lower ones first.
        waiting: list[tuple[int, str]] = []
        asked: set[str] = set()

        def ask_parents(child: str) -> None:
            for parent in self._parents.get(child, ()):
                if parent not in asked:
                    asked.add(parent)
                    heapq.heappush(waiting, (self._height[parent], parent))

        for id_ in tuple(matched):
            ask_parents(id_)
        while waiting:
            _, id_ = heapq.heappop(waiting)
            if self._composites[id_].contains(counts=self._live.__contains__, matches=matched.__contains__):
                matched.add(id_)
                ask_parents(id_)


class _PolygonTree:
    """Polygon parts, and a tree of the boxes around them and their borders' tolerance."""

    def __init__(self, live: Iterable[Boundary]) -> None:
        parts = [(part, b.id) for b in live if isinstance(b.shape, Polygon) for part in b.shape.parts]
        self._ids = [id_ for _, id_ in parts]
        self._parts = np.array([part for part, _ in parts], dtype=np.object_)
        shapely.prepare(self._parts[shapely.get_num_coordinates(self._parts) > _MANY_VERTICES])
        slack = 2 * BORDER_TOLERANCE_DEGREES
        west, south, east, north = shapely.bounds(self._parts).T
        boxes = shapely.box(west - slack, south - slack, east + slack, north + slack)
        self._tree = shapely.STRtree(boxes) if parts else None

    def containing(self, place: Place) -> list[str]:
        if self._tree is None:
            return []
        point = shapely.Point(place.lng, place.lat)
        # The tree's own predicates would pass over what is prepared.
        near = self._tree.query(point)
        hits = near[shapely.dwithin(self._parts[near], point, BORDER_TOLERANCE_DEGREES)]
        return [self._ids[hit] for hit in hits.tolist()]


class _RadiusTree:
    """Discs in a tree of the boxes around them, in degrees."""

    def __init__(self, live: Iterable[Boundary]) -> None:
        self._discs = [(boundary.shape, boundary.id) for boundary in live if isinstance(boundary.shape, Radius)]
        self._tree = shapely.STRtree([_box_around(disc) for disc, _ in self._discs]) if self._discs else None

    def containing(self, place: Place) -> list[str]:
        if self._tree is None:
            return []
        hits = self._tree.query(shapely.Point(place.lng, place.lat)).tolist()
        return [self._discs[hit][1] for hit in hits if self._discs[hit][0].contains(place)]


def _box_around(disc: Radius) -> shapely.Polygon:
    """Give a box of degrees that holds a disc; where it would reach a pole or the antimeridian, all longitudes."""
    angle = disc.radius_m / EARTH_RADIUS_M * (1 + 1e-9) + 1e-9
    lat, lng = disc.center.lat, disc.center.lng
    south, north = lat - math.degrees(angle), lat + math.degrees(angle)
    if south > -_POLE and north < _POLE:
        # The meridian that touches a small circle: sin(half width) = sin(angle) / cos(latitude).
        half = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
        if lng - half > -_ANTIMERIDIAN and lng + half < _ANTIMERIDIAN:
            return shapely.box(lng - half, south, lng + half, north)
    return shapely.box(-_ANTIMERIDIAN, max(south, -_POLE), _ANTIMERIDIAN, min(north, _POLE))


def _heights(composites: dict[str, Composite]) -> dict[str, int]:
    """Number the composites so that each comes after those inside it, without recursion."""
    waits_for = {
        id_: {child.boundary for child in composite.children if child.boundary in composites}
        for id_, composite in composites.items()
    }
    inside: dict[str, list[str]] = defaultdict(list)
    for id_, children in waits_for.items():
        for child in children:
            inside[child].append(id_)
    ready = [id_ for id_, children in waits_for.items() if not children]
    heights: dict[str, int] = {}
    while ready:
        id_ = ready.pop()
        heights[id_] = len(heights)
        for parent in inside[id_]:
            waits_for[parent].discard(id_)
            if not waits_for[parent]:
                ready.append(parent)
    return heights
