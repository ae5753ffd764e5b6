"""Write to the CRM what waits to be written, in one attempt: a visit as it stands now, or a note about it.

It converges: whatever happened before, and however often it is done, the CRM ends up with one entry that shows the
booking as it is now. Before something is made that an earlier attempt may have made, its reference is looked for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fieldfare.domain.connections import ConnectionSettings
from fieldfare.ports.crm import CrmError, CrmOutcomeUnknownError, CrmUnavailableError
from fieldfare.ports.integrations import WriteKind
from fieldfare.ports.storage import Books, StorageUnavailableError
from fieldfare.usecases.integrations.bring import Bringing
from fieldfare.usecases.integrations.claim import (
    HELD_SECONDS,
    Brought,
    Claim,
    NeedlessError,
    NotYetError,
    Outcome,
    claim,
)
from fieldfare.usecases.integrations.crms import Connected
from fieldfare.usecases.integrations.meanwhile import EditedError
from fieldfare.usecases.integrations.outcomes import (
    STUCK,
    note_contact,
    note_done,
    note_edited,
    note_failed,
    note_needless,
    note_not_yet,
    note_stuck,
    note_unwritable,
)
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.troubles import trouble_of
from fieldfare.usecases.integrations.visit_of import UnwritableError
from fieldfare.usecases.integrations.write_note import add_note

GIVES_UP_SECONDS = HELD_SECONDS - 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of an attempt; `technician` and `start` are whose day, and which, has changed in the CRM by it.

    `late` is a booking of which an entry may still turn up that an earlier attempt has asked for without an answer.
    """

    outcome: Outcome
    technician: str | None = None
    start: int | None = None
    late: str | None = None


_NOTHING = Written(outcome=Outcome.NOTHING)


async def write_out(outward: Outward, business: str, write_id: str, *, now: int) -> Written:
    """Make one attempt to write something that waits to the CRM; where none is connected, it waits on."""
    connected = await outward.crms.of(business)
    if connected is None:
        return _NOTHING
    current = await outward.businesses.current(business, now=now)
    async with outward.storage.open(business) as books:
        taken = await claim(
            books, outward, write_id, business=current.snapshot.business, connection=connected.connection, now=now
        )
    if taken is None:
        return _NOTHING
    brought = await _attempted(outward, business, connected, taken, now=now)
    if not isinstance(brought, Brought):
        if brought is Outcome.PARKED:
            _report(outward, business, taken)
        return Written(outcome=brought)
    async with outward.storage.open(business) as books:
        outcome = await note_done(books, taken, brought, now=now, done_at=max(now, outward.clock()))
    late = taken.booking.id if taken.unanswered else None
    if not brought.moved:
        return Written(outcome=outcome, late=late)
    return Written(outcome=outcome, technician=taken.booking.technician, start=taken.booking.start, late=late)


async def _attempted(
    outward: Outward, business: str, connected: Connected, taken: Claim, *, now: int
) -> Brought | Outcome:
    """Give what was brought about; what went wrong is noted, and its outcome given instead."""
    bringing = Bringing(outward, business, connected, taken, now=now)
    try:
        async with asyncio.timeout(GIVES_UP_SECONDS):
            if taken.write.kind is WriteKind.NOTE:
                return Brought(contact=await add_note(outward, connected.crm, taken, now=now))
            return await bringing.bring()
    except (NeedlessError, NotYetError, EditedError, UnwritableError) as error:
        async with outward.storage.open(business) as books:
            return await _put_off(books, taken, error, connected.connection.settings, now=now)
    except TimeoutError:
        failure: CrmError = CrmOutcomeUnknownError("no answer in time")
    except CrmError as error:
        failure = error
    except StorageUnavailableError:
        raise
    except Exception as error:
        return await _stuck(outward, business, taken, error, unknown=bringing.unknown, now=now)
    async with outward.storage.open(business) as books:
        await note_contact(books, taken, bringing.contact)
        first = await trouble_of(books) is None
        outcome = await note_failed(books, taken, failure, unknown=bringing.unknown, now=now)
    if first and outcome is Outcome.TROUBLE and isinstance(failure, CrmUnavailableError):
        _report_trouble(outward, business, failure)
    return outcome


async def _stuck(
    outward: Outward, business: str, taken: Claim, error: Exception, *, unknown: bool, now: int
) -> Outcome:
    """Note what nobody has foreseen, and report it once: else it would be tried for ever, and seen by nobody."""
    async with outward.storage.open(business) as books:
        outcome, new = await note_stuck(books, taken, error, unknown=unknown, now=now)
    if new:
        outward.reports.tell(
            STUCK,
            "something unforeseen keeps a booking from being written to the CRM",
            business=business,
            # What an error says may hold somebody's name; what kind it is doesn't.
            facts={"error": type(error).__name__, "booking": taken.booking.id, "kind": taken.write.kind.value},
        )
    return outcome


async def _put_off(
    books: Books,
    taken: Claim,
    error: NeedlessError | NotYetError | EditedError | UnwritableError,
    settings: ConnectionSettings,
    *,
    now: int,
) -> Outcome:
    """Note what isn't written now, or ever, for a reason that isn't the CRM's."""
    match error:
        case NeedlessError():
            return await note_needless(books, taken, now=now)
        case NotYetError():
            return await note_not_yet(books, taken, at=error.at)
        case EditedError():
            return await note_edited(books, taken, error.there, settings, now=now)
        case UnwritableError():
            return await note_unwritable(books, taken, error, now=now)


def _report_trouble(outward: Outward, business: str, error: CrmUnavailableError) -> None:
    outward.reports.tell(
        "crm_trouble",
        "the CRM can't be written to just now; what is to be written waits",
        level="warning",
        business=business,
        facts={"error": error.code, "status": error.status, "trace": error.trace},
    )


def _report(outward: Outward, business: str, taken: Claim) -> None:
    outward.reports.tell(
        "crm_write_parked",
        "something could not be written to the CRM and waits for somebody to send it again",
        business=business,
        facts={"write": taken.write.id, "booking": taken.booking.id, "kind": taken.write.kind.value},
    )
