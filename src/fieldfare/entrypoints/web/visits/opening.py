"""Opening what a link leads to."""

from __future__ import annotations

from fieldfare.domain.bookings import Booking
from fieldfare.entrypoints.api.public.holds import wrong_token
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.ports.customers import BookingContact
from fieldfare.usecases.bookings.changing import opened_by
from fieldfare.usecases.bookings.refusals import UnknownBookingError


async def opened(asking: Asking, token: str) -> tuple[Booking, BookingContact | None]:
    """Look up the visit behind a manage link, and what its customer said; raises `Problem` for one that opens nothing.

    Nothing is changed by looking, however often a mail scanner follows the link.
    """
    try:
        async with asking.rooms.storage.open(asking.business.id) as books:
            booking = await opened_by(books, token)
            said = (await books.customers.said_for([booking.id])).get(booking.id)
            return booking, said
    except UnknownBookingError:
        raise wrong_token(asking.request) from None
