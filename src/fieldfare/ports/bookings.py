"""The books of bookings: holds and visits, links, and the answers that were given under an idempotency key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place


class OverlapError(Exception):
    """The database refused a visit that overlaps another of the same technician."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose hold it is, as keyed hashes: the client's address, and the contact where it is known (rule B3)."""

    address: bytes | None = None
    contact: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFilter:
    """Which bookings a list is to hold; None asks nothing. Times are instants of the visit."""

    statuses: Collection[Status] | None = None
    technician: str | None = None
    ids: Collection[str] | None = None
    customer: str | None = None
    since: int | None = None
    until: int | None = None
    to_assign: bool | None = None
    address_unchecked: bool | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestPlace:
    """A known customer, and the place, the product and the start of their latest visit."""

    customer: str
    name: str
    tier: str | None
    booking: str
    place: Place
    product: str
    start: int


class BookingBook(Protocol):
    """Holds and bookings of one business.

    Whoever writes a visit first calls `lock_technicians`, then `lock_resources`, and reads only then: what is read
    before a lock may be old by the time that the lock is held.
    """

    @property
    def moment(self) -> int:
        """The database's time: of the last `lock_technicians`, else of the opening of the books."""
        ...

    @property
    def configuration(self) -> int | None:
        """The revision of the configuration, as read by the last `lock_technicians`; None before the first."""
        ...

    async def lock_technicians(self, technicians: Collection[str]) -> frozenset[str]:
        """Lock technicians' rows in the order of their ids; gives those that exist. Their expired holds are ended."""
        ...

    async def lock_resources(self, kinds: Collection[str]) -> None:
        """Lock the rows of resources, in the order of their ids."""
        ...

    async def around(
        self,
        technician: str,
        *,
        since: int,
        until: int,
        holding: tuple[int, int] | None,
        without: str | None = None,
    ) -> tuple[Commitment, ...]:
        """Read what takes a technician's time between two instants, visits of ours included but one (`without`).

        With `holding`, also whatever holds resources in that time, of anybody.
        """
        ...

    async def live_holds(self, holder: Holder) -> tuple[int, int]:
        """Count the live holds of an address and of a contact, once nobody else may add one to them."""
        ...

    async def add(self, booking: Booking, *, holder: Holder = Holder()) -> None:
        """Write a new hold or booking; raises `OverlapError`, and `StorageContendedError` for a taken reference."""
        ...

    async def change(self, booking: Booking, *, before: Booking) -> Booking:
        """Write a booking in place of what it was, and give it with its new version; raises `OverlapError`.

        A row that is another version than `before` raises `StaleBookingError`.
        """
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> Booking | None:
        """Look a booking up; `for_change` makes whoever else wants to change it wait."""
        ...

    async def page(self, wanted: BookingFilter, *, after: tuple[int, str] | None, limit: int) -> tuple[Booking, ...]:
        """List bookings by start, then id, that come after a (start, id). Holds only where their status is wanted."""
        ...

    async def day_of(self, technician: str, *, since: int, until: int) -> tuple[Booking, ...]:
        """List a technician's visits that start between two instants, by start, then id.

        Those that stand, and those to which somebody came, whatever became of them.
        """
        ...

    async def latest_places(self) -> tuple[LatestPlace, ...]:
        """List where the latest visit of each customer is, or was to be; by customer, erased ones left out."""
        ...

    async def end_expired(self) -> None:
        """End the holds that have run out."""
        ...

    def take_ended(self) -> tuple[str, ...]:
        """Give the ids of the holds that this transaction has ended, by a lock or at once, each of them one time."""
        ...


class StaleBookingError(Exception):
    """Somebody else changed the booking since it was read."""


class LinkPurpose(StrEnum):
    """What a link opens."""

    HOLD = "hold"
    MANAGE = "manage"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a token opens, until an instant; only the token's hash is kept."""

    token_hash: bytes
    purpose: LinkPurpose
    booking: str | None = None
    waiting: str | None = None
    expires_at: int | None = None


class LinkBook(Protocol):
    """The links of one business."""

    async def add(self, link: Link) -> None:
        """Write a link; one that is there already stays."""
        ...

    async def find(self, token_hash: bytes, purpose: LinkPurpose) -> Link | None:
        """Look up a link that has neither run out nor been revoked."""
        ...

    async def revoke(self, *, booking: str | None = None, waiting: str | None = None, purpose: LinkPurpose) -> int:
        """Revoke all links of a purpose to a booking or a wait; gives how many there were."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A request that was answered before: what it was, and the sealed answer."""

    fingerprint: bytes
    answer: bytes


class OnceBook(Protocol):
    """Which idempotency keys have been answered (rule B10)."""

    async def find(self, key_hash: bytes) -> Given | None:
        """Look for a key's answer, without waiting for anybody."""
        ...

    async def claim(self, key_hash: bytes, fingerprint: bytes) -> Given | None:
        """Take a key for this transaction, waiting for whoever is at it; gives what it was answered before."""
        ...

    async def keep(self, key_hash: bytes, answer: bytes) -> None:
        """Keep the sealed answer under the key that this transaction has claimed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do once the transaction is committed. Arguments are ids and switches alone.

    Tasks of one `lock` are done one after the other; `not_before` is an instant. Of those that are due, the one with
    the highest `priority` is next.
    """

    name: str
    arguments: Mapping[str, str | bool] = field(default_factory=dict)
    lock: str | None = None
    not_before: int | None = None
    priority: int = 0


class TaskBook(Protocol):
    """The outbox: tasks that are there if, and only if, the transaction commits."""

    async def add(self, tasks: Sequence[Task]) -> None:
        """Write tasks into the queue."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvent:
    """Something that happened, as webhooks tell it: no personal values."""

    number: int
    type: str
    at: int
    data: Mapping[str, Any]


class EventBook(Protocol):
    """What happened, to be told to the webhooks that want to hear of it."""

    async def add(self, type_: str, data: Mapping[str, Any], *, at: int) -> tuple[str, ...]:
        """Write an event, and a delivery for each webhook that takes its type; gives the deliveries' ids."""
        ...
