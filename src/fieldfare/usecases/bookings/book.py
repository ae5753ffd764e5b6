"""Book for a customer in one go, as staff and agents do on the phone (rules B1, B2, B9)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Request
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.confirm import Confirm, Confirmed, at_the_door, manage_link, note_and_tell
from fieldfare.usecases.bookings.hold import Shown, new_booking, plan_visit
from fieldfare.usecases.bookings.judging import Override, judge, lock
from fieldfare.usecases.bookings.refusals import ElsewhereError, SlotTakenError
from fieldfare.usecases.people.tokens import new_id

_STANDING = frozenset(status for status in Status if status.stands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A slot and who it is for. The token of `who` becomes that of the manage link."""

    request: Request
    start: int
    who: Confirm
    source: str
    override: Override | None = None
    shown: Shown | None = None


async def book(desk: Desk, wanted: Book) -> Act[Confirmed]:
    """Plan a booking. The same visit for the same customer is the same booking, however often it is asked for.

    Raises `NotSoldError`, `SlotTakenError`, and what `judge` raises.
    """

    async def known(books: Books) -> Booking | None:
        return await _booked_before(books, wanted)

    asked = wanted.request
    wanted = replace(wanted, request=at_the_door(desk, asked, wanted.start, wanted.who.served))
    before = await desk.read(known)
    if before is not None:
        return _again(before, wanted)
    try:
        visit, chosen = await plan_visit(desk, wanted.request, wanted.start, override=wanted.override)
    except SlotTakenError as error:
        if wanted.request.place.point == asked.place.point:
            raise
        raise ElsewhereError(error.request, error.start, broken=error.broken) from None
    await desk.look_outside(visit.technician, visit.start)

    async def act(books: Books) -> Confirmed:
        await lock(books, visit)
        try:
            judged = await judge(books, desk, visit, override=wanted.override)
        except SlotTakenError:
            # Perhaps it is this very visit that stands there: the same call was carried out a moment ago.
            again = await _booked_before(books, wanted)
            if again is None:
                raise
            return await _again(again, wanted)(books)
        now = books.bookings.moment
        customer = await books.customers.known(wanted.who.contact, new_id=new_id(now=now), at=now)
        # Behind the customer's lock, too: the same call, at the same moment, may have chosen another technician.
        again = await _booked_for(books, customer.id, wanted)
        if again is not None:
            return await _again(again, wanted)(books)
        booking = new_booking(
            desk,
            visit,
            judged,
            chosen,
            now=now,
            status=Status.CONFIRMED,
            source=wanted.source,
            named=wanted.request.technician is not None,
            override=wanted.override,
            shown=wanted.shown,
        )
        unchecked = wanted.who.served is not None and wanted.who.served.place is None
        booking = replace(booking, customer=customer.id, address_unchecked=unchecked)
        await books.bookings.add(booking)
        reason = wanted.override.reason if wanted.override and judged.broken else None
        await note_and_tell(books, booking, before=None, wanted=wanted.who, action="book", at=now, reason=reason)
        await books.links.add(manage_link(booking, wanted.who.token))
        return Confirmed(booking=booking, manage_token=wanted.who.token)

    return act


def _again(booking: Booking, wanted: Book) -> Act[Confirmed]:
    async def act(books: Books) -> Confirmed:
        await books.links.add(manage_link(booking, wanted.who.token))
        return Confirmed(booking=booking, manage_token=wanted.who.token)

    return act


async def _booked_before(books: Books, wanted: Book) -> Booking | None:
    """Find the same visit for the same customer, as voice platforms ask for it twice when an answer was slow."""
    contact = wanted.who.contact
    found = await books.customers.search(email=contact.email, phone=None if contact.email else contact.phone, limit=1)
    return await _booked_for(books, found[0].id, wanted) if found else None


async def _booked_for(books: Books, customer: str, wanted: Book) -> Booking | None:
    standing = await books.bookings.page(
        BookingFilter(statuses=_STANDING, customer=customer, since=wanted.start, until=wanted.start + 1),
        after=None,
        limit=10,
    )
    request = wanted.request
    return next(
        (
            booking
            for booking in standing
            if booking.start == wanted.start
            and booking.product == request.product
            and booking.place.point == request.place.point
            and request.technician in {None, booking.technician}
        ),
        None,
    )
