"""A business's colours and logo, as files of their own: the page's policy allows no style inside it."""

from __future__ import annotations

import base64
import hashlib

from starlette.requests import Request
from starlette.responses import Response

from fieldfare.entrypoints.api.limits import limit_address
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.inquiries import known_business
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.web.colours import read_colour, stylesheet
from fieldfare.usecases.availability.in_memory import Current

_AN_HOUR = "public, max-age=3600"


async def give_colours(request: Request) -> Response:
    """Give the colours: the business's own, or those that the embedding site names in `c`."""
    page = (await _known(request)).snapshot.business.booking_page
    text = stylesheet(page, read_colour(request.query_params.get("c")))
    return Response(text, media_type="text/css", headers={"Cache-Control": _AN_HOUR})


async def give_logo(request: Request) -> Response:
    """Give the logo; raises `Problem` if there is none."""
    logo = (await _known(request)).snapshot.business.booking_page.logo
    if logo is None:
        raise Problem("not_found")
    media, _, text = logo.removeprefix("data:").partition(";base64,")
    return Response(base64.b64decode(text), media_type=media, headers={"Cache-Control": _AN_HOUR})


def version_of(text: str | None) -> str:
    """Sum up what a file is made from, for its address: a changed one is fetched at once."""
    return hashlib.sha256((text or "").encode()).hexdigest()[:8]


async def _known(request: Request) -> Current:
    await limit_address(request)
    rooms: Rooms = request.app.state.given
    return await known_business(rooms, str(request.path_params["business"]))
