"""`/api/v1/{business}/waitlist`: waiting for a time that isn't free yet."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Body, Depends, Path, Request, Response
from pydantic import ConfigDict, Field

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.customers import CustomerBody, read_contact
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.api.public import booking_examples as examples
from fieldfare.entrypoints.api.public.booking_shapes import Token, document
from fieldfare.entrypoints.api.public.holds import actor_of, limit_guesses, wrong_token
from fieldfare.entrypoints.api.public.inquiries import current_business, read_inquiry
from fieldfare.entrypoints.api.public.shapes import Ask, AskedPlace
from fieldfare.entrypoints.api.rooms import InRooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import Visitor
from fieldfare.entrypoints.api.values import Body as Fields
from fieldfare.entrypoints.api.values import BusinessId, RecordId, in_our_years
from fieldfare.entrypoints.scenario.times import read_instant
from fieldfare.entrypoints.scenario.values import TimeText
from fieldfare.ports.customers import Waiting
from fieldfare.usecases.bookings.refusals import UnknownBookingError
from fieldfare.usecases.people.tokens import new_token
from fieldfare.usecases.waitlist.join import MOST_WISHES, Join, join, leave, waiting_behind

router = JsonRouter(prefix="/api/v1", tags=["waitlist"])

WaitingToken = Annotated[Token, Path(description="The `token` of joining.", examples=[examples.HOLD["token"]])]


class WishBody(Fields):
    """A stretch of time in which the whole visit should lie."""

    since: TimeText = Field(alias="from", examples=["2026-11-24T08:00:00-05:00"])
    until: TimeText = Field(alias="to", examples=["2026-11-24T12:00:00-05:00"])

    model_config = ConfigDict(populate_by_name=False)


class WaitBody(Fields):
    """What somebody waits for."""

    place: AskedPlace
    product: RecordId = Field(examples=["furnace-tune-up"])
    industry: RecordId | None = None
    wishes: list[WishBody] = Field(min_length=1, max_length=MOST_WISHES)
    customer: CustomerBody


@router.post(
    "/{business}/waitlist",
    status_code=201,
    summary="Wait for a slot",
    responses={
        **json_example(examples.WAITING, status=201),
        **problem_responses("business_not_found", "not_sold", "idempotency_mismatch"),
    },
)
async def join_waitlist(
    business: BusinessId,
    body: Annotated[WaitBody, Body(examples=[examples.WAIT_BODY])],
    rooms: InRooms,
    who: Visitor,
    retried: Retried,
) -> Response:
    """Wait, with up to five wishes. When a time becomes free that suits, whom it costs the least drive is offered it.

    An offer comes by mail, with a link to the hold that keeps the time for its customer meanwhile.
    """
    current = await current_business(rooms, business)
    ask = Ask(place=body.place, product=body.product, industry=body.industry)
    inquiry = read_inquiry(ask, current, now=current.as_of, detail=False)
    wanted = Join(
        request=inquiry.asked,
        wishes=_read_wishes(body.wishes, inquiry.clock),
        contact=read_contact(body.customer, countries=rooms.bias(inquiry.business).countries),
        token=new_token(),
        actor=actor_of(who),
    )

    def write(waiting: Waiting) -> bytes:
        return orjson.dumps(write_waiting(waiting, business=inquiry.business, token=wanted.token))

    async with booking_refusals(rooms, business, who):
        answer = await rooms.acting.run(business, lambda desk: join(desk, wanted), write=write, once=retried.by(who))
    return document(answer, status=201)


@router.get(
    "/{business}/waitlist/{token}",
    summary="Show what somebody waits for",
    dependencies=[Depends(limit_guesses)],
    responses=json_example(examples.WAITING),
)
async def show_waiting(
    business: BusinessId,
    token: WaitingToken,
    rooms: InRooms,
    who: Visitor,  # noqa: ARG001 - counts the request
    request: Request,
) -> Response:
    """Show whether somebody still waits."""
    current = await current_business(rooms, business)
    try:
        async with rooms.storage.open(business) as books:
            waiting = await waiting_behind(books, token)
    except UnknownBookingError:
        raise wrong_token(request) from None
    return document(write_waiting(waiting, business=current.snapshot.business, token=token))


@router.post(
    "/{business}/waitlist/{token}/leave",
    summary="Wait no longer",
    dependencies=[Depends(limit_guesses)],
    responses={
        **json_example(examples.WAITING | {"status": "withdrawn"}),
        **problem_responses("business_not_found", "wrong_status", "idempotency_mismatch"),
    },
)
async def leave_waitlist(  # noqa: PLR0917 - FastAPI gives each by its name
    business: BusinessId, token: WaitingToken, rooms: InRooms, who: Visitor, request: Request, retried: Retried
) -> Response:
    """Leave the waitlist."""
    current = await current_business(rooms, business)
    try:
        async with rooms.storage.open(business) as books:
            waiting = await waiting_behind(books, token)
    except UnknownBookingError:
        raise wrong_token(request) from None
    actor = Actor(kind=ActorKind.CUSTOMER, id="link")

    def write(gone: Waiting) -> bytes:
        return orjson.dumps(write_waiting(gone, business=current.snapshot.business, token=token))

    async with booking_refusals(rooms, business, who):
        answer = await rooms.acting.run(
            business, lambda desk: leave(desk, waiting.id, actor=actor), write=write, once=retried.by(who)
        )
    return document(answer)


def write_waiting(waiting: Waiting, *, business: Business, token: str | None) -> dict[str, Any]:
    """Write what somebody waits for."""
    clock = clock_of(business.time_zone)
    return {
        "id": waiting.id,
        **({} if token is None else {"token": token}),
        "status": waiting.status.value,
        "product": waiting.product,
        "wishes": [{"from": clock.iso(first), "to": clock.iso(last)} for first, last in waiting.wishes],
    }


def _read_wishes(wishes: list[WishBody], clock: Clock) -> tuple[tuple[int, int], ...]:
    read = []
    for at, wish in enumerate(wishes):
        try:
            first = in_our_years(read_instant(wish.since, clock), path=f"wishes[{at}].from")
            last = in_our_years(read_instant(wish.until, clock), path=f"wishes[{at}].to")
        except (OverflowError, ValueError) as error:
            raise faulty(f"wishes[{at}]", str(error)) from None
        if last <= first:
            raise faulty(f"wishes[{at}].to", "is not after from")
        read.append((first, last))
    return tuple(read)
