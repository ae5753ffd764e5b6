"""Go after a webhook that was taken in: what it is about is asked for anew, whatever it said."""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.connections import ConnectionState
from fieldfare.ports.crm import CrmError, CrmUnavailableError, SourceKind
from fieldfare.ports.integrations import Received
from fieldfare.usecases.integrations.apply_entry import apply_entry
from fieldfare.usecases.integrations.connection_trail import write_down
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.receive import APPOINTMENTS, OPPORTUNITIES, UNINSTALLED
from fieldfare.usecases.integrations.sweep import sweep
from fieldfare.usecases.integrations.take_up import take_up, take_up_opportunity
from fieldfare.usecases.reactions import CRM

REACHES = frozenset({"OpportunityCreate", "OpportunityStageUpdate"})
"""Of these an opportunity has reached its stage just then; any other tells of something else about it."""
DELETED = "AppointmentDelete"
UNINSTALLED_TEXT = "The app was taken out of GoHighLevel. Connect again."


async def process_received(outward: Outward, business: str, received: str, *, now: int) -> None:
    """Go after one webhook; one that somebody has gone after stays as it is.

    Raises `CrmUnavailableError` and `StorageUnavailableError`: then it is tried again. Anything else that the CRM
    doesn't do is reported, and left to the next sweep.
    """
    async with outward.storage.open(business) as books:
        hint = await books.integrations.received.find(received)
    if hint is None or hint.processed_at is not None:
        return
    try:
        await _gone_after(outward, business, hint, now=now)
    except CrmUnavailableError:
        raise
    except CrmError as error:
        facts = {"type": hint.type, "subject": hint.subject, "status": error.status, "trace": error.trace}
        outward.reports.tell(error.code, str(error), level="warning", business=business, facts=facts)
    async with outward.storage.open(business) as books:
        await books.integrations.received.processed(received, at=now)


async def _gone_after(outward: Outward, business: str, hint: Received, *, now: int) -> None:
    if hint.type in APPOINTMENTS:
        if hint.subject is None:
            # It was too long and came without saying what it is about: whatever has changed is found.
            await sweep(outward, business, full=False, now=now)
        else:
            deleted = hint.type == DELETED
            await apply_entry(outward, business, SourceKind.APPOINTMENTS, hint.subject, now=now, deleted=deleted)
    elif hint.type in OPPORTUNITIES:
        if hint.subject is None:
            await take_up(outward, business, now=now)
        else:
            reached_at = hint.sent_at if hint.type in REACHES else None
            await take_up_opportunity(outward, business, hint.subject, reached_at=reached_at, now=now)
    elif hint.type == UNINSTALLED:
        await _uninstalled(outward, business, sent_at=hint.sent_at)


async def _uninstalled(outward: Outward, business: str, *, sent_at: int) -> None:
    """Ask for a new connection where the app was what let us in; a private token doesn't mind.

    One that was sent before the connection was last tried tells of an install that is no more. What is paused or only
    being set up stays so: whoever goes on with it is told then.
    """
    async with outward.storage.open(business) as books:
        known = await books.integrations.connections.find(for_change=True)
        if known is None or known.granted != "oauth" or not known.live or sent_at < (known.checked_at or 0):
            return
        lost = replace(known, state=ConnectionState.RECONNECT, failing=UNINSTALLED_TEXT)
        made = await books.integrations.connections.save(lost)
        await write_down(books, "uninstalled", CRM, before=known, after=made)
    outward.crms.forget(business)
