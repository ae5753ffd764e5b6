"""Boundaries whose ground stands in a GeoJSON file beside the business's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fieldfare.entrypoints.geojson.checking import find
from fieldfare.entrypoints.geojson.reading import Document, Feature, NotReadable, read
from fieldfare.entrypoints.geojson.workshop import Workshop
from fieldfare.entrypoints.scenario.errors import ScenarioError, path_of, show

SECONDS_A_FEATURE = 10.0
_CURE = "`fieldfare boundaries check --mend` can mend it"


def with_geometry_from_files(document: object, folder: Path) -> object:
    """Replace the `file` (and `feature`) of each polygon by the geometry that stands there.

    `feature` picks among several: by the feature's id, or by properties (`{"name": "Ward 1"}`); what several match is
    joined. Each is judged as `fieldfare boundaries check` judges it. Raises `ScenarioError`.
    """
    if not isinstance(document, dict) or not isinstance(document.get("boundaries"), list):
        return document
    maps: dict[str, Document] = {}
    with Workshop(time_limit=SECONDS_A_FEATURE) as workshop:
        boundaries = [
            _resolved(record, folder, maps, path_of("business", "boundaries", place), workshop)
            if isinstance(record, dict) and "file" in record
            else record
            for place, record in enumerate(document["boundaries"])
        ]
    return {**document, "boundaries": boundaries}


def _resolved(
    record: Mapping[str, Any], folder: Path, maps: dict[str, Document], path: str, workshop: Workshop
) -> dict[str, Any]:
    name = record["file"]
    if not _is_path(name):
        raise ScenarioError(f"{path}.file", "is not the path of a file")
    if "geometry" in record:
        raise ScenarioError(path, "has both geometry and file; it takes one of them")
    if name not in maps:
        try:
            maps[name] = read(folder / name)
        except NotReadable as error:
            raise ScenarioError(f"{path}.file", f"{_shown(str(folder / name))}: {error}") from None
    chosen = _chosen(maps[name], record.get("feature"), path, name)
    for feature in chosen:
        for fault in find(feature, workshop=workshop):
            if not fault.note:
                cure = f"; {_CURE}" if fault.mendable else ""
                raise ScenarioError(f"{path}.file", f"{_shown(name)}: {fault}{cure}")
    rest = {key: value for key, value in record.items() if key not in {"file", "feature"}}
    return {**rest, "geometry": _joined([feature.geometry for feature in chosen])}


def _is_path(name: object) -> bool:
    """Tell whether the file system could know a file of this name."""
    if not isinstance(name, str) or not name or "\0" in name:
        return False
    try:
        os.fsencode(name)
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True


def _shown(name: str) -> str:
    """Write a file's name as it is, unless it would break the line or command the terminal."""
    return name if name.isprintable() else show(name)


def _chosen(found: Document, wanted: object, path: str, name: str) -> list[Feature]:
    """Pick the features that a boundary means."""
    matching = [feature for feature in found.features if wanted is None or _fits(feature, wanted)]
    if not matching:
        raise ScenarioError(
            f"{path}.feature", f"no feature of {_shown(name)} matches; its id or some properties are needed"
        )
    if wanted is None and len(matching) > 1:
        raise ScenarioError(
            f"{path}.feature", f"is missing: {_shown(name)} holds {len(matching):,} features, say which"
        )
    return matching


def _fits(feature: Feature, wanted: object) -> bool:
    if isinstance(wanted, dict):
        properties = feature.value.get("properties") if isinstance(feature.value, dict) else None
        return (
            bool(wanted)
            and isinstance(properties, dict)
            and all(key in properties and _same(properties[key], value) for key, value in wanted.items())
        )
    return feature.id is not None and _same(feature.id, wanted)


def _same(one: object, other: object) -> bool:
    """Compare as JSON does, where true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _joined(geometries: list[dict[str, Any]]) -> dict[str, Any]:
    """Make one geometry of several polygons; the parts of a multipolygon may overlap."""
    parts = [
        part
        for geometry in geometries
        for part in ([geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"])
    ]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
