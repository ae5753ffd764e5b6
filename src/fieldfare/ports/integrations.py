"""The books of a business's connections: credentials, the mirror, what is to be written, what to settle."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from fieldfare.domain.connections import Connection
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.places import Place
from fieldfare.ports.crm import Allowance, CrmWritten, SourceKind


class AccountTakenError(Exception):
    """Another business is connected to this account."""


class SealingError(Exception):
    """Credentials can be neither kept nor opened; the message is for whoever runs the installation."""


class SealingKeyMissingError(SealingError):
    """There is no key to seal credentials with."""


class SealBrokenError(SealingError):
    """Sealed credentials can't be opened: with this key, for this business, or at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens an account: a token, or an access token with the one that refreshes it; instants."""

    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: int | None = None
    scopes: tuple[str, ...] = ()


class ConnectionBook(Protocol):
    """The connection of one business to its CRM: there is one a provider at most."""

    async def find(self, provider: str = "ghl", *, for_change: bool = False) -> Connection | None:
        """Look the connection up, unless it was removed."""
        ...

    async def save(self, connection: Connection, *, credentials: Credentials | None = None) -> Connection:
        """Write it, with new credentials where they are given; gives it with its new version.

        Removing it takes the credentials away, frees the time of what was mirrored and drops what waits to be written;
        what bookings are there is remembered until another account takes its place. Raises `AccountTakenError` and
        `SealingKeyMissingError`.
        """
        ...

    async def credentials(self, provider: str = "ghl", *, for_change: bool = False) -> Credentials | None:
        """Open the credentials; `for_change` makes whoever else wants to refresh them wait.

        Raises `SealingKeyMissingError` and `SealBrokenError`.
        """
        ...

    async def renew(self, credentials: Credentials, provider: str = "ghl") -> None:
        """Write credentials that were refreshed in place of those that `credentials(for_change=True)` gave."""
        ...

    async def take_turn(self, allowance: Allowance, *, pressing: bool) -> float:
        """Take leave for one call to the business's CRM, and give 0; or else the seconds until it may be there.

        Whoever takes a turn makes the others wait until this transaction ends.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """An entry of the CRM as we know it, by `key`. It takes time as the commitment of the same id, if it does.

    `scope` is the question that it was read by. `booking` is ours that it is; then the booking takes the time, and the
    commitment doesn't. `place` is where it was found to be (`placed_by`: `tag`, `record`, `geocoder`), `unreadable`
    what is wrong with its latest times. `seen_at` is the instant of the reading, `changed_at` the vendor's.
    """

    key: str
    source: SourceKind
    source_id: str
    scope: str
    start: int
    end: int
    status: OutsideStatus
    takes_time: bool
    technicians: tuple[str, ...]
    seen_at: int
    leg: int | None = None
    calendar: str | None = None
    contact: str | None = None
    booking: str | None = None
    title: str = field(default="", repr=False)
    place_text: str | None = field(default=None, repr=False)
    hub: str | None = None
    place: Place | None = None
    placed_by: str | None = None
    unreadable: str | None = None
    deleted: bool = False
    changed_at: int | None = None


class MirrorBook(Protocol):
    """What the CRM was last seen to hold, and as of when."""

    async def find(self, keys: Collection[str]) -> dict[str, Mirrored]:
        """Look entries up by key, deleted ones too."""
        ...

    async def of_source(self, source: SourceKind, source_id: str) -> tuple[Mirrored, ...]:
        """List the entries of one id: the legs of a booking."""
        ...

    async def of_bookings(self, bookings: Collection[str]) -> dict[str, tuple[Mirrored, ...]]:
        """List the entries that are bookings of ours."""
        ...

    async def in_scopes(self, scopes: Collection[str], *, since: int, until: int) -> tuple[Mirrored, ...]:
        """List the entries of scopes that stand and overlap a time."""
        ...

    async def scopes_with(
        self, technicians: Collection[str], scopes: Collection[str], *, since: int, until: int
    ) -> frozenset[str]:
        """Name those of some scopes in which entries of some technicians stand that overlap a time."""
        ...

    async def save(self, entries: Sequence[Mirrored]) -> None:
        """Write entries, new ones and known ones; of customers who were erased nothing personal."""
        ...

    async def unreadable(self, *, limit: int) -> tuple[Mirrored, ...]:
        """List the entries whose latest times make no sense."""
        ...

    async def mark_read(self, technicians: Mapping[str, int], *, source: SourceKind) -> None:
        """Note that a source is known as of an instant, technician by technician; never back in time."""
        ...

    async def read_at(self) -> dict[tuple[SourceKind, str], int]:
        """Tell as of which instant each source is known, technician by technician."""
        ...

    async def remember_place(self, text_hash: bytes, place: Place) -> None:
        """Keep where an address was found, by its hash."""
        ...

    async def known_place(self, text_hash: bytes) -> Place | None:
        """Give where an address was found before."""
        ...


class WriteKind(StrEnum):
    """What is to be written: a visit as it stands now, or a note about it, once."""

    VISIT = "visit"
    NOTE = "note"


class WriteState(StrEnum):
    """`parked` is what was refused: it waits for somebody to send it again."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmWrite:
    """Something to be written to the CRM. `begun` says that an attempt was made whose outcome nobody knows yet.

    There is one waiting VISIT a booking at most, whatever has happened to the booking: it brings the CRM to what
    stands when it is carried out. `facts` of a note are ids and codes, nothing personal.
    """

    id: str
    kind: WriteKind
    booking: str
    created_at: int
    state: WriteState = WriteState.WAITING
    customer: str | None = None
    attempts: int = 0
    next_at: int = 0
    begun: bool = False
    failure: str | None = None
    done_at: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmLink:
    """What a booking is in the CRM. `version` is the booking's that was written last, `wrote` a print of it."""

    booking: str
    written: CrmWritten
    contact: str | None
    version: int
    wrote: Mapping[str, Any] = field(default_factory=dict)


class WriteBook(Protocol):
    """The outbox to the CRM, and what became of it."""

    async def add(self, write: CrmWrite) -> str | None:
        """Write something down that is to be written, and give its id; None where no CRM is connected.

        A VISIT that waits for the same booking already, or is parked, is that one: its id is given, and it is due at
        once. A NOTE of an id that is there already stays as it is.
        """
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> CrmWrite | None:
        """Look one up."""
        ...

    async def visits_of(self, booking: str) -> tuple[CrmWrite, ...]:
        """List the latest VISITs of a booking, whatever became of them, the newest first."""
        ...

    async def change(self, write: CrmWrite) -> None:
        """Write one in place of what it was."""
        ...

    async def due(self, *, now: int, limit: int) -> tuple[CrmWrite, ...]:
        """List what waits and is due, the oldest first: visits before notes.

        What has an earlier visit of the same customer before it that isn't due yet waits with that one.
        """
        ...

    async def is_behind(self, id_: str) -> bool:
        """Tell whether an earlier visit of the same customer waits to be written."""
        ...

    async def page(
        self, *, states: Collection[WriteState], after: tuple[int, str] | None, limit: int
    ) -> tuple[CrmWrite, ...]:
        """List by creation, then id."""
        ...

    async def counts(self) -> Mapping[WriteState, int]:
        """Count what waits and what is parked; both are named."""
        ...

    async def waiting_for(self, bookings: Collection[str]) -> frozenset[str]:
        """Name the bookings of which something waits or is parked."""
        ...

    async def waiting_visits(self, bookings: Collection[str]) -> frozenset[str]:
        """Name the bookings that wait to be written: what people make of their entries until then doesn't count."""
        ...

    async def link(self, booking: str, *, for_change: bool = False) -> CrmLink | None:
        """Tell what a booking is in the CRM."""
        ...

    async def linked(self, written: CrmWritten) -> CrmLink | None:
        """Tell which booking an entry of the CRM is."""
        ...

    async def save_link(self, link: CrmLink) -> None:
        """Write what a booking is in the CRM; raises `StorageContendedError` where the entry is another booking."""
        ...

    async def contact_of(self, customer: str) -> str | None:
        """Tell which contact a customer is."""
        ...

    async def customer_of(self, contact: str) -> str | None:
        """Tell which customer a contact is."""
        ...

    async def save_contact(self, *, customer: str, contact: str) -> None:
        """Write which contact a customer is; nothing of who is erased."""
        ...


class ConflictKind(StrEnum):
    """What two sides can't both have."""

    OVERLAP = "overlap"
    UNDRIVABLE = "undrivable"
    MOVED_ONTO = "moved_onto"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Something that only people can settle: a visit of ours, and an entry or another visit in its way.

    `subject` names it uniquely among the open ones. `facts` are ids, codes and instants, nothing personal. `outcome`
    says how it ended: `reassigned`, `moved`, `cancelled`, `kept`, `gone`.
    """

    id: str
    kind: ConflictKind
    subject: str
    found_at: int
    booking: str | None = None
    entry: str | None = None
    technician: str | None = None
    start: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    settled_at: int | None = None
    settled_by: str | None = None
    outcome: str | None = None


class ConflictBook(Protocol):
    """The queue of conflicts."""

    async def add(self, conflict: Conflict) -> bool:
        """Write one, unless one of the same subject is open; tells whether it is new."""
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> Conflict | None:
        """Look one up."""
        ...

    async def change(self, conflict: Conflict) -> None:
        """Write one in place of what it was."""
        ...

    async def open(self, *, technicians: Collection[str] | None = None, limit: int) -> tuple[Conflict, ...]:
        """List the open ones by start."""
        ...

    async def settled(self, *, limit: int) -> tuple[Conflict, ...]:
        """List those that were settled lately."""
        ...


class ProposalState(StrEnum):
    """What became of an opportunity that reached a stage."""

    OPEN = "open"
    SENT = "sent"
    BOOKED = "booked"
    DISMISSED = "dismissed"


UNSETTLED = frozenset({ProposalState.OPEN, ProposalState.SENT})
"""A proposal in these is not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A booking that the pipeline asks for. `trouble` says in a code why it could not be booked or sent.

    Personal values (name, address, notes) stand in `said`, which goes with the customer. `reached_at` is when the
    opportunity reached its stage, by the CRM's clock.
    """

    id: str
    opportunity: str
    mode: str
    product: str
    created_at: int
    reached_at: int | None = None
    state: ProposalState = ProposalState.OPEN
    contact: str | None = None
    customer: str | None = None
    booking: str | None = None
    trouble: str | None = None
    said: Mapping[str, str] = field(default_factory=dict, repr=False)
    place: Place | None = None
    settled_at: int | None = None
    settled_by: str | None = None


class ProposalBook(Protocol):
    """Proposals of bookings."""

    async def add(self, proposal: Proposal) -> bool:
        """Write one, unless the opportunity has one that isn't over; tells whether it is new."""
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> Proposal | None:
        """Look one up."""
        ...

    async def of_opportunity(self, opportunity: str) -> Proposal | None:
        """Give the latest one of an opportunity."""
        ...

    async def of_customer(self, customer: str, *, contact: str | None) -> tuple[Proposal, ...]:
        """List those of a customer, and of the contact that they are, by creation."""
        ...

    async def change(self, proposal: Proposal) -> None:
        """Write one in place of what it was."""
        ...

    async def page(self, *, states: Collection[ProposalState], limit: int) -> tuple[Proposal, ...]:
        """List by creation, the newest first."""
        ...

    async def untried(self, *, or_in: str, limit: int) -> tuple[Proposal, ...]:
        """List the open ones in no trouble, then those in this one, each by creation."""
        ...

    async def in_trouble(self, *, but: str, since: int, limit: int) -> tuple[Proposal, ...]:
        """List the open ones that are in any trouble but this one, and were made since an instant, by creation."""
        ...

    async def answered(self, *, limit: int) -> tuple[Proposal, ...]:
        """List those to settle whose customer has a visit of the same product that was agreed since.

        The customer is known, or is who the contact is, or has the email that was said, else the phone. Each is given
        with its `booking` and `customer`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A webhook that came in: what it hints at, by ids alone."""

    id: str
    type: str
    subject: str | None
    sent_at: int
    received_at: int
    processed_at: int | None = None


class ReceivedBook(Protocol):
    """The webhooks that came in."""

    async def add(self, received: Received) -> bool:
        """Write one down; False where one of this id is there already."""
        ...

    async def find(self, id_: str) -> Received | None:
        """Look one up."""
        ...

    async def processed(self, id_: str, *, at: int) -> None:
        """Note that one was gone after."""
        ...

    async def forget(self, *, before: int) -> int:
        """Delete those that came before an instant; gives how many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationFailure:
    """Something that went wrong with a system outside, counted: `code` and `facts` make the sentence."""

    id: str
    system: str
    code: str
    first_at: int
    last_at: int
    count: int = 1
    subject: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    over_at: int | None = None


class FailureBook(Protocol):
    """What went wrong lately with the systems outside."""

    async def note(self, failure: IntegrationFailure) -> None:
        """Write one down; the same code and subject that isn't over is counted up."""
        ...

    async def over(self, *, system: str, code: str | None = None, subject: str | None = None, at: int) -> None:
        """Note that failures are over: all of a system, a code, or a subject."""
        ...

    async def recent(self, *, limit: int) -> tuple[IntegrationFailure, ...]:
        """List them: those that last first, then by the last time, the newest first."""
        ...


class IntegrationBooks(Protocol):
    """All books of connections, in the transaction of the business's books: `books.integrations`."""

    @property
    def connections(self) -> ConnectionBook:
        """The connection."""
        ...

    @property
    def mirror(self) -> MirrorBook:
        """The mirror."""
        ...

    @property
    def writes(self) -> WriteBook:
        """The outbox."""
        ...

    @property
    def conflicts(self) -> ConflictBook:
        """The conflicts."""
        ...

    @property
    def proposals(self) -> ProposalBook:
        """The proposals."""
        ...

    @property
    def received(self) -> ReceivedBook:
        """The webhooks that came in."""
        ...

    @property
    def failures(self) -> FailureBook:
        """The failures."""
        ...


class Accounts(Protocol):
    """The look-up from before the business is known."""

    async def business_of(self, provider: str, account: str) -> str | None:
        """Name the business that is connected to an account."""
        ...
