"""Which of an account's rows are visits that we have made: the office may name a reference as well, or copy a row."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fieldfare.adapters.crms.ghl.moments import read_instant
from fieldfare.adapters.crms.ghl.picking import Row, ids, parts, text
from fieldfare.adapters.crms.ghl.statuses import status_of
from fieldfare.domain.clock import Clock
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.titles import reference_in
from fieldfare.ports.crm import CrmAsked

_BEFORE = re.compile(r"(?:\s|<[^<>]*>)*")
"""What may stand before a description's first sign where it was made rich text of."""
OVER = frozenset({OutsideStatus.CANCELLED, OutsideStatus.INVALID})


def name_of(row: Row) -> str:
    """Give the vendor's id of a row."""
    return text(row, "bookingId", "id", "_id")


def mentions(row: Row, reference: str) -> bool:
    """Tell whether a title or a description holds a reference, in its sign or as people wrote it."""
    texts = (text(row, "title"), text(row, "description"))
    written = re.compile(rf"#{re.escape(reference)}(?![0-9A-Za-z])", re.IGNORECASE)
    return any(reference_in(words) == reference or written.search(words) for words in texts)


def is_ours(row: Row, reference: str, asked: CrmAsked, clock: Clock) -> bool:
    """Tell whether we have made what names a reference.

    Ours begins its description by it, or has our title; or it ends its title by it and stands as it was asked for.
    """
    if asked.contacts and text(row, "contactId") not in asked.contacts:
        return False
    sign, title = f"#{reference}", text(row, "title").strip()
    description = text(row, "description").upper()
    described = _BEFORE.sub("", description, count=1).startswith(sign)
    if described or (title and title == asked.title):
        return True
    return title.upper().endswith(sign) and is_at(row, asked, clock)


def is_at(row: Row, asked: CrmAsked, clock: Clock) -> bool:
    """Tell whether a row stands as it was asked for."""
    start, end = (read_instant(row.get(name), clock) for name in ("startTime", "endTime"))
    return asked.is_at(start, end, person_of(row) or None)


def first_of(rows: Iterable[Row], asked: CrmAsked | None, clock: Clock) -> Row | None:
    """Give the one that counts: as it was asked for before one that was moved, and what stands before what is over."""

    def order(row: Row) -> tuple[bool, bool, str, str]:
        moved = asked is not None and not is_at(row, asked, clock)
        return moved, status_of(row) in OVER, text(row, "dateAdded"), name_of(row)

    return min(rows, key=order, default=None)


def person_of(row: Row) -> str:
    """Name who goes: of an appointment, or of the one leg of a service booking that is ours."""
    if "services" in row:
        return min((person for leg in parts(row, "services") for person in ids(leg, "serviceStaffId")), default="")
    return text(row, "assignedUserId")
