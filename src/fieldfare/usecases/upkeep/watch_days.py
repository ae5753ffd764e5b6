"""Watch over the day as it goes: holds that have run out, and visits that should be over (rules B3, B11)."""

from __future__ import annotations

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import clock_of
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.storage import Books, Storage
from fieldfare.usecases.bookings.acting import Act, Acting, Desk, Plan
from fieldfare.usecases.bookings.estimate import watch
from fieldfare.usecases.reactions import tell_ended

_UNDER_WAY = (Status.EN_ROUTE, Status.IN_PROGRESS)
"""Nobody knows whether a visit is late of which nobody has said anything: its technician may not use the steps."""
_PAGE = 500


async def end_expired_holds(storage: Storage, business: str) -> None:
    """End the holds that have run out, tell of them, and look for somebody who waits for their time."""
    async with storage.open(business, brisk=True) as books:
        await books.bookings.end_expired()
        await books.tasks.add(await tell_ended(books, at=books.moment))


async def watch_days(acting: Acting, business: str) -> int:
    """Move the estimates of each day on which a visit should be over and isn't; gives how many such days there are.

    A day whose turn fails doesn't keep the others from theirs: what failed is raised when all had their turn.
    """
    desk = await acting.desk(business)
    late = await late_days(desk)
    failed = []
    for technician, start in late:
        try:
            await acting.run(business, _watching(technician, start), write=lambda moved: str(moved).encode())
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("some days could not be watched", failed)
    return len(late)


async def late_days(desk: Desk) -> list[tuple[str, int]]:
    """List technicians with a visit that ends today and should be over, each with its start, one for each date."""
    clock = clock_of(desk.business.time_zone)
    days: dict[tuple[str, object], int] = {}
    for visit in await desk.read(lambda books: _ending_today(books, desk)):
        if visit.technician is not None and visit.end <= desk.now:
            days.setdefault((visit.technician, clock.date_of(visit.start)), visit.start)
    return [(technician, start) for (technician, _), start in days.items()]


async def _ending_today(books: Books, desk: Desk) -> list[Booking]:
    clock = clock_of(desk.business.time_zone)
    midnight = clock.midnight(clock.date_of(desk.now))
    wanted = BookingFilter(statuses=_UNDER_WAY, since=midnight, until=desk.now)
    found: list[Booking] = []
    while True:
        after = (found[-1].start, found[-1].id) if found else None
        page = await books.bookings.page(wanted, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


def _watching(technician: str, start: int) -> Plan[int]:
    async def plan(desk: Desk) -> Act[int]:
        return await watch(desk, technician, start)

    return plan
