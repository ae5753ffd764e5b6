"""The routes of a day: who drives where, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.fleet import Technician
from fieldfare.domain.permissions import Permission
from fieldfare.domain.places import Place
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.bookings.names import STATUSES
from fieldfare.entrypoints.desk.map.colours import DASHES, route_colour
from fieldfare.entrypoints.web.tongues import TO
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.customers import BookingContact

_MOST_BOOKINGS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place on the way; visits are numbered, busy time at a place isn't."""

    id: str
    number: int | None
    start: int
    end: int
    time: str
    title: str
    customer: str | None
    where: str
    place: Place
    status: str | None
    href: str | None

    @property
    def mark(self) -> str:
        """What stands in its dot."""
        return "•" if self.number is None else str(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A technician's stops of a day, from the depot and back to it."""

    technician: str
    name: str
    colour: str
    dash: str
    depot: Place
    stops: tuple[Stop, ...]
    placeless: int

    @property
    def line(self) -> list[list[float]]:
        """The way as longitudes and latitudes, straight from stop to stop."""
        if not self.stops:
            return []
        places = [self.depot, *(stop.place for stop in self.stops), self.depot]
        return [[place.lng, place.lat] for place in places]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the bookings of a day, as far as the reader may know it."""

    bookings: Mapping[str, Booking]
    said: Mapping[str, BookingContact]


async def routes_of(asking: Asking, day: date, technician: str | None = None) -> list[Route]:
    """List the routes of a local date, of all technicians or of one; who has nothing to do that day is left out."""
    since, until = asking.midnight(day), asking.midnight(day, after_days=1)
    only = None if technician is None else [technician]
    async with asking.rooms.storage.open(asking.who.business) as books:
        standing = await books.commitments.standing(since=since, until=until, technicians=only)
        known = _Known(bookings={}, said={})
        if asking.who.may(Permission.BOOKINGS_READ):
            wanted = BookingFilter(since=since, until=until, technician=technician, statuses=tuple(Status))
            found = await books.bookings.page(wanted, after=None, limit=_MOST_BOOKINGS)
            bookings = {booking.id: booking for booking in found}
            known = _Known(bookings=bookings, said=await books.customers.said_for(list(bookings)))
    own: dict[str, list[Commitment]] = {}
    for commitment in standing:
        if commitment.technician is not None:
            own.setdefault(commitment.technician, []).append(commitment)
    return [
        _route(asking, person, place, own[person.id], known)
        for place, person in enumerate(asking.business.technicians)
        if person.id in own
    ]


def _route(asking: Asking, person: Technician, place: int, own: list[Commitment], known: _Known) -> Route:
    own.sort(key=lambda one: (one.start, one.end, one.id))
    stops: list[Stop] = []
    number = 0
    for commitment in own:
        if commitment.place is None:
            continue
        is_visit = commitment.kind is CommitmentKind.VISIT
        number += is_visit
        stops.append(_stop(asking, commitment, commitment.place, number if is_visit else None, known))
    return Route(
        technician=person.id,
        name=person.name or person.id,
        colour=route_colour(place),
        dash=DASHES[place % len(DASHES)],
        depot=person.depot or asking.business.hq,
        stops=tuple(stops),
        placeless=sum(one.place is None for one in own),
    )


def _stop(asking: Asking, commitment: Commitment, place: Place, number: int | None, known: _Known) -> Stop:
    booking, said = known.bookings.get(commitment.id), known.said.get(commitment.id)
    clock, tongue = asking.clock, asking.tongue
    busy = "Busy time" if number is None else "Visit"
    href = None
    if booking is not None:
        href = asking.link("bookings", booking.id)
    elif asking.who.may(Permission.COMMITMENTS_WRITE):
        href = asking.link("board", "time", commitment.id)
    address = ", ".join(said.address.lines) if said is not None and said.address is not None else ""
    return Stop(
        id=commitment.id,
        number=number,
        start=commitment.start,
        end=commitment.end,
        time=TO.join(tongue.time(clock.local(at)) for at in (commitment.start, commitment.end)),
        title=(booking.product_name if booking else commitment.title) or busy,
        customer=said.contact.name if said is not None else None,
        where=address or place.postal_code or f"{place.lat:.4f}, {place.lng:.4f}",
        place=place,
        status=STATUSES[booking.status][0] if booking else None,
        href=href,
    )
