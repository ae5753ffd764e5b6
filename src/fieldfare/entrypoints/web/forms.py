"""Forms as browsers send them: read strictly, and only if one of our own pages has sent them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import Place
from fieldfare.entrypoints.api.problems import Problem

_MEDIA = "application/x-www-form-urlencoded"
_MOST_FIELDS = 100
_OWN_SITES = frozenset({"same-origin", "none"})

Form = Mapping[str, str]
"""A form's fields; of one that was sent twice the last."""


async def read_form(request: Request) -> Form:
    """Read a form; raises `Problem` as `read_pairs` does."""
    return dict(await read_pairs(request))


async def read_pairs(request: Request, *, most_fields: int = _MOST_FIELDS) -> list[tuple[str, str]]:
    """Read the names and values of a form in their order.

    Raises `Problem`: cross_site for a form of another site, unsupported_media_type, invalid_request.
    """
    refuse_other_sites(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA:
        raise Problem("unsupported_media_type")
    try:
        return parse_qsl(
            (await request.body()).decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=most_fields,
        )
    except ValueError:
        raise Problem("invalid_request", "The form could not be read.", errors=[]) from None


def refuse_other_sites(request: Request) -> None:
    """Refuse what another site has sent; raises `Problem` (cross_site).

    Browsers say it in `Sec-Fetch-Site`, those that don't yet in `Origin`. What says neither is no browser.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        ours = site in _OWN_SITES
    elif origin is not None:
        parts = urlsplit(origin)
        public = urlsplit(request.app.state.given.public_url)
        own = {(public.scheme, public.netloc), (request.url.scheme, request.headers.get("host", ""))}
        # Sandboxed pages and files send `null`, which is nobody's origin.
        ours = bool(parts.netloc) and (parts.scheme, parts.netloc) in own
    else:
        ours = True
    if not ours:
        raise Problem("cross_site")


def choices_of(problem: Problem) -> list[Located]:
    """List the places among which a customer is to choose."""
    choices: Any = problem.members["choices"]
    return [
        Located(
            place=Place(lat=choice["lat"], lng=choice["lng"], postal_code=choice["postal_code"]),
            formatted=choice["address"],
            precision=Precision(choice["precision"]),
            country=None,
            source="choice",
        )
        for choice in choices
    ]
