"""What every change of a booking begins with: finding it, locking it, and seeing that it is still the one."""

from __future__ import annotations

from collections.abc import Collection

from fieldfare.domain.bookings import Booking, Status
from fieldfare.ports.bookings import LinkPurpose, StaleBookingError
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Desk
from fieldfare.usecases.bookings.refusals import TooLateToChangeError, UnknownBookingError, WrongStatusError
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.people.tokens import hash_of


async def found(books: Books, booking: str) -> Booking:
    """Look a booking up; raises `UnknownBookingError`."""
    one = await books.bookings.find(booking)
    if one is None:
        raise UnknownBookingError
    return one


async def opened_by(books: Books, token: str) -> Booking:
    """Look up the visit that a manage link opens; raises `UnknownBookingError`."""
    link = await books.links.find(hash_of(token), LinkPurpose.MANAGE)
    if link is None or link.booking is None:
        raise UnknownBookingError
    return await found(books, link.booking)


async def locked(
    books: Books, seen: Booking, *, technicians: Collection[str] = (), resources: Collection[str] = ()
) -> Booking:
    """Lock technicians, a visit's own among them, then resources, then the visit, and read it again.

    Raises `StaleBookingError` if it is another version by now: then whatever was planned is planned anew.
    """
    own = {seen.technician} if seen.technician is not None else set()
    if own or technicians:
        await books.bookings.lock_technicians(own | set(technicians))
    await books.bookings.lock_resources(resources)
    booking = await books.bookings.find(seen.id, for_change=True)
    if booking is None or booking.version != seen.version:
        raise StaleBookingError(seen.id)
    return booking


def must_be(booking: Booking, *statuses: Status, what: str) -> None:
    """Refuse what can't be done from the booking's status (rule B4); raises `WrongStatusError`."""
    if booking.status not in statuses:
        raise WrongStatusError(f"a booking that is {booking.status.value} can't be {what}")


def refuse_stale(booking: Booking, version: int | None) -> None:
    """Refuse a change that was made for another version; raises `ChangedMeanwhileError`."""
    if version is not None and booking.version != version:
        raise ChangedMeanwhileError(f"bookings/{booking.id} is another version")


def refuse_late(booking: Booking, desk: Desk) -> None:
    """Refuse a customer's change after the cut-off (rule B6); raises `TooLateToChangeError`."""
    if not booking.changeable_at(desk.now, cutoff_minutes=desk.business.policy.change_cutoff_minutes):
        raise TooLateToChangeError("it is too late to change this visit online; please call")
