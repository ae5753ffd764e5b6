"""Offer time that became free to those who wait: whom it costs the least drive goes first, with a hold (rule B3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Request
from fieldfare.domain.clock import DAY, MINUTE, clock_of
from fieldfare.domain.webhooks import EventType
from fieldfare.engine.waiting import Match, Vacancy, Wish, rank
from fieldfare.engine.waiting import Waiting as Entry
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.customers import BookingContact, MessageKind, Waiting, WaitingStatus
from fieldfare.ports.storage import Books
from fieldfare.usecases.availability.drivable import slots_of
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.hold import new_booking, plan_visit
from fieldfare.usecases.bookings.judging import judge, lock
from fieldfare.usecases.bookings.prolong import end_hold
from fieldfare.usecases.reactions import Change, follow

WAITLIST = Actor(kind=ActorKind.SYSTEM, id="waitlist")
_MOST = 500
"""So many who wait are looked at, those who joined first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """Somebody who waits, and what they were offered before and let lapse: technician and start."""

    waiting: Waiting
    lapsed: frozenset[tuple[str | None, int]]


async def offer_freed(desk: Desk, technician: str, start: int) -> Act[Booking | None]:
    """Plan to offer time of a technician that became free; the act gives the hold, None if it suits nobody.

    Only this technician, and only the local date of `start`, an instant, are looked at.
    """

    async def look(books: Books) -> tuple[_Listed, ...]:
        waiting = await books.waiting.page(statuses=[WaitingStatus.WAITING], after=None, limit=_MOST)
        return tuple([await _listed(books, one) for one in waiting if _suits_date(desk, one, start)])

    listed = await desk.read(look)
    known = any(person.id == technician for person in desk.business.technicians)
    matches = await _matches(desk, technician, start, listed) if known else ()
    if not matches:
        return _nobody
    first, vacancy = next(one.waiting for one in listed if one.waiting.id == matches[0].entry.id), matches[0].vacancy
    request = Request(place=first.place, product=first.product, technician=vacancy.technician)
    planned, chosen = await plan_visit(desk, request, vacancy.start)

    async def act(books: Books) -> Booking | None:
        await lock(books, planned)
        waiting = await books.waiting.find(first.id, for_change=True)
        if waiting is None or waiting.status is not WaitingStatus.WAITING:
            return None
        judged = await judge(books, desk, planned)
        now = books.bookings.moment
        made = new_booking(desk, planned, judged, chosen, now=now, status=Status.HELD, source="waitlist")
        hold = replace(
            made,
            held_at=now,
            expires_at=now + desk.business.policy.waitlist_hold_minutes * MINUTE,
            customer=waiting.customer,
            waiting=waiting.id,
        )
        await books.bookings.add(hold)
        await _offer(books, hold, waiting)
        return hold

    return act


async def end_offer(_: Desk, booking: str) -> Act[Booking | None]:
    """Plan to end an offer that nobody has taken up; whoever let it lapse goes on waiting, for other times."""

    async def act(books: Books) -> Booking | None:
        seen = await books.bookings.find(booking)
        if seen is None or seen.technician is None:
            return None
        await books.bookings.lock_technicians([seen.technician])
        hold = await books.bookings.find(booking, for_change=True)
        if hold is None or hold.status not in {Status.HELD, Status.EXPIRED} or hold.live_hold(books.bookings.moment):
            return None
        waiting = None if hold.waiting is None else await books.waiting.find(hold.waiting, for_change=True)
        if waiting is None or waiting.status is not WaitingStatus.OFFERED or waiting.offered != hold.id:
            return None
        await books.waiting.change(replace(waiting, status=WaitingStatus.WAITING, offered=None))
        if hold.status is Status.HELD:
            return await end_hold(books, hold, actor=WAITLIST)
        change = Change(
            action="lapse",
            actor=WAITLIST,
            before=replace(hold, status=Status.HELD),
            after=hold,
            event=EventType.BOOKING_EXPIRED,
        )
        await follow(books, change, at=books.bookings.moment)
        return hold

    return act


async def _nobody(_: Books) -> Booking | None:
    return None


async def _listed(books: Books, waiting: Waiting) -> _Listed:
    offered = await books.bookings.page(
        BookingFilter(statuses=[Status.EXPIRED], customer=waiting.customer), after=None, limit=100
    )
    lapsed = frozenset((one.technician, one.start) for one in offered if one.waiting == waiting.id)
    return _Listed(waiting=waiting, lapsed=lapsed)


async def _matches(desk: Desk, technician: str, start: int, listed: tuple[_Listed, ...]) -> tuple[Match, ...]:
    entries, vacancies = [], {}
    for one in listed:
        waiting = one.waiting
        entries.append(
            Entry(
                id=waiting.id,
                joined_at=waiting.joined_at,
                wishes=tuple(Wish(first=first, last=last) for first, last in waiting.wishes),
            )
        )
        vacancies[waiting.id] = await _vacancies(desk, technician, start, one)
    return rank(entries, vacancies)


async def _vacancies(desk: Desk, technician: str, start: int, one: _Listed) -> list[Vacancy]:
    """List what the technician whose time became free could drive for somebody on that date."""
    waiting = one.waiting
    request = Request(place=waiting.place, product=waiting.product, technician=technician)
    found = await desk.current.snapshot.drivable(request, now=desk.now, travel=desk.travel)
    if found.slot_map is None:
        return []
    clock = clock_of(desk.business.time_zone)
    day = clock.date_of(start)
    return [
        Vacancy(start=slot.start, end=slot.end, technician=technician, detour_seconds=slot.options[0].detour_seconds)
        for slot in slots_of(found.slot_map, [block.id for block in desk.business.policy.blocks])
        if clock.date_of(slot.start) == day and (technician, slot.start) not in one.lapsed
    ]


def _suits_date(desk: Desk, waiting: Waiting, start: int) -> bool:
    """Whether somebody wishes anything of the local date of an instant."""
    clock = clock_of(desk.business.time_zone)
    day = clock.date_of(start)
    begin, end = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    return any(first < end + DAY and last > begin for first, last in waiting.wishes)


async def _offer(books: Books, hold: Booking, waiting: Waiting) -> None:
    await books.waiting.change(replace(waiting, status=WaitingStatus.OFFERED, offered=hold.id))
    customer = await books.customers.find(waiting.customer)
    if customer is not None:
        said = BookingContact(booking=hold.id, customer=customer.id, contact=customer.contact)
        await books.customers.note(said)
    # No link opens the hold yet: the message that offers it brings one.
    change = Change(
        action="offer",
        actor=WAITLIST,
        before=None,
        after=hold,
        event=EventType.WAITLIST_OFFERED,
        message=MessageKind.OFFERED,
        facts={"offer_until": hold.expires_at},
    )
    await follow(books, change, at=books.bookings.moment)
