"""The book of webhooks: who wants to hear of what happens, and what became of each delivery."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fieldfare.ports.bookings import KeptEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is called, for which types of events (none: all), signed with each of the secrets."""

    id: str
    url: str
    types: tuple[str, ...]
    secrets: tuple[bytes, ...]
    created_at: int
    disabled_at: int | None = None
    disabled_because: str | None = None


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDelivery:
    """An event on its way to a webhook: how often it was tried, and with which HTTP status or failure."""

    id: str
    webhook: str
    event: KeptEvent
    status: DeliveryStatus
    attempts: int
    created_at: int
    answer: int | None = None
    failure: str | None = None
    next_at: int | None = None
    delivered_at: int | None = None


class WebhookBook(Protocol):
    """The webhooks of one business and their deliveries."""

    async def all(self) -> tuple[Webhook, ...]:
        """List the webhooks that are not deleted, by id."""
        ...

    async def find(self, id_: str, *, for_change: bool = False) -> Webhook | None:
        """Look a webhook up."""
        ...

    async def save(self, webhook: Webhook) -> None:
        """Write a webhook, a new one or in place of what it was."""
        ...

    async def delete(self, id_: str) -> None:
        """Mark a webhook as deleted."""
        ...

    async def delivery(self, id_: str, *, for_change: bool = False) -> KeptDelivery | None:
        """Look a delivery up."""
        ...

    async def settle(self, delivery: KeptDelivery) -> None:
        """Write what became of a delivery: status, attempts, answer, failure, times."""
        ...

    async def deliveries(
        self, webhook: str, *, statuses: Collection[DeliveryStatus] | None, before: str | None, limit: int
    ) -> tuple[KeptDelivery, ...]:
        """List a webhook's deliveries, the newest first."""
        ...

    async def again(self, delivery: str, *, new_id: str, at: int) -> KeptDelivery | None:
        """Write a new delivery of the same event to the same webhook."""
        ...
