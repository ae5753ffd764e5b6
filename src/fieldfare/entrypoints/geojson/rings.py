"""Judging one ring of a polygon by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from fieldfare.entrypoints.geojson.faults import Fault, Kind

Positions = npt.NDArray[np.float64]

FEWEST_POSITIONS = 4  # a triangle, with its first position again at the end
_MOST_SPIKES = 5
_HALF_TURN = 180.0
_QUARTER_TURN = 90.0
_SAME_DEGREES = 1e-11  # finer than this, a location that GEOS prints tells us nothing
_REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<x>\S+) (?P<y>\S+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A ring that can be drawn: closed, without repeats in a row, each position with its index in the document."""

    path: str
    positions: Positions
    indexes: npt.NDArray[np.intp]
    polygon: shapely.Polygon


def flat(ring: list[list[Any]]) -> Positions:
    """Take longitude and latitude of each position as an array of shape (n, 2), heights left out."""
    return np.array([position[:2] for position in ring], dtype=np.float64).reshape(-1, 2)


def closed(positions: Positions) -> Positions:
    """Repeat the first position at the end, unless it is there."""
    if len(positions) and not np.array_equal(positions[0], positions[-1]):
        return np.vstack([positions, positions[:1]])
    return positions


def extent(positions: Positions, *, path: str) -> Iterator[Fault]:
    """Judge whether all positions are degrees on the globe, and say what else they might be."""
    lng, lat = np.abs(positions[:, 0]), np.abs(positions[:, 1])
    outside = np.flatnonzero((lng > _HALF_TURN) | (lat > _QUARTER_TURN))
    if not len(outside):
        return
    hint = ""
    if max(lng.max(), lat.max()) > 2 * _HALF_TURN:
        hint = "; these look like metres on a map sheet, not degrees"
    elif lng.max() <= _QUARTER_TURN and lat.max() <= _HALF_TURN:
        hint = "; latitude and longitude look swapped (GeoJSON puts the longitude first)"
    first = int(outside[0])
    yield Fault(
        kind=Kind.OUT_OF_RANGE,
        path=f"{path}[{first}]",
        what=f"{len(outside)} of {len(positions)} positions are not on the globe, this one first{hint}",
        at=_point(positions[first]),
    )


def form(positions: Positions, *, path: str, droppable: bool) -> Iterator[Fault]:
    """Judge what can be told without geometry: closed, enough positions, repeats, the edge of the map.

    A ring that encloses nothing can be mended by leaving it out, if it is droppable.
    """
    whole = closed(positions)
    if len(whole) < FEWEST_POSITIONS:
        what = f"{len(positions)} positions; a ring needs four, of which the last repeats the first"
        yield Fault(kind=Kind.TOO_FEW_POSITIONS, path=path, what=what, mendable=droppable)
        return
    if len(whole) > len(positions):
        what = "the ring is not closed: its last position differs from its first"
        yield Fault(kind=Kind.UNCLOSED_RING, path=path, what=what, at=_point(positions[-1]), mendable=True)
    repeats = np.flatnonzero(_repeats(positions))
    if len(repeats):
        first = int(repeats[0])
        what = f"repeats the position before it, as {len(repeats)} in this ring do (harmless)"
        at = _point(positions[first])
        yield Fault(kind=Kind.DUPLICATE_POSITIONS, path=f"{path}[{first}]", what=what, at=at, note=True)
    jumps = np.flatnonzero(np.abs(np.diff(whole[:, 0])) > _HALF_TURN)
    if len(jumps):
        first = int(jumps[0])
        what = (
            "the edge from here crosses more than half the globe; edges are read straight on the plane, so a shape"
            " across the antimeridian must be cut in two at longitude 180"
        )
        at = _point(whole[first])
        yield Fault(kind=Kind.ANTIMERIDIAN, path=f"{path}[{first}]", what=what, at=at, note=True)


def drawn(positions: Positions, *, path: str) -> Ring | None:
    """Make the ring ready for geometry; None if it has too few positions for that."""
    whole = closed(positions)
    if len(whole) < FEWEST_POSITIONS:
        return None
    indexes = np.flatnonzero(~_repeats(whole))
    return Ring(path=path, positions=whole[indexes], indexes=indexes, polygon=shapely.Polygon(whole))


def topology(ring: Ring, *, droppable: bool) -> Iterator[Fault]:
    """Judge whether the ring, by itself, encloses one area. Of crossings and touches it names the first."""
    if shapely.is_valid(ring.polygon):
        return
    if shapely.convex_hull(shapely.LineString(ring.polygon.exterior)).geom_type != "Polygon":
        what = "the ring encloses nothing: all its positions lie on one line"
        yield Fault(kind=Kind.ZERO_AREA, path=ring.path, what=what, at=_point(ring.positions[0]), mendable=droppable)
        return
    tips = _spikes(ring.positions)
    for i in tips[:_MOST_SPIKES]:
        what = "a spike: the ring runs to this position and straight back"
        here = f"{ring.path}[{ring.indexes[i]}]"
        yield Fault(kind=Kind.SPIKE, path=here, what=what, at=_point(ring.positions[i]), mendable=True)
    reason, at = reason_of(ring.polygon)
    touching = vertices_at(ring, at)
    spiky = {int(ring.indexes[(i + step) % (len(ring.indexes) - 1)]) for i in tips for step in (-1, 0, 1)}
    if spiky & set(touching):
        return  # what GEOS came upon first is the spike, and that has been said
    if reason == "Ring Self-intersection":
        rest = f" (positions {', '.join(map(str, touching))} are the same)" if len(touching) > 1 else ""
        here = f"{ring.path}[{touching[0]}]" if touching else ring.path
        what = f"the ring touches itself{rest}"
        yield Fault(kind=Kind.SELF_TOUCHING, path=here, what=what, at=at, mendable=True)
    else:
        what = "the ring crosses itself, or runs along itself"
        yield Fault(kind=Kind.SELF_CROSSING, path=ring.path, what=what, at=at, mendable=True)


def reason_of(geometry: shapely.Geometry) -> tuple[str, tuple[float, float] | None]:
    """Ask GEOS why a geometry is invalid, and where."""
    reason = str(shapely.is_valid_reason(geometry))
    found = _REASON.fullmatch(reason)
    if found is None:
        return reason, None
    return found["what"], (float(found["x"]), float(found["y"]))


def vertices_at(ring: Ring, at: tuple[float, float] | None) -> list[int]:
    """List the indexes of the ring's positions at a location, the closing one left out."""
    if at is None:
        return []
    near = np.abs(ring.positions[:-1] - np.array(at)).max(axis=1) <= _SAME_DEGREES
    return [int(i) for i in ring.indexes[:-1][near]]


def _repeats(positions: Positions) -> npt.NDArray[np.bool_]:
    """Mark the positions that equal the one before."""
    return np.concatenate([[False], (positions[1:] == positions[:-1]).all(axis=1)])


def _spikes(positions: Positions) -> npt.NDArray[np.intp]:
    """Find the positions at which a closed ring without repeats turns straight back."""
    leaving = np.diff(positions, axis=0)
    coming = np.roll(leaving, 1, axis=0)
    turn = coming[:, 0] * leaving[:, 1] - coming[:, 1] * leaving[:, 0]
    return np.flatnonzero((turn == 0) & ((coming * leaving).sum(axis=1) < 0))


def _point(position: Positions) -> tuple[float, float]:
    return float(position[0]), float(position[1])
