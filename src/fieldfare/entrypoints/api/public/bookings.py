"""`/api/v1/{business}/bookings`: a hold becomes a visit; and a visit that the desk has to accept."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Body, Depends, Request, Response
from pydantic import Field

from fieldfare.domain.business import Business
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.customers import AddressBody, CustomerBody
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.public import booking_examples as examples
from fieldfare.entrypoints.api.public.booking_shapes import BookingBody, document, manage_url, write_booking
from fieldfare.entrypoints.api.public.holds import limit_guesses, wrong_token
from fieldfare.entrypoints.api.public.inquiries import current_business, known_business, read_inquiry
from fieldfare.entrypoints.api.public.serving import who_for
from fieldfare.entrypoints.api.public.shapes import Ask, AskedPlace
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import Visitor
from fieldfare.entrypoints.api.values import Body as Fields
from fieldfare.entrypoints.api.values import BusinessId, RecordId
from fieldfare.entrypoints.scenario.values import TimeText
from fieldfare.usecases.bookings.confirm import Confirmed, confirm
from fieldfare.usecases.bookings.refusals import UnknownBookingError
from fieldfare.usecases.bookings.request import AskFor, ask_for
from fieldfare.usecases.people.tokens import new_token

router = JsonRouter(prefix="/api/v1", tags=["bookings"])


class RequestBody(Fields):
    """A visit that the desk has to accept."""

    place: AskedPlace
    product: RecordId = Field(examples=["furnace-tune-up"])
    industry: RecordId | None = None
    start: TimeText = Field(description="When it would suit.", examples=["2026-11-24T10:30:00-05:00"])
    customer: CustomerBody
    address: AddressBody | None = None


@router.post(
    "/{business}/bookings",
    status_code=201,
    summary="Book what is held",
    dependencies=[Depends(limit_guesses)],
    responses={
        **json_example(examples.BOOKING, status=201),
        **problem_responses(
            "business_not_found",
            "hold_expired",
            "hold_used",
            "slot_taken",
            "address_elsewhere",
            "address_not_found",
            "address_ambiguous",
            "wrong_status",
            "idempotency_mismatch",
        ),
    },
)
async def book_hold(  # noqa: PLR0917 - FastAPI gives each by its name
    business: BusinessId,
    body: Annotated[BookingBody, Body(examples=[examples.BOOKING_BODY])],
    rooms: InRooms,
    who: Visitor,
    request: Request,
    retried: Retried,
) -> Response:
    """Make a hold a booking. Every rule is judged once more; the same hold for the same customer is the same booking.

    `manage_url` opens the booking for its customer: to show, move or cancel it. With `address_unchecked` the service
    address could not be found, and the desk will look at it.
    """
    # Behind the locks the configuration is looked at again, and of the commitments only those read there count.
    current = await known_business(rooms, business)
    wanted = await who_for(rooms, current, customer=body.customer, address=body.address, token=body.hold, caller=who)
    write = writer(rooms, request, current.snapshot.business)
    async with booking_refusals(rooms, business, who):
        try:
            answer = await rooms.acting.run(
                business,
                lambda desk: confirm(desk, wanted),
                write=write,
                once=retried.by(who),
                queue=body.hold,
                current=current,
                stays=True,
            )
        except UnknownBookingError:
            raise wrong_token(request) from None
    return document(answer, status=201)


@router.post(
    "/{business}/requests",
    status_code=201,
    summary="Ask for a visit that the business has to accept",
    responses={
        **json_example(examples.REQUESTED, status=201),
        **problem_responses(
            "business_not_found",
            "not_sold",
            "slot_taken",
            "address_elsewhere",
            "address_not_found",
            "address_ambiguous",
            "idempotency_mismatch",
        ),
    },
)
async def request_visit(  # noqa: PLR0917 - FastAPI gives each by its name
    business: BusinessId,
    body: Annotated[RequestBody, Body(examples=[examples.REQUEST_BODY])],
    rooms: InRooms,
    who: Visitor,
    request: Request,
    retried: Retried,
) -> Response:
    """Ask for a visit where no time is offered. It holds no time until the desk has accepted it."""
    current = await current_business(rooms, business)
    ask = Ask(place=body.place, product=body.product, industry=body.industry, start=body.start)
    inquiry = read_inquiry(ask, current, now=current.as_of, detail=False)
    wanted = AskFor(
        request=inquiry.asked,
        start=inquiry.start,
        who=await who_for(rooms, current, customer=body.customer, address=body.address, token=new_token(), caller=who),
        source="public" if who.actor is None else "staff",
    )
    write = writer(rooms, request, inquiry.business)
    async with booking_refusals(rooms, business, who):
        answer = await rooms.acting.run(business, lambda desk: ask_for(desk, wanted), write=write, once=retried.by(who))
    return document(answer, status=201)


def writer(rooms: Rooms, request: Request, business: Business) -> Any:
    """Make what writes a booking that was just made, with the address of its manage link."""

    def write(confirmed: Confirmed) -> bytes:
        return orjson.dumps(
            {
                **write_booking(confirmed.booking, business=business),
                "address_unchecked": confirmed.booking.address_unchecked,
                "manage_url": manage_url(rooms, request, confirmed.manage_token, business=business.id),
            }
        )

    return write
