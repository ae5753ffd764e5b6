"""Count how far whoever books comes: each step once, with the area of the postal code and nothing of who it is."""

from __future__ import annotations

from collections.abc import Hashable

from fieldfare.domain.clock import clock_of
from fieldfare.domain.places import Place
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.api.public.inquiries import Inquiry
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.ports.reports import Door, Found, Step, Tally
from fieldfare.usecases.availability.in_memory import Current
from fieldfare.usecases.reports.areas import postal_area

_SAME_SECONDS = 600
"""Whoever asks the same by the API within this time asks once."""
_SERVED = frozenset({Outcome.ZONE, Outcome.DEFAULT_ZONE})


def count_question(rooms: Rooms, inquiry: Inquiry, *, free: bool) -> None:
    """Count what an API's caller asks: nobody knows who stands behind it, so the question is what is counted once."""
    asked = inquiry.asked
    of = (asked.place.point, asked.product, inquiry.now // _SAME_SECONDS)
    if not rooms.counting.is_new(inquiry.business.id, Door.API, of):
        return
    resolution, _ = inquiry.current.snapshot.resolve(asked, now=inquiry.now)
    found = found_of(resolution.outcome, free=free)
    for step in (Step.SEARCHED,) if found is Found.NOT_SERVED else (Step.TIMES_SEEN, Step.SEARCHED):
        count_step(
            rooms,
            inquiry.current,
            step,
            of=of,
            door=Door.API,
            place=asked.place,
            zone=resolution.zone,
            product=asked.product,
            found=found,
        )


def count_step(
    rooms: Rooms,
    current: Current,
    step: Step,
    *,
    of: tuple[Hashable, ...],
    door: Door = Door.PAGE,
    place: Place | None = None,
    zone: str | None = None,
    product: str | None = None,
    found: Found | None = None,
) -> None:
    """Count a step once `of` whatever makes it another; a product that the business hasn't is left out."""
    business = current.snapshot.business
    if not rooms.counting.is_new(business.id, door, step, *of):
        return
    known = product is not None and any(one.id == product for one in business.products)
    tally = Tally(
        day=clock_of(business.time_zone).date_of(current.as_of),
        step=step,
        door=door,
        area="" if place is None else postal_area(place.postal_code),
        zone=zone or "",
        product=product if known and product is not None else "",
        found="" if found is None else found.value,
    )
    rooms.counting.add(business.id, tally)


def found_of(outcome: Outcome, *, free: bool) -> Found:
    """Say what a search came to."""
    if outcome not in _SERVED:
        return Found.NOT_SERVED
    return Found.TIMES if free else Found.NO_TIME
