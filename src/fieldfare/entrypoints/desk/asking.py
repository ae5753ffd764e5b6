"""One request of somebody at the desk: who they are, at which business, what they sent, and where links lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.customers import Language
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.api.security import caller, signed_in
from fieldfare.entrypoints.web.forms import Form, read_pairs
from fieldfare.entrypoints.web.tongues import Tongue, tongue_of
from fieldfare.usecases.availability.in_memory import Current

ROOT = "/desk"
_YEARS = range(2000, 2100)
_MOST_FIELDS = 20_000
"""A zone may have many products with values of their own."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A request of a member of a business, whose `name` is how they are greeted.

    `pairs` are the names and values that a form sent, in their order.
    """

    request: Request
    rooms: Rooms
    who: Member
    current: Current
    pairs: Sequence[tuple[str, str]] = ()
    name: str = ""

    @cached_property
    def form(self) -> Form:
        """What was sent, a field that was sent twice holding its last."""
        return dict(self.pairs)

    @property
    def business(self) -> Business:
        """The member's business."""
        return self.current.snapshot.business

    @property
    def clock(self) -> Clock:
        """The business's clock."""
        return clock_of(self.business.time_zone)

    @property
    def now(self) -> int:
        """The instant that it is, by the database's clock."""
        return self.current.as_of

    @property
    def today(self) -> date:
        """The business's local date."""
        return self.clock.date_of(self.now)

    @property
    def query(self) -> Mapping[str, str]:
        """The request's query."""
        return self.request.query_params

    @property
    def path(self) -> str:
        """The request's path."""
        return self.request.url.path

    @property
    def here(self) -> str:
        """The request's path with its query."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def by_form(self) -> bool:
        """Whether a form was sent."""
        return self.request.method == "POST"

    @property
    def is_swap(self) -> bool:
        """Whether a script of ours asks for a part of the page, and not a browser for the whole."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def tongue(self) -> Tongue:
        """The language of the desk."""
        return tongue_of(Language.ENGLISH)

    def may(self, permission: Permission | str) -> bool:
        """Whether the member holds a permission; templates ask by its name."""
        return self.who.may(Permission(permission))

    def link(self, *path: str, **query: Any) -> str:
        """Give the address of a page of the desk; a query's None is left out."""
        return desk_link(*path, **query)

    def go(self, *path: str, **query: Any) -> Response:
        """Send the browser to another page of the desk, by GET."""
        return RedirectResponse(desk_link(*path, **query), status_code=303)

    def day(self, name: str = "date") -> date:
        """Read a date of the query; today where there is none that can be read."""
        return read_day(self.query.get(name)) or self.today

    def midnight(self, day: date, *, after_days: int = 0) -> int:
        """Give the instant at which a local date begins."""
        return self.clock.midnight(day + timedelta(days=after_days))


def desk_link(*path: str, **query: Any) -> str:
    """Give the address of a page of the desk; a query's None is left out."""
    address = "/".join((ROOT, *path))
    chosen = {key: str(value) for key, value in query.items() if value is not None}
    return f"{address}?{urlencode(chosen)}" if chosen else address


def read_day(text: str | None) -> date | None:
    """Read a date as forms send it; None for what is none, or lies outside this century."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in _YEARS else None


async def asking_of(request: Request) -> Asking:
    """Read who asks; raises `Problem`: unauthenticated, rate_limited."""
    who = await signed_in(request, await caller(request, None, None))
    rooms: Rooms = request.app.state.given
    return Asking(request=request, rooms=rooms, who=who, current=await current_business(rooms, who.business))


async def with_form(asking: Asking, *, longest: int | None) -> Asking:
    """Read the form that was sent, of at most so many bytes; raises `Problem` as `read_pairs` does."""
    if not asking.by_form:
        return asking
    facts_of(asking.request.scope).body_limit = longest
    return replace(asking, pairs=await read_pairs(asking.request, most_fields=_MOST_FIELDS))
