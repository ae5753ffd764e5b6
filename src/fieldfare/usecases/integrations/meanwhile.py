"""What people did to an entry in the CRM while something of its booking waited to be written there.

It is not written over unseen: of a booking whose time stayed the entry stays where they put it, and the booking follows
it at the next reading; where both sides have moved it, people settle it. What is done only now of what we asked for
before, without an answer, nobody has done by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fieldfare.domain.bookings import Status
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.mirrored import Outside, Unreadable
from fieldfare.ports.crm import CrmTarget, CrmVisit
from fieldfare.ports.integrations import Conflict, ConflictKind, CrmLink
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.entries import ENDED, our_part
from fieldfare.usecases.integrations.late_entries import LATE_SECONDS

PLACED = ("start", "end", "user")
"""What of an entry people move, as it is remembered."""
UNANSWERED = "unanswered"
"""Under this a link remembers where an entry was asked to be without an answer, and until when that was tried."""
_DECIDED = frozenset({"kept", "moved", "reassigned"})
_MOST = 500
_APART = 60 * MINUTE
"""Conflicts are settled by the database's clock, and entries written by ours."""


class EditedError(Exception):
    """An entry is where people moved it, and they have to say what shall be: `there` is the entry as it is now."""

    def __init__(self, there: Outside) -> None:
        """Keep the entry."""
        super().__init__("the entry was moved meanwhile")
        self.there = there


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An entry that is not as it was written: `there` as it is now, `before` what was remembered of it."""

    there: Outside
    before: Mapping[str, Any]

    @property
    def ended(self) -> bool:
        """Whether they have cancelled it: its booking is cancelled by that, and never stands again by itself."""
        return self.there.status in ENDED

    def left(self, visit: CrmVisit) -> CrmVisit:
        """Give the visit as it is to be written: when and by whom as people have it, all else as it stands here.

        Raises `EditedError` where the booking itself has moved since.
        """
        if any(self.before.get(key) not in {None, getattr(visit, key)} for key in PLACED):
            raise EditedError(self.there)
        user = visit.user if visit.user in self.there.people else min(self.there.people, default=visit.user)
        return replace(visit, start=self.there.start, end=self.there.end, user=user)


async def disputes_of(books: Books, booking: str, *, since: int) -> tuple[Conflict, ...]:
    """List where people moved an entry to against its booking: what is open, and what was decided since an instant."""
    conflicts = books.integrations.conflicts
    found = (*await conflicts.open(limit=_MOST), *await conflicts.settled(limit=_MOST))
    return tuple(
        one
        for one in found
        if (one.booking, one.kind) == (booking, ConflictKind.MOVED_ONTO)
        and (one.settled_at is None or (one.outcome in _DECIDED and one.settled_at >= since - _APART))
    )


def edited(
    parts: Sequence[Outside | Unreadable],
    before: Mapping[str, Any],
    *,
    wanted: CrmVisit,
    sent: Collection[Sequence[Any]],
    disputes: Collection[Conflict],
) -> Edited | None:
    """Compare an entry with what was remembered of it, and with what was `sent` since without an answer.

    None where it is as we left it, where people have decided that it goes back, where it is gone, and where nobody can
    say. Raises `EditedError` as long as they haven't decided.
    """
    standing = [part for part in parts if isinstance(part, Outside) and not part.deleted]
    there = our_part(standing, before)
    if there is None or len(standing) < len(parts) or "start" not in before:
        return None
    if there.status in ENDED and before.get("status") != Status.CANCELLED:
        return Edited(there=there, before=before)
    if _is_placed(there, [wanted.start, wanted.end, wanted.user]):
        return None
    if any(one.settled_at is None for one in disputes):
        raise EditedError(there)
    if any((one.facts.get("start"), one.facts.get("end")) == (there.start, there.end) for one in disputes):
        return None
    ours = ([before.get(key) for key in PLACED], *sent)
    if is_late(there, before) or any(_is_placed(there, one) for one in ours):
        return None
    return Edited(there=there, before=before)


def is_late(there: Outside, wrote: Mapping[str, Any]) -> bool:
    """Tell whether an entry is where we asked for without an answer, before we wrote what is remembered of it."""
    return any(
        _is_placed(there, asked) and (there.updated_at is None or there.updated_at - until < LATE_SECONDS)
        for *asked, until in wrote.get(UNANSWERED, ())
    )


def with_unanswered(link: CrmLink, before: CrmLink | None, *, sent: Collection[Sequence[Any]], now: int) -> CrmLink:
    """Remember on a link where else the entry was asked to be, as long as that may be done still."""
    known = () if before is None else before.wrote.get(UNANSWERED, ())
    asked = [one for one in known if now - one[-1] < LATE_SECONDS] + [[*one, now] for one in sent]
    placed = tuple(link.wrote.get(key) for key in PLACED)
    others = {tuple(one[:-1]): one for one in asked if tuple(one[:-1]) != placed}
    wrote = {key: value for key, value in link.wrote.items() if key != UNANSWERED}
    return replace(link, wrote=wrote | ({UNANSWERED: list(others.values())} if others else {}))


def _is_placed(there: Outside, asked: Sequence[Any]) -> bool:
    start, end, user = asked
    theirs = user is None or not there.people or user in there.people
    return theirs and (start, end) == (there.start, there.end)


def by_hand(before: Mapping[str, Any]) -> bool:
    """Tell whether somebody made the entry in the CRM, and it became a booking of ours."""
    return bool(before.get("quiet") or before.get("kept"))


def as_it_was_made(visit: CrmVisit, before: Mapping[str, Any]) -> CrmVisit:
    """Leave what was made by hand in its calendar; that it is a booking of ours now nobody is written to about."""
    if not by_hand(before):
        return visit
    calendar, service, service_location = before["target"]
    target = CrmTarget(calendar=calendar, service=service, service_location=service_location)
    return replace(visit, target=target, notify=visit.notify and not before.get("quiet"))
