"""Boundaries whose ground stands in a GeoJSON file beside the business's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fieldfare.entrypoints.cli import streams
from fieldfare.entrypoints.scenario.errors import ScenarioError, path_of, show
from fieldfare.entrypoints.scenario.json_text import parse_json

_BARE = frozenset({"Polygon", "MultiPolygon"})


def with_geometry_from_files(document: object, folder: Path) -> object:
    """Replace the `file` (and `feature`) of each polygon by the geometry that stands there.

    `feature` picks among several: by the feature's id, or by a property (`{"name" = "Ward 1"}`); what several match is
    joined. Raises `ScenarioError` and `UnreadableError`.
    """
    if not isinstance(document, dict) or not isinstance(document.get("boundaries"), list):
        return document
    texts: dict[str, object] = {}
    boundaries = [
        _resolved(record, folder, texts, path_of("business", "boundaries", place))
        for place, record in enumerate(document["boundaries"])
    ]
    return {**document, "boundaries": boundaries}


def _resolved(record: object, folder: Path, texts: dict[str, object], path: str) -> object:
    if not isinstance(record, dict) or "file" not in record:
        return record
    name = record["file"]
    if not isinstance(name, str) or not name:
        raise ScenarioError(f"{path}.file", "is not the path of a file")
    if "geometry" in record:
        raise ScenarioError(path, "has both geometry and file; it takes one of them")
    if name not in texts:
        with streams.opened(str(folder / name)) as stream:
            try:
                texts[name] = parse_json(streams.whole(stream))
            except ScenarioError as error:
                raise ScenarioError(f"{path}.file", f"{name}: {error}") from None
    chosen = _chosen(texts[name], record.get("feature"), path, name)
    rest = {key: value for key, value in record.items() if key not in {"file", "feature"}}
    return {**rest, "geometry": _joined(chosen, f"{path}.file", name)}


def _chosen(found: object, wanted: object, path: str, name: str) -> list[dict[str, Any]]:
    """Pick the geometries that a boundary means."""
    kind = found.get("type") if isinstance(found, dict) else None
    if not isinstance(found, dict) or kind not in {*_BARE, "Feature", "FeatureCollection"}:
        raise ScenarioError(f"{path}.file", f"{name} holds no GeoJSON polygon, feature or collection of features")
    if kind in _BARE:
        return [found]
    features = found.get("features") if kind == "FeatureCollection" else [found]
    if not isinstance(features, list):
        raise ScenarioError(f"{path}.file", f"{name} is a collection without a list of features")
    matching = [feature for feature in features if isinstance(feature, dict) and _fits(feature, wanted)]
    if not matching:
        raise ScenarioError(f"{path}.feature", f"no feature of {name} matches")
    if wanted is None and len(matching) > 1:
        raise ScenarioError(f"{path}.feature", f"is missing: {name} holds {len(matching):,} features, say which")
    return [feature["geometry"] for feature in matching if isinstance(feature.get("geometry"), dict)]


def _fits(feature: Mapping[str, Any], wanted: object) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, dict):
        properties = feature.get("properties")
        return isinstance(properties, dict) and all(
            key in properties and properties[key] == value for key, value in wanted.items()
        )
    return feature.get("id") == wanted


def _joined(geometries: list[dict[str, Any]], path: str, name: str) -> dict[str, Any]:
    """Make one geometry of several; the parts of a multipolygon may overlap."""
    parts: list[Any] = []
    for geometry in geometries:
        coordinates = geometry.get("coordinates")
        if geometry.get("type") not in _BARE or not isinstance(coordinates, list):
            raise ScenarioError(path, f"{name}: {show(geometry.get('type'))} is no polygon")
        parts += [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not parts:
        raise ScenarioError(path, f"{name} holds a feature without a geometry")
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
