"""What: the industries and products that are sold at the place, or why nothing is, with what to do next."""

from __future__ import annotations

from starlette.responses import Response

from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.catalogue import shelves_anywhere, shelves_of
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.steps.inquiring import offer_at, prepare
from fieldfare.entrypoints.web.steps.instead import sorry_for


async def choose(asking: Asking) -> Response:
    """Show what can be bought; one industry, or the industries if there are several and none was chosen."""
    located = await asking.place()
    if located is None:
        shelves = shelves_anywhere(asking.business, asking.tongue)
        outcome = None
    else:
        offered = offer_at(asking, located)
        outcome = offered.resolution.outcome
        shelves = shelves_of(offered, asking.tongue)
        if not shelves:
            return show(asking, "sorry.html", {"outcome": sorry_for(outcome), "address": located.formatted})
        prepare(asking, located, offered)
    industry = asking.state.industry
    if industry not in {shelf.industry for shelf in shelves}:
        industry = shelves[0].industry if len(shelves) == 1 else None
    gone = asking.state.product is not None and located is not None
    values = {
        "shelves": [shelf for shelf in shelves if industry in {None, shelf.industry}],
        "industry": industry,
        "several": len(shelves) > 1,
        "address": None if located is None else located.formatted,
        "gone": gone and asking.state.product not in {c.product for shelf in shelves for c in shelf.cards},
    }
    return show(asking, "what.html", values)
