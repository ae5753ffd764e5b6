"""Lines of the audit trail as people read them: who did what, what was otherwise before, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock
from fieldfare.entrypoints.desk.actors import actor_name
from fieldfare.entrypoints.desk.asking import desk_link
from fieldfare.entrypoints.desk.bookings.names import ACTIONS, FIELDS
from fieldfare.ports.storage import Books, KeptEntry

_INSTANTS = frozenset({"start", "end", "estimated_start", "estimated_end", "told_start"})
_QUIET = frozenset({"id", "reasons"})
_LONGEST = 200
_PAGES = {"bookings": "bookings", "customers": "customers", "commitments": "board/time"}
_SETTINGS = frozenset({"zones", "hubs", "industries", "resources", "products", "technicians", "schedules"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field: what it was, and what it became."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the trail, ready to be read."""

    number: int
    at: int
    who: str
    action: str
    subject: str
    subject_id: str
    href: str | None
    reason: str | None
    differences: tuple[Difference, ...]


def lines_of(
    kept: Sequence[KeptEntry],
    *,
    names: Mapping[tuple[ActorKind, str], str],
    business: Business,
    clock: Clock,
    references: Mapping[str, str] | None = None,
) -> list[Line]:
    """Write lines; `references` are what bookings are called, by id."""
    return [_line(one, names, business, clock, references or {}) for one in kept]


async def references_of(books: Books, kept: Sequence[KeptEntry]) -> Mapping[str, str]:
    """Look up what the bookings of some lines are called."""
    ids = {one.entry.subject_id for one in kept if one.entry.subject == "bookings"}
    found = [await books.bookings.find(id_) for id_ in sorted(ids)]
    return {booking.id: booking.reference for booking in found if booking is not None}


def _line(
    kept: KeptEntry,
    names: Mapping[tuple[ActorKind, str], str],
    business: Business,
    clock: Clock,
    references: Mapping[str, str],
) -> Line:
    entry = kept.entry
    personal = entry.personal
    before = {**(entry.before or {}), **((personal.before if personal else None) or {})}
    after = {**(entry.after or {}), **((personal.after if personal else None) or {})}
    technicians = {person.id: person.name or person.id for person in business.technicians}
    return Line(
        number=kept.number,
        at=kept.at,
        who=actor_name(entry.actor, names),
        action=ACTIONS.get(entry.action, entry.action.replace("_", " ")),
        subject=entry.subject,
        subject_id=references.get(entry.subject_id, entry.subject_id),
        href=_href(entry.subject, entry.subject_id),
        reason=entry.reason or (personal.reason if personal else None),
        differences=tuple(
            Difference(
                field=FIELDS.get(key, key.replace("_", " ")),
                before=_written(key, before.get(key), technicians, clock),
                after=_written(key, after.get(key), technicians, clock),
            )
            for key in dict.fromkeys((*before, *after))
            if key not in _QUIET and before.get(key) != after.get(key)
        ),
    )


def _href(subject: str, id_: str) -> str | None:
    if subject in _PAGES:
        return desk_link(*_PAGES[subject].split("/"), id_)
    if subject in _SETTINGS:
        return desk_link("settings", subject, id_)
    if subject == "boundaries":
        return desk_link("map", "boundaries", id_)
    return desk_link("settings") if subject == "business" else None


def _written(key: str, value: Any, technicians: Mapping[str, str], clock: Clock) -> str | None:
    if value is None or value == "":
        return None
    if key in _INSTANTS and isinstance(value, int):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    if key == "technician" and isinstance(value, str):
        return technicians.get(value, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    text = orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
