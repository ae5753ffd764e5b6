"""The map as a drawing: shapes from every kind of boundary, in its place, with nothing that a page forbids."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import shapely

from fieldfare.domain.boundaries import Radius
from fieldfare.domain.places import Place, distance_m
from fieldfare.entrypoints.desk.map.areas import areas_in, labels_of, written
from fieldfare.entrypoints.desk.map.laid_out import lay_out
from fieldfare.entrypoints.desk.map.schematic import HEIGHT, WIDTH, Dot, Drawing, Line, draw
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.usecases.zones.outline import circle, outlines
from tests.worlds import box, world

DAY = date(2026, 11, 23)
SPOTS = {"L6H": (-79.7, 43.5)}


def made(boundaries: list[Any], zones: list[Any] | None = None) -> Any:
    document = world().business(boundaries=boundaries, zones=zones or [], schedules=[]).document["business"]
    return read_business(document)[1]


def square(id_: str, west: float, *, wide: float = 2) -> dict[str, Any]:
    ring = box(west, 0, west + wide, 2)
    return {"id": id_, "kind": "polygon", "geometry": {"type": "Polygon", "coordinates": [ring]}}


def composite(*children: tuple[str, str]) -> dict[str, Any]:
    parts = [{"boundary": id_, "operation": operation, "sort": at} for at, (id_, operation) in enumerate(children)]
    return {"id": "all", "kind": "composite", "children": parts}


CODES = {"id": "codes", "kind": "postal_set", "codes": ["L6H", "L6J"]}


@pytest.mark.parametrize(
    ("children", "area", "codes", "whole"),
    [
        ((("a", "union"), ("b", "union")), 6, set(), True),
        ((("a", "union"), ("b", "intersect")), 2, set(), True),
        ((("a", "union"), ("b", "exclude")), 2, set(), True),
        ((("a", "intersect"), ("b", "union")), 6, set(), True),
        ((("a", "exclude"), ("b", "union")), 4, set(), True),
        ((("a", "union"), ("codes", "union")), 4, {"L6H", "L6J"}, True),
        ((("a", "union"), ("codes", "exclude")), 4, set(), False),
        ((("asleep", "union"), ("a", "intersect")), 4, set(), True),
    ],
)
def test_a_combination_is_drawn_from_its_parts(
    children: tuple[tuple[str, str], ...], area: float, codes: Collection[str], whole: bool
) -> None:
    asleep = square("asleep", 50) | {"active": False}
    business = made([square("a", 0), square("b", 1), CODES, asleep, composite(*children)])

    drawn = outlines(business.boundaries, DAY)["all"]

    assert drawn.shape is not None
    assert shapely.area(drawn.shape) == pytest.approx(area)
    assert (set(drawn.codes), drawn.whole) == (set(codes), whole)


def test_a_circle_is_as_large_as_it_says() -> None:
    centre = Place(lat=43.5, lng=-79.7)
    ring = circle(Radius(center=centre, radius_m=12_000))

    distances = [distance_m(centre.point, (lat, lng)) for lng, lat in ring.exterior.coords]
    assert distances == pytest.approx([12_000] * len(distances))


def test_zones_are_told_apart_by_more_than_colour() -> None:
    zones = [
        {"id": "served", "boundaries": ["a"]},
        {"id": "never", "name": "The airport", "negative": True, "boundaries": ["b"]},
        {"id": "rest", "default": True, "boundaries": ["codes"]},
        {"id": "gone", "active": False, "boundaries": ["a"]},
    ]
    business = made([square("a", 0), square("b", 10), CODES], zones)
    areas = areas_in(business, lay_out(business, DAY), SPOTS)

    told = written(areas)
    svg = str(draw(Drawing(title="Zones", areas=areas)))

    assert sorted((text, kind) for _, text, kind in labels_of(areas)) == [
        ("The airport (not served)", "not_served"),
        ("rest (everywhere else)", "elsewhere"),
        ("served", "served"),
    ]
    assert [feature["properties"]["kind"] for feature in told["shapes"]["features"]] == ["not_served", "served"]
    assert [feature["properties"]["code"] for feature in told["codes"]["features"]] == ["L6H"]
    assert "url(#hatch)" in svg
    assert "The airport (not served)" in svg


def test_the_drawing_stays_inside_and_needs_no_style() -> None:
    business = made([square("a", -80), square("b", -70)], [{"id": "z", "name": "<b>&", "boundaries": ["a", "b"]}])
    areas = areas_in(business, lay_out(business, DAY), {})
    drawing = Drawing(
        title='Zones "here"',
        areas=areas,
        lines=[Line(spots=[[-80, 0], [-70, 1]], colour="#1f5fbf", dash="8 4")],
        dots=[Dot(at=(-75, 1), kind="stop", mark="1", title="Sam", colour="#1f5fbf", id="x")],
    )

    svg = str(draw(drawing))

    root = ET.fromstring(svg)
    assert root.attrib["aria-label"] == 'Zones "here"'
    assert not [one for one in root.iter() if "style" in one.attrib or one.tag.endswith(("style", "script"))]
    numbers = [float(number) for path in re.findall(r' d="(M[^"]+)"', svg) for number in re.findall(r"-?[\d.]+", path)]
    assert all(0 <= number <= max(WIDTH, HEIGHT) for number in numbers)
    assert [one.text for one in root.iter() if one.tag == "text"] == ["1", "<b>&"]


def test_nothing_at_all_is_a_drawing_too() -> None:
    ET.fromstring(str(draw(Drawing(title="Nothing"))))
