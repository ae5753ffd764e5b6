"""Boundaries as forms: what a document looks like in fields, and the document that fields make."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldfare.domain.boundaries import Operation
from fieldfare.entrypoints.desk.asking import read_day
from fieldfare.entrypoints.desk.map.postal_text import read_codes
from fieldfare.entrypoints.desk.map.shape_text import Judged, NoShapeError, judge_shape, read_shape, write_shape
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.web.forms import Form

SHAPES: dict[str, str] = {
    "polygon": "Area drawn on the map",
    "radius": "Circle",
    "postal_set": "Postal codes",
    "composite": "Combination",
}
"""The kinds of boundaries, and what they are called at the desk."""

KIND_OF_SHAPE = {**{kind: kind for kind in SHAPES}, "postal": "postal_set"}
"""What the address of a new boundary's page calls its kind."""

_SPARE_CHILDREN = 3
_LONGEST_NUMBER = 3

_FIELDS = {
    "geometry": "shape",
    "center": "lat",
    "radius_m": "radius_m",
    "codes": "codes",
    "children": "children",
    "effective_from": "effective_from",
    "effective_to": "effective_to",
    "id": "id",
}
"""The field of each key of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What fields make: a document unless they don't, what is wrong with which field, and what is worth knowing."""

    document: dict[str, Any] | None
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    judged: Judged = Judged()


def fields_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Write a document into fields."""
    fields = {
        "id": document["id"],
        "active": "on" if document["active"] else "",
        "effective_from": document["effective_from"] or "",
        "effective_to": document["effective_to"] or "",
    }
    match document["kind"]:
        case "polygon":
            fields["shape"] = write_shape(document["geometry"])
        case "radius":
            center = document["center"]
            fields |= {"lat": f"{center['lat']}", "lng": f"{center['lng']}", "radius_m": f"{document['radius_m']}"}
        case "postal_set":
            fields["codes"] = "\n".join(document["codes"])
            odd = read_codes(fields["codes"]).odd
            fields["keep_odd"] = "on" if odd else ""
        case _:
            for place, child in enumerate(document["children"]):
                fields |= {
                    f"child_{place}": child["boundary"],
                    f"operation_{place}": child["operation"],
                    f"sort_{place}": f"{child['sort']}",
                }
    return fields


def rows_of(fields: Form) -> list[dict[str, str]]:
    """List the rows of a combination, with some to fill in at the end."""
    filled = _places(fields)
    shown = (filled[-1] + 1 if filled else 0) + _SPARE_CHILDREN
    return [
        {
            "place": str(place),
            "child": fields.get(f"child_{place}", ""),
            "operation": fields.get(f"operation_{place}", Operation.UNION.value),
            "sort": fields.get(f"sort_{place}", str(place + 1)),
        }
        for place in range(shown)
    ]


async def read_fields(kind: str, id_: str, form: Form, *, unchanged: Mapping[str, Any] | None = None) -> Filled:
    """Make the document of a form; `unchanged` is what stands, whose shape needs no second judgement."""
    faults: dict[str, tuple[str, ...]] = {}
    document: dict[str, Any] = {
        "id": id_,
        "kind": kind,
        "active": form.get("active") == "on",
        "deleted": False,
        "effective_from": _date(form, "effective_from", faults),
        "effective_to": _date(form, "effective_to", faults),
    }
    notes: tuple[str, ...] = ()
    judged = Judged()
    match kind:
        case "polygon":
            judged = await _read_polygon(form, document, faults, unchanged)
            notes = judged.notes
        case "radius":
            lat, lng = _number(form, "lat", faults), _number(form, "lng", faults)
            document |= {"center": {"lat": lat, "lng": lng}, "radius_m": _number(form, "radius_m", faults)}
        case "postal_set":
            notes = _read_postal(form, document, faults)
        case _:
            document["children"] = _children(form, faults)
    return Filled(document=None if faults else document, faults=faults, notes=notes, judged=judged)


def field_of(error: ScenarioError) -> tuple[str, str]:
    """Tell which field the check of the whole business refuses, and why; no field if it is about something else."""
    place, _, inside = error.path.removeprefix("business.boundaries[").partition("].")
    key = inside.partition(".")[0].partition("[")[0]
    if error.path.startswith("business.boundaries[") and place.isdecimal() and key in _FIELDS:
        name = "lng" if inside == "center.lng" else _FIELDS[key]
        return name, f"{inside}: {error.message}"
    return "", str(error)


async def _read_polygon(
    form: Form, document: dict[str, Any], faults: dict[str, tuple[str, ...]], unchanged: Mapping[str, Any] | None
) -> Judged:
    try:
        geometry = read_shape(form.get("shape", ""))
    except NoShapeError as error:
        faults["shape"] = (str(error),)
        return Judged()
    document["geometry"] = geometry
    if unchanged is not None and unchanged.get("geometry") == geometry:
        return Judged()
    judged = await asyncio.to_thread(judge_shape, geometry)
    if judged.faults:
        faults["shape"] = judged.faults
    return judged


def _read_postal(form: Form, document: dict[str, Any], faults: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    read = read_codes(form.get("codes", ""))
    document["codes"] = list(read.codes)
    notes = [f"Line {line}: {text} stands there already, and counts once." for line, text in read.twice]
    notes += [f"{code} lies in {code[:3]}, which is in the list: it adds nothing." for code in read.covered]
    if read.odd and form.get("keep_odd") != "on":
        faults["codes"] = tuple(f"Line {line}: {text} is no Canadian or US postal code." for line, text in read.odd)
    return tuple(notes)


def _places(fields: Form) -> list[int]:
    """List the numbers of the rows that are filled in."""
    named = [name.removeprefix("child_") for name, value in fields.items() if name.startswith("child_") and value]
    return sorted(int(name) for name in named if name.isdecimal() and name.isascii() and len(name) <= _LONGEST_NUMBER)


def _children(form: Form, faults: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    children = []
    for row in _places(form):
        boundary = form[f"child_{row}"]
        sort = _number(form, f"sort_{row}", faults) if form.get(f"sort_{row}", "").strip() else row + 1
        children.append({"boundary": boundary, "operation": form.get(f"operation_{row}", ""), "sort": sort})
    return children


def _date(form: Form, name: str, faults: dict[str, tuple[str, ...]]) -> str | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    day = read_day(text)
    if day is None:
        faults[name] = ("Write a date of this century, such as 2026-11-23.",)
        return None
    return day.isoformat()


def _number(form: Form, name: str, faults: dict[str, tuple[str, ...]]) -> float | None:
    text = form.get(name, "").strip().replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        faults[name] = ("Write a number.",)
        return None
    if number in {float("inf"), float("-inf")} or number != number:  # noqa: PLR0124 - what isn't itself is no number
        faults[name] = ("Write a number.",)
        return None
    return int(number) if number.is_integer() else number
