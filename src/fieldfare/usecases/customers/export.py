"""Give out everything that is known of a customer, as one document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.customers import Contact, Customer
from fieldfare.domain.places import Place
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.customers import BookingContact, Message, Waiting, WaitingStatus
from fieldfare.ports.integrations import Mirrored, Proposal
from fieldfare.ports.storage import Books

_PAGE = 200

Document = dict[str, Any]


class UnknownCustomerError(LookupError):
    """The business has no such customer."""


async def export_customer(books: Books, customer: str) -> Document:
    """Collect the record, the visits with what was said for them, the waits, the messages and the personal trail.

    `crm` says which contact they are in the connected CRM, and what was read there of their visits and wishes.

    Times are UTC. Raises `UnknownCustomerError`.
    """
    found = await books.customers.find(customer)
    if found is None:
        raise UnknownCustomerError
    bookings = await bookings_of(books, customer)
    said = await books.customers.said_for([booking.id for booking in bookings])
    messages = [message for booking in bookings for message in await _messages_of(books, booking.id)]
    return {
        "business": books.business,
        "exported_at": _time(books.moment),
        "customer": _record(found),
        "bookings": [_visit(booking, said.get(booking.id)) for booking in bookings],
        "waitlist": [_wait(waiting) for waiting in await waits_of(books, customer)],
        "messages": [_message(message) for message in messages if message.customer == customer],
        "crm": await _outside(books, customer, [booking.id for booking in bookings]),
        "trail": [dict(line) for line in await books.customers.personal_trail(customer)],
    }


async def bookings_of(books: Books, customer: str) -> tuple[Booking, ...]:
    """List all visits and holds of a customer, whatever became of them, by start."""
    wanted = BookingFilter(statuses=tuple(Status), customer=customer)
    found: list[Booking] = []
    while True:
        after = (found[-1].start, found[-1].id) if found else None
        page = await books.bookings.page(wanted, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return tuple(found)


async def waits_of(books: Books, customer: str) -> tuple[Waiting, ...]:
    """List all waits of a customer, in the order in which they joined."""
    found: list[Waiting] = []
    while True:
        after = found[-1].id if found else None
        page = await books.waiting.page(statuses=tuple(WaitingStatus), customer=customer, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return tuple(found)


async def _messages_of(books: Books, booking: str) -> tuple[Message, ...]:
    found: list[Message] = []
    while True:
        before = found[-1].id if found else None
        page = await books.messages.page(statuses=None, booking=booking, unsettled=False, before=before, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            # Ids of one second are in no order; of one visit the sequence is.
            return tuple(sorted(found, key=lambda message: (message.created_at, message.sequence)))


async def _outside(books: Books, customer: str, bookings: list[str]) -> Document:
    integrations = books.integrations
    contact = await integrations.writes.contact_of(customer)
    entries = await integrations.mirror.of_bookings(bookings)
    proposals = await integrations.proposals.of_customer(customer, contact=contact)
    return {
        "contact": contact,
        "entries": [_entry(entry) for booking in bookings for entry in entries.get(booking, ())],
        "proposals": [_proposal(proposal) for proposal in proposals],
    }


def _entry(entry: Mirrored) -> Document:
    return {
        "booking": entry.booking,
        "source": entry.source.value,
        "id": entry.source_id,
        "title": entry.title,
        "place": entry.place_text,
        "start": _time(entry.start),
        "end": _time(entry.end),
        "status": entry.status.value,
        "seen_at": _time(entry.seen_at),
    }


def _proposal(proposal: Proposal) -> Document:
    return {
        "id": proposal.id,
        "opportunity": proposal.opportunity,
        "state": proposal.state.value,
        "product": proposal.product,
        "said": dict(proposal.said),
        "place": None if proposal.place is None else _place(proposal.place),
        "created_at": _time(proposal.created_at),
    }


def _record(customer: Customer) -> Document:
    return {
        "id": customer.id,
        **_contact(customer.contact),
        "tier": customer.tier,
        "created_at": _time(customer.created_at),
        "erased_at": _time(customer.erased_at),
    }


def _contact(contact: Contact) -> Document:
    return {
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "language": contact.language.value,
        "consent": contact.consent,
    }


def _visit(booking: Booking, said: BookingContact | None) -> Document:
    address = None if said is None else said.address
    return {
        "id": booking.id,
        "reference": booking.reference,
        "status": booking.status.value,
        "start": _time(booking.start),
        "end": _time(booking.end),
        "created_at": _time(booking.created_at),
        "started_at": _time(booking.started_at),
        "ended_at": _time(booking.ended_at),
        "technician": booking.technician,
        "product": {"id": booking.product, "name": booking.product_name},
        "price": booking.price,
        "discount": booking.discount,
        "currency": booking.currency,
        "source": booking.source,
        "place": _place(booking.place),
        "contact": None if said is None else _contact(said.contact),
        "address": None
        if address is None
        else {
            "street": address.street,
            "unit": address.unit,
            "postal_code": address.postal_code,
            "notes": address.notes,
        },
        "ended_because": None if said is None else said.ended_because,
    }


def _wait(waiting: Waiting) -> Document:
    return {
        "id": waiting.id,
        "status": waiting.status.value,
        "product": waiting.product,
        "place": _place(waiting.place),
        "wishes": [{"from": _time(first), "to": _time(last)} for first, last in waiting.wishes],
        "joined_at": _time(waiting.joined_at),
    }


def _message(message: Message) -> Document:
    return {
        "id": message.id,
        "kind": message.kind.value,
        "booking": message.booking,
        "status": message.status.value,
        "failure": message.failure,
        "facts": dict(message.facts),
        "created_at": _time(message.created_at),
        "sent_at": _time(message.sent_at),
        "settled_at": _time(message.settled_at),
    }


def _place(place: Place) -> Document:
    return {"lat": place.lat, "lng": place.lng, "postal_code": place.postal_code}


def _time(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")
