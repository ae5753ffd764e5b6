"""Mending a Polygon or MultiPolygon by the structure method: shells bound area, holes take it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping

from fieldfare.entrypoints.geojson.rings import FEWEST_POSITIONS, closed, flat


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A mended geometry, None if nothing is left of it, with the areas before and after in square degrees.

    Each part's area is counted by itself, so that joining parts that overlap does not look like a loss.
    """

    geometry: dict[str, Any] | None
    before: float
    after: float


def repair(geometry: dict[str, Any]) -> Repair:
    """Close the rings, leave out what encloses nothing, and make the rest valid; heights are lost.

    The default method of `make_valid` keeps every edge, and took 80 s for a star of 200 positions; this one takes
    less than a second. It may still take very long: bound it from outside.
    """
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    drawn = [polygon for part in parts if (polygon := _drawn(part)) is not None]
    pieces = [piece for polygon in drawn for piece in _polygons(_valid(polygon))]
    rest = [shapely.orient_polygons(polygon) for polygon in _polygons(_valid(shapely.MultiPolygon(pieces)))]
    whole = rest[0] if len(rest) == 1 else shapely.MultiPolygon(rest)
    before, after = (sum(polygon.area for polygon in polygons) for polygons in (drawn, pieces))
    return Repair(geometry=mapping(whole) if rest else None, before=before, after=after)


def _drawn(part: list[list[list[Any]]]) -> shapely.Polygon | None:
    """Draw a part, closed, without rings that are too short and without holes outside its shell.

    The structure method turns a hole outside the shell into a shell of its own: the business would serve an area
    that its map takes away.
    """
    rings = [closed(flat(ring)) for ring in part]
    if not rings or len(rings[0]) < FEWEST_POSITIONS:
        return None
    holes = [ring for ring in rings[1:] if len(ring) >= FEWEST_POSITIONS]
    if holes:
        shell = _valid(shapely.Polygon(rings[0]))
        shapely.prepare(shell)
        holes = [hole for hole in holes if shapely.intersects(shell, _valid(shapely.Polygon(hole)))]
    return shapely.Polygon(rings[0], holes)


def _valid(geometry: shapely.Geometry) -> shapely.Geometry:
    """Make a geometry valid, and leave a valid one as it is."""
    if shapely.is_valid(geometry):
        return geometry
    return shapely.make_valid(geometry, method="structure", keep_collapsed=False)


def _polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    """Take the polygons of a geometry, and drop its lines and points."""
    return [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon) and not part.is_empty]
