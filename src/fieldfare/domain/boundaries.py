"""Boundaries: shapes on the ground, and when they count (rules Z1 to Z3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import shapely

from fieldfare.domain.intervals import in_effect
from fieldfare.domain.places import Place, distance_m, fsa_of, is_fsa

BORDER_TOLERANCE_DEGREES = 1e-9


class Operation(StrEnum):
    """What a composite does with a child."""

    UNION = "union"
    INTERSECT = "intersect"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """One or more valid shapely polygons on the plane of longitude (x) and latitude (y); parts may overlap."""

    parts: tuple[shapely.Polygon, ...]

    def contains(self, place: Place) -> bool:
        """Tell whether the place is inside a part or on its border, a hole's border included (rule Z2)."""
        point = shapely.Point(place.lng, place.lat)
        return any(shapely.dwithin(part, point, BORDER_TOLERANCE_DEGREES) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Radius:
    """A disc on the ground, its rim included; the radius is in metres."""

    center: Place
    radius_m: float

    def contains(self, place: Place) -> bool:
        """Tell whether the great-circle distance to the centre is at most the radius (rule Z2)."""
        return distance_m(self.center.point, place.point) <= self.radius_m


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalSet:
    """Normalised postal codes; a three-character Canadian one stands for all codes that begin with it."""

    codes: frozenset[str]

    def contains(self, place: Place) -> bool:
        """Tell whether an entry matches the place's postal code; a place without one matches none (rule Z2)."""
        return not self.codes.isdisjoint(entries_that_match(place.postal_code))


def entries_that_match(code: str | None) -> tuple[str, ...]:
    """List what a postal set could hold to match a normalised code: the code itself, and its FSA."""
    if code is None:
        return ()
    fsa = fsa_of(code)
    return (code,) if fsa is None or is_fsa(code) else (code, fsa)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One step of a composite."""

    boundary: str
    operation: Operation
    sort: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """Other boundaries joined, cut and taken out, one after the other."""

    children: tuple[Child, ...]

    def contains(self, *, counts: Callable[[str], bool], matches: Callable[[str], bool]) -> bool:
        """Work through the children in sort order; those that don't count are passed over (rule Z3)."""
        inside = False
        live = (child for child in sorted(self.children, key=lambda c: (c.sort, c.boundary)) if counts(child.boundary))
        for position, child in enumerate(live):
            match = matches(child.boundary)
            if child.operation is Operation.UNION or (child.operation is Operation.INTERSECT and position == 0):
                inside = inside or match
            elif child.operation is Operation.INTERSECT:
                inside = inside and match
            else:
                inside = inside and not match
        return inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A shape with the time in which it counts; either end may be open."""

    id: str
    shape: Polygon | Radius | PostalSet | Composite
    active: bool = True
    deleted: bool = False
    effective_from: date | None = None
    effective_to: date | None = None

    def counts_on(self, day: date) -> bool:
        """Tell whether the boundary counts on a local date (rule Z1)."""
        return self.active and not self.deleted and in_effect(day, since=self.effective_from, until=self.effective_to)
