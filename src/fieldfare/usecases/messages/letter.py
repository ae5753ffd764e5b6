"""What a message is made of when its turn comes, and whether anybody still needs it by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.customers import Contact, ServiceAddress
from fieldfare.domain.policy import Policy
from fieldfare.ports.bookings import Link, LinkPurpose
from fieldfare.ports.customers import Message, MessageKind
from fieldfare.ports.mail import Mail
from fieldfare.usecases.bookings.confirm import manage_link
from fieldfare.usecases.people.tokens import hash_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message with all that it says: the visit as it is now, who it is for, and the link that it shows.

    `technician_name` is that of who comes, as far as that is settled, and `change_until` the instant until which the
    customer may change the visit, where they still may. `reason` is why it was cancelled, in whoever's words.
    """

    message: Message
    booking: Booking
    business: str
    business_name: str
    time_zone: str
    technician_name: str | None
    change_until: int | None
    contact: Contact = field(repr=False)
    address: ServiceAddress | None = field(repr=False)
    reason: str | None = field(repr=False)
    link: str = field(repr=False)

    @property
    def id(self) -> str:
        """What stands before the @ of the Message-ID: the same however often the letter is tried, and another's never.

        So a receiver knows a letter that it has already.
        """
        return f"{self.message.id}.{self.business}"


_DEFAULTS = Policy(blocks=())
"""What a document leaves out."""

Compose = Callable[[Letter], Mail]
"""Writes a letter out: words, language, calendar file."""

LinkTo = Callable[[str, LinkPurpose, str], str]
"""Gives the address that a token opens: of a business, for a purpose."""


def link_of(booking: Booking, kind: MessageKind, token: str) -> Link:
    """Make the link that a message shows: to an offer, as long as it is held, else to what manages the visit."""
    if kind is MessageKind.OFFERED:
        return Link(token_hash=hash_of(token), purpose=LinkPurpose.HOLD, booking=booking.id)
    return manage_link(booking, token)


def change_until(booking: Booking, policy: Mapping[str, Any], *, now: int) -> int | None:
    """Give the instant until which the customer may change a visit, by a policy's document; None if it has passed."""
    cutoff = policy.get("change_cutoff_minutes", _DEFAULTS.change_cutoff_minutes)
    until = booking.changeable_until(cutoff)
    return until if booking.status.stands and until > now else None


def is_needed(message: Message, booking: Booking, *, now: int) -> bool:
    """Tell whether a message still says how things are; where it doesn't, another one follows, or nothing has to."""
    if booking.sequence > message.sequence:
        return False
    match message.kind:
        case MessageKind.CANCELLED:
            return booking.status is Status.CANCELLED
        case MessageKind.OFFERED:
            return booking.live_hold(now)
        case MessageKind.REQUESTED:
            return booking.status is Status.REQUESTED
        case MessageKind.ESTIMATE_MOVED:
            waits = booking.status in {Status.CONFIRMED, Status.EN_ROUTE}
            return waits and booking.told_start == message.facts.get("estimated_start")
        case MessageKind.CONFIRMED | MessageKind.RESCHEDULED:
            return booking.status.stands
