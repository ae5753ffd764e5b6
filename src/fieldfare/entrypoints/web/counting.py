"""Count how far the booking page's customers come: each step once for each flow, whatever is loaded anew."""

from __future__ import annotations

from typing import Any

from fieldfare.domain.addresses import Located
from fieldfare.domain.zones import Outcome
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.api.public.counting import count_step, found_of
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.ports.reports import Found, Step
from fieldfare.usecases.reports.areas import postal_area


def count_opened(asking: Asking) -> None:
    """Count who opens the page; a HEAD is only somebody who looks whether it is there."""
    if facts_of(asking.request.scope).method == "GET":
        count_step(asking.rooms, asking.current, Step.OPENED, of=(asking.state.flow,))


def count_address(asking: Asking, located: Located, offered: Offer) -> None:
    """Count an address that was found; and as a search without a slot, if nothing is sold there."""
    zone = offered.resolution.zone
    count_step(asking.rooms, asking.current, Step.ADDRESS, of=(asking.state.flow,), place=located.place, zone=zone)
    if not offered.shelves:
        _count_search(asking, located, zone=zone, product=None, found=Found.NOT_SERVED)


def count_times(asking: Asking, located: Located, document: dict[str, Any]) -> None:
    """Count who saw times, or that there are none, by the document of the calendar."""
    resolution = document["resolution"]
    found = found_of(Outcome(resolution["outcome"]), free=bool(document["slots"]))
    if found is not Found.NOT_SERVED:
        count_step(
            asking.rooms,
            asking.current,
            Step.TIMES_SEEN,
            of=(asking.state.flow,),
            place=located.place,
            zone=resolution["zone"],
        )
    _count_search(asking, located, zone=resolution["zone"], product=asking.state.product, found=found)


def _count_search(asking: Asking, located: Located, *, zone: str | None, product: str | None, found: Found) -> None:
    count_step(
        asking.rooms,
        asking.current,
        Step.SEARCHED,
        of=(asking.state.flow, postal_area(located.place.postal_code), product),
        place=located.place,
        zone=zone,
        product=product,
        found=found,
    )
