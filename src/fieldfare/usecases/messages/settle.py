"""Settle a message that could not be sent: somebody at the desk has told the customer, or nobody has to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.ports.customers import Message, MessageStatus
from fieldfare.ports.storage import Books, Entry, Personal
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.refusals import WrongStatusError

SUBJECT = "messages"


class UnknownMessageError(LookupError):
    """There is no such message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """A message that is done with, and how, in the desk's words."""

    message: str
    actor: Actor
    note: str | None = None


async def settle(_: Desk, wanted: Settle) -> Act[Message]:
    """Plan to settle a message; one that is settled stays so. Raises `UnknownMessageError` and `WrongStatusError`."""

    async def act(books: Books) -> Message:
        message = await books.messages.find(wanted.message, for_change=True)
        if message is None:
            raise UnknownMessageError
        if message.status is not MessageStatus.UNSENT:
            raise WrongStatusError(f"a message that is {message.status.value} has nothing to settle")
        if message.settled_at is not None:
            return message
        settled = replace(message, settled_at=books.moment)
        await books.messages.change(settled)
        note = (wanted.note or "").strip()
        entry = Entry(
            actor=wanted.actor,
            action="settle",
            subject=SUBJECT,
            subject_id=message.id,
            before={"settled": False},
            after={"settled": True, "booking": message.booking, "kind": message.kind.value, "failure": message.failure},
            # How somebody was reached may say who they are.
            personal=Personal(customer=message.customer, reason=note) if note else None,
        )
        await books.audit.write([entry])
        return settled

    return act
