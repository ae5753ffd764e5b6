"""The structure that RFC 7946 asks of a Feature and a geometry: libraries let a third of what is wrong pass."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from fieldfare.entrypoints.geojson.faults import Fault, Kind, join, said

# How many arrays lie around a position.
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_ARRAYS = ("a position", "an array of positions", "an array of arrays of positions", "an array of polygons")
GEOMETRY_TYPES = frozenset({*_DEPTHS, "GeometryCollection"})


def feature_problems(value: object, *, path: str) -> Iterator[Fault]:
    """List what keeps a value from being a GeoJSON Feature; a geometry of the wrong type is none of it."""
    if not isinstance(value, dict):
        yield _fault(path, f"{said(value)} where a Feature is needed")
        return
    if value.get("type") != "Feature":
        has = f"{said(value['type'])} where" if "type" in value else "missing;"
        yield _fault(join(path, "type"), f'{has} "Feature" is needed')
    if isinstance(value.get("id"), bool | list | dict):
        yield _fault(join(path, "id"), f"{said(value['id'])}; an id is a text or a number")
    if "properties" not in value:
        what = "missing; a Feature has properties, if only null"
        yield Fault(kind=Kind.NO_PROPERTIES, path=join(path, "properties"), what=what, mendable=True)
    elif not isinstance(value["properties"], dict | None):
        yield _fault(join(path, "properties"), f"{said(value['properties'])} where an object or null is needed")
    yield from bbox_problem(value, path=path)
    for name, member in value.items():
        if name != "geometry":
            yield from _unwritable(member, path=join(path, name))
    if "geometry" not in value:
        yield _fault(join(path, "geometry"), "missing")
    elif value["geometry"] is not None:
        yield from geometry_problems(value["geometry"], path=join(path, "geometry"))


def geometry_problems(value: object, *, path: str) -> Iterator[Fault]:
    """List what keeps a value from being a GeoJSON geometry, whatever its type."""
    waiting = [(value, path)]
    while waiting:
        geometry, here = waiting.pop()
        if not isinstance(geometry, dict):
            yield _fault(here, f"{said(geometry)} where a geometry is needed")
            continue
        yield from bbox_problem(geometry, path=here)
        kind = geometry.get("type")
        if not isinstance(kind, str) or kind not in GEOMETRY_TYPES:
            has = f"{said(kind)} is not the name of" if "type" in geometry else "missing; it names"
            yield _fault(join(here, "type"), f"{has} a type of geometry")
            continue
        member = "geometries" if kind == "GeometryCollection" else "coordinates"
        inner, inner_path = geometry.get(member), join(here, member)
        if not isinstance(inner, list):
            has = f"{said(inner)} where" if member in geometry else "missing;"
            yield _fault(inner_path, f"{has} an array is needed")
        elif kind == "GeometryCollection":
            waiting += [(child, join(inner_path, i)) for i, child in enumerate(inner)]
        elif inner or kind == "Point":
            yield from _coordinates(inner, depth=_DEPTHS[kind], path=inner_path)
            if kind == "LineString" and len(inner) == 1:
                yield _fault(inner_path, "one position; a LineString needs two")


def bbox_problem(value: dict[str, Any], *, path: str) -> Iterator[Fault]:
    """Say what is wrong with the `bbox` member, if it is there."""
    box = value.get("bbox")
    if "bbox" in value and not (isinstance(box, list) and len(box) in (4, 6) and all(_is_finite(n) for n in box)):
        yield _fault(join(path, "bbox"), "a bounding box is an array of four or six numbers")


def _coordinates(value: object, *, depth: int, path: str) -> Iterator[Fault]:
    """Go down to the positions, and look at each."""
    if not isinstance(value, list):
        yield _fault(path, f"{said(value)} where {_ARRAYS[depth]} is needed")
    elif depth == 0:
        yield from _position(value, path=path)
    else:
        for i, item in enumerate(value):
            yield from _coordinates(item, depth=depth - 1, path=f"{path}[{i}]")


def _position(value: list[Any], *, path: str) -> Iterator[Fault]:
    if any(isinstance(number, list) for number in value):
        yield _fault(path, "an array where a number is needed: nested deeper than this type of geometry goes")
    elif wrong := next((said(n) for n in value if isinstance(n, bool) or not isinstance(n, int | float)), None):
        yield _fault(path, f"{wrong} where a number is needed")
    elif not all(_is_finite(number) for number in value):
        yield Fault(kind=Kind.NOT_FINITE, path=path, what="a coordinate is not a finite number")
    elif len(value) < 2:  # noqa: PLR2004 -- longitude and latitude
        yield _fault(path, f"a position has a longitude and a latitude, and this one has {len(value)} numbers")


def _unwritable(value: object, *, path: str) -> Iterator[Fault]:
    """Find numbers that JSON cannot hold: readers let `NaN` and `1e999` pass, and then nobody can write them."""
    waiting = [(value, path)]
    while waiting:
        item, here = waiting.pop()
        if isinstance(item, float) and not _is_finite(item):
            yield _fault(here, "not a finite number, which JSON cannot hold")
        elif isinstance(item, dict):
            waiting += [(child, join(here, name)) for name, child in item.items()]
        elif isinstance(item, list):
            waiting += [(child, join(here, i)) for i, child in enumerate(item)]


def _is_finite(value: object) -> bool:
    """Tell whether a JSON value is a number that a float can hold; whole numbers of any length are compared exactly."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _fault(path: str, what: str) -> Fault:
    return Fault(kind=Kind.STRUCTURE, path=path, what=what)
