"""`/api/v1/{business}/bookings/{token}`: what a customer sees and does behind the link of their visit (rules B6, B7).

A GET changes nothing, however often a mail scanner follows the link.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import orjson
from fastapi import Body, Depends, Path, Request, Response
from starlette.responses import RedirectResponse

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.customers import ServiceAddress
from fieldfare.domain.permissions import Caller
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.api.public import booking_examples as examples
from fieldfare.entrypoints.api.public import examples as public_examples
from fieldfare.entrypoints.api.public.booking_shapes import (
    CancelBody,
    RescheduleBody,
    Token,
    document,
    write_managed,
)
from fieldfare.entrypoints.api.public.holds import limit_guesses, wrong_token
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.public.writing import at_one_price, write_for_anybody
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import Visitor
from fieldfare.entrypoints.api.values import BusinessId, in_our_years
from fieldfare.entrypoints.scenario.times import read_instant
from fieldfare.ports.storage import Books
from fieldfare.usecases.availability.drivable import Drivable
from fieldfare.usecases.bookings.acting import Desk, Plan
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.changing import opened_by
from fieldfare.usecases.bookings.judging import request_of, sale_as_agreed
from fieldfare.usecases.bookings.refusals import UnknownBookingError
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule

router = JsonRouter(prefix="/api/v1", tags=["bookings"])

ManageToken = Annotated[
    Token, Path(description="The last part of the `manage_url`.", examples=[examples.HOLD["token"]])
]
_LINK = Actor(kind=ActorKind.CUSTOMER, id="link")
_GUESSES = [Depends(limit_guesses)]


@router.get(
    "/{business}/bookings/{token}",
    summary="Show a booking to its customer",
    dependencies=_GUESSES,
    responses={
        **json_example(examples.MANAGED),
        303: {"description": "A browser, which accepts text/html, is sent to the page of the visit."},
    },
)
async def show_managed(
    business: BusinessId,
    token: ManageToken,
    rooms: InRooms,
    who: Visitor,  # noqa: ARG001 - counts the request
    request: Request,
) -> Response:
    """Show a booking, and what can still be done about it. A browser is sent to the page for people."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/book/{business}/visits/{token}", status_code=303)
    current = await current_business(rooms, business)
    booking, address = await _opened(rooms, business, token, request)
    return document(write_managed(booking, business=current.snapshot.business, now=current.as_of, address=address))


@router.get(
    "/{business}/bookings/{token}/availability",
    summary="When could the visit be instead?",
    dependencies=_GUESSES,
    responses={**json_example(public_examples.AVAILABILITY), **problem_responses("business_not_found")},
)
async def find_other_times(
    business: BusinessId,
    token: ManageToken,
    rooms: InRooms,
    who: Visitor,  # noqa: ARG001 - counts the request
    request: Request,
) -> Response:
    """Find the times to which a visit can be moved: it is not in its own way, and its own time is among them."""
    return await _other_times(rooms, business, token, request)


@router.post(
    "/{business}/bookings/{token}/availability",
    summary="When could the visit be instead? (by POST)",
    dependencies=_GUESSES,
    responses={**json_example(public_examples.AVAILABILITY), **problem_responses("business_not_found")},
)
async def ask_for_other_times(
    business: BusinessId,
    token: ManageToken,
    rooms: InRooms,
    who: Visitor,  # noqa: ARG001 - counts the request
    request: Request,
) -> Response:
    """Answer as GET does, for those who ask for all availability by POST."""
    return await _other_times(rooms, business, token, request)


@router.post(
    "/{business}/bookings/{token}/reschedule",
    summary="Move the visit",
    dependencies=_GUESSES,
    responses={
        **json_example(examples.MANAGED),
        **problem_responses(
            "business_not_found",
            "slot_taken",
            "not_sold",
            "wrong_status",
            "too_late_to_change",
            "changed_meanwhile",
            "idempotency_mismatch",
        ),
    },
)
async def reschedule_managed(  # noqa: PLR0917 - FastAPI gives each by its name
    business: BusinessId,
    token: ManageToken,
    body: Annotated[RescheduleBody, Body(examples=[examples.RESCHEDULE_BODY])],
    rooms: InRooms,
    who: Visitor,
    request: Request,
    retried: Retried,
) -> Response:
    """Move the visit to another time, at the agreed price. If that can't be, it stays where it is."""
    current = await current_business(rooms, business)
    booking, address = await _opened(rooms, business, token, request)
    try:
        read = read_instant(body.start, clock_of(current.snapshot.business.time_zone))
    except (OverflowError, ValueError) as error:
        raise faulty("start", str(error)) from None
    start = in_our_years(read, path="start")
    wanted = Reschedule(booking=booking.id, start=start, actor=_LINK, by_customer=True, version=body.version)
    return await _changed(
        rooms, current.snapshot.business, lambda desk: reschedule(desk, wanted), address, who, retried
    )


@router.post(
    "/{business}/bookings/{token}/cancel",
    summary="Cancel the visit",
    dependencies=_GUESSES,
    responses={
        **json_example(examples.MANAGED | {"status": "cancelled", "can_reschedule": False, "can_cancel": False}),
        **problem_responses(
            "business_not_found",
            "wrong_status",
            "too_late_to_change",
            "reason_needed",
            "changed_meanwhile",
            "idempotency_mismatch",
        ),
    },
)
async def cancel_managed(  # noqa: PLR0917 - FastAPI gives each by its name
    business: BusinessId,
    token: ManageToken,
    body: Annotated[CancelBody, Body(examples=[examples.CANCEL_BODY])],
    rooms: InRooms,
    who: Visitor,
    request: Request,
    retried: Retried,
) -> Response:
    """Cancel the visit, with a reason. Its time is free at once."""
    current = await current_business(rooms, business)
    booking, address = await _opened(rooms, business, token, request)
    wanted = Cancel(booking=booking.id, actor=_LINK, reason=body.reason, by_customer=True, version=body.version)
    return await _changed(rooms, current.snapshot.business, lambda desk: cancel(desk, wanted), address, who, retried)


async def _other_times(rooms: Rooms, business: str, token: str, request: Request) -> Response:
    booking, _ = await _opened(rooms, business, token, request)
    desk, found = await drivable_instead(rooms, business, booking)
    clock, sold = clock_of(desk.business.time_zone), at_one_price(desk.business)
    return document(write_for_anybody(found, clock=clock, business=sold, wanted=None))


async def drivable_instead(rooms: Rooms, business: str, booking: Booking) -> tuple[Desk, Drivable]:
    """Find what a visit can be moved to, as it was agreed and with itself out of its own way (rules B5, B6)."""
    desk = await rooms.acting.desk(business)
    snapshot = desk.current.snapshot.without(booking.technician, booking.id)
    found = await snapshot.drivable(
        request_of(booking), now=desk.now, travel=desk.travel, agreed=sale_as_agreed(booking, desk)
    )
    # What can only be asked for is no other time of a visit that stands.
    return desk, replace(found, to_ask=None)


async def _changed(  # noqa: PLR0917 - all of them every time
    rooms: Rooms,
    business: Business,
    plan: Plan[Booking],
    address: ServiceAddress | None,
    who: Caller,
    retried: Retried,
) -> Response:
    def write(booking: Booking) -> bytes:
        return orjson.dumps(write_managed(booking, business=business, now=rooms.clock(), address=address))

    async with booking_refusals(rooms, business.id, who):
        return document(await rooms.acting.run(business.id, plan, write=write, once=retried.by(who)))


async def _opened(rooms: Rooms, business: str, token: str, request: Request) -> tuple[Booking, ServiceAddress | None]:
    """Look up what a link opens, and the address of the visit; raises `Problem` for one that opens nothing."""

    async def look(books: Books) -> tuple[Booking, ServiceAddress | None]:
        booking = await opened_by(books, token)
        said = (await books.customers.said_for([booking.id])).get(booking.id)
        return booking, None if said is None else said.address

    try:
        async with rooms.storage.open(business) as books:
            return await look(books)
    except UnknownBookingError:
        raise wrong_token(request) from None
