"""Who calls the webhooks of businesses: the port behind which the network is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to tell an address of an event. `id` stays the same over all attempts, and `sent_at` is this one's.

    It is signed with each of the secrets: while one is being replaced, there are two.
    """

    id: str
    url: str = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    body: bytes = field(repr=False)
    sent_at: int

    def __post_init__(self) -> None:
        """Refuse what nobody could verify."""
        if not self.secrets:
            raise ValueError("a delivery needs a secret to be signed with")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The receiver has it: the status that it answered, 200 to 299."""

    status: int


class DeliveryError(Exception):
    """A delivery was not taken.

    The message is for the people of the business: how it failed, with neither the address nor anything that was
    answered but a status.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        """Keep the status, where there was an answer."""
        super().__init__(message)
        self.status = status


class DeliveryFailedError(DeliveryError):
    """Nobody took it this time: try it later, and not before `retry_after` seconds have gone by."""

    def __init__(self, message: str, *, status: int | None = None, retry_after: int | None = None) -> None:
        """Keep how long the receiver asked to wait, if it did."""
        super().__init__(message, status=status)
        self.retry_after = retry_after


class DeliveryRefusedError(DeliveryError):
    """The address is none that may be called: never try it again until it is changed."""


class GoneError(DeliveryError):
    """The receiver wants nothing any more (410): disable the webhook."""


class Deliverer(Protocol):
    """Calls webhooks."""

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send a delivery once, within seconds; raises `DeliveryError`."""
        ...
