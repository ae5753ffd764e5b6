"""Time that is blocked, as a form has it: whose, from when to when, for what; and how it is written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.configuration import Configuration
from fieldfare.domain.places import Place
from fieldfare.entrypoints.api.staff.record_refusals import refusals
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.looking_up import look_up, read_point
from fieldfare.entrypoints.desk.moments import instant_of, read_wall
from fieldfare.entrypoints.scenario.business import read_commitments_of, write_commitment
from fieldfare.ports.storage import KeptCommitment
from fieldfare.usecases.commitments.write_commitments import Source, Written, write_commitments

TECHNICIAN, RESOURCE = "technician:", "resource:"
TITLES = ("Time off", "Lunch", "Sick", "Training", "Out of use")
_LONGEST_TITLE = 200
_LONGEST_ID = 64

Typed = Mapping[str, str]
"""The fields as they were typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A commitment in the scenario's form, or what is wrong with the fields, by their names."""

    document: dict[str, Any] | None
    faults: dict[str, str]


def new_id() -> str:
    """Make an id of a commitment of the desk's."""
    return f"desk-{secrets.token_hex(8)}"


def typed_of(asking: Asking, known: Commitment) -> dict[str, str]:
    """Write a commitment into the fields."""
    start, end = asking.clock.local(known.start), asking.clock.local(known.end)
    kind, pieces = next(iter(known.resources.items()), ("", 1))
    return {
        "whose": f"{RESOURCE}{kind}" if known.technician is None else f"{TECHNICIAN}{known.technician}",
        "pieces": str(pieces),
        "from_date": start.date().isoformat(),
        "from_time": f"{start:%H:%M}",
        "from_was": str(known.start),
        "to_date": end.date().isoformat(),
        "to_time": f"{end:%H:%M}",
        "to_was": str(known.end),
        "title": known.title,
        "place": "" if known.place is None else f"{known.place.lat},{known.place.lng}",
    }


async def read_entered(asking: Asking, *, id_: str, before: Commitment | None) -> Entered:
    """Read the fields; what the form does not show stays as it was."""
    form, faults = asking.form, dict[str, str]()
    start, end = span_in(asking, form, faults)
    technician, resources = _whose(asking, before, faults)
    place = await _place(asking, before, faults)
    if len(form.get("title", "")) > _LONGEST_TITLE:
        faults["title"] = f"At most {_LONGEST_TITLE} letters."
    if not id_ or len(id_) > _LONGEST_ID:
        faults["whose"] = "Open the form again."
    if faults or start is None or end is None:
        return Entered(document=None, faults=faults)
    written = Commitment(
        id=id_,
        technician=technician,
        kind=CommitmentKind.BUSY if before is None else before.kind,
        start=start,
        end=end,
        place=place,
        hub=None if before is None else before.hub,
        title=form.get("title", "").strip(),
        resources=resources,
    )
    return Entered(document=write_commitment(written, asking.clock), faults={})


async def write(asking: Asking, document: dict[str, Any], *, expected: int | None, new: bool) -> KeptCommitment:
    """Write it as the API does; raises `Problem`: changed_meanwhile, conflict, invalid_request."""
    rooms, id_ = asking.rooms, str(document["id"])

    def read(configuration: Configuration) -> tuple[Commitment, ...]:
        return read_commitments_of([document], rooms.read_business(configuration))

    with refusals():
        done: Written = await write_commitments(
            rooms.storage,
            asking.who.business,
            read,
            source=Source.STAFF,
            actor=asking.who.actor,
            expected=None if expected is None else {id_: expected},
            must_be=not new,
        )
    return done.kept[id_]


def span_in(asking: Asking, typed: Typed, faults: dict[str, str]) -> tuple[int | None, int | None]:
    """Read from when to when, and note what is wrong with it."""
    start, end = _instant(asking, typed, "from", faults), _instant(asking, typed, "to", faults)
    if start is not None and end is not None and end <= start:
        faults["to"] = "The end has to lie after the start."
    return start, end


def _instant(asking: Asking, typed: Typed, name: str, faults: dict[str, str]) -> int | None:
    wall = read_wall(typed.get(f"{name}_date", ""), typed.get(f"{name}_time", ""))
    if wall is None:
        faults[name] = "Enter a date and a time."
        return None
    instant = instant_of(asking.clock, wall, shown_for=typed.get(f"{name}_was", ""))
    if instant is None:
        faults[name] = "Enter a date of this century."
    return instant


def _whose(asking: Asking, before: Commitment | None, faults: dict[str, str]) -> tuple[str | None, dict[str, int]]:
    whose = asking.form.get("whose", "")
    if whose.startswith(TECHNICIAN):
        technician = whose.removeprefix(TECHNICIAN)
        if all(person.id != technician for person in asking.business.technicians):
            faults["whose"] = "Choose a technician of the business."
        held = before.resources if before is not None and before.technician is not None else {}
        return technician, dict(held)
    kind = whose.removeprefix(RESOURCE)
    resource = next((one for one in asking.business.resources if one.kind == kind), None)
    if not whose.startswith(RESOURCE) or resource is None:
        faults["whose"] = "Choose whose time it is."
        return None, {}
    text = asking.form.get("pieces", "1").strip() or "1"
    pieces = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004 - what fits
    if pieces < 1:
        faults["pieces"] = "Enter how many pieces, 1 or more."
    others = {} if before is None or before.technician is not None else dict(before.resources)
    return None, {**others, kind: pieces} if kind in others else {kind: pieces}


async def _place(asking: Asking, before: Commitment | None, faults: dict[str, str]) -> Place | None:
    text = asking.form.get("place", "").strip()
    if not text:
        return None
    point = read_point(text)
    if before is not None and before.place is not None and point == before.place.point:
        return before.place
    found = await look_up(asking, text)
    if found.located is None:
        several = "Several places are called that. Write it with its postal code."
        faults["place"] = found.fault or several
        return None
    return found.located.place
