"""The books of what customers say of themselves, of what they are told, and of those who wait for a slot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from fieldfare.domain.customers import Contact, Customer, ServiceAddress
from fieldfare.domain.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingContact:
    """What was said for one visit: who, where to ring, and why it ended, in the customer's or the staff's words.

    `job` is what the office noted of it in the CRM: for staff and technicians, and for no page or mail of the customer.
    """

    booking: str
    customer: str
    contact: Contact
    address: ServiceAddress | None = None
    ended_because: str | None = None
    job: str = ""


class ContactTakenError(Exception):
    """Another customer has this email."""


class CustomerBook(Protocol):
    """The customers of one business, and the contacts of their visits."""

    async def known(self, contact: Contact, *, new_id: str, at: int) -> Customer:
        """Find a customer again by email, else by phone, or write a new one under the id.

        What the customer's record lacks is filled in; what it has stays: anybody can type anybody's email.
        """
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> Customer | None:
        """Look a customer up; `for_change` makes whoever else wants to change it wait."""
        ...

    async def search(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        after: str | None = None,
        limit: int,
    ) -> tuple[Customer, ...]:
        """List customers that are not erased by email, phone or part of their name, by id, that come after an id."""
        ...

    async def page(self, *, after: str | None, limit: int) -> tuple[Customer, ...]:
        """List customers by id."""
        ...

    async def change(self, customer: Customer) -> None:
        """Write a customer in place of what it was; raises `ContactTakenError`."""
        ...

    async def note(self, said: BookingContact) -> None:
        """Write what was said for a visit, in place of what was said before."""
        ...

    async def said_for(self, bookings: Collection[str]) -> dict[str, BookingContact]:
        """Look up what was said for visits, by their ids."""
        ...

    async def personal_trail(self, customer: str) -> tuple[Mapping[str, Any], ...]:
        """List the personal parts of the audit trail about a customer: number, before, after, reason."""
        ...

    async def erase(self, customer: str, *, at: int) -> None:
        """Take everything personal away: the record's values, the contacts of visits, the personal trail."""
        ...


class MessageKind(StrEnum):
    """What customers are written to about."""

    CONFIRMED = "confirmed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    REQUESTED = "requested"
    ESTIMATE_MOVED = "estimate_moved"
    OFFERED = "offered"


class MessageStatus(StrEnum):
    """Where a message stands: `unsent` is for the desk to settle, `dropped` needs nobody any more."""

    WAITING = "waiting"
    SENT = "sent"
    UNSENT = "unsent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to a customer about a visit. `facts` were true when it was decided to write; nothing personal."""

    id: str
    kind: MessageKind
    booking: str
    customer: str
    sequence: int
    created_at: int
    status: MessageStatus = MessageStatus.WAITING
    facts: Mapping[str, Any] = field(default_factory=dict)
    failure: str | None = None
    attempts: int = 0
    sent_at: int | None = None
    settled_at: int | None = None


class MessageBook(Protocol):
    """The messages of one business."""

    async def add(self, message: Message) -> None:
        """Write a message that is to be sent."""
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> Message | None:
        """Look a message up."""
        ...

    async def change(self, message: Message) -> None:
        """Write a message in place of what it was."""
        ...

    async def page(
        self,
        *,
        statuses: Collection[MessageStatus] | None,
        booking: str | None,
        unsettled: bool,
        before: str | None,
        limit: int,
    ) -> tuple[Message, ...]:
        """List messages, the newest id first; `unsettled` only those that no one at the desk has settled."""
        ...


class WaitingStatus(StrEnum):
    """Where somebody who waits stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who waits for a slot: up to five wishes, each two instants between which the visit is to lie."""

    id: str
    customer: str
    product: str
    place: Place
    wishes: tuple[tuple[int, int], ...]
    joined_at: int
    status: WaitingStatus = WaitingStatus.WAITING
    offered: str | None = None


class WaitingBook(Protocol):
    """Those who wait for a slot of one business."""

    async def add(self, waiting: Waiting) -> None:
        """Write somebody down."""
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> Waiting | None:
        """Look somebody up."""
        ...

    async def change(self, waiting: Waiting) -> None:
        """Write somebody in place of what was there."""
        ...

    async def page(
        self, *, statuses: Collection[WaitingStatus], customer: str | None = None, after: str | None, limit: int
    ) -> tuple[Waiting, ...]:
        """List by id, which is the order in which they joined."""
        ...
