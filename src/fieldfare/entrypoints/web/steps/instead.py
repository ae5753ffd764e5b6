"""A time can't be had any more: what is free instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.places import Place
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.api.booking_refusals import free_instead
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.calendars import write_time
from fieldfare.entrypoints.web.pages import show
from fieldfare.usecases.bookings.refusals import SlotTakenError

MOST_SHOWN = 3
"""So many of the alternatives are shown (rule O5 gives up to five)."""


async def taken(asking: Asking, error: SlotTakenError) -> Response:
    """Show what is free instead of a time that can't be had; nothing that was typed is lost (rules B1, O5).

    Where the place turns out to be one to which nobody comes at all, that is said instead (rules Z5, Z7, C1).
    """
    place = await _place_of(asking, error.request)
    resolution, sale = asking.current.snapshot.resolve(error.request, now=asking.current.as_of)
    if sale is None:
        there = replace(asking, state=replace(asking.state, place=place, hold=None))
        located = await there.place()
        sorry = {"outcome": sorry_for(resolution.outcome), "address": located.formatted if located else ""}
        return show(asking, "sorry.html", sorry, status=409)
    free = await free_instead(asking.rooms, asking.business.id, error)
    state = replace(asking.state, place=place, hold=None, product=error.request.product)
    full = sale.quote.price
    values: dict[str, Any] = {
        "code": error.code,
        "times": [
            write_time(slot, full=full, business=asking.business, tongue=asking.tongue) for slot in free[:MOST_SHOWN]
        ],
        "typed": asking.carried,
        "other": state,
        "zone": asking.tongue.zone(asking.business.time_zone),
    }
    return show(asking, "taken.html", values, status=409, here=asking.link("when", state=state))


def sorry_for(outcome: Outcome) -> str:
    """Name what the page says sorry for."""
    return outcome.value if outcome in {Outcome.BLOCKED, Outcome.OUT_OF_AREA} else "no_services"


async def _place_of(asking: Asking, asked: Asked) -> str:
    """Name the place for which alternatives were looked for; a service address may have brought another (rule B12)."""
    located = await asking.place()
    if located is not None and located.place.point == asked.place.point:
        return asking.state.place or ""
    return await asking.remember(_unnamed(asked.place, located))


def _unnamed(place: Place, before: Located | None) -> Located:
    return Located(
        place=place,
        formatted=place.postal_code or (before.formatted if before else ""),
        precision=Precision.POSTAL,
        country=before.country if before else None,
        source="booking",
    )
