"""An entry of the CRM as it is kept, and the commitments that it is to technicians."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.connections import CalendarUse
from fieldfare.domain.mirrored import Outside, OutsideStatus, Unreadable
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import Mirrored
from fieldfare.usecases.integrations.scopes import Layout, name_of

SOURCE = "ghl"
"""The source of the commitments that the mirror keeps, and of bookings that were made by hand in the CRM."""

ENDED = frozenset({OutsideStatus.CANCELLED, OutsideStatus.INVALID})
"""Of a visit these mean that nobody is to come."""


def kept(entry: Outside, layout: Layout, *, booking: str | None, seen_at: int, now: int) -> Mirrored:
    """Write an entry down as it was read, not placed yet.

    Whoever in it is none of our technicians holds nobody's time; what is the whole calendar's is that of its team. An
    appointment that names nobody is that of the calendar's only member: of several nobody knows who goes.
    """
    technicians = layout.technicians_of(entry.people)
    if not entry.people and (entry.source == SourceKind.BLOCKS or _of_one(entry, layout)):
        technicians = layout.team_of(entry.calendar)
    return Mirrored(
        key=entry.key,
        source=SourceKind(entry.source),
        source_id=entry.source_id,
        leg=entry.leg,
        scope=name_of(layout.scope_of(entry)),
        start=entry.start,
        end=entry.end,
        status=entry.status,
        takes_time=entry.takes_time(now),
        technicians=tuple(sorted(technicians)),
        seen_at=seen_at,
        calendar=entry.calendar,
        contact=entry.contact,
        booking=booking,
        title=entry.title,
        place_text=entry.place_text,
        deleted=entry.deleted,
        changed_at=entry.updated_at,
    )


def _of_one(entry: Outside, layout: Layout) -> bool:
    calendar = layout.calendars.get(entry.calendar or "")
    return entry.source == SourceKind.APPOINTMENTS and calendar is not None and len(set(calendar.users)) == 1


def our_part(parts: Iterable[Outside], wrote: Mapping[str, Any]) -> Outside | None:
    """Choose what of an entry is our booking: the leg of the service and user that were written, else the first.

    People add others to a service booking, before ours as well as after it.
    """
    service = (wrote.get("target") or (None, None))[1]

    def likely(part: Outside) -> tuple[bool, bool, bool, int]:
        ours = part.calendar == service, wrote.get("user") in part.people, wrote.get("start") == part.start
        return (*ours, -(part.leg or 0))

    return max(parts, key=likely, default=None)


def set_aside(entry: Unreadable, known: Mirrored | None, layout: Layout, *, seen_at: int) -> Mirrored:
    """Keep what was known of an entry whose times make no sense now; one that is new takes nobody's time yet."""
    if known is not None and not known.deleted:
        return replace(known, unreadable=entry.fault, seen_at=seen_at)
    return Mirrored(
        key=entry.key,
        source=SourceKind(entry.source),
        source_id=entry.source_id,
        leg=entry.leg,
        scope=name_of(layout.scope_of(entry)),
        start=seen_at,
        end=seen_at,
        status=OutsideStatus.UNKNOWN,
        takes_time=False,
        technicians=(),
        seen_at=seen_at,
        unreadable=entry.fault,
    )


def same(one: Mirrored, other: Mirrored | None) -> bool:
    """Tell whether two readings of an entry say the same; when it was read is no part of that."""
    return other is not None and replace(one, seen_at=other.seen_at) == other


def kind_of(entry: Mirrored, layout: Layout) -> CommitmentKind:
    """Tell whether an entry is a visit: what stands in a calendar of visits, and each leg of a service booking."""
    if entry.source is SourceKind.SERVICES:
        return CommitmentKind.VISIT
    visits = entry.source is SourceKind.APPOINTMENTS and layout.use_of(entry.calendar) is CalendarUse.VISITS
    return CommitmentKind.VISIT if visits else CommitmentKind.BUSY


def commitments_of(entry: Mirrored, layout: Layout) -> tuple[Commitment, ...]:
    """Give the commitments that an entry is: one for each technician, none where it takes no time."""
    if entry.deleted or not entry.takes_time or entry.start >= entry.end:
        return ()
    kind = kind_of(entry, layout)
    return tuple(
        Commitment(
            id=id_,
            technician=technician,
            kind=kind,
            start=entry.start,
            end=entry.end,
            place=entry.place,
            hub=entry.hub if kind is CommitmentKind.VISIT else None,
            title=entry.title,
        )
        for id_, technician in zip(ids_of(entry.key, entry.technicians), entry.technicians, strict=True)
    )


def ids_of(key: str, technicians: Iterable[str]) -> tuple[str, ...]:
    """Name the commitments of an entry: by its key, and where several technicians are in it by theirs as well."""
    several = tuple(technicians)
    return (key,) if len(several) == 1 else tuple(f"{key}@{technician}" for technician in several)


def key_in(commitment: str) -> str:
    """Give the key of the entry that a commitment of ours is."""
    return commitment.partition("@")[0]
