"""Would a visit drive there? Judged from memory while somebody drags it, without a lock (rules B2, B6, B9).

Whatever is said here is judged again behind the locks when it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldfare.domain.answers import Option, Resolution
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Request
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place
from fieldfare.engine.resolution import Sale
from fieldfare.usecases.bookings.acting import Desk
from fieldfare.usecases.bookings.assign import AGREED
from fieldfare.usecases.bookings.judging import OVERRIDABLE, sale_as_agreed

NOT_MOVABLE = "wrong_status"
NOT_SOLD = "not_sold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a move comes to: the codes of the rules that it breaks, those that speak against it, in their order.

    `option` holds the drives and the detour where the judgement came to them. `refusal` says that there is nothing to
    judge: the booking is past it, or what it is for is not sold any more. `own` are the technician's commitments
    without the visit, for whoever tells what is in the way.
    """

    technician: str
    start: int
    end: int
    broken: tuple[str, ...] = ()
    option: Option | None = None
    refusal: str | None = None
    sale: Sale | None = None
    place: Place | None = None
    hub: str | None = None
    resolution: Resolution | None = None
    own: tuple[Commitment, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return self.refusal is None and not self.broken

    @property
    def overridable(self) -> bool:
        """Whether it can be done all the same, with a reason, by whoever may (rule B9)."""
        return self.refusal is None and bool(self.broken) and OVERRIDABLE.issuperset(self.broken)


async def check_move(desk: Desk, booking: Booking, *, technician: str, start: int) -> Checked:
    """Judge a booking with a technician from a start on, as the write would now.

    A visit that stays in its time is only given to somebody else: whether it could be sold now (F1, F2) isn't asked.
    Raises `UnknownTechnicianError`.
    """
    sale = sale_as_agreed(booking, desk)
    end = start + booking.duration
    if booking.status not in {Status.CONFIRMED, Status.REQUESTED}:
        return Checked(technician=technician, start=start, end=end, refusal=NOT_MOVABLE)
    if sale is None:
        return Checked(technician=technician, start=start, end=end, refusal=NOT_SOLD)
    stays = booking.status is Status.CONFIRMED and start == booking.start
    if stays and technician == booking.technician:
        return Checked(technician=technician, start=start, end=end, sale=sale, place=booking.place, hub=booking.hub)
    return await _judged(
        desk,
        sale=sale,
        place=booking.place,
        hub=booking.hub,
        technician=technician,
        start=start,
        without=booking.id,
        forgiven=AGREED if stays else frozenset(),
    )


async def check_new(desk: Desk, *, place: Place, product: str, technician: str, start: int) -> Checked:
    """Judge a visit that isn't booked yet; raises `UnknownTechnicianError`."""
    resolution, sale = desk.current.snapshot.resolve(Request(place=place, product=product), now=desk.now)
    if sale is None:
        return Checked(technician=technician, start=start, end=start, refusal=NOT_SOLD, resolution=resolution)
    return await _judged(desk, sale=sale, place=place, hub=resolution.hub, technician=technician, start=start)


async def _judged(
    desk: Desk,
    *,
    sale: Sale,
    place: Place,
    hub: str | None,
    technician: str,
    start: int,
    without: str | None = None,
    forgiven: frozenset[str] = frozenset(),
) -> Checked:
    judges = desk.current.judges
    end = start + sale.quote.duration_minutes * MINUTE
    since, until = judges.reach(start)
    known = tuple(_around(desk.current.snapshot.commitments, technician, since, until, without=without))
    judged = await judges.judge(
        sale=sale,
        place=place,
        hub=hub,
        technician=technician,
        start=start,
        now=desk.now,
        commitments=known,
        travel=desk.travel,
        all_rules=True,
    )
    return Checked(
        technician=technician,
        start=start,
        end=end,
        broken=() if forgiven.issuperset(judged.broken) else judged.broken,
        option=judged.option,
        sale=sale,
        place=place,
        hub=hub,
        own=known,
    )


def _around(
    commitments: Iterable[Commitment], technician: str, since: int, until: int, *, without: str | None
) -> Iterable[Commitment]:
    """Pass what a judgement needs: the technician's own, and whatever holds equipment, of anybody."""
    return (
        known
        for known in commitments
        if (known.technician == technician or known.resources)
        and known.start < until
        and known.end > since
        and known.id != without
    )
