"""Checking the features of a document one by one, and mending those that can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fieldfare.entrypoints.geojson.faults import Fault, Kind, first_of, said
from fieldfare.entrypoints.geojson.reading import Document, Feature
from fieldfare.entrypoints.geojson.structure import feature_problems, geometry_problems
from fieldfare.entrypoints.geojson.workshop import Broke, TookTooLong, Workshop

BOUNDARY_TYPES = ("Polygon", "MultiPolygon")


class Unmendable(Exception):
    """The feature cannot be mended; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A feature whose geometry is valid now, and by how many percent its area changed.

    The change is None where the area before cannot be told: the lobes of a bow tie cancel each other out.
    """

    value: dict[str, Any]
    change_percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found in a feature and, where mending was asked for, what became of it."""

    feature: Feature
    faults: tuple[Fault, ...]
    mended: Mended | None = None
    left_out: str | None = None

    @property
    def is_faulty(self) -> bool:
        """Whether anything is wrong, notes aside."""
        return any(not fault.note for fault in self.faults)

    @property
    def is_mendable(self) -> bool:
        """Whether mending is worth a try: a note never stands in its way."""
        return all(fault.mendable or fault.note for fault in self.faults)


def check(document: Document, *, workshop: Workshop, mending: bool) -> Iterator[Verdict]:
    """Give a verdict on each feature, in order."""
    for feature in document.features:
        verdict = Verdict(feature=feature, faults=find(feature, workshop=workshop))
        if not mending or not any(fault.mendable or not fault.note for fault in verdict.faults):
            yield verdict
            continue
        try:
            mended = mend(verdict, workshop=workshop)
        except Unmendable as reason:
            yield Verdict(feature=feature, faults=verdict.faults, left_out=str(reason))
        else:
            yield Verdict(feature=feature, faults=verdict.faults, mended=mended)


def find(feature: Feature, *, workshop: Workshop) -> tuple[Fault, ...]:
    """List what is wrong with a feature as a boundary: its structure first, and its geometry if that is sound."""
    find_problems = geometry_problems if feature.bare else feature_problems
    faults = first_of(find_problems(feature.value, path=feature.path))
    if any(not fault.mendable for fault in faults):
        return faults
    geometry, path = feature.geometry, feature.geometry_path
    kind = None if geometry is None else geometry["type"]
    if kind not in BOUNDARY_TYPES:
        what = f"{'null' if kind is None else said(kind)}; only a Polygon or a MultiPolygon can be a boundary"
        return (*faults, Fault(kind=Kind.WRONG_TYPE, path=path, what=what))
    try:
        reply = workshop.ask({"do": "judge", "path": path, "geometry": _bare(geometry)})
    except (TookTooLong, Broke) as error:
        return (*faults, Fault(kind=Kind.NOT_JUDGED, path=path, what=f"cannot be judged: {error}"))
    return (*faults, *map(_fault, reply["faults"]))


def mend(verdict: Verdict, *, workshop: Workshop) -> Mended:
    """Mend a feature, keeping all but its geometry as it is. Raises Unmendable."""
    obstacle = next((fault for fault in verdict.faults if not fault.mendable and not fault.note), None)
    if obstacle is not None:
        raise Unmendable(str(obstacle))
    feature = verdict.feature
    if all(fault.kind is Kind.NO_PROPERTIES for fault in verdict.faults if fault.mendable):
        return Mended(value={**feature.value, "properties": None}, change_percent=0.0)
    try:
        reply = workshop.ask({"do": "mend", "geometry": _bare(feature.geometry)})
    except (TookTooLong, Broke) as error:
        raise Unmendable(f"cannot be mended: {error}") from error
    if reply["geometry"] is None:
        raise Unmendable("nothing is left of it: it encloses no area")
    if reply["still"]:
        raise Unmendable(f"the mended one would still be wrong: {reply['still'][0]}")
    value = _with_geometry(feature, reply["geometry"])
    before, after = reply["before"], reply["after"]
    # Less than a billionth of what came out is no area, but what floating point left of the lobes of a bow tie.
    known = before > after * 1e-9
    return Mended(value=value, change_percent=100 * (after - before) / before if known else None)


def _with_geometry(feature: Feature, geometry: dict[str, Any]) -> dict[str, Any]:
    """Put the mended geometry in; boxes that stood around the old one are measured anew."""
    old = feature.geometry
    new = {**old, **geometry}
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    corners = [position for part in parts for position in part[0]]
    lngs, lats = [corner[0] for corner in corners], [corner[1] for corner in corners]
    box = {"bbox": [min(lngs), min(lats), max(lngs), max(lats)]}
    new |= box if "bbox" in old else {}
    if feature.bare:
        return new
    value = {**feature.value, "properties": feature.value.get("properties"), "geometry": new}
    return value | (box if "bbox" in value else {})


def _bare(geometry: dict[str, Any]) -> dict[str, Any]:
    """Take what the worker needs, without what else a file puts beside it."""
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}


def _fault(told: dict[str, Any]) -> Fault:
    """Read a fault back from the worker's answer."""
    at = None if told["at"] is None else (told["at"][0], told["at"][1])
    return Fault(**{**told, "kind": Kind(told["kind"]), "at": at})
