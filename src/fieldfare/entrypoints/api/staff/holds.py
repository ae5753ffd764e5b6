"""`/api/v1/staff/holds` and `/api/v1/staff/waitlist`: what is held, and who waits."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import orjson
from fastapi import Depends, Query, Response

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.public import booking_examples as public
from fieldfare.entrypoints.api.public.booking_shapes import document
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.public.waitlist import write_waiting
from fieldfare.entrypoints.api.rooms import InRooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import booking_shapes as shapes
from fieldfare.entrypoints.api.staff.booking_shapes import write_for_desk
from fieldfare.entrypoints.api.values import PageLimit, RecordId
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.customers import Waiting, WaitingStatus
from fieldfare.usecases.bookings.prolong import release_by_desk
from fieldfare.usecases.waitlist.join import leave

router = JsonRouter(prefix="/api/v1/staff", tags=["staff bookings"])

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_READ))]
Decider: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_DECIDE))]
WaitingName: TypeAlias = Literal["waiting", "offered", "booked", "withdrawn", "past"]

_MOST = 200
_HOLD = shapes.BOOKING | {"status": "held", "expires_at": "2026-11-23T08:10:00-05:00", "customer": None}
_WAITING = {key: value for key, value in public.WAITING.items() if key != "token"} | {
    "customer": "006b0f2c51a3f04c9be1d0",
    "offered": None,
    "joined_at": "2026-11-23T08:00:00-05:00",
}


@router.get("/holds", summary="List what is held now", responses=json_example({"items": [_HOLD]}))
async def list_holds(rooms: InRooms, who: Reader) -> dict[str, Any]:
    """List the live holds by start, the first two hundred."""
    current = await current_business(rooms, who.business)
    async with rooms.storage.open(who.business) as books:
        found = await books.bookings.page(BookingFilter(statuses=[Status.HELD]), after=None, limit=_MOST)
        said = await books.customers.said_for([hold.id for hold in found])
        now = books.moment
    business = current.snapshot.business
    live = [hold for hold in found if hold.live_hold(now)]
    return {"items": [write_for_desk(hold, said.get(hold.id), business=business) for hold in live]}


@router.delete(
    "/holds/{id}",
    summary="Release a hold",
    responses={
        **json_example(_HOLD | {"status": "expired"}),
        **problem_responses("wrong_status", "idempotency_mismatch"),
    },
)
async def release_any_hold(id: RecordId, rooms: InRooms, who: Decider, retried: Retried) -> Response:  # noqa: A002
    """End somebody's hold; its time is free at once."""
    business = (await current_business(rooms, who.business)).snapshot.business

    def write(hold: Booking) -> bytes:
        return orjson.dumps(write_for_desk(hold, None, business=business))

    async with booking_refusals(rooms, who.business, who):
        answer = await rooms.acting.run(
            who.business,
            lambda desk: release_by_desk(desk, id, actor=who.actor),
            write=write,
            once=retried.by(who),
        )
    return document(answer)


@router.get("/waitlist", summary="List who waits", responses=json_example({"items": [_WAITING], "next": None}))
async def list_waiting(
    rooms: InRooms,
    who: Reader,
    status: Annotated[
        list[WaitingName] | None,
        Query(description="Only these; else who waits or was offered.", examples=[["waiting"]]),
    ] = None,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> dict[str, Any]:
    """List those who wait for a slot, in the order in which they joined."""
    wanted = [WaitingStatus(one) for one in status or ["waiting", "offered"]]
    after = None if cursor is None else str(parts_of(cursor, str)[0])
    business = (await current_business(rooms, who.business)).snapshot.business
    async with rooms.storage.open(who.business) as books:
        found = await books.waiting.page(statuses=wanted, after=after, limit=limit + 1)
    shown = found[:limit]
    return {
        "items": [_shown(one, business=business) for one in shown],
        "next": cursor_of(shown[-1].id) if len(found) > limit else None,
    }


@router.delete(
    "/waitlist/{id}",
    summary="Take somebody off the waitlist",
    responses={
        **json_example(_WAITING | {"status": "withdrawn"}),
        **problem_responses("wrong_status", "idempotency_mismatch"),
    },
)
async def remove_waiting(id: RecordId, rooms: InRooms, who: Decider, retried: Retried) -> Response:  # noqa: A002
    """Take somebody off the waitlist."""
    business = (await current_business(rooms, who.business)).snapshot.business

    def write(gone: Waiting) -> bytes:
        return orjson.dumps(_shown(gone, business=business))

    async with booking_refusals(rooms, who.business, who):
        answer = await rooms.acting.run(
            who.business, lambda desk: leave(desk, id, actor=who.actor), write=write, once=retried.by(who)
        )
    return document(answer)


def _shown(waiting: Waiting, *, business: Business) -> dict[str, Any]:
    return {
        **write_waiting(waiting, business=business, token=None),
        "customer": waiting.customer,
        "offered": waiting.offered,
        "joined_at": clock_of(business.time_zone).iso(waiting.joined_at),
    }
