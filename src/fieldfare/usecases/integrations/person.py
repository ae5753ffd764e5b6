"""A customer as a contact of the CRM: who they are, and the link by which its mails let them manage their visit."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256

from fieldfare.domain.bookings import Booking
from fieldfare.domain.customers import ServiceAddress
from fieldfare.ports.crm import Crm, CrmPerson
from fieldfare.ports.customers import BookingContact


def person_of(said: BookingContact, *, fields: Mapping[str, str]) -> CrmPerson:
    """Write a customer as a contact: what was said for the visit, without the notes on how to get in, and no tag."""
    contact, address = said.contact, said.address or ServiceAddress(street="")
    return CrmPerson(
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        street=", ".join(part for part in (address.street, address.unit) if part),
        postal_code=address.postal_code,
        fields=fields,
    )


async def is_there(crm: Crm, contact: str) -> bool:
    """Tell whether a contact that was known is there still."""
    return await crm.contact(contact) is not None


def manage_token(booking: Booking, *, secret: bytes) -> str:
    """Derive the secret of the manage link that the CRM shows; it is kept nowhere, and the same for each attempt.

    A visit that is moved has another one, because a link runs out some time after the visit; the old one opens until
    then (HMAC, RFC 2104).
    """
    derived = hmac.digest(secret, f"fieldfare crm manage {booking.id} {booking.end}".encode(), sha256)
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
