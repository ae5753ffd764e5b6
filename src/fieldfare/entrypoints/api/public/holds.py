"""`/api/v1/{business}/holds`: a slot that nobody else can have for a while."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

import orjson
from fastapi import Body, Depends, Path, Request, Response

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Business
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.permissions import Caller, Permission
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.customers import read_email, read_phone
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.proxies import group_of
from fieldfare.entrypoints.api.public import booking_examples as examples
from fieldfare.entrypoints.api.public.booking_shapes import HoldBody, Token, document, write_hold
from fieldfare.entrypoints.api.public.inquiries import Inquiry, current_business, read_inquiry
from fieldfare.entrypoints.api.public.offers import read_offer
from fieldfare.entrypoints.api.public.shapes import Ask
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import Visitor
from fieldfare.entrypoints.api.values import BusinessId
from fieldfare.ports.bookings import Holder
from fieldfare.usecases.bookings.hold import Hold, hold
from fieldfare.usecases.bookings.prolong import held_by, prolong, release
from fieldfare.usecases.bookings.refusals import UnknownBookingError
from fieldfare.usecases.people.tokens import new_token

router = JsonRouter(prefix="/api/v1", tags=["bookings"])

HoldToken = Annotated[Token, Path(description="The hold's `token`.", examples=[examples.HOLD["token"]])]


async def limit_guesses(request: Request) -> None:
    """Let an address that has tried too many tokens wait."""
    limits_of(request).check_address(request, Bucket.WRONG_KEY)


def wrong_token(request: Request) -> Problem:
    """Count a token that opens nothing, and refuse it."""
    limits_of(request).spend_address(request, Bucket.WRONG_KEY)
    return Problem("not_found")


@router.post(
    "/{business}/holds",
    status_code=201,
    summary="Hold a slot",
    responses={
        **json_example(examples.HOLD, status=201),
        **problem_responses(
            "business_not_found",
            "slot_taken",
            "only_by_request",
            "not_sold",
            "too_many_holds",
            "needs_staff",
            "idempotency_mismatch",
        ),
    },
)
async def hold_slot(  # noqa: PLR0917 - FastAPI gives each by its name
    business: BusinessId,
    body: Annotated[HoldBody, Body(examples=[examples.HOLD_BODY])],
    rooms: InRooms,
    who: Visitor,
    request: Request,
    retried: Retried,
) -> Response:
    """Hold a slot that was offered, while the customer types. It runs out by itself at `expires_at`.

    A client address, and a contact, have at most two live holds. With the code `slot_taken` somebody was quicker:
    `alternatives` holds up to five other times. Keep the `token` to yourself: it confirms, prolongs and releases.
    """
    if body.customer_tier is not None and not who.may(Permission.AVAILABILITY_DETAIL):
        raise Problem("needs_staff", "Only staff may send customer_tier.")
    inquiry = read_inquiry(
        Ask(
            place=body.place,
            product=body.product,
            industry=body.industry,
            technician=body.technician,
            customer_tier=body.customer_tier,
            start=body.start,
        ),
        await current_business(rooms, business),
        now=rooms.clock(),
        detail=False,
    )
    wanted = await _wanted(rooms, inquiry, body, who=who, request=request)

    def write(booking: Booking) -> bytes:
        return orjson.dumps(write_hold(booking, business=inquiry.business, token=wanted.token))

    async with booking_refusals(rooms, business, who):
        answer = await rooms.acting.run(
            business,
            lambda desk: hold(desk, wanted),
            write=write,
            once=retried.by(who),
            queue=queue_of(inquiry.asked, wanted.start),
            current=inquiry.current,
        )
    return document(answer, status=201, location=f"/api/v1/{business}/holds/{orjson.loads(answer)['token']}")


@router.get(
    "/{business}/holds/{token}",
    summary="Show a hold",
    dependencies=[Depends(limit_guesses)],
    responses=json_example(examples.HOLD),
)
async def show_hold(business: BusinessId, token: HoldToken, rooms: InRooms, who: Visitor, request: Request) -> Response:  # noqa: ARG001 - counts the request
    """Show until when a slot is held. Its status tells whether it still is."""
    current = await current_business(rooms, business)
    try:
        async with rooms.storage.open(business) as books:
            found = await held_by(books, token)
    except UnknownBookingError:
        raise wrong_token(request) from None
    shown = write_hold(found, business=current.snapshot.business, token=token)
    if found.expires_at is not None and not found.live_hold(current.as_of):
        shown["status"] = "expired"
    return document(shown)


@router.post(
    "/{business}/holds/{token}/prolong",
    summary="Prolong a hold",
    dependencies=[Depends(limit_guesses)],
    responses={
        **json_example(examples.HOLD),
        **problem_responses(
            "business_not_found", "hold_expired", "hold_not_prolonged", "wrong_status", "idempotency_mismatch"
        ),
    },
)
async def prolong_hold(  # noqa: PLR0917
    business: BusinessId, token: HoldToken, rooms: InRooms, who: Visitor, request: Request, retried: Retried
) -> Response:
    """Prolong a live hold by three minutes, at most ten times."""
    return await _about(
        rooms, business, token, lambda desk: prolong(desk, token, actor=actor_of(who)), who, request, retried
    )


@router.delete(
    "/{business}/holds/{token}",
    summary="Release a hold",
    dependencies=[Depends(limit_guesses)],
    responses={**json_example(examples.RELEASED), **problem_responses("business_not_found", "wrong_status")},
)
async def release_hold(  # noqa: PLR0917
    business: BusinessId, token: HoldToken, rooms: InRooms, who: Visitor, request: Request, retried: Retried
) -> Response:
    """Give a slot back at once; one that has run out is left as it is."""
    return await _about(
        rooms, business, token, lambda desk: release(desk, token, actor=actor_of(who)), who, request, retried
    )


async def _about(  # noqa: PLR0917
    rooms: Rooms, business: str, token: str, plan: object, who: Caller, request: Request, retried: Retried
) -> Response:
    current = await current_business(rooms, business)

    def write(booking: Booking) -> bytes:
        return orjson.dumps(write_hold(booking, business=current.snapshot.business, token=token))

    async with booking_refusals(rooms, business, who):
        try:
            answer = await rooms.acting.run(business, plan, write=write, once=retried.by(who))  # type: ignore[arg-type]
        except UnknownBookingError:
            raise wrong_token(request) from None
    return document(answer)


async def _wanted(rooms: Rooms, inquiry: Inquiry, body: HoldBody, *, who: Caller, request: Request) -> Hold:
    office = who.may(Permission.BOOKINGS_WRITE)
    shown = None
    if body.offer is not None:
        secret = await rooms.acting.secret(inquiry.business.id)
        shown = read_offer(body.offer, secret=secret, asked=inquiry.asked, start=inquiry.start, now=rooms.clock())
    return Hold(
        request=inquiry.asked,
        start=inquiry.start,
        token=new_token(),
        actor=actor_of(who),
        source="staff" if office else "public",
        holder=await holder_of(rooms, inquiry.business, body.contact, None if office else request),
        named=office and body.technician is not None,
        shown=shown,
    )


async def holder_of(rooms: Rooms, business: Business, contact: str | None, request: Request | None) -> Holder:
    """Say whose hold it is: of a stranger the address, and of anybody the contact, as hashes that only we can make."""
    if contact is None and request is None:
        return Holder()
    secret = await rooms.acting.secret(business.id)
    address = None
    if request is not None:
        address = hmac.digest(secret, b"address " + group_of(facts_of(request.scope).client).encode(), hashlib.sha256)
    said = None
    if contact is not None:
        text = (
            read_email(contact, path="contact")
            if "@" in contact
            else read_phone(contact, countries=rooms.bias(business).countries, path="contact")
        )
        said = hmac.digest(secret, b"contact " + text.encode(), hashlib.sha256)
    return Holder(address=address, contact=said)


def actor_of(who: Caller) -> Actor:
    """Name who acts, for the trail: an account, a key, or a customer who came by the widget or the API."""
    return who.actor or Actor(kind=ActorKind.CUSTOMER, id="public")


def queue_of(asked: Asked, start: int) -> object:
    """Name what those want the same of who shall not all ask the database's locks at once."""
    return (asked.technician, start)
