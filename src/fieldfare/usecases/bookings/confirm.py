"""Confirm a hold for a customer: from here on the visit stands (rules B2, B5, B12)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Request
from fieldfare.domain.clock import DAY
from fieldfare.domain.customers import Contact, ServiceAddress
from fieldfare.domain.places import Place
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.bookings import Link, LinkPurpose
from fieldfare.ports.customers import BookingContact, MessageKind, WaitingStatus
from fieldfare.ports.storage import Books, Personal
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.judging import Visit, judge, lock, request_of, sale_as_agreed
from fieldfare.usecases.bookings.planning import resolve
from fieldfare.usecases.bookings.refusals import (
    ElsewhereError,
    HoldExpiredError,
    OutdatedError,
    SlotTakenError,
    TakenHoldError,
    UnknownBookingError,
    WrongStatusError,
)
from fieldfare.usecases.people.tokens import hash_of, new_id
from fieldfare.usecases.reactions import Change, follow

LINK_DAYS = 60
"""For how long after the visit its link still shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the technician rings, and the place that the address stands for; None where no geocoder knew (B12).

    Then `around` is the place of its postal code, where that is known.
    """

    address: ServiceAddress
    place: Place | None
    around: Place | None = None

    def place_of(self, asked: Place) -> Place:
        """Give the place at which the rules are judged, of a visit that was asked for somewhere."""
        if self.place is not None:
            return self.place
        other = self.around is not None and self.around.postal_code not in {None, asked.postal_code}
        return self.around if other and self.around is not None else asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """A hold, by its secret, and who it is for."""

    token: str
    contact: Contact
    actor: Actor
    served: Served | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A booking that stands, and the secret of the link by which its customer manages it."""

    booking: Booking
    manage_token: str


async def confirm(desk: Desk, wanted: Confirm) -> Act[Confirmed]:
    """Plan a confirmation. The same hold confirmed again for the same customer is the same booking.

    Raises `UnknownBookingError`, `HoldExpiredError`, `TakenHoldError`, `SlotTakenError` and `ElsewhereError`.
    """
    if desk.again is not None:
        held = await desk.read(lambda books: _opened(books, wanted.token))
        if held is not None and held.status is Status.HELD:
            await desk.look_outside(held.technician, held.start)

    async def act(books: Books) -> Confirmed:
        seen = await _opened(books, wanted.token)
        if seen is None:
            raise UnknownBookingError
        if seen.status not in {Status.HELD, Status.EXPIRED}:
            return await _confirmed_before(books, seen, wanted)
        held = await _held(books, desk, seen, wanted)
        now = books.bookings.moment
        customer = await books.customers.known(wanted.contact, new_id=new_id(now=now), at=now)
        booking = await books.bookings.change(
            replace(held, status=Status.CONFIRMED, customer=customer.id, expires_at=None), before=seen
        )
        await note_and_tell(books, booking, before=seen, wanted=wanted, action="confirm", at=now)
        token = manage_token_of(wanted.token)
        await books.links.add(manage_link(booking, token))
        if booking.waiting is not None:
            waits = await books.waiting.find(booking.waiting, for_change=True)
            if waits is not None:
                await books.waiting.change(replace(waits, status=WaitingStatus.BOOKED))
        return Confirmed(booking=booking, manage_token=token)

    return act


def at_the_door(desk: Desk, request: Request, start: int, served: Served | None) -> Request:
    """Ask for the place of the service address instead; raises `ElsewhereError` if that is another zone (rule B12)."""
    if served is None:
        return request
    there = replace(request, place=served.place_of(request.place))
    if there.place.point == request.place.point:
        return request
    asked, _ = resolve(desk, request)
    found, _ = desk.current.snapshot.resolve(there, now=desk.now)
    if found.zone != asked.zone:
        raise ElsewhereError(there, start)
    return there


async def _opened(books: Books, token: str) -> Booking | None:
    link = await books.links.find(hash_of(token), LinkPurpose.HOLD)
    return None if link is None or link.booking is None else await books.bookings.find(link.booking)


async def _held(books: Books, desk: Desk, seen: Booking, wanted: Confirm) -> Booking:
    """Lock, look again, and judge the hold at its service address; gives it with that address's place."""
    sale = sale_as_agreed(seen, desk)
    if sale is None or seen.technician is None or seen.held_at is None:
        raise SlotTakenError(request_of(seen), seen.start, without=(seen.technician, seen.id))
    place = seen.place if wanted.served is None else wanted.served.place_of(seen.place)
    moved = place.point != seen.place.point
    request = replace(request_of(seen), place=place)
    resolution, _ = resolve(desk, request, agreed=sale)
    visit = Visit(
        sale=sale,
        place=place,
        hub=resolution.hub if moved else seen.hub,
        technician=seen.technician,
        start=seen.start,
        request=request,
        judged_at=seen.held_at,
        itself=seen,
    )
    await lock(books, visit)
    held = await books.bookings.find(seen.id, for_change=True)
    if held is not None and held.status not in {Status.HELD, Status.EXPIRED}:
        # The same call was quicker on another process: looked at once more, it is confirmed already.
        raise OutdatedError(request, seen.start, without=visit.without)
    if held is None or held.status is not Status.HELD or not held.live_hold(books.bookings.moment):
        raise HoldExpiredError(request_of(seen), seen.start)
    if held.version != seen.version:
        raise OutdatedError(request, seen.start, without=visit.without)
    if moved and resolution.zone != held.zone:
        raise ElsewhereError(request, seen.start, without=visit.without)
    forgiven = frozenset(held.reasons.get("overridden", ()))
    try:
        await judge(books, desk, visit, forgiven=forgiven)
    except OutdatedError as error:
        # Planning anew would find the same: it is this technician and this time, or none.
        kind = ElsewhereError if moved else SlotTakenError
        raise kind(request, seen.start, broken=error.broken, without=visit.without) from None
    unchecked = wanted.served is not None and wanted.served.place is None
    return replace(held, place=place, hub=visit.hub, address_unchecked=unchecked)


async def _confirmed_before(books: Books, booking: Booking, wanted: Confirm) -> Confirmed:
    said = (await books.customers.said_for([booking.id])).get(booking.id)
    if said is None or said.contact != wanted.contact:
        raise TakenHoldError("this hold was confirmed for somebody else")
    if booking.status is Status.REQUESTED:
        raise WrongStatusError("this is a request that the business has still to accept")
    return Confirmed(booking=booking, manage_token=manage_token_of(wanted.token))


async def note_and_tell(
    books: Books,
    booking: Booking,
    *,
    before: Booking | None,
    wanted: Confirm,
    action: str,
    at: int,
    event: EventType = EventType.BOOKING_CONFIRMED,
    message: MessageKind = MessageKind.CONFIRMED,
    reason: str | None = None,
) -> None:
    """Keep what the customer said for a visit, and let follow what follows."""
    if booking.customer is None:
        raise ValueError("a booking without a customer has nobody to be told")
    address = None if wanted.served is None else wanted.served.address
    await books.customers.note(
        BookingContact(booking=booking.id, customer=booking.customer, contact=wanted.contact, address=address)
    )
    change = Change(
        action=action,
        actor=wanted.actor,
        before=before,
        after=booking,
        event=event,
        message=message,
        reason=reason,
        personal=Personal(customer=booking.customer, after=personal_of(wanted.contact, address)),
    )
    await follow(books, change, at=at)


def personal_of(contact: Contact, address: ServiceAddress | None) -> dict[str, object]:
    """Write down what a customer said, for the part of the trail that can be erased."""
    said: dict[str, object] = {
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "language": contact.language.value,
        "consent": contact.consent,
    }
    if address is not None:
        said["address"] = {
            "street": address.street,
            "unit": address.unit,
            "notes": address.notes,
            "postal_code": address.postal_code,
        }
    return said


def manage_link(booking: Booking, token: str) -> Link:
    """Make the link by which a customer manages a visit."""
    return Link(
        token_hash=hash_of(token),
        purpose=LinkPurpose.MANAGE,
        booking=booking.id,
        expires_at=booking.end + LINK_DAYS * DAY,
    )


def manage_token_of(token: str) -> str:
    """Derive the manage link's secret from the hold's: both have 256 bits, and neither is kept.

    So whoever confirms the same hold twice, because the first answer was lost, gets the same link (HMAC, RFC 2104).
    """
    derived = hmac.digest(token.encode(errors="surrogatepass"), b"fieldfare manage", hashlib.sha256)
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
