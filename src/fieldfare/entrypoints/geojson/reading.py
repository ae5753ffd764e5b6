"""Reading a GeoJSON file, within bounds, into the features that it holds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldfare.entrypoints.geojson.faults import join, quoted, said
from fieldfare.entrypoints.geojson.structure import GEOMETRY_TYPES, bbox_problem

MOST_BYTES = 64 * 1024 * 1024
MOST_POSITIONS = 1_000_000
MOST_FEATURES = 1_000_000


class NotReadable(Exception):
    """The file cannot be read, is no GeoJSON document, or is larger than this tool takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One member of the document as it was written; a document that is a bare geometry counts as one."""

    index: int
    path: str
    value: Any
    bare: bool = False

    @property
    def geometry_path(self) -> str:
        """The path that leads to the geometry."""
        return self.path if self.bare else join(self.path, "geometry")

    @property
    def geometry(self) -> Any:
        """The geometry as it was written, None where there is none."""
        if self.bare:
            return self.value
        return self.value.get("geometry") if isinstance(self.value, dict) else None

    @property
    def id(self) -> str | int | float | None:
        """The feature's own id."""
        found = self.value.get("id") if isinstance(self.value, dict) else None
        if isinstance(found, float) and not math.isfinite(found):
            return None
        return found if isinstance(found, str | int | float) else None

    @property
    def name(self) -> str | None:
        """The property that names the feature: `name` in any case, else the first that ends so (`CDNAME`)."""
        properties = self.value.get("properties") if isinstance(self.value, dict) else None
        if not isinstance(properties, dict):
            return None
        texts = {key.casefold(): text for key, text in properties.items() if isinstance(text, str) and text}
        return texts.get("name") or next((text for key, text in texts.items() if key.endswith("name")), None)

    def __str__(self) -> str:
        """Name it for a person, numbered as in paths."""
        marks = [] if self.id is None else [f"id {said(self.id)}"]
        marks += [] if self.name is None else [f"name {quoted(self.name)}"]
        return f"feature {self.index}" + (f" ({', '.join(marks)})" if marks else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A FeatureCollection, a Feature or a bare geometry."""

    root: dict[str, Any]
    features: tuple[Feature, ...]

    @property
    def is_collection(self) -> bool:
        """Whether the document is a FeatureCollection, from which features can be left out."""
        return bool(self.root["type"] == "FeatureCollection")


def read(path: Path) -> Document:
    """Read the document; its features may still be wrong. Raises NotReadable."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotReadable(f"cannot be read: {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise NotReadable(f"larger than {MOST_BYTES // 1024**2} MiB")
    try:
        root = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotReadable(f"not UTF-8: byte {error.start} cannot be read") from error
    except json.JSONDecodeError as error:
        raise NotReadable(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise NotReadable("not JSON that can be read: a number with too many digits, or nested too deep") from error
    return document(root)


def document(root: object) -> Document:
    """Tell what kind of document a JSON value is, and list its features. Raises NotReadable."""
    if not isinstance(root, dict):
        raise NotReadable(f"not GeoJSON: the document is {said(root)}, not an object")
    if "type" not in root:
        raise NotReadable("not GeoJSON: type: missing")
    match root["type"]:
        case "FeatureCollection":
            if not isinstance(root.get("features"), list):
                has = said(root["features"]) if "features" in root else "missing"
                raise NotReadable(f"not GeoJSON: features: {has}; a FeatureCollection needs an array")
            for problem in bbox_problem(root, path=""):
                raise NotReadable(f"not GeoJSON: {problem}")
            if len(root["features"]) > MOST_FEATURES:
                raise NotReadable(f"more than {MOST_FEATURES:,} features")
            found = tuple(Feature(index=i, path=f"features[{i}]", value=v) for i, v in enumerate(root["features"]))
        case "Feature":
            found = (Feature(index=0, path="", value=root),)
        case str() as kind if kind in GEOMETRY_TYPES:
            found = (Feature(index=0, path="", value=root, bare=True),)
        case other:
            raise NotReadable(f"not GeoJSON: type: {said(other)} is not the name of a GeoJSON type")
    _bounded(found)
    return Document(root=root, features=found)


def _bounded(features: tuple[Feature, ...]) -> None:
    """Refuse more positions than can be judged in reasonable time."""
    if sum(1 for feature in features for _ in _innermost(feature.geometry)) > MOST_POSITIONS:
        raise NotReadable(f"more than {MOST_POSITIONS:,} positions")


def _innermost(geometry: object) -> Iterator[list[Any]]:
    """Walk to every array that holds no array, without recursion: the nesting is the file's choice, not ours."""
    waiting = [geometry]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [value.get("coordinates"), value.get("geometries")]
        elif isinstance(value, list):
            nested = [item for item in value if isinstance(item, list | dict)]
            if nested:
                waiting += nested
            else:
                yield value
