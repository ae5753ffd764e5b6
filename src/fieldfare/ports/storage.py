"""Where businesses are kept: one transaction is one `Books`, opened for one business and closed as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from fieldfare.domain.actors import Actor
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Change, Configuration, Document
from fieldfare.ports.bookings import BookingBook, EventBook, LinkBook, OnceBook, TaskBook
from fieldfare.ports.customers import CustomerBook, MessageBook, WaitingBook
from fieldfare.ports.integrations import IntegrationBooks
from fieldfare.ports.people import PeopleBook
from fieldfare.ports.reports import ReportBook
from fieldfare.ports.search import SearchBook
from fieldfare.ports.webhooks import WebhookBook


class StorageUnavailableError(Exception):
    """The database can't be reached or can't answer now; the same call may succeed in a moment."""


class StorageContendedError(StorageUnavailableError):
    """Others were at the same rows for too long, or the other way round; the same transaction may succeed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """How often a business has changed at all, its number when its configuration last did, and the database's time.

    `moment` is an instant: whoever decides whether a hold still lives goes by it, not by a clock of their own.
    `read_at` is the instant as of which all is known that a connected CRM says of the technicians, None where none is
    connected, and `marks` a print of what was read when: neither raises the revision.
    """

    revision: int
    configuration: int
    moment: int = field(default=0, compare=False)
    read_at: int | None = field(default=None, compare=False)
    marks: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What has changed since some revision.

    `technicians` are those whose commitments are others; None among them stands for time that is nobody's and only
    holds resources. `everything` is set when the log doesn't reach back that far.
    """

    revisions: Revisions
    everything: bool
    technicians: frozenset[str | None]


class ConfigurationBook(Protocol):
    """A business's documents."""

    async def load(self, *, for_change: bool = False) -> Configuration | None:
        """Read the whole configuration; None if there is no such business.

        `for_change` makes whoever else wants to change it wait until this transaction ends.
        """
        ...

    async def save(self, changes: Sequence[Change]) -> None:
        """Write changes; the first one of a new business is its own document. What is gone is only marked so."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCommitment:
    """A commitment, where it comes from (`file`, `staff`), and how often it was changed."""

    commitment: Commitment
    source: str
    version: int


class CommitmentBook(Protocol):
    """Whatever takes technicians' time."""

    async def standing(
        self, *, since: int, until: int | None = None, technicians: Collection[str | None] | None = None
    ) -> tuple[Commitment, ...]:
        """List what ends after `since` and starts before `until`, of some technicians or of all.

        What was written down comes first, by id; then what bookings and live holds take.
        """
        ...

    async def turns(self, technicians: Collection[str | None] | None = None) -> Mapping[str, int]:
        """Tell, by technician, the next instant at which their time becomes another without anybody's doing.

        A hold runs out then, or a visit that is late should have ended.
        """
        ...

    async def find(self, ids: Collection[str]) -> dict[str, KeptCommitment]:
        """Look commitments up by id; those that are deleted or unknown are left out."""
        ...

    async def page(
        self, *, since: int | None, until: int | None, technician: str | None, after: tuple[int, str] | None, limit: int
    ) -> tuple[KeptCommitment, ...]:
        """List by start, then id, what comes after a (start, id)."""
        ...

    async def save(self, commitments: Sequence[Commitment], *, source: str) -> None:
        """Write commitments, new ones and new versions of old ones.

        Raises `ForeignSourceError` for one that another source keeps.
        """
        ...

    async def delete(self, ids: Collection[str]) -> None:
        """Mark commitments as deleted; what is unknown is passed over."""
        ...

    async def holding(self, technician: str, *, since: int) -> int:
        """Count what takes a technician's time after an instant, once nobody can add to it."""
        ...


class ForeignSourceError(ValueError):
    """A commitment is another source's to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """The part of a line that goes when the customer is erased: what was said by or about them."""

    customer: str | None
    before: Document | None = None
    after: Document | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit trail: what was done to what, by whom, with before and after."""

    actor: Actor
    action: str
    subject: str
    subject_id: str
    before: Document | None = None
    after: Document | None = None
    reason: str | None = None
    personal: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """A line that was written: its number, and the instant."""

    number: int
    at: int
    entry: Entry


class AuditBook(Protocol):
    """The trail of changes, which is only ever added to."""

    async def write(self, entries: Sequence[Entry]) -> None:
        """Add lines."""
        ...

    async def page(
        self, *, before: int | None, limit: int, subject: str | None = None, subject_id: str | None = None
    ) -> tuple[KeptEntry, ...]:
        """List lines, the newest first, those with a smaller number than `before`."""
        ...


class Books(Protocol):
    """All books of one business, in one transaction: committed when left in peace, rolled back on any exception."""

    @property
    def business(self) -> str:
        """The business's id."""
        ...

    @property
    def moment(self) -> int:
        """The instant at which the books were opened, by the database's clock."""
        ...

    @property
    def configuration(self) -> ConfigurationBook:
        """The documents."""
        ...

    @property
    def commitments(self) -> CommitmentBook:
        """The commitments."""
        ...

    @property
    def audit(self) -> AuditBook:
        """The audit trail."""
        ...

    @property
    def people(self) -> PeopleBook:
        """The accounts, sessions and keys."""
        ...

    @property
    def bookings(self) -> BookingBook:
        """The holds and bookings."""
        ...

    @property
    def links(self) -> LinkBook:
        """The links."""
        ...

    @property
    def once(self) -> OnceBook:
        """The answers that were given under an idempotency key."""
        ...

    @property
    def tasks(self) -> TaskBook:
        """The outbox."""
        ...

    @property
    def events(self) -> EventBook:
        """What happened."""
        ...

    @property
    def customers(self) -> CustomerBook:
        """The customers."""
        ...

    @property
    def search(self) -> SearchBook:
        """The search in customers and bookings."""
        ...

    @property
    def messages(self) -> MessageBook:
        """What customers are told."""
        ...

    @property
    def waiting(self) -> WaitingBook:
        """Those who wait for a slot."""
        ...

    @property
    def webhooks(self) -> WebhookBook:
        """The webhooks."""
        ...

    @property
    def integrations(self) -> IntegrationBooks:
        """The connections to systems outside, and what follows from them."""
        ...

    @property
    def reports(self) -> ReportBook:
        """What reports read, and what is counted for them."""
        ...

    async def secret(self) -> bytes:
        """Give 256 bits that only this business has, made when they are first asked for."""
        ...

    async def revisions(self) -> Revisions | None:
        """Tell the business's revisions by one small query; None if there is no such business."""
        ...

    async def changed_since(self, revision: int) -> Changed:
        """Tell what has changed since a revision that was seen before."""
        ...

    async def forget_expired(self) -> int:
        """Delete the sessions and remembered addresses that have run out; gives how many there were."""
        ...


class Storage(Protocol):
    """A database of many businesses."""

    def open(self, business: str, *, brisk: bool = False) -> AbstractAsyncContextManager[Books]:
        """Open the books of one business; raises `StorageUnavailableError`, then or at any step.

        A `brisk` transaction gives up on a lock after two seconds, and on a statement after five.
        """
        ...

    async def revisions(self, business: str) -> Revisions | None:
        """Tell a business's revisions by one small query; None if there is no such business."""
        ...

    async def sole_business(self) -> str | None:
        """Name the business if there is exactly one."""
        ...
