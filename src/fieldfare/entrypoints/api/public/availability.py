"""`POST /api/v1/{business}/availability`: when somebody can come, thirty days ahead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated

import orjson
from fastapi import Header, Request, Response

from fieldfare.domain.business import Business
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.permissions import Permission
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.engine.turn import turn_of
from fieldfare.entrypoints.api.answers import Key
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.public import examples
from fieldfare.entrypoints.api.public.shapes import Ask
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import Visitor
from fieldfare.entrypoints.api.values import BusinessId
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.times import read_instant, read_now
from fieldfare.usecases.availability.in_memory import Current, UnknownBusinessError

OWN_SOURCE = "fieldfare"
"""The source of what Fieldfare keeps itself. Calendars and CRMs will be others."""

router = JsonRouter(prefix="/api/v1", tags=["availability"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question to a business as it is now: what is asked, at which moment, and whether details may be shown."""

    current: Current
    asked: Asked
    now: int
    wanted: int | None
    detail: bool
    explain: bool

    @property
    def business(self) -> Business:
        """The business that is asked."""
        return self.current.snapshot.business

    @property
    def clock(self) -> Clock:
        """The business's clock."""
        return clock_of(self.business.time_zone)

    @property
    def key(self) -> Key:
        """All that the answer follows from."""
        turn = turn_of(clock=self.clock, policy=self.business.policy, now=self.now)
        revision = self.current.revisions.revision
        return (self.business.id, revision, turn, self.asked, self.wanted, self.detail, self.explain)


@router.post(
    "/{business}/availability",
    summary="When can somebody come?",
    responses={
        **json_example(examples.AVAILABILITY),
        304: {"description": "The answer is still the one with the ETag that was sent."},
        **problem_responses("business_not_found", "needs_staff"),
    },
)
async def find_availability(  # noqa: D103 - described below, for the readers of the API
    business: BusinessId,
    ask: Ask,
    request: Request,
    rooms: InRooms,
    who: Visitor,
    if_none_match: Annotated[str | None, Header(max_length=2_000)] = None,
) -> Response:
    detail = who.may(Permission.AVAILABILITY_DETAIL)
    if ask.for_staff and not detail:
        raise Problem("needs_staff", f"Only staff may send {', '.join(ask.for_staff)}.")
    current = await current_business(rooms, business)
    inquiry = read_inquiry(ask, current, now=rooms.clock(), detail=detail)
    begun = perf_counter()
    ready = await rooms.answers.of(inquiry.key, maker(rooms, inquiry))
    headers = {
        "ETag": ready.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
        "Server-Timing": f'map;desc="{ready.how}";dur={(perf_counter() - begun) * 1_000:.1f}',
    }
    if _still_that(if_none_match, ready.etag):
        return Response(status_code=304, headers=headers)
    body = with_sources(ready.body, inquiry)
    return Response(body, headers=headers, media_type="application/json")


find_availability.__doc__ = """Find the slots that some technician can drive, for one product at one place.

The answer is the scenario format's. To anybody it says start, end, block, price and whether the slot is recommended;
staff, and keys with the scope `availability`, also see who can go, the drives, and how the zone was found. A place in a
negative zone or out of area is an answer, too: its `message` is what the customer is told.
"""


async def current_business(rooms: Rooms, business: str) -> Current:
    """Bring a business up to date; raises `Problem` for one that isn't there."""
    try:
        return await rooms.businesses.current(business, now=rooms.clock())
    except UnknownBusinessError:
        raise Problem("business_not_found") from None


def read_inquiry(ask: Ask, current: Current, *, now: int, detail: bool) -> Inquiry:
    """Read what is asked against the business; raises `Problem` for what it doesn't have."""
    business = current.snapshot.business
    clock = clock_of(business.time_zone)
    if ask.at is not None:
        try:
            now = read_now(ask.at, clock, horizon_days=business.policy.horizon_days)
        except ScenarioError as error:
            raise faulty("at", error.message) from None
    wanted = None
    if ask.start is not None:
        try:
            wanted = read_instant(ask.start, clock)
        except (OverflowError, ValueError) as error:
            raise faulty("start", str(error)) from None
    if ask.industry is not None and all(known.id != ask.industry for known in business.industries):
        raise faulty("industry", "is none of this business's industries")
    if ask.technician is not None and all(known.id != ask.technician for known in business.technicians):
        raise faulty("technician", "is none of this business's technicians")
    code = normalise_postal_code(ask.place.postal_code)
    product = next((known for known in business.products if known.id == ask.product), None)
    asked = Asked(
        place=Place(lat=ask.place.lat, lng=ask.place.lng, postal_code=code),
        product=ask.product,
        # What rule Z6 takes in place of an industry that isn't named; so both ways of asking find the same answer.
        industry=ask.industry or (product.industry if product else None),
        customer_tier=ask.customer_tier,
        technician=ask.technician,
    )
    return Inquiry(current=current, asked=asked, now=now, wanted=wanted, detail=detail, explain=ask.explain)


def maker(rooms: Rooms, inquiry: Inquiry) -> Callable[[], Awaitable[bytes]]:
    """Make what makes the answer, if it isn't there yet."""

    async def make() -> bytes:
        travel = rooms.travel(inquiry.business.travel)
        found = await inquiry.current.snapshot.answer(
            inquiry.asked, now=inquiry.now, travel=travel, explain=inquiry.explain, wanted=inquiry.wanted
        )
        document = _for_staff(found.answer, inquiry) if inquiry.detail else _for_anybody(found.answer, inquiry)
        return orjson.dumps(document)

    return make


def with_sources(body: bytes, inquiry: Inquiry) -> bytes:
    """Add how old the data of each source are, which is another matter with every answer."""
    sources = {
        "as_of": {OWN_SOURCE: inquiry.clock.iso(inquiry.current.as_of)},
        "stale": {OWN_SOURCE: False},
    }
    return body[:-1] + b"," + orjson.dumps(sources)[1:]


def _still_that(if_none_match: str | None, etag: str) -> bool:
    """Compare weakly, as a conditional request for an answer does (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    sent = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in sent or etag.removeprefix("W/") in sent
