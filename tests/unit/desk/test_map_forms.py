"""Boundaries as forms and texts: what goes in comes out again, and what is wrong is named by its line."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import pytest

from fieldfare.domain.configuration import Configuration, RecordKind
from fieldfare.entrypoints.desk.map.boundary_form import fields_of, read_fields, rows_of
from fieldfare.entrypoints.desk.map.boundary_words import differences
from fieldfare.entrypoints.desk.map.postal_text import read_codes
from fieldfare.entrypoints.desk.map.shape_text import NoShapeError, judge_shape, mend_shape, read_shape, write_shape
from fieldfare.entrypoints.scenario.business import read_business
from tests.unit.scenario.documents import EXAMPLE
from tests.worlds import box

SQUARE = {"type": "Polygon", "coordinates": [box(-80, 43, -79, 44)]}
HOLED = {"type": "Polygon", "coordinates": [box(-80, 43, -79, 44), box(-79.6, 43.4, -79.4, 43.6)]}
TWO = {"type": "MultiPolygon", "coordinates": [[box(-80, 43, -79, 44)], [box(-78, 43, -77, 44)]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


def boundaries() -> list[Any]:
    document = copy.deepcopy(EXAMPLE["business"])
    document["boundaries"] += [
        {"id": "holed", "kind": "polygon", "geometry": HOLED, "active": False, "effective_from": "2026-01-01"},
        {"id": "two", "kind": "polygon", "geometry": TWO, "effective_to": "2027-01-01"},
        {"id": "odd", "kind": "postal_set", "codes": ["SW1A 1AA", "L6H", "14201-1234"]},
        {"id": "empty", "kind": "composite", "children": []},
        {
            "id": "many",
            "kind": "composite",
            "children": [{"boundary": f"part-{at}", "operation": "union", "sort": at} for at in range(40)],
        },
        *({"id": f"part-{at}", "kind": "postal_set", "codes": [f"L{at}"]} for at in range(40)),
    ]
    configuration, _ = read_business(document)
    return list(Configuration.of(configuration.document()).records[RecordKind.BOUNDARIES].values())


@pytest.mark.parametrize("document", boundaries(), ids=lambda document: str(document["id"]))
def test_a_boundary_comes_out_of_its_form_as_it_went_in(document: Any) -> None:
    filled = asyncio.run(read_fields(document["kind"], document["id"], fields_of(document)))

    assert filled.document == document
    assert differences(document, filled.document or {}) == []


@pytest.mark.parametrize("geometry", [SQUARE, HOLED, TWO])
def test_geojson_is_read_as_it_is_written(geometry: Any) -> None:
    assert read_shape(write_shape(geometry)) == geometry


@pytest.mark.parametrize(
    ("text", "geometry"),
    [
        ("43, -80\n43, -79\n44, -79\n44, -80", SQUARE),
        ("43 -80\r\n43 -79\r\n44 -79\r\n44 -80\r\n43 -80\r\n", SQUARE),
        ("43,-80\n43,-79\n44,-79\n44,-80\nhole\n43.4,-79.6\n43.4,-79.4\n43.6,-79.4\n43.6,-79.6", HOLED),
        ("43,-80\n43,-79\n44,-79\n44,-80\n\n\n43,-78\n43,-77\n44,-77\n44,-78", TWO),
        (json.dumps({"type": "Feature", "properties": {}, "geometry": SQUARE}), SQUARE),
    ],
    ids=["commas", "blanks and closed", "hole", "two parts", "feature"],
)
def test_corners_are_read_line_by_line(text: str, geometry: Any) -> None:
    assert read_shape(text) == geometry


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Draw the area"),
        ("43, -80\n43; north", "Line 2: a latitude and a longitude"),
        ("hole\n43, -80", "Line 1: a hole needs an area"),
        ('{"type": "Polygon",\n "coordinates": [}', "Line 2, column"),
        ('{"type": "Point", "coordinates": [0, 0]}', "Only a Polygon"),
        ('{"type": "FeatureCollection", "features": []}', "holds 0 features"),
        ("[1, 2]", "Not geojson"),
    ],
)
def test_what_is_no_shape_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(NoShapeError, match=said):
        read_shape(text)


def test_a_crossing_ring_is_judged_where_it_crosses_and_can_be_mended() -> None:
    judged = judge_shape(BOW_TIE)
    mended, _ = mend_shape(BOW_TIE)

    assert len(judged.faults) == 1
    assert "crosses itself" in judged.faults[0]
    assert judged.at == ((0.5, 0.5),)
    assert judged.mendable
    assert not judge_shape(mended).faults


def test_postal_codes_are_counted_and_odd_lines_are_named() -> None:
    read = read_codes("l6h 1a1, L6H\nL6J-1A1\n\n14201-1234; L6H1A1\nL6\n")

    assert read.codes == ("L6H1A1", "L6H", "L6J1A1", "14201", "L6")
    assert read.odd == ((5, "L6"),)
    assert read.twice == ((4, "L6H1A1"),)
    assert read.covered == ("L6H1A1",)
    assert read.counts == "1 forward sortation area, 2 whole Canadian codes, 1 ZIP code, 1 other code"


def test_odd_codes_are_kept_only_when_somebody_says_so() -> None:
    refused = asyncio.run(read_fields("postal_set", "b", {"codes": "L6H\nL6"}))
    kept = asyncio.run(read_fields("postal_set", "b", {"codes": "L6H\nL6", "keep_odd": "on"}))

    assert refused.document is None
    assert refused.faults["codes"] == ("Line 2: L6 is no Canadian or US postal code.",)
    assert kept.document is not None
    assert kept.document["codes"] == ["L6H", "L6"]


@pytest.mark.parametrize("text", ["", "wide", "inf", "nan"])
def test_a_radius_is_a_number(text: str) -> None:
    filled = asyncio.run(read_fields("radius", "b", {"lat": "43", "lng": "-79", "radius_m": text}))

    assert set(filled.faults) == {"radius_m"}


def test_a_combination_has_room_for_more_parts() -> None:
    rows = rows_of({"child_0": "b1", "operation_0": "union", "sort_0": "5", "child_1": "b2"})

    assert [(row["child"], row["sort"]) for row in rows] == [("b1", "5"), ("b2", "2"), ("", "3"), ("", "4"), ("", "5")]
