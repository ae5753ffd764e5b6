"""Erase a customer: nothing personal stays, the bookings and the trail do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.customers import Customer
from fieldfare.domain.places import Place, fsa_of
from fieldfare.ports.bookings import LinkPurpose
from fieldfare.ports.customers import Waiting, WaitingStatus
from fieldfare.ports.storage import Books, Entry
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.businesses.refusals import InUseError
from fieldfare.usecases.customers.export import UnknownCustomerError, bookings_of, waits_of
from fieldfare.usecases.customers.set_tier import SUBJECT

COARSE_DECIMALS = 2
"""Of degrees: a square of about a kilometre, in which nobody's door can be told."""

_WAITS = frozenset({WaitingStatus.WAITING, WaitingStatus.OFFERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Somebody of whom nothing is to stay, and who says so."""

    customer: str
    actor: Actor


async def erase_customer(_: Desk, wanted: Erase) -> Act[Customer]:
    """Plan to erase a customer; see `erase`."""

    async def act(books: Books) -> Customer:
        return await erase(books, wanted)

    return act


async def erase(books: Books, wanted: Erase) -> Customer:
    """Erase a customer. Of who is erased already, whatever was said since goes, and nothing else happens.

    Raises `UnknownCustomerError`, and `InUseError` while a visit is asked for, held or stands: it is cancelled first.
    """
    # Whoever offers freed time locks the wait first, then the customer: so does this, lest they wait for each other.
    for waiting in await waits_of(books, wanted.customer):
        await books.waiting.find(waiting.id, for_change=True)
    customer = await books.customers.find(wanted.customer, for_change=True)
    if customer is None:
        raise UnknownCustomerError
    bookings = await bookings_of(books, customer.id)
    _refuse_while_visited(customer, bookings, now=books.moment)
    waits = await waits_of(books, customer.id)
    for booking in bookings:
        await _blur_booking(books, booking)
    for waiting in waits:
        await _end_waiting(books, waiting)
    await books.customers.erase(customer.id, at=books.moment)
    if customer.erased_at is None:
        entry = Entry(
            actor=wanted.actor,
            action="erase",
            subject=SUBJECT,
            subject_id=customer.id,
            after={"bookings": [one.id for one in bookings], "waitlist": [one.id for one in waits]},
        )
        await books.audit.write([entry])
    erased = await books.customers.find(customer.id)
    return customer if erased is None else erased


def coarse(place: Place) -> Place:
    """Give the neighbourhood of a place, and of its postal code the forward sortation area; of any other code none."""
    code = None if place.postal_code is None else fsa_of(place.postal_code)
    return Place(lat=round(place.lat, COARSE_DECIMALS), lng=round(place.lng, COARSE_DECIMALS), postal_code=code)


def _refuse_while_visited(customer: Customer, bookings: tuple[Booking, ...], *, now: int) -> None:
    ahead = [one for one in bookings if one.status.stands or one.status is Status.REQUESTED or one.live_hold(now)]
    if ahead:
        raise InUseError(f"customers/{customer.id}", tuple(f"bookings/{booking.id}" for booking in ahead))


async def _blur_booking(books: Books, seen: Booking) -> None:
    """Leave of a visit's place its neighbourhood, and let no link open it."""
    booking = await books.bookings.find(seen.id, for_change=True)
    if booking is not None and booking.place != coarse(booking.place):
        await books.bookings.change(replace(booking, place=coarse(booking.place)), before=booking)
    for purpose in (LinkPurpose.MANAGE, LinkPurpose.HOLD):
        await books.links.revoke(booking=seen.id, purpose=purpose)


async def _end_waiting(books: Books, waiting: Waiting) -> None:
    """Withdraw who still waits, and leave of the place its neighbourhood."""
    status = WaitingStatus.WITHDRAWN if waiting.status in _WAITS else waiting.status
    ended = replace(waiting, status=status, place=coarse(waiting.place))
    if ended != waiting:
        await books.waiting.change(ended)
    await books.links.revoke(waiting=waiting.id, purpose=LinkPurpose.WAITING)
