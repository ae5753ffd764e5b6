"""Send a message to a customer: once, however often the worker is killed on the way, as far as mail allows that.

Between the server's taking a letter and its being marked as sent there is a moment in which a crash makes it be sent
again. Both letters then have the same Message-ID, and the links of both open.
"""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.bookings import Booking
from fieldfare.domain.configuration import RecordKind
from fieldfare.ports.customers import BookingContact, Message, MessageStatus
from fieldfare.ports.mail import Mailer, MailRefusedError, MailUnavailableError
from fieldfare.ports.storage import Books, Storage
from fieldfare.usecases.businesses.edit_record import load
from fieldfare.usecases.messages.letter import Compose, Letter, LinkTo, change_until, is_needed, link_of
from fieldfare.usecases.people.tokens import new_token

MOST_ATTEMPTS = 12

NO_MAILER = "no_mailer"
"""The installation has no mail server to give letters to."""
NO_EMAIL = "no_email"
"""The customer has only said a phone number."""
REFUSED = "refused"
"""The mail server will never take this letter."""
UNAVAILABLE = "unavailable"
"""It was tried as often as it is tried, and did not get through."""


class NotSentYetError(Exception):
    """The mail server takes nothing just now: try again later."""


async def send_message(
    storage: Storage, business: str, message: str, *, mailer: Mailer | None, compose: Compose, link: LinkTo
) -> None:
    """Send a message that waits to be sent; any other is left as it is.

    What can't be sent is kept as unsent, for the desk. Raises `NotSentYetError` where it may be sent later.
    """
    async with storage.open(business) as books:
        letter = await _written(books, message, able=mailer is not None, link=link)
    if letter is None or mailer is None:
        return
    try:
        await mailer.send(compose(letter))
    except MailRefusedError:
        await _close(storage, business, message, MessageStatus.UNSENT, failure=REFUSED)
    except MailUnavailableError:
        if letter.message.attempts < MOST_ATTEMPTS:
            raise NotSentYetError from None
        await _close(storage, business, message, MessageStatus.UNSENT, failure=UNAVAILABLE)
    else:
        await _close(storage, business, message, MessageStatus.SENT)


async def _written(books: Books, id_: str, *, able: bool, link: LinkTo) -> Letter | None:
    """Decide whether a message is sent, write its letter and count the attempt; None where there is nothing to send."""
    message = await books.messages.find(id_, for_change=True)
    if message is None or message.status is not MessageStatus.WAITING:
        return None
    booking = await books.bookings.find(message.booking)
    said = (await books.customers.said_for([message.booking])).get(message.booking)
    if booking is None or said is None or not is_needed(message, booking, now=books.moment):
        await books.messages.change(replace(message, status=MessageStatus.DROPPED))
        return None
    failure = _failure(message, able=able, email=said.contact.email)
    if failure is not None:
        await books.messages.change(replace(message, status=MessageStatus.UNSENT, failure=failure))
        return None
    tried = replace(message, attempts=message.attempts + 1)
    await books.messages.change(tried)
    return await _letter(books, tried, booking, said, link=link)


async def _letter(books: Books, message: Message, booking: Booking, said: BookingContact, *, link: LinkTo) -> Letter:
    found = await load(books)
    technician = found.records[RecordKind.TECHNICIANS].get(booking.technician or "", {})
    # Only its hash is kept, so each attempt has a token of its own. Those of earlier attempts open as well: one of
    # their letters may have arrived.
    token = new_token()
    opening = link_of(booking, message.kind, token)
    await books.links.add(opening)
    return Letter(
        message=message,
        booking=booking,
        business=books.business,
        business_name=str(found.own["name"]),
        time_zone=str(found.own["time_zone"]),
        technician_name=None if booking.provisional else technician.get("name") or None,
        change_until=change_until(booking, found.own.get("policy", {}), now=books.moment),
        contact=said.contact,
        address=said.address,
        reason=said.ended_because,
        link=link(books.business, opening.purpose, token),
    )


def _failure(message: Message, *, able: bool, email: str | None) -> str | None:
    if not able:
        return NO_MAILER
    if email is None:
        return NO_EMAIL
    # Attempts that ended in a crash were counted, too.
    return UNAVAILABLE if message.attempts >= MOST_ATTEMPTS else None


async def _close(
    storage: Storage, business: str, id_: str, status: MessageStatus, *, failure: str | None = None
) -> None:
    """Write down what became of a message, unless somebody has."""
    async with storage.open(business) as books:
        message = await books.messages.find(id_, for_change=True)
        if message is not None and message.status is MessageStatus.WAITING:
            sent_at = books.moment if status is MessageStatus.SENT else None
            await books.messages.change(replace(message, status=status, failure=failure, sent_at=sent_at))
