"""Polygons as text: GeoJSON, or corners as latitude and longitude line by line, for whoever draws without a pointer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldfare.entrypoints.geojson.checking import Unmendable, Verdict, find, mend
from fieldfare.entrypoints.geojson.faults import MOST_FAULTS
from fieldfare.entrypoints.geojson.reading import Feature, NotReadable, document
from fieldfare.entrypoints.geojson.workshop import Workshop

_CORNER = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_HOLE = "hole"
_MOST_SHOWN = 12
_JUDGED_WITHIN_SECONDS = 10.0

Geometry = dict[str, Any]


class NoShapeError(ValueError):
    """The text is no polygon; the message says what is wrong, and in which line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found in a geometry: faults, worth knowing beside them, where they are, and whether it can be mended."""

    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    at: tuple[tuple[float, float], ...] = ()
    mendable: bool = False


def read_shape(text: str) -> Geometry:
    """Read GeoJSON (a geometry, a Feature, or a collection of one), or lines of corners; raises `NoShapeError`.

    A blank line begins another part, and the word `hole` a hole in the part before it. Rings close by themselves.
    """
    if not text.strip():
        raise NoShapeError("Draw the area, or write its corners.")
    if text.lstrip().startswith(("{", "[")):
        return _of_geojson(text)
    return _of_corners(text)


def write_shape(geometry: Mapping[str, Any]) -> str:
    """Write a geometry as GeoJSON, a position a line."""
    known = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
    return json.dumps(known).replace("], [", "],\n[")


def judge_shape(geometry: Geometry) -> Judged:
    """List what is wrong with a geometry as a boundary, in the words of `fieldfare boundaries check`.

    It runs in a process of its own, within a time limit: call it from a thread.
    """
    feature = Feature(index=0, path="", value=geometry, bare=True)
    with Workshop(time_limit=_JUDGED_WITHIN_SECONDS) as workshop:
        found = find(feature, workshop=workshop)
    faults = [fault for fault in found if not fault.note]
    said = [str(fault) for fault in faults[:_MOST_SHOWN]]
    if len(faults) > _MOST_SHOWN:
        more = f"{len(faults) - _MOST_SHOWN} more" if len(found) < MOST_FAULTS else "many more"
        said.append(f"and {more}")
    return Judged(
        faults=tuple(said),
        notes=tuple(str(fault) for fault in found if fault.note)[:_MOST_SHOWN],
        at=tuple(fault.at for fault in faults if fault.at is not None),
        mendable=bool(faults) and all(fault.mendable for fault in faults),
    )


def mend_shape(geometry: Geometry) -> tuple[Geometry, float | None]:
    """Mend a geometry, and tell by how many percent its area changed; raises `NoShapeError`."""
    feature = Feature(index=0, path="", value=geometry, bare=True)
    with Workshop(time_limit=_JUDGED_WITHIN_SECONDS) as workshop:
        verdict = Verdict(feature=feature, faults=find(feature, workshop=workshop))
        try:
            mended = mend(verdict, workshop=workshop)
        except Unmendable as error:
            raise NoShapeError(f"It can't be mended: {error}") from None
    # The worker's answer is JSON, whose arrays are lists already.
    return {"type": mended.value["type"], "coordinates": mended.value["coordinates"]}, mended.change_percent


def _of_geojson(text: str) -> Geometry:
    try:
        root = json.loads(text)
    except json.JSONDecodeError as error:
        raise NoShapeError(f"Line {error.lineno}, column {error.colno}: not JSON: {error.msg}.") from None
    except (ValueError, RecursionError):
        raise NoShapeError("Not JSON that can be read: a number with too many digits, or nested too deep.") from None
    try:
        features = document(root).features
    except NotReadable as error:
        raise NoShapeError(f"{str(error).capitalize()}.") from None
    if len(features) != 1:
        raise NoShapeError(f"The collection holds {len(features)} features; a boundary is one of them.")
    geometry = features[0].geometry
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise NoShapeError("Only a Polygon or a MultiPolygon can be a boundary.")
    return {"type": geometry["type"], "coordinates": geometry.get("coordinates")}


def _of_corners(text: str) -> Geometry:
    parts: list[list[list[list[float]]]] = []
    ring: list[list[float]] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        word = line.strip().lower()
        if not word:
            ring = None
            continue
        if word == _HOLE:
            if not parts:
                raise NoShapeError(f"Line {number}: a hole needs an area around it, above.")
            ring = []
            parts[-1].append(ring)
            continue
        corner = _CORNER.fullmatch(line)
        if corner is None:
            raise NoShapeError(f"Line {number}: a latitude and a longitude are needed, such as 43.4675, -79.6877.")
        if ring is None:
            ring = []
            parts.append([ring])
        ring.append([float(corner[2]), float(corner[1])])
    for part in parts:
        for corners in part:
            if corners and corners[0] != corners[-1]:
                corners.append(list(corners[0]))
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
