"""Which of the visits that stand would lie outside the hours and rules that a form holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.clock import DAY, MINUTE, Clock, clock_of
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.intervals import Interval
from fieldfare.domain.places import nearest_hub
from fieldfare.domain.policy import Lock
from fieldfare.engine.open_times import OpenTimes
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.words.names import Names
from fieldfare.ports.bookings import BookingFilter

DAYS = 30
_A_PAGE = 500
_SHOWN = 50
_STANDING = (Status.HELD, Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS)

_REASONS = {
    "zone_closed": "the zone would be closed (F3)",
    "not_qualified": "the technician would not be qualified: inactive, not assigned, or without a skill (F4)",
    "off_shift": "it would lie outside the technician's shift (F5)",
    "off_grid": "it would begin at no start of a block (F6)",
    "hub_lock": "its block would hold visits of two hubs (F8)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A visit that the change would put outside the rules: what it is, where its page is, and what it would break."""

    title: str
    technician: str
    start: int
    href: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How many visits stand in the next days, how many the change would put outside the rules, and some."""

    days: int
    visits: int
    outside: int
    shown: tuple[Touched, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """A visit that stands, with its booking where there is one."""

    commitment: Commitment
    booking: Booking | None

    @property
    def zone(self) -> str | None:
        """The zone for which it was booked (rule B5)."""
        return self.booking.zone if self.booking else None


async def effect_of(asking: Asking, draft: Business, present: Business) -> Effect:
    """Compare what stands in the next days with the rules as they are, and as they would be."""
    until = asking.now + DAYS * DAY
    bookings = await _bookings(asking, until)
    visits = [
        _Visit(commitment=one, booking=bookings.get(one.id))
        for one in asking.current.snapshot.commitments
        if one.kind is CommitmentKind.VISIT and one.technician and asking.now <= one.start < until
    ]
    visits.sort(key=lambda visit: (visit.commitment.start, visit.commitment.id))
    before, after = _broken(present, visits), _broken(draft, visits)
    names = Names(present)
    outside = [
        _touched(visit, sorted(after[at] - before[at], key=list(_REASONS).index), names, asking.clock)
        for at, visit in enumerate(visits)
        if after[at] - before[at]
    ]
    return Effect(days=DAYS, visits=len(visits), outside=len(outside), shown=tuple(outside[:_SHOWN]))


async def _bookings(asking: Asking, until: int) -> Mapping[str, Booking]:
    found: dict[str, Booking] = {}
    after: tuple[int, str] | None = None
    wanted = BookingFilter(statuses=_STANDING, since=asking.now, until=until)
    async with asking.rooms.storage.open(asking.business.id) as books:
        while True:
            page = await books.bookings.page(wanted, after=after, limit=_A_PAGE)
            found.update((booking.id, booking) for booking in page)
            if len(page) < _A_PAGE:
                return found
            after = (page[-1].start, page[-1].id)


def _touched(visit: _Visit, reasons: Iterable[str], names: Names, clock: Clock) -> Touched:
    commitment, booking = visit.commitment, visit.booking
    day = clock.date_of(commitment.start).isoformat()
    return Touched(
        title=f"{booking.reference}, {booking.product_name}" if booking else commitment.title or commitment.id,
        technician=names.technician(commitment.technician or ""),
        start=commitment.start,
        href=desk_link("bookings", booking.id) if booking else desk_link("board", date=day),
        reasons=tuple(_REASONS[reason] for reason in reasons),
    )


def _broken(business: Business, visits: list[_Visit]) -> list[set[str]]:
    """Tell for each visit which of the rules it breaks."""
    clock = clock_of(business.time_zone)
    hours = OpenTimes(clock, business.schedules)
    people = {person.id: person for person in business.technicians}
    skills = {product.id: product.skills for product in business.products}
    locked = _locked(business, clock, visits)
    found = []
    for at, visit in enumerate(visits):
        commitment, zone = visit.commitment, visit.zone
        day = clock.date_of(commitment.start)
        technician = commitment.technician or ""
        broken = {"hub_lock"} if at in locked else set()
        if not _holds(hours.of_technician(technician, zone=zone or "").on(day), commitment):
            broken.add("off_shift")
        if zone is not None and not _holds(hours.of_zone(zone).on(day), commitment):
            broken.add("zone_closed")
        person = people.get(technician)
        needed = skills.get(visit.booking.product, frozenset()) if visit.booking else frozenset()
        fits = person is not None and person.active and needed <= person.skills
        if not fits or (zone is not None and person is not None and zone not in person.zones):
            broken.add("not_qualified")
        if not _on_grid(business, clock, day, commitment):
            broken.add("off_grid")
        found.append(broken)
    return found


def _holds(windows: Iterable[Interval], commitment: Commitment) -> bool:
    return any(start <= commitment.start and commitment.end <= end for start, end in windows)


def _spans(business: Business, clock: Clock, day: date) -> list[Interval]:
    return [(clock.at(day, one.start).instant, clock.at(day, one.end).instant) for one in business.policy.blocks]


def _on_grid(business: Business, clock: Clock, day: date, commitment: Commitment) -> bool:
    """Tell whether a visit begins at a start of the grid (rules G1 to G3)."""
    spans = _spans(business, clock, day)
    lasts, longest = commitment.end - commitment.start, max((end - start for start, end in spans), default=0)
    for block, (_, end) in zip(business.policy.blocks, spans, strict=True):
        for minute in block.starts:
            wall = clock.at(day, minute)
            if not wall.skipped and wall.instant == commitment.start and (commitment.end <= end or lasts > longest):
                return True
    return False


def _locked(business: Business, clock: Clock, visits: list[_Visit]) -> set[int]:
    """Find the visits in blocks of a technician that hold visits of several hubs (rule F8)."""
    if business.policy.lock is Lock.NONE or not business.hubs:
        return set()
    known = {hub.id for hub in business.hubs}
    hubs: dict[tuple[str | None, int], set[str]] = defaultdict(set)
    inside: dict[tuple[str | None, int], list[int]] = defaultdict(list)
    for at, visit in enumerate(visits):
        commitment = visit.commitment
        hub = commitment.named_hub(known)
        if hub is None and commitment.place is not None:
            hub = nearest_hub(commitment.place.point, business.hubs)
        if hub is None:
            continue
        first, last = clock.date_of(commitment.start), clock.date_of(commitment.end - MINUTE)
        for day in {first, last}:
            for start, end in _spans(business, clock, day):
                if commitment.start < end and start < commitment.end:
                    hubs[commitment.technician, start].add(hub)
                    inside[commitment.technician, start].append(at)
    return {at for block, within in inside.items() if len(hubs[block]) > 1 for at in within}
