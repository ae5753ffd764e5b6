"""Random places, boundaries and zones for the worlds, laid around the place that is asked for."""

from collections.abc import Callable
from datetime import date
from math import nextafter
from random import Random
from typing import Any

from tests.reading.document import Place
from tests.reading.places import metres
from tests.reading.world_times import lifetime

Row = dict[str, Any]
Ring = list[list[float]]
TOWNS = [(43.46, -79.68), (51.5, -0.1), (-31.55, 159.07), (18.52, 73.86), (60.17, 24.94)]
OPERATIONS = ["union", "union", "intersect", "exclude"]
NAMES = ["1", "10", "2", "9", "A", "a", "_", "b.c", "B:1", "x-9", "Z", "z"]


def ids(rng: Random, prefix: str, count: int) -> list[str]:
    """Choose ids whose order by code point is not that of their numbers."""
    return [prefix + name for name in rng.sample(NAMES, count)]


def place(at: Place) -> Row:
    """Write a place."""
    return {"lat": at.lat, "lng": at.lng}


def town(rng: Random) -> tuple[Place, list[Place]]:
    """Choose the place that is asked for, and others a few minutes to an hour away."""
    lat, lng = rng.choice(TOWNS)
    x = Place(round(lat + rng.randint(-4, 4) / 100, 2), round(lng + rng.randint(-4, 4) / 100, 2))
    spread = rng.choice([0.02, 0.06, 0.06, 0.12])
    others: list[Place] = []
    while len(others) < 8:
        at = Place(*(round(v + rng.uniform(-spread, spread), 4) for v in (lat, lng)))
        if at != x and at not in others:
            others.append(at)
    return x, others


def _box(x: Place, west: float, south: float, east: float, north: float) -> Ring:
    """Draw a rectangle by its offsets from the place, in hundredths of a degree."""
    w, e = (round(x.lng + v / 100, 12) for v in (west, east))
    s, n = (round(x.lat + v / 100, 12) for v in (south, north))
    w, e = (x.lng if west == 0 else w), (x.lng if east == 0 else e)
    s, n = (x.lat if south == 0 else s), (x.lat if north == 0 else n)
    return [[w, s], [e, s], [e, n], [w, n], [w, s]]


def _ring(x: Place, *corners: tuple[float, float]) -> Ring:
    points = [[round(x.lng + a / 100, 9), round(x.lat + b / 100, 9)] for a, b in corners]
    return [*points, points[0]]


def _polygon_with(rng: Random, x: Place) -> list[list[Ring]]:
    """Draw a shape that contains the place: inside, on a border, a corner, a hole's edge."""
    far = rng.randint(3, 9)
    notch = _ring(x, (-far, -far), (far, -far), (far, 1), (2, 1), (2, far), (-far, far))
    shapes: list[list[list[Ring]]] = [
        [[_box(x, -far, -3, 4, far)]],
        [[_box(x, -far, -far, far, 0)]],
        [[_box(x, 0, 0, far, far)]],
        [[_box(x, -far, -far, far, far), _box(x, 1, 1, 2, 2)]],
        [[_box(x, -far, -far, far, far), _box(x, 0, -1, 2, 2)]],
        [[_box(x, -far, -far, 0, far)], [_box(x, 0, -far, far, far)]],
        [[_box(x, -far, -far, far, far), _box(x, -1, -1, 1, 1)], [_box(x, -2, -2, 2, 2)]],
        [[_box(x, 5, 5, 7, 7)], [_box(x, -1, -1, 6, 6)]],
        [[_ring(x, (-2, -2), (2, 2), (far, -3))]],
        [[notch]],
        [[_box(x, 5e-8, -far, far, far)]],
    ]
    return rng.choice(shapes)


def _polygon_without(rng: Random, x: Place) -> list[list[Ring]]:
    far = rng.randint(3, 9)
    notch = _ring(x, (-far, -far), (far, -far), (far, -1), (-1, -1), (-1, far), (-far, far))
    shapes: list[list[list[Ring]]] = [
        [[_box(x, 1, 1, far, far)]],
        [[_box(x, -far, -far, far, far), _box(x, -1, -2, 2, 1)]],
        [[_box(x, -far, -far, -1, far)], [_box(x, 1, -far, far, far)]],
        [[_ring(x, (-2, -1), (2, 3), (-2, far))]],
        [[notch]],
        [[_box(x, 4e-7, -far, far, far)]],
        [],
    ]
    return rng.choice(shapes)


def _turned(rng: Random, parts: list[list[Ring]]) -> Row:
    coordinates = [[r[::-1] if rng.random() < 0.5 else r for r in rings] for rings in parts]
    if len(coordinates) == 1 and rng.random() < 0.8:
        return {"type": "Polygon", "coordinates": coordinates[0]}
    return {"type": "MultiPolygon", "coordinates": coordinates}


POSTAL: dict[str | None, tuple[list[str], list[str]]] = {
    "L6H 1A1": (["L6H", "l6h-1a1", " L6H1A1 ", "l6h"], ["L6J", "L6H 1A2", "L6", "L", ""]),
    "l6h1a1": (["L6H", "L6H 1A1"], ["K1A", "6H1"]),
    "L6H": (["l6h", "L6-H"], ["L6H 1A1", "L6J"]),
    "12345-6789": (["12345", "12345-0001", " 12345-6789"], ["12346", "1234", "123"]),
    "12345": (["12345", "12345-6789"], ["123456789"]),
    "SW1A 1AA": (["sw1a 1aa", " SW1A 1AA"], ["SW1A1AA", "SW1A", "W1A"]),
    "": ([], ["", "L6H"]),
    None: ([], ["L6H", ""]),
}


def postal_code(rng: Random) -> str | None:
    """Choose the postal code of the place that is asked for."""
    return rng.choice([*POSTAL, "L6H 1A1"])


def boundary(rng: Random, x: Place, code: str | None, *, around: bool) -> Row:
    """Choose a boundary without an id that contains the place, or one that does not."""
    yes, no = POSTAL[code]
    kind = rng.choice(["polygon", "polygon", "polygon", "radius", "postal_set"])
    if kind == "polygon" or (around and kind == "postal_set" and not yes):
        draw: Callable[[Random, Place], list[list[Ring]]]
        draw = _polygon_with if around else _polygon_without
        return {"kind": "polygon", "geometry": _turned(rng, draw(rng, x))}
    if kind == "radius":
        center = Place(x.lat + rng.choice([-0.03, 0.013, 0.05]), x.lng + rng.choice([-0.07, 0.02]))
        exact = metres(center, x)
        within, beyond = [exact, exact + 500, exact * 2], [nextafter(exact, 0), exact - 300]
        radius = rng.choice(within if around else beyond)
        return {"kind": "radius", "center": place(center), "radius_m": radius}
    codes = rng.sample(no, rng.randint(0, len(no)))
    if around:
        codes.insert(rng.randint(0, len(codes)), rng.choice(yes))
    return {"kind": "postal_set", "codes": codes}


def composite(rng: Random, below: list[str]) -> Row:
    """Choose a composite of boundaries that are there already."""
    chosen = rng.sample(below, rng.randint(0 if rng.random() < 0.1 else 1, min(4, len(below))))
    children = [{"boundary": b, "operation": rng.choice(OPERATIONS), "sort": rng.choice([0, 1, 1, 2])} for b in chosen]
    return {"kind": "composite", "children": children}


def dead(rng: Random, today: date) -> Row:
    """Choose why a boundary does not count today."""
    return rng.choice(
        [
            {"active": False},
            {"deleted": True},
            {"effective_to": today.isoformat()},
            {"effective_from": date.fromordinal(today.toordinal() + 1).isoformat()},
        ]
    )


def boundaries(rng: Random, x: Place, code: str | None, today: date) -> tuple[list[Row], list[str], list[str]]:
    """Choose the boundaries, and name two kinds: those around the place, those elsewhere."""
    names = ids(rng, "b", 10)
    rows: list[Row] = []
    around, elsewhere = [], []
    for name in names[: rng.randint(2, 4)]:
        rows.append({"id": name, **boundary(rng, x, code, around=True), **_alive(rng, today)})
        around.append(name)
    for name in names[4 : 4 + rng.randint(1, 3)]:
        rows.append({"id": name, **boundary(rng, x, code, around=False)})
        elsewhere.append(name)
    if rng.random() < 0.4:
        rows.append({"id": names[7], **boundary(rng, x, code, around=True), **dead(rng, today)})
        elsewhere.append(names[7])
    known = [row["id"] for row in rows]
    for name in names[8 : 8 + rng.choice([0, 1, 2, 2])]:
        rows.append({"id": name, **composite(rng, known), **_alive(rng, today)})
        known.append(name)
    rng.shuffle(rows)
    return rows, around, elsewhere


def _alive(rng: Random, today: date) -> Row:
    row = lifetime(rng, today, 3, often=0.2)
    first, last = row["effective_from"], row["effective_to"]
    if (first is not None and first > today.isoformat()) or (last is not None and last <= today.isoformat()):
        return {}
    return dict(row)
