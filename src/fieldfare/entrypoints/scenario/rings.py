"""Polygons of a scenario: rings that are closed and don't cross, holes inside their shells (RFC 7946)."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np
import shapely
from numpy.typing import NDArray

from fieldfare.domain.boundaries import Polygon
from fieldfare.entrypoints.scenario.errors import ScenarioError, counted, show
from fieldfare.entrypoints.scenario.schema_shapes import MultiPolygonGeometry, PolygonGeometry

_FEWEST_POSITIONS = 4
_LIMITS = (180, 90)
_VALID = "Valid Geometry"
_REASON = re.compile(r"(?P<name>[^\[]*)(?:\[(?P<x>\S+) (?P<y>[^\s\]]+).*\])?", re.DOTALL)
_CURE = "`fieldfare boundaries check --mend` can mend it"
_SENTENCES = {
    "Self-intersection": f"its rings cross or touch{{}}; {_CURE}",
    "Ring Self-intersection": f"the ring touches itself{{}}; {_CURE}",
    "Hole lies outside shell": "the hole lies outside its ring{}",
    "Holes are nested": f"a hole lies inside another{{}}; {_CURE}",
    "Interior is disconnected": f"its holes cut it apart{{}}; {_CURE}",
    "Duplicate Rings": f"two of its rings are the same{{}}; {_CURE}",
    "Too few points in geometry component": "the ring encloses nothing{}",
}
_RING_CROSSES = f"the ring touches or crosses itself{{}}; {_CURE}"

Ring = list[list[float]]


def read_polygon(geometry: PolygonGeometry | MultiPolygonGeometry, path: str) -> Polygon:
    """Read a Polygon, or each part of a MultiPolygon by itself; raises `ScenarioError` for one that is not valid."""
    if isinstance(geometry, PolygonGeometry):
        return Polygon(parts=(_read_part(geometry.coordinates, f"{path}.coordinates"),))
    parts = enumerate(geometry.coordinates)
    return Polygon(parts=tuple(_read_part(rings, f"{path}.coordinates[{place}]") for place, rings in parts))


def count_positions(geometry: PolygonGeometry | MultiPolygonGeometry) -> int:
    """Count all positions of a geometry, the one that closes a ring included."""
    parts = [geometry.coordinates] if isinstance(geometry, PolygonGeometry) else geometry.coordinates
    return sum(len(ring) for rings in parts for ring in rings)


def _read_part(rings: list[Ring], path: str) -> shapely.Polygon:
    if not rings:
        raise ScenarioError(path, "holds no ring; at least one is needed")
    read = [_read_ring(ring, f"{path}[{place}]") for place, ring in enumerate(rings)]
    polygon = shapely.Polygon(read[0], read[1:])
    reason = shapely.is_valid_reason(polygon)
    if reason != _VALID:
        raise _fault_of(reason, read, path)
    return polygon


def _read_ring(ring: Ring, path: str) -> NDArray[np.float64]:
    if len(ring) < _FEWEST_POSITIONS:
        count = counted(len(ring), "position")
        raise ScenarioError(path, f"the ring has {count}; at least {_FEWEST_POSITIONS} are needed")
    positions = np.array([position[:2] for position in ring], dtype=np.float64)
    for axis, limit in enumerate(_LIMITS):
        beyond = np.flatnonzero(np.abs(positions[:, axis]) > limit)
        if len(beyond):
            at = int(beyond[0])
            value = float(positions[at, axis])
            bound = f"above {limit}" if value > 0 else f"below -{limit}"
            raise ScenarioError(f"{path}[{at}][{axis}]", f"{show(value)} is {bound}; longitude comes first")
    if (positions[0] != positions[-1]).any():
        ends = f"begins at {_position(*positions[0])} and ends at {_position(*positions[-1])}"
        raise ScenarioError(path, f"the ring is not closed: it {ends}")
    return positions


def _fault_of(reason: str, rings: list[NDArray[np.float64]], path: str) -> ScenarioError:
    """Find the ring that is at fault by itself, or the hole that is outside; else it is the polygon."""
    for place, ring in enumerate(rings):
        alone = reason if len(rings) == 1 else shapely.is_valid_reason(shapely.Polygon(ring))
        if alone != _VALID:
            return ScenarioError(f"{path}[{place}]", _in_words(alone, _RING_CROSSES))
    sentence = _in_words(reason)
    if sentence.startswith("the hole"):
        shell = shapely.Polygon(rings[0])
        shapely.prepare(shell)
        outside = (place for place in range(1, len(rings)) if not shell.covers(shapely.Polygon(rings[place])))
        path += "".join(f"[{place}]" for place in islice(outside, 1))
    return ScenarioError(path, sentence)


def _in_words(reason: str, crossing: str | None = None) -> str:
    """Say in our words why a polygon is not valid, and where; `crossing` is the sentence for a ring by itself."""
    found = _REASON.fullmatch(reason)
    name = found["name"].strip() if found else ""
    at = f" at {_position(float(found['x']), float(found['y']))}" if found and found["x"] else ""
    if crossing and "Self-intersection" in name:
        return crossing.format(at)
    return _SENTENCES.get(name, f"it is not a valid polygon{{}}; {_CURE}").format(at)


def _position(lng: float, lat: float) -> str:
    return f"[{show(float(lng))}, {show(float(lat))}]"
