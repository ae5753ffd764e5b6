"""Judging a Polygon or MultiPolygon whose structure is sound: the faults of its rings, and of what they form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely

from fieldfare.entrypoints.geojson import rings
from fieldfare.entrypoints.geojson.faults import Fault, Kind, join
from fieldfare.entrypoints.geojson.rings import Ring

# Nobody lives south of this; where a whole North American boundary lies there, its axes were swapped.
_SOUTHERNMOST_LATITUDE = -60.0


def judge(geometry: dict[str, Any], *, path: str) -> Iterator[Fault]:
    """List the faults and notes of a geometry; nothing is wrong with it if all are notes.

    Geometry costs time that grows with the square of the positions where edges lie close: bound it from outside.
    """
    inner = join(path, "coordinates")
    single = geometry["type"] == "Polygon"
    parts = [geometry["coordinates"]] if single else geometry["coordinates"]
    paths = [inner] if single else [join(inner, i) for i in range(len(parts))]
    if not parts:
        yield Fault(kind=Kind.EMPTY, path=inner, what="no parts, so the boundary contains nothing", note=True)
        return
    flat = [[rings.flat(ring) for ring in part] for part in parts]
    lost = False
    for part, here in zip(flat, paths, strict=True):
        for i, ring in enumerate(part):
            for fault in rings.extent(ring, path=join(here, i)) if len(ring) else ():
                lost = True
                yield fault
    if lost:
        return
    if all((ring[:, 1] < _SOUTHERNMOST_LATITUDE).all() for part in flat for ring in part) and any(map(len, flat)):
        what = "all of it lies in Antarctica; are latitude and longitude swapped? (GeoJSON puts the longitude first)"
        yield Fault(kind=Kind.SWAPPED, path=inner, what=what, note=True)
    sound = []
    for part, here in zip(flat, paths, strict=True):
        faulty = False
        for fault in _part(part, path=here, droppable=len(parts) > 1):
            faulty = faulty or not fault.note
            yield fault
        if not faulty:
            sound.append(shapely.Polygon(rings.closed(part[0]), [rings.closed(hole) for hole in part[1:]]))
    whole = shapely.MultiPolygon(sound)
    if not shapely.is_valid(whole):
        what = "parts overlap or share a border (allowed; mending joins them)"
        at = rings.reason_of(whole)[1]
        yield Fault(kind=Kind.OVERLAPPING_PARTS, path=inner, what=what, at=at, mendable=True, note=True)


def _part(part: list[rings.Positions], *, path: str, droppable: bool) -> Iterator[Fault]:
    """Judge one polygon: each ring alone, and when the shell is sound, the holes in it."""
    if not part:
        yield Fault(kind=Kind.TOO_FEW_POSITIONS, path=path, what="a polygon without a ring", mendable=droppable)
        return
    shell: Ring | None = None
    holes: list[Ring] = []
    for i, positions in enumerate(part):
        here, may_go = join(path, i), droppable or i > 0
        yield from rings.form(positions, path=here, droppable=may_go)
        ring = rings.drawn(positions, path=here)
        if ring is None:
            continue
        yield from rings.topology(ring, droppable=may_go)
        if not shapely.is_valid(ring.polygon):
            continue
        if i == 0:
            shell = ring
        else:
            holes.append(ring)
    if shell is not None and holes:
        yield from _holes(shell, holes, path=path)


def _holes(shell: Ring, holes: list[Ring], *, path: str) -> Iterator[Fault]:
    """Judge sound holes in a sound shell; of what holes do to each other it names the first."""
    inside = []
    shapely.prepare(shell.polygon)
    for hole in holes:
        at = (float(hole.positions[0][0]), float(hole.positions[0][1]))
        if not shapely.intersects(shell.polygon, hole.polygon):
            what = "the hole lies outside its shell (mending leaves it out)"
            yield Fault(kind=Kind.HOLE_OUTSIDE, path=hole.path, what=what, at=at, mendable=True)
        elif not shapely.covers(shell.polygon, hole.polygon):
            what = "the hole runs out of its shell"
            yield Fault(kind=Kind.HOLE_CROSSING, path=hole.path, what=what, at=at, mendable=True)
        else:
            inside.append(hole)
    whole = shapely.Polygon(shell.positions, [hole.positions for hole in inside])
    if shapely.is_valid(whole):
        return
    reason, where = rings.reason_of(whole)
    here = next((hole.path for hole in inside if rings.vertices_at(hole, where)), path)
    kind, what = {
        "Holes are nested": (Kind.NESTED_HOLES, "the hole lies inside another hole"),
        "Interior is disconnected": (Kind.DISCONNECTED, "the holes cut the polygon into pieces"),
    }.get(reason, (Kind.HOLES_MEET, "a hole overlaps another, or shares an edge with another or with the shell"))
    yield Fault(kind=kind, path=here, what=what, at=where, mendable=True)
