"""Take a webhook of a CRM in: written down once, by ids alone, with the task that goes after it.

A webhook is a hint. It is answered before anything is done about it, and whatever it says is asked for anew then: of
two that come in the wrong order, and of ten that are the same, nothing else can come.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fieldfare.ports.bookings import Task
from fieldfare.ports.error_sinks import ErrorReports
from fieldfare.ports.integrations import Accounts, Received
from fieldfare.ports.storage import Storage
from fieldfare.usecases.reactions import RECEIVED_FROM_CRM

APPOINTMENTS = frozenset({"AppointmentCreate", "AppointmentUpdate", "AppointmentDelete"})
OPPORTUNITIES = frozenset(
    {"OpportunityCreate", "OpportunityUpdate", "OpportunityStageUpdate", "OpportunityStatusUpdate"}
)
UNINSTALLED = "UNINSTALL"
HEARD = APPOINTMENTS | OPPORTUNITIES | {UNINSTALLED}
"""What is gone after. Of contacts and notes nothing is kept that could be outdated, and notes may be our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A webhook whose signature and age are good. `account` is None where it concerns a whole agency.

    `ours` says that it names our app: every app that an account lets in and out is told of by the same key.
    """

    id: str
    type: str
    account: str | None
    subject: str | None
    sent_at: int
    ours: bool = False
    provider: str = "ghl"


class Receipt(StrEnum):
    """What became of a webhook."""

    TAKEN = "taken"
    KNOWN = "known"
    IGNORED = "ignored"
    PARKED = "parked"


async def receive(
    storage: Storage, accounts: Accounts, hint: Hint, *, reports: ErrorReports | None, now: int
) -> Receipt:
    """Write a webhook down with its task, in one transaction; raises `StorageUnavailableError`.

    One for an account that nobody here is connected to is attached to nobody: it is counted and reported, that's all.
    """
    business = None if hint.account is None else await accounts.business_of(hint.provider, hint.account)
    if business is None:
        if reports is not None:
            reports.tell(
                "webhook_unknown_account",
                "A webhook came for an account that no business here is connected to.",
                level="warning",
                facts={"provider": hint.provider, "account": hint.account, "type": hint.type},
            )
        return Receipt.PARKED
    if hint.type not in HEARD or (hint.type == UNINSTALLED and not hint.ours):
        return Receipt.IGNORED
    received = Received(id=hint.id, type=hint.type, subject=hint.subject, sent_at=hint.sent_at, received_at=now)
    async with storage.open(business, brisk=True) as books:
        if not await books.integrations.received.add(received):
            return Receipt.KNOWN
        await books.tasks.add([_task(business, received)])
    return Receipt.TAKEN


def _task(business: str, received: Received) -> Task:
    """Make the task; what is about the same thing is gone after in turn."""
    about = received.subject or received.type
    return Task(
        name=RECEIVED_FROM_CRM,
        arguments={"business": business, "received": received.id},
        lock=f"crm-in:{business}:{about}",
    )
