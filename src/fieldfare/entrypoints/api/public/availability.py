"""`POST /api/v1/{business}/availability`: when somebody can come, thirty days ahead."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Annotated

import orjson
from fastapi import Body, Header, Response

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public import examples
from fieldfare.entrypoints.api.public.counting import count_question
from fieldfare.entrypoints.api.public.inquiries import Inquiry, current_business, keep_fresh, maker, read_inquiry
from fieldfare.entrypoints.api.public.shapes import Ask
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import Visitor
from fieldfare.entrypoints.api.values import BusinessId
from fieldfare.usecases.availability.in_memory import Current
from fieldfare.usecases.bookings.prolong import held_by
from fieldfare.usecases.bookings.refusals import UnknownBookingError

OWN_SOURCE = "fieldfare"
"""The source of what Fieldfare keeps itself."""

CRM_SOURCE = "ghl"
"""The source of what a connected CRM says of the technicians' time (rule B13)."""

router = JsonRouter(prefix="/api/v1", tags=["availability"])


@router.post(
    "/{business}/availability",
    summary="When can somebody come?",
    responses={
        **json_example(examples.AVAILABILITY),
        304: {"description": "The answer is still the one with the ETag that was sent."},
        **problem_responses("business_not_found", "needs_staff"),
    },
)
async def find_availability(
    business: BusinessId,
    ask: Annotated[Ask, Body(examples=[examples.ASK])],
    rooms: InRooms,
    who: Visitor,
    if_none_match: Annotated[
        str | None, Header(max_length=2_000, examples=['W/"cfcc1cf33724401b07f5795a98069840"'])
    ] = None,
) -> Response:
    """Find the slots that some technician can drive, for one product at one place.

    The answer is the scenario format's. To anybody it says start, end, block, price and whether the slot is
    recommended; staff, and keys with the scope `availability`, also see who can go, the drives, and how the zone was
    found. A place in a negative zone or out of area is an answer, too: its `message` is what the customer is told.
    """
    detail = who.may(Permission.AVAILABILITY_DETAIL)
    if ask.for_staff and not detail:
        raise Problem("needs_staff", f"Only staff may send {', '.join(ask.for_staff)}.")
    current = await current_business(rooms, business)
    if ask.hold is not None:
        current = await _without_own_hold(rooms, current, ask.hold)
    inquiry = read_inquiry(ask, current, now=current.as_of, detail=detail)
    if current.sources.connected:
        resolution, _ = current.snapshot.resolve(inquiry.asked, now=inquiry.now)
        keep_fresh(rooms, current, zone=resolution.zone)
    begun = perf_counter()
    ready = await rooms.answers.of(inquiry.key, maker(rooms, inquiry))
    if who.role is None and not ask.for_staff and ask.at is None:
        count_question(rooms, inquiry, free=ready.made.offers)
    headers = {
        "ETag": ready.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
        "Server-Timing": f'map;desc="{ready.how}";dur={(perf_counter() - begun) * 1_000:.1f}',
    }
    if _still_that(if_none_match, ready.etag):
        return Response(status_code=304, headers=headers)
    body = with_sources(ready.made.body, inquiry)
    return Response(body, headers=headers, media_type="application/json")


async def _without_own_hold(rooms: Rooms, current: Current, token: str) -> Current:
    """Leave the caller's own hold out, if it is one: who goes back to the list still finds the time that they hold."""
    business = current.snapshot.business
    try:
        async with rooms.storage.open(business.id) as books:
            own = await held_by(books, token)
    except UnknownBookingError:
        return current
    return leaving_out(current, own) if own.status is Status.HELD else current


def leaving_out(current: Current, own: Booking) -> Current:
    """Give a business as if a hold were not there."""
    return replace(current, snapshot=current.snapshot.without(own.technician, own.id), left_out=own.id)


def with_sources(body: bytes, inquiry: Inquiry) -> bytes:
    """Add how old the data of each source are, which is another matter with every answer."""
    known = inquiry.current.sources
    as_of, stale = {OWN_SOURCE: inquiry.clock.iso(inquiry.current.as_of)}, {OWN_SOURCE: False}
    if known.connected:
        stale[CRM_SOURCE] = known.too_old
    if known.read_at:
        as_of[CRM_SOURCE] = inquiry.clock.iso(known.read_at)
    sources = {"as_of": as_of, "stale": stale}
    return body[:-1] + b"," + orjson.dumps(sources)[1:]


def _still_that(if_none_match: str | None, etag: str) -> bool:
    """Compare weakly, as a conditional request for an answer does (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    sent = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in sent or etag.removeprefix("W/") in sent
