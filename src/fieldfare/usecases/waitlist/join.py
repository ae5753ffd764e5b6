"""Wait for a slot: up to five wishes (rule B3 holds what is offered)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.business import Request
from fieldfare.domain.customers import Contact
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.bookings import Link, LinkPurpose, Task
from fieldfare.ports.customers import Waiting, WaitingStatus
from fieldfare.ports.storage import Books, Entry, Personal
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.confirm import personal_of
from fieldfare.usecases.bookings.planning import resolve
from fieldfare.usecases.bookings.prolong import end_hold
from fieldfare.usecases.bookings.refusals import UnknownBookingError, WrongStatusError
from fieldfare.usecases.people.tokens import hash_of, new_id
from fieldfare.usecases.reactions import DELIVER

MOST_WISHES = 5
SUBJECT = "waitlist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """What somebody waits for, and when it would suit them: pairs of instants between which the visit is to lie."""

    request: Request
    wishes: tuple[tuple[int, int], ...]
    contact: Contact
    token: str
    actor: Actor


async def join(desk: Desk, wanted: Join) -> Act[Waiting]:
    """Plan to write somebody down; raises `NotSoldError`."""
    resolve(desk, wanted.request)

    async def act(books: Books) -> Waiting:
        now = books.moment
        customer = await books.customers.known(wanted.contact, new_id=new_id(now=now), at=now)
        waiting = Waiting(
            id=new_id(now=now),
            customer=customer.id,
            product=wanted.request.product,
            place=wanted.request.place,
            wishes=wanted.wishes,
            joined_at=now,
        )
        await books.waiting.add(waiting)
        link = Link(token_hash=hash_of(wanted.token), purpose=LinkPurpose.WAITING, waiting=waiting.id)
        await books.links.add(link)
        await _write_down(books, waiting, action="join", actor=wanted.actor, contact=wanted.contact)
        data = {"waiting": waiting.id, "product": waiting.product, "wishes": [list(wish) for wish in waiting.wishes]}
        for delivery in await books.events.add(EventType.WAITLIST_JOINED.value, data, at=now):
            await books.tasks.add([Task(name=DELIVER, arguments={"business": books.business, "delivery": delivery})])
        return waiting

    return act


async def leave(_: Desk, waiting: str, *, actor: Actor) -> Act[Waiting]:
    """Plan to take somebody off the list; raises `UnknownBookingError` and `WrongStatusError`."""

    async def act(books: Books) -> Waiting:
        seen = await books.waiting.find(waiting)
        if seen is not None and seen.offered is not None:
            await _end_offer(books, seen.offered, actor=actor)
        found = await books.waiting.find(waiting, for_change=True)
        if found is None:
            raise UnknownBookingError
        if found.status not in {WaitingStatus.WAITING, WaitingStatus.OFFERED}:
            raise WrongStatusError(f"who is {found.status.value} does not wait")
        gone = replace(found, status=WaitingStatus.WITHDRAWN, offered=None)
        await books.waiting.change(gone)
        await _write_down(books, gone, action="leave", actor=actor)
        return gone

    return act


async def waiting_behind(books: Books, token: str) -> Waiting:
    """Look up who a link of the waitlist belongs to; raises `UnknownBookingError`."""
    link = await books.links.find(hash_of(token), LinkPurpose.WAITING)
    found = None if link is None or link.waiting is None else await books.waiting.find(link.waiting)
    if found is None:
        raise UnknownBookingError
    return found


async def _end_offer(books: Books, booking: str, *, actor: Actor) -> None:
    """End the hold that keeps an offered time for somebody: it is free at once, for whoever waits next."""
    seen = await books.bookings.find(booking)
    if seen is None or seen.technician is None:
        return
    await books.bookings.lock_technicians([seen.technician])
    hold = await books.bookings.find(booking, for_change=True)
    if hold is not None and hold.live_hold(books.bookings.moment):
        await end_hold(books, hold, actor=actor)


async def _write_down(
    books: Books, waiting: Waiting, *, action: str, actor: Actor, contact: Contact | None = None
) -> None:
    said = None if contact is None else Personal(customer=waiting.customer, after=personal_of(contact, None))
    entry = Entry(
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=waiting.id,
        after={
            "status": waiting.status.value,
            "product": waiting.product,
            "wishes": [list(wish) for wish in waiting.wishes],
            "customer": waiting.customer,
        },
        personal=said,
    )
    await books.audit.write([entry])
