"""`/api/v1/staff/bookings`: the desk books, moves, assigns, and says what has become of visits."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import orjson
from fastapi import Body, Depends, Query, Request, Response

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.permissions import Member, Permission
from fieldfare.domain.references import known_reference
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.public.booking_shapes import document, manage_url
from fieldfare.entrypoints.api.public.holds import queue_of
from fieldfare.entrypoints.api.public.inquiries import current_business, read_inquiry
from fieldfare.entrypoints.api.public.offers import read_offer
from fieldfare.entrypoints.api.public.serving import who_for
from fieldfare.entrypoints.api.public.shapes import Ask
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import booking_shapes as shapes
from fieldfare.entrypoints.api.staff.booking_shapes import instant_in, override_of, write_for_desk
from fieldfare.entrypoints.api.staff.versions import IfMatch, etag_of, expected_of
from fieldfare.entrypoints.api.values import FIRST_YEAR, LAST_YEAR, AwareTime, Line, PageLimit, RecordId
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.customers import BookingContact
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk, Plan
from fieldfare.usecases.bookings.assign import Assign, OverrideZone, UnknownZoneError, assign, override_zone
from fieldfare.usecases.bookings.book import Book, book
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.request import Accept, accept
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule
from fieldfare.usecases.bookings.step import Report, Step, Undo, UnlikelyEndError, report_end, take_step, undo_step
from fieldfare.usecases.people.tokens import new_token

router = JsonRouter(prefix="/api/v1/staff", tags=["staff bookings"])

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_READ_OWN))]
Writer: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_WRITE))]
Stepper: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_STEP))]
Decider: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_DECIDE))]

_CHANGED = ("wrong_status", "changed_meanwhile", "idempotency_mismatch")
_PLACED = ("slot_taken", "needs_override", "not_overridable", "reason_needed", "not_sold")


@router.get(
    "/bookings",
    summary="List bookings by start",
    responses=json_example({"items": [shapes.BOOKING], "next": None}),
)
async def list_bookings(  # noqa: PLR0917 - FastAPI gives each by its name
    rooms: InRooms,
    who: Reader,
    status: Annotated[
        list[shapes.StatusName] | None,
        Query(
            description="Only these; holds and what has expired only where they are named.", examples=[["confirmed"]]
        ),
    ] = None,
    technician: Annotated[RecordId | None, Query(description="Only this technician's.")] = None,
    customer: Annotated[RecordId | None, Query(description="Only this customer's.")] = None,
    reference: Annotated[
        Line | None, Query(max_length=16, description="Only the one of this reference.", examples=["FF-7K3QX9H"])
    ] = None,
    since: Annotated[AwareTime | None, Query(alias="from", description="Only what ends after this.")] = None,
    until: Annotated[AwareTime | None, Query(alias="to", description="Only what starts before this.")] = None,
    to_assign: Annotated[
        bool | None, Query(description="Only those to which the desk has to assign somebody.", examples=[True])
    ] = None,
    address_unchecked: Annotated[
        bool | None, Query(description="Only those whose address the desk has to check.", examples=[True])
    ] = None,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> dict[str, Any]:
    """List visits, with what their customers said. A technician's account sees its own alone."""
    after = None
    if cursor is not None:
        start, id_ = parts_of(cursor, int, str)
        after = (_within_calendar(int(start)), str(id_))
    wanted = BookingFilter(
        statuses=None if status is None else [Status(one) for one in status],
        technician=_own(who, technician),
        customer=customer,
        reference=None if reference is None else known_reference(reference),
        since=since,
        until=until,
        to_assign=to_assign,
        address_unchecked=address_unchecked,
    )
    current = await current_business(rooms, who.business)
    async with rooms.storage.open(who.business) as books:
        found = await books.bookings.page(wanted, after=after, limit=limit + 1)
        said = await books.customers.said_for([booking.id for booking in found])
    shown = found[:limit]
    business = current.snapshot.business
    return {
        "items": [write_for_desk(booking, said.get(booking.id), business=business) for booking in shown],
        "next": cursor_of(shown[-1].start, shown[-1].id) if len(found) > limit else None,
    }


@router.post(
    "/bookings",
    status_code=201,
    summary="Book for a customer",
    responses={
        **json_example(shapes.BOOKED, status=201),
        **problem_responses(
            *_PLACED, "address_elsewhere", "address_not_found", "address_ambiguous", "idempotency_mismatch"
        ),
    },
)
async def book_for_customer(
    body: Annotated[shapes.NewBooking, Body(examples=[shapes.NEW_BOOKING])],
    rooms: InRooms,
    who: Writer,
    request: Request,
    retried: Retried,
) -> Response:
    """Book a visit in one go. Asked for again for the same customer, it is the same booking, not a second one.

    With the code `needs_override` the time breaks the `rules` that it lists, all of which this caller may override:
    send `override` with a reason, and name the technician. No hold is needed, and no limit of holds applies.
    """
    current = await current_business(rooms, who.business)
    ask = Ask(
        place=body.place,
        product=body.product,
        industry=body.industry,
        technician=body.technician,
        customer_tier=body.customer_tier,
        start=body.start,
    )
    inquiry = read_inquiry(ask, current, now=current.as_of, detail=True)
    start = inquiry.start
    override = override_of(who, body.override)
    if body.override is not None and body.technician is None:
        raise faulty("technician", "has to be named where rules are overridden")
    shown = None
    if body.offer is not None:
        secret = await rooms.acting.secret(who.business)
        shown = read_offer(body.offer, secret=secret, asked=inquiry.asked, start=start, now=current.as_of)
    wanted = Book(
        request=inquiry.asked,
        start=start,
        who=await who_for(rooms, current, customer=body.customer, address=body.address, token=new_token(), caller=who),
        source="staff",
        override=override,
        shown=shown,
    )
    business = inquiry.business

    async def plan(desk: Desk) -> Act[tuple[Booking, BookingContact | None, str]]:
        act = await book(desk, wanted)

        async def acted(books: Books) -> tuple[Booking, BookingContact | None, str]:
            made = await act(books)
            return made.booking, await _said(books, made.booking), made.manage_token

        return acted

    def write(made: tuple[Booking, BookingContact | None, str]) -> bytes:
        booking, said, token = made
        url = manage_url(rooms, request, token, business=business.id)
        return orjson.dumps({**write_for_desk(booking, said, business=business), "manage_url": url})

    async with booking_refusals(rooms, who.business, who):
        answer = await rooms.acting.run(
            who.business, plan, write=write, once=retried.by(who), queue=queue_of(inquiry.asked, start)
        )
    return document(answer, status=201, location=f"{router.prefix}/bookings/{orjson.loads(answer)['id']}")


@router.get("/bookings/{id}", summary="Show a booking", responses=json_example(shapes.BOOKING))
async def show_booking(id: RecordId, rooms: InRooms, who: Reader) -> Response:  # noqa: A002 - the path's word
    """Show a booking whole. Its ETag is its version; its history is in the audit trail, under `bookings`."""
    current = await current_business(rooms, who.business)
    async with rooms.storage.open(who.business) as books:
        booking = await books.bookings.find(id)
        said = None if booking is None else await _said(books, booking)
    own = _own(who, None)
    if booking is None or (own is not None and booking.technician != own):
        raise Problem("not_found")
    return _answer(orjson.dumps(write_for_desk(booking, said, business=current.snapshot.business)))


@router.post(
    "/bookings/{id}/reschedule",
    summary="Move a visit",
    responses={**json_example(shapes.BOOKING), **problem_responses(*_PLACED, *_CHANGED)},
)
async def move_booking(  # noqa: PLR0917
    id: RecordId,  # noqa: A002 - the path's word
    body: Annotated[shapes.Move, Body(examples=[shapes.MOVE])],
    rooms: InRooms,
    who: Writer,
    retried: Retried,
    if_match: IfMatch = None,
) -> Response:
    """Move a visit to another time, and perhaps to somebody else; or it stays where it is."""
    business = (await current_business(rooms, who.business)).snapshot.business
    _refuse_unknown(body.technician, business)
    wanted = Reschedule(
        booking=id,
        start=instant_in(body.start, clock_of(business.time_zone), path="start"),
        actor=who.actor,
        technician=body.technician,
        override=override_of(who, body.override),
        reason=body.reason,
        version=_version(if_match),
    )
    return await _done(rooms, who, business, lambda desk: reschedule(desk, wanted), retried)


@router.post(
    "/bookings/{id}/cancel",
    summary="Cancel a visit",
    responses={**json_example(shapes.BOOKING | {"status": "cancelled"}), **problem_responses(*_CHANGED)},
)
async def cancel_booking(  # noqa: PLR0917
    id: RecordId,  # noqa: A002
    body: Annotated[shapes.Ending, Body(examples=[{"reason": "The customer called."}])],
    rooms: InRooms,
    who: Writer,
    retried: Retried,
    if_match: IfMatch = None,
) -> Response:
    """Cancel a visit, or decline one that was asked for; its time is free at once."""
    business = (await current_business(rooms, who.business)).snapshot.business
    wanted = Cancel(booking=id, actor=who.actor, reason=body.reason, version=_version(if_match))
    return await _done(rooms, who, business, lambda desk: cancel(desk, wanted), retried)


@router.post(
    "/bookings/{id}/assign",
    summary="Say who goes",
    responses={**json_example(shapes.BOOKING), **problem_responses(*_PLACED, *_CHANGED)},
)
async def assign_booking(  # noqa: PLR0917
    id: RecordId,  # noqa: A002
    body: Annotated[shapes.Assignment, Body(examples=[{"technician": "kim"}])],
    rooms: InRooms,
    who: Decider,
    retried: Retried,
    if_match: IfMatch = None,
) -> Response:
    """Give a visit to a technician, at its time. One who was only provisional is confirmed by naming them."""
    business = (await current_business(rooms, who.business)).snapshot.business
    _refuse_unknown(body.technician, business)
    wanted = Assign(
        booking=id,
        technician=body.technician,
        actor=who.actor,
        override=override_of(who, body.override),
        version=_version(if_match),
    )
    return await _done(rooms, who, business, lambda desk: assign(desk, wanted), retried)


@router.post(
    "/bookings/{id}/zone",
    summary="Count a visit to another zone",
    responses={**json_example(shapes.BOOKING), **problem_responses("reason_needed", *_CHANGED)},
)
async def override_booking_zone(  # noqa: PLR0917
    id: RecordId,  # noqa: A002
    body: Annotated[
        shapes.ZoneOverride,
        Body(examples=[{"zone": "oakville", "reason": "The house stands on the border.", "reprice": True}]),
    ],
    rooms: InRooms,
    who: Decider,
    retried: Retried,
    if_match: IfMatch = None,
) -> Response:
    """Count a visit to another zone, with a reason. The price stays, unless `reprice` asks for that zone's.

    It needs the permission to override, too.
    """
    business = (await current_business(rooms, who.business)).snapshot.business
    if not who.may(Permission.OVERRIDE):
        raise Problem("forbidden")
    wanted = OverrideZone(
        booking=id,
        zone=body.zone,
        reason=body.reason,
        reprice=body.reprice,
        actor=who.actor,
        version=_version(if_match),
    )
    try:
        return await _done(rooms, who, business, lambda desk: override_zone(desk, wanted), retried)
    except UnknownZoneError:
        raise faulty("zone", "is none of this business's zones that are sold in") from None


@router.post(
    "/bookings/{id}/accept",
    summary="Accept a visit that was asked for",
    responses={**json_example(shapes.BOOKING), **problem_responses(*_PLACED, *_CHANGED)},
)
async def accept_booking(  # noqa: PLR0917
    id: RecordId,  # noqa: A002
    body: Annotated[shapes.Acceptance, Body(examples=[{"technician": "kim"}])],
    rooms: InRooms,
    who: Decider,
    retried: Retried,
    if_match: IfMatch = None,
) -> Response:
    """Make a request a booking: judged like any other. To decline it, cancel it."""
    business = (await current_business(rooms, who.business)).snapshot.business
    _refuse_unknown(body.technician, business)
    clock = clock_of(business.time_zone)
    wanted = Accept(
        booking=id,
        actor=who.actor,
        technician=body.technician,
        start=None if body.start is None else instant_in(body.start, clock, path="start"),
        override=override_of(who, body.override),
        version=_version(if_match),
    )
    return await _done(rooms, who, business, lambda desk: accept(desk, wanted), retried)


@router.post(
    "/bookings/{id}/steps",
    summary="Say what has become of a visit",
    responses={**json_example(shapes.BOOKING | {"status": "en_route"}), **problem_responses(*_CHANGED)},
)
async def step_booking(  # noqa: PLR0917
    id: RecordId,  # noqa: A002
    body: Annotated[shapes.StepBody, Body(examples=[{"step": "en_route"}])],
    rooms: InRooms,
    who: Stepper,
    retried: Retried,
    if_match: IfMatch = None,
) -> Response:
    """Take a step: on the way, begun, completed, nobody there, not possible. Later visits' estimates follow.

    A technician's account takes steps of its own visits alone.
    """
    business = (await current_business(rooms, who.business)).snapshot.business
    wanted = Step(
        booking=id,
        to=Status(body.step),
        actor=who.actor,
        own=_own(who, None),
        reason=body.reason,
        version=_version(if_match),
    )
    return await _done(rooms, who, business, lambda desk: take_step(desk, wanted), retried)


@router.post(
    "/bookings/{id}/undo",
    summary="Take the last step back",
    responses={
        **json_example(shapes.BOOKING),
        **problem_responses("too_late_to_undo", "slot_taken", *_CHANGED),
    },
)
async def undo_booking_step(id: RecordId, rooms: InRooms, who: Stepper, retried: Retried) -> Response:  # noqa: A002
    """Take the last step back, within ten minutes."""
    business = (await current_business(rooms, who.business)).snapshot.business
    wanted = Undo(booking=id, actor=who.actor, own=_own(who, None))
    return await _done(rooms, who, business, lambda desk: undo_step(desk, wanted), retried)


@router.post(
    "/bookings/{id}/estimate",
    summary="Say when a visit will be over",
    responses={**json_example(shapes.BOOKING), **problem_responses(*_CHANGED)},
)
async def estimate_booking(
    id: RecordId,  # noqa: A002
    body: Annotated[shapes.EstimateBody, Body(examples=[{"end": "2026-11-24T12:15:00-05:00"}])],
    rooms: InRooms,
    who: Stepper,
    retried: Retried,
) -> Response:
    """Say when a visit under way will be over. Later visits' estimates follow, and their customers are told."""
    business = (await current_business(rooms, who.business)).snapshot.business
    end = instant_in(body.end, clock_of(business.time_zone), path="end")
    wanted = Report(booking=id, end=end, actor=who.actor, own=_own(who, None))
    try:
        return await _done(rooms, who, business, lambda desk: report_end(desk, wanted), retried)
    except UnlikelyEndError:
        raise faulty("end", "lies before the visit began, or more than a day after it was to end") from None


async def _done(rooms: Rooms, who: Member, business: Business, plan: Plan[Booking], retried: Retried) -> Response:
    """Carry a change out, and answer with the booking as it is then."""

    async def planned(desk: Desk) -> Act[tuple[Booking, BookingContact | None]]:
        act = await plan(desk)

        async def acted(books: Books) -> tuple[Booking, BookingContact | None]:
            booking = await act(books)
            return booking, await _said(books, booking)

        return acted

    def write(changed: tuple[Booking, BookingContact | None]) -> bytes:
        return orjson.dumps(write_for_desk(*changed, business=business))

    async with booking_refusals(rooms, who.business, who):
        return _answer(await rooms.acting.run(who.business, planned, write=write, once=retried.by(who)))


def _answer(body: bytes) -> Response:
    response = document(body)
    response.headers["ETag"] = etag_of(orjson.loads(body)["version"])
    return response


async def _said(books: Books, booking: Booking) -> BookingContact | None:
    return (await books.customers.said_for([booking.id])).get(booking.id)


def _own(who: Member, technician: str | None) -> str | None:
    """Limit a technician's account to its own visits."""
    if who.may(Permission.BOOKINGS_READ):
        return technician
    own = who.technician or ""
    return own if technician in {None, own} else "-"


def _refuse_unknown(technician: str | None, business: Business) -> None:
    if technician is not None and all(known.id != technician for known in business.technicians):
        raise faulty("technician", "is none of this business's technicians")


def _version(if_match: str | None) -> int | None:
    expected = expected_of(if_match)
    if expected is None:
        return None
    # A version that is no number is the ETag of no booking: none has changed into it.
    return int(expected) if expected.isdecimal() and expected.isascii() else 0


def _within_calendar(instant: int) -> int:
    lowest, highest = (FIRST_YEAR - 1970) * 365 * 86_400, (LAST_YEAR + 1 - 1970) * 366 * 86_400
    if not lowest <= instant <= highest:
        raise faulty("query.cursor", "is none that this list gave")
    return instant
