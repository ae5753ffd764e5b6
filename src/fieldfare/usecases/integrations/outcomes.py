"""Noting what came of an attempt to write something to the CRM, and when the next one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fieldfare.domain.bookings import Booking
from fieldfare.domain.connections import ConnectionSettings
from fieldfare.domain.mirrored import Outside, OutsideStatus
from fieldfare.ports.crm import (
    CrmError,
    CrmOutcomeUnknownError,
    CrmRateLimitedError,
    CrmUnauthorisedError,
    CrmUnavailableError,
)
from fieldfare.ports.integrations import Conflict, ConflictKind, CrmWrite, WriteKind, WriteState
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.claim import Brought, Claim, Outcome
from fieldfare.usecases.integrations.failures import lasting
from fieldfare.usecases.integrations.late_entries import LATE_SECONDS
from fieldfare.usecases.integrations.meanwhile import with_unanswered
from fieldfare.usecases.integrations.troubles import (
    LONGEST_WAIT,
    SYSTEM,
    note_failure,
    note_refusal,
    note_trouble,
    patience,
    trouble_of,
    trouble_over,
    wait_after,
)
from fieldfare.usecases.integrations.visit_of import UnwritableError
from fieldfare.usecases.people.tokens import new_id

EDITED = "edited_meanwhile"
STUCK = "write_stuck"
MOST_REFUSALS = 5
"""After so many the payload is put aside for people to look at (O13)."""
MOST_ALONE = 12
"""So often something may fail while all else gets through."""


async def note_done(books: Books, taken: Claim, brought: Brought, *, now: int, done_at: int) -> Outcome:
    """Note what was brought about; what has changed meanwhile is written by another attempt at once."""
    # The booking is locked first, as by every change of it: else each could wait for the other.
    booking = await books.bookings.find(taken.booking.id, for_change=True)
    writes = books.integrations.writes
    write = await _mine(books, taken)
    if not await _is_account(books, taken):
        # What was made there is nothing of ours any more.
        return Outcome.NOTHING
    await note_contact(books, taken, brought.contact)
    if brought.link is not None and (write is not None or await writes.link(taken.booking.id) is None):
        await _note_seen(books, taken, brought, at=done_at)
        sent = taken.write.facts.get("sent", ())
        await writes.save_link(with_unanswered(brought.link, taken.link, sent=sent, now=done_at))
    if await trouble_of(books) is not None:
        await trouble_over(books, now=now)
    if write is None:
        return Outcome.NOTHING
    await books.integrations.failures.over(system=SYSTEM, subject=taken.booking.id, at=now)
    done = replace(write, begun=False, failure=None, facts=_settled(write.facts))
    if write.kind is WriteKind.VISIT and booking is not None and booking.version != taken.booking.version:
        await writes.change(replace(done, next_at=now))
        return Outcome.AGAIN
    # What was asked for is kept: it may turn up late, and is known again by that.
    await writes.change(replace(done, state=WriteState.DONE, done_at=now, facts=_kept(write.facts)))
    return Outcome.DONE


async def note_contact(books: Books, taken: Claim, contact: str | None) -> None:
    """Note which contact of the account a customer is, where that is news."""
    customer = taken.booking.customer
    if contact is None or customer is None or contact == taken.contact:
        return
    if await _is_account(books, taken):
        await books.integrations.writes.save_contact(customer=customer, contact=contact)


async def _note_seen(books: Books, taken: Claim, brought: Brought, *, at: int) -> None:
    """Write what the entry says now into the mirror: a reading that was begun before doesn't know it yet."""
    link, visit = brought.link, brought.visit
    if link is None or len(taken.entries) != 1:
        return
    (entry,) = taken.entries
    if (entry.source, entry.source_id) != (link.written.source, link.written.source_id):
        return
    fresh = (await books.integrations.mirror.find([entry.key])).get(entry.key)
    if fresh is None or fresh.seen_at > at:
        return
    if link.wrote.get("status") == "cancelled":
        seen = replace(fresh, status=OutsideStatus.CANCELLED, takes_time=False)
    elif visit is not None and taken.booking.technician is not None:
        seen = replace(
            fresh,
            start=visit.start,
            end=visit.end,
            title=visit.title,
            technicians=(taken.booking.technician,),
            status=OutsideStatus.CONFIRMED,
            deleted=False,
            unreadable=None,
        )
    else:
        return
    await books.integrations.mirror.save([replace(seen, seen_at=at, changed_at=None)])


async def note_needless(books: Books, taken: Claim, *, now: int) -> Outcome:
    """Note that there is nothing to write any more."""
    write = await _mine(books, taken)
    if write is not None:
        dropped = replace(write, state=WriteState.DROPPED, done_at=now, begun=False, facts=_kept(write.facts))
        await books.integrations.writes.change(dropped)
    return Outcome.NOTHING


async def note_not_yet(books: Books, taken: Claim, *, at: int) -> Outcome:
    """Note that something else has to be written first; that was no attempt."""
    write = await _mine(books, taken)
    if write is not None:
        waits = replace(write, next_at=at, attempts=taken.write.attempts - 1, facts=_kept(write.facts))
        await books.integrations.writes.change(waits)
    return Outcome.AGAIN


async def note_failed(books: Books, taken: Claim, error: CrmError, *, unknown: bool, now: int) -> Outcome:
    """Note an attempt that failed: `unknown` says that an entry may have been made all the same."""
    write = await _mine(books, taken)
    if write is None:
        return Outcome.NOTHING
    failed = replace(write, begun=unknown, failure=error.code, facts=_kept(write.facts))
    writes = books.integrations.writes
    if isinstance(error, CrmUnauthorisedError):
        await writes.change(replace(failed, next_at=now + LONGEST_WAIT))
        return Outcome.TROUBLE
    if isinstance(error, CrmUnavailableError):
        return await _note_trouble(books, taken, failed, error, now=now)
    await note_refusal(books, error, booking=taken.booking.id, now=now)
    return await _count_refusal(books, taken, failed, now=now)


async def note_stuck(books: Books, taken: Claim, error: Exception, *, unknown: bool, now: int) -> tuple[Outcome, bool]:
    """Note an attempt that something unforeseen has ended, and tell whether that is new; it counts like a refusal."""
    write = await _mine(books, taken)
    if write is None:
        return Outcome.NOTHING, False
    known = {one.subject for one in await lasting(books, code=STUCK)}
    await note_failure(books, STUCK, booking=taken.booking.id, now=now, facts={"error": type(error).__name__})
    failed = replace(write, begun=unknown, failure=STUCK, facts=_kept(write.facts))
    return await _count_refusal(books, taken, failed, now=now), taken.booking.id not in known


async def _count_refusal(books: Books, taken: Claim, failed: CrmWrite, *, now: int) -> Outcome:
    """Have it tried again in a while, or put it aside where it has failed too often as it stands."""
    count = _count(failed.facts, "refused", taken.booking) + 1
    failed = replace(failed, facts={**failed.facts, "refused": {"version": taken.booking.version, "count": count}})
    if count >= MOST_REFUSALS:
        await books.integrations.writes.change(replace(failed, state=WriteState.PARKED))
        return Outcome.PARKED
    await books.integrations.writes.change(replace(failed, next_at=now + patience(count)))
    return Outcome.AGAIN


async def _note_trouble(
    books: Books, taken: Claim, failed: CrmWrite, error: CrmUnavailableError, *, now: int
) -> Outcome:
    """Note that something didn't get through; what alone fails so again and again is put aside as if it were refused.

    Some payloads are answered with a server's error each time.
    """
    trouble = await trouble_of(books)
    limited = isinstance(error, CrmRateLimitedError)
    alone = _count(failed.facts, "alone", taken.booking) + (trouble is None and not limited)
    failed = replace(failed, facts={**failed.facts, "alone": {"version": taken.booking.version, "count": alone}})
    if alone >= MOST_ALONE:
        await note_refusal(books, error, booking=failed.booking, now=now)
        await books.integrations.writes.change(replace(failed, state=WriteState.PARKED))
        return Outcome.PARKED
    in_a_row = 1 if trouble is None else trouble.count + 1
    until = now + wait_after(error, failures=max(alone, in_a_row))
    await note_trouble(books, error, now=now, until=until)
    if failed.kind is WriteKind.NOTE and isinstance(error, CrmOutcomeUnknownError):
        # A note that turns up late stands there for good: until then it isn't asked for again.
        until = max(until, now + LATE_SECONDS)
    await books.integrations.writes.change(replace(failed, next_at=until))
    return Outcome.TROUBLE


async def note_edited(books: Books, taken: Claim, there: Outside, settings: ConnectionSettings, *, now: int) -> Outcome:
    """Put aside what would move an entry that people have moved as well: they say what shall be."""
    booking = await books.bookings.find(taken.booking.id, for_change=True)
    write = await _mine(books, taken)
    link = await books.integrations.writes.link(taken.booking.id, for_change=True)
    if write is None or booking is None or link is None:
        return Outcome.NOTHING
    goes = sorted({settings.technicians[user] for user in there.people if user in settings.technicians})
    conflict = Conflict(
        id=new_id(now=now),
        kind=ConflictKind.MOVED_ONTO,
        subject=f"{ConflictKind.MOVED_ONTO.value}:{booking.id}:{there.key}",
        found_at=now,
        booking=booking.id,
        entry=there.key,
        technician=booking.technician,
        start=booking.start,
        facts={"start": there.start, "end": there.end, "onto": goes[0] if goes else booking.technician},
    )
    await books.integrations.conflicts.add(conflict)
    await note_failure(books, EDITED, booking=booking.id, now=now)
    # So the next reading knows that it was seen, and no booking follows it before that is decided.
    placed = {"start": there.start, "end": there.end} | ({"user": min(there.people)} if there.people else {})
    await books.integrations.writes.save_link(replace(link, wrote={**link.wrote, **placed}))
    await books.integrations.writes.change(
        replace(write, state=WriteState.PARKED, begun=False, failure=EDITED, facts=_settled(write.facts))
    )
    return Outcome.PARKED


async def note_unwritable(books: Books, taken: Claim, error: UnwritableError, *, now: int) -> Outcome:
    """Put aside what can't be written as the connection is set up: somebody has to choose what is missing."""
    write = await _mine(books, taken)
    if write is None:
        return Outcome.NOTHING
    facts: dict[str, str | int | None] = dict(error.facts)
    await note_failure(books, error.code, booking=taken.booking.id, now=now, facts=facts)
    parked = replace(write, state=WriteState.PARKED, begun=taken.searched, failure=error.code, facts=_kept(write.facts))
    await books.integrations.writes.change(parked)
    return Outcome.PARKED


async def _mine(books: Books, taken: Claim) -> CrmWrite | None:
    """Read it again, locked; None where it is no longer to be written."""
    write = await books.integrations.writes.find(taken.write.id, for_change=True)
    if write is None or write.state is not WriteState.WAITING:
        return None
    return write if await _is_account(books, taken) else None


async def _is_account(books: Books, taken: Claim) -> bool:
    """Tell whether the business is connected still to the account that was written to."""
    connection = await books.integrations.connections.find()
    return connection is not None and connection.account == taken.account


def _count(facts: Mapping[str, Any], what: str, booking: Booking) -> int:
    """Tell how often something has come of it as the booking stands."""
    counted = facts.get(what, {})
    return int(counted.get("count", 0)) if counted.get("version") == booking.version else 0


def _settled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is worth keeping once it is known how the entry stands."""
    return {key: value for key, value in _kept(facts).items() if key != "sent"}


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is worth keeping once nobody has it in hand."""
    return {key: value for key, value in facts.items() if key != "held_until"}
