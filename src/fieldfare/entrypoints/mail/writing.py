"""Writes the letters of the outbox out: a message and its visit become a mail."""

from __future__ import annotations

import time
from collections.abc import Callable

from fieldfare.entrypoints.mail.rendering import compose
from fieldfare.entrypoints.mail.views import Party, VisitMail
from fieldfare.ports.mail import Mail
from fieldfare.usecases.messages.letter import Letter


def host_of(sender: str) -> str:
    """Give the host under which an installation names visits in calendars: that of its sender's address."""
    return sender.rpartition("@")[2] or "fieldfare.invalid"


def uid_of(booking: str, business: str) -> str:
    """Name a visit in calendars: one name for all mails and files about it."""
    return f"{booking}.{business}"


def writer(*, sender: str) -> Callable[[Letter], Mail]:
    """Make what writes letters for an installation that sends from an address."""
    host = host_of(sender)

    def write(letter: Letter) -> Mail:
        booking, facts = letter.booking, letter.message.facts
        view = VisitMail(
            kind=letter.message.kind,
            language=letter.contact.language,
            business_name=letter.business_name,
            customer_name=letter.contact.name,
            product_name=booking.product_name or booking.product,
            reference=booking.reference,
            uid=uid_of(booking.id, letter.business),
            host=host,
            sequence=booking.sequence,
            start=booking.start,
            end=booking.end,
            time_zone=letter.time_zone,
            previous_start=facts.get("previous_start"),
            estimated_start=facts.get("estimated_start"),
            price=booking.price,
            currency=booking.currency,
            address_lines=() if letter.address is None else letter.address.lines,
            technician_name=letter.technician_name,
            change_until=letter.change_until,
            reason=letter.reason,
            manage_url=letter.link,
            offer_until=facts.get("offer_until"),
        )
        return compose(
            view,
            message_id=letter.id,
            to_address=letter.contact.email or "",
            organizer=Party(name=letter.business_name, address=sender) if sender else None,
            now=int(time.time()),
        )

    return write
