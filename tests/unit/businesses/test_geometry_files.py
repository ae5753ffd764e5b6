"""Boundaries whose ground stands in a GeoJSON file beside the business."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.files.reading import read_business_file
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.unit.businesses.kit import business
from tests.unit.scenario.documents import put
from tests.worlds import box, table

EAST, WEST = [box(-79.5, 43, -79, 44)], [box(-80, 43, -79.6, 44)]
BOW_TIE = [[[-80, 43], [-79, 44], [-79, 43], [-80, 44], [-80, 43]]]


def polygon(rings: Any) -> Any:
    return {"type": "Polygon", "coordinates": rings}


def feature(rings: Any, id_: Any = None, **properties: Any) -> Any:
    named = {} if id_ is None else {"id": id_}
    return {"type": "Feature", **named, "properties": properties, "geometry": polygon(rings)}


WARDS = {
    "type": "FeatureCollection",
    "features": [
        feature(EAST, "east", side="right", number=1),
        feature(WEST, 7, side="left", number=1),
        feature(BOW_TIE, "tie", side="none", number=2),
        {"type": "Feature", "id": "point", "properties": None, "geometry": {"type": "Point", "coordinates": [0, 0]}},
        {"type": "Feature", "id": "empty", "properties": None, "geometry": None},
    ],
}


def read(folder: Path, record: Any, shapes: Any = WARDS) -> Any:
    """Read the example with another first boundary, and give that boundary's geometry."""
    (folder / "maps").mkdir()
    (folder / "maps" / "wards.geojson").write_text(shapes if isinstance(shapes, str) else json.dumps(shapes))
    file = folder / "business.json"
    file.write_text(json.dumps(business(put("boundaries[0]", {"id": "b1", "kind": "polygon", **record}))))
    return read_business_file(str(file))[0].records[RecordKind.BOUNDARIES]["b1"]["geometry"]


@table(
    "selection, shapes, geometry",
    {
        "by id": ({"feature": "east"}, WARDS, polygon(EAST)),
        "by a number as id": ({"feature": 7}, WARDS, polygon(WEST)),
        "by a property": ({"feature": {"side": "left"}}, WARDS, polygon(WEST)),
        "by several": ({"feature": {"side": "right", "number": 1}}, WARDS, polygon(EAST)),
        "several are joined": (
            {"feature": {"number": 1}},
            WARDS,
            {"type": "MultiPolygon", "coordinates": [EAST, WEST]},
        ),
        "the only one": ({}, {"type": "FeatureCollection", "features": [feature(EAST)]}, polygon(EAST)),
        "a feature": ({}, feature(EAST), polygon(EAST)),
        "a geometry": ({}, polygon(EAST), polygon(EAST)),
        "parts": (
            {},
            {"type": "MultiPolygon", "coordinates": [EAST, WEST]},
            {"type": "MultiPolygon", "coordinates": [EAST, WEST]},
        ),
    },
)
def test_the_geometry_takes_the_place_of_the_file(tmp_path: Path, selection: Any, shapes: Any, geometry: Any) -> None:
    assert read(tmp_path, {"file": "maps/wards.geojson", **selection}, shapes) == geometry


@table(
    "record, shapes, message",
    {
        "which one": (
            {},
            WARDS,
            "business.boundaries[0].feature: is missing: maps/wards.geojson holds 5 features, say which",
        ),
        "no such feature": (
            {"feature": "north"},
            WARDS,
            "business.boundaries[0].feature: no feature of maps/wards.geojson matches",
        ),
        "true is not 1": ({"feature": {"number": True}}, WARDS, "business.boundaries[0].feature: no feature"),
        "no property": ({"feature": {}}, WARDS, "business.boundaries[0].feature: no feature"),
        "crossing": (
            {"feature": "tie"},
            WARDS,
            "business.boundaries[0].file: maps/wards.geojson: features[2].geometry.coordinates[0]: the ring",
        ),
        "a point": (
            {"feature": "point"},
            WARDS,
            "business.boundaries[0].file: maps/wards.geojson: features[3].geometry: ",
        ),
        "no geometry": ({"feature": "empty"}, WARDS, "business.boundaries[0].file: maps/wards.geojson: features[4]"),
        "both": (
            {"geometry": polygon(EAST)},
            WARDS,
            "business.boundaries[0]: has both geometry and file; it takes one of them",
        ),
        "no path": ({"file": 7}, WARDS, "business.boundaries[0].file: is not the path of a file"),
        "not there": ({"file": "maps/other.geojson"}, WARDS, "business.boundaries[0].file: "),
        "not JSON": ({}, "{", "business.boundaries[0].file: "),
        "not GeoJSON": ({}, {}, "business.boundaries[0].file: "),
    },
)
def test_what_is_wrong_is_said_with_the_boundary_and_the_file(
    tmp_path: Path, record: Any, shapes: Any, message: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        read(tmp_path, {"file": "maps/wards.geojson", **record}, shapes)

    assert str(refused.value).startswith(message)


def test_a_file_beside_another_kind_of_boundary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refused:
        read(tmp_path, {"kind": "postal_set", "codes": [], "file": "maps/wards.geojson", "feature": "east"})

    assert refused.value.path.startswith("business.boundaries[0]")
