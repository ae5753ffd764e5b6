"""What is no GeoJSON is told with the path to it; what is, passes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fieldfare.entrypoints.geojson.checking import find
from fieldfare.entrypoints.geojson.faults import Kind
from fieldfare.entrypoints.geojson.reading import NotReadable, document
from fieldfare.entrypoints.geojson.structure import feature_problems, geometry_problems
from fieldfare.entrypoints.geojson.workshop import Workshop
from tests.unit.boundaries.shapes import SQUARE, collection, feature, multi, polygon, published

POINT = {"type": "Point", "coordinates": [1, 2]}


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "g: null where a geometry is needed"),
        ("here", 'g: "here" where a geometry is needed'),
        ({"coordinates": [1, 2]}, "g.type: missing; it names a type of geometry"),
        ({"type": "polygon", "coordinates": []}, 'g.type: "polygon" is not the name of a type of geometry'),
        ({"type": ["Polygon"], "coordinates": []}, "g.type: an array is not the name of a type of geometry"),
        ({"type": "Polygon"}, "g.coordinates: missing; an array is needed"),
        ({"type": "Polygon", "coordinates": None}, "g.coordinates: null where an array is needed"),
        ({"type": "Polygon", "coordinates": [5]}, "g.coordinates[0]: 5 where an array of positions is needed"),
        (polygon([1, 2]), "g.coordinates[0][0]: 1 where a position is needed"),
        (polygon([[0, 0], [1, 0], [], [0, 0]]), "g.coordinates[0][2]: a position has a longitude and a latitude, and"),
        (polygon([[0, 0], [1], [0, 0]]), "g.coordinates[0][1]: a position has a longitude and a latitude, and this"),
        (polygon([[0, 0], ["1", 2]]), 'g.coordinates[0][1]: "1" where a number is needed'),
        (polygon([[0, 0], [True, 2]]), "g.coordinates[0][1]: true where a number is needed"),
        (polygon([[0, 0], [None, 2]]), "g.coordinates[0][1]: null where a number is needed"),
        (polygon([[0, 0], {"lng": 1}]), "g.coordinates[0][1]: an object where a position is needed"),
        (polygon([[[0, 0]]]), "g.coordinates[0][0]: an array where a number is needed: nested deeper than this type"),
        (multi(SQUARE), "g.coordinates[0][0][0]: 0 where a position is needed"),
        (multi([SQUARE, 3]), "g.coordinates[0][1]: 3 where an array of positions is needed"),
        (polygon([[0, 0], [float("nan"), 2]]), "g.coordinates[0][1]: a coordinate is not a finite number"),
        (polygon([[0, 0], [1, float("inf")]]), "g.coordinates[0][1]: a coordinate is not a finite number"),
        (polygon([[0, 0], [10**400, 1]]), "g.coordinates[0][1]: a coordinate is not a finite number"),
        ({**POINT, "bbox": [1, 2, 3]}, "g.bbox: a bounding box is an array of four or six numbers"),
        ({**POINT, "bbox": [1, 2, 3, "4"]}, "g.bbox: a bounding box is an array of four or six numbers"),
        ({**POINT, "bbox": None}, "g.bbox: a bounding box is an array of four or six numbers"),
        ({"type": "Point", "coordinates": []}, "g.coordinates: a position has a longitude and a latitude, and this"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "g.coordinates: one position; a LineString needs two"),
        ({"type": "GeometryCollection", "geometries": [POINT, 7]}, "g.geometries[1]: 7 where a geometry is needed"),
    ],
)
def test_a_broken_geometry_is_told_by_its_path(geometry: Any, said: str) -> None:
    assert str(next(geometry_problems(geometry, path="g"))).startswith(said)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "f: null where a Feature is needed"),
        ({**feature(POINT), "type": "feature"}, 'f.type: "feature" where "Feature" is needed'),
        ({"properties": {}, "geometry": POINT}, 'f.type: missing; "Feature" is needed'),
        (feature(POINT, id={}), "f.id: an object; an id is a text or a number"),
        (feature(POINT, id=True), "f.id: true; an id is a text or a number"),
        (feature(POINT, properties=[]), "f.properties: an empty array where an object or null is needed"),
        (feature(POINT, properties={"n": {"x": [1e999]}}), "f.properties.n.x[0]: not a finite number"),
        (feature(POINT, properties={"a\x1b[0m": 1e999}), r'f.properties["a\u001b[0m"]: not a finite number'),
        (feature(POINT, bbox=7), "f.bbox: a bounding box is an array of four or six numbers"),
        ({"type": "Feature", "geometry": POINT}, "f.properties: missing; a Feature has properties, if only null"),
        ({"type": "Feature", "properties": {}}, "f.geometry: missing"),
        (feature("here"), 'f.geometry: "here" where a geometry is needed'),
    ],
)
def test_a_broken_feature_is_told_by_its_path(value: Any, said: str) -> None:
    assert str(next(feature_problems(value, path="f"))).startswith(said)


@pytest.mark.parametrize(
    "value",
    [
        feature(None),
        feature(POINT, id=None),
        feature(POINT, id="a", properties=None, bbox=[1, 2, 1, 2]),
        feature(polygon([[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]])),
        feature({"type": "GeometryCollection", "geometries": [POINT, {"type": "MultiPoint", "coordinates": []}]}),
        feature(multi()),
    ],
)
def test_what_the_standard_allows_passes(value: Any) -> None:
    assert list(feature_problems(value, path="")) == []


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ([], "not GeoJSON: the document is an empty array, not an object"),
        ({}, "not GeoJSON: type: missing"),
        ({"type": None, "features": []}, "not GeoJSON: type: null is not the name of a GeoJSON type"),
        ({"type": "featurecollection"}, 'not GeoJSON: type: "featurecollection" is not the name of a GeoJSON type'),
        ({"type": "FeatureCollection"}, "not GeoJSON: features: missing; a FeatureCollection needs an array"),
        ({**collection(), "features": {}}, "not GeoJSON: features: an object; a FeatureCollection needs an array"),
        ({**collection(), "bbox": [1]}, "not GeoJSON: bbox: a bounding box is an array of four or six numbers"),
    ],
)
def test_a_document_of_no_known_kind_is_refused(root: Any, said: str) -> None:
    with pytest.raises(NotReadable) as refusal:
        document(root)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("root", "path"),
    [(collection(None, None), "features[0]"), (feature(3), "geometry"), (polygon([7]), "coordinates[0]")],
)
def test_paths_begin_at_the_root(root: Any, path: str) -> None:
    with Workshop(time_limit=10) as workshop:
        faults = find(document(root).features[0], workshop=workshop)
    assert faults[0].path.startswith(path)


@pytest.mark.parametrize("kind", ["Point", "MultiPoint", "LineString", "MultiLineString"])
def test_only_polygons_can_be_boundaries(kind: str) -> None:
    depth = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2}[kind]
    coordinates: Any = [1, 2]
    for _ in range(depth):
        coordinates = [coordinates, coordinates]
    with Workshop(time_limit=10) as workshop:
        (fault,) = find(document({"type": kind, "coordinates": coordinates}).features[0], workshop=workshop)
    assert fault.kind is Kind.WRONG_TYPE
    assert fault.what == f'"{kind}"; only a Polygon or a MultiPolygon can be a boundary'


def test_every_published_case_gets_its_verdict() -> None:
    folder = published("geojson")
    verdicts = {True: 0, False: 0}
    with Workshop(time_limit=10) as workshop:
        for path in sorted(folder.glob("*/*.geojson")):
            root = json.loads(path.read_text())
            try:
                faults = [fault for one in document(root).features for fault in find(one, workshop=workshop)]
                wrong = any(fault.kind in (Kind.STRUCTURE, Kind.NO_PROPERTIES) for fault in faults)
            except NotReadable:
                wrong = True
            assert wrong == (path.parent.name == "invalid_structure"), path.name
            verdicts[wrong] += 1
    assert verdicts == {True: 28, False: 22}
