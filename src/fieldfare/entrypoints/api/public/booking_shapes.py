"""What the routes of holds and bookings take and give."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.customers import ServiceAddress
from fieldfare.entrypoints.api.customers import AddressBody, CustomerBody
from fieldfare.entrypoints.api.public.shapes import AskedPlace
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.api.values import Body, Line, Prose, RecordId
from fieldfare.entrypoints.scenario.values import TimeText

Token = Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class HoldBody(Body):
    """A slot that is wanted."""

    place: AskedPlace
    product: RecordId = Field(examples=["furnace-tune-up"])
    industry: RecordId | None = None
    start: TimeText = Field(examples=["2026-11-24T10:30:00-05:00"])
    technician: RecordId | None = Field(default=None, description="Only this one; else the slot's first option.")
    customer_tier: Line | None = Field(default=None, description="Staff only.")
    contact: Line | None = Field(
        default=None,
        max_length=254,
        description="The customer's email or phone, where it is known already: it has at most two live holds.",
    )
    offer: Annotated[Line, Field(max_length=300)] | None = Field(
        default=None, description="The `offer` of the slot, where it had one: what was shown is what is charged."
    )


class BookingBody(Body):
    """Who a hold is for."""

    hold: Token = Field(description="The hold's `token`.", examples=["mC1o6b0mJ7w0cW6iA3q1gk0dQJ2xq7nZ5v0t8rYh4sU"])
    customer: CustomerBody
    address: AddressBody | None = Field(
        default=None, description="Where the technician rings; else the place that was asked for."
    )


class RescheduleBody(Body):
    """The time that is wanted instead."""

    start: TimeText = Field(examples=["2026-11-25T13:00:00-05:00"])
    version: int | None = Field(
        default=None, ge=1, le=1_000_000_000, description="The `version` that was seen: no other is changed."
    )


class CancelBody(Body):
    """Why."""

    reason: Prose = Field(default="", max_length=1_000, examples=["We are away that day."])
    version: int | None = Field(default=None, ge=1, le=1_000_000_000)


def document(body: object, *, status: int = 200, location: str | None = None) -> Response:
    """Answer with a document, or with bytes that are one; what is private is never kept on the way."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = {"Cache-Control": "no-store"} | ({} if location is None else {"Location": location})
    return Response(content, status_code=status, media_type="application/json", headers=headers)


def write_hold(booking: Booking, *, business: Business, token: str) -> dict[str, Any]:
    """Write a hold for whoever holds it."""
    clock = clock_of(business.time_zone)
    return {
        "hold": booking.id,
        "token": token,
        "status": booking.status.value,
        "expires_at": None if booking.expires_at is None else clock.iso(booking.expires_at),
        "start": clock.iso(booking.start),
        "end": clock.iso(booking.end),
        "technician": shown_technician(booking),
        "product": booking.product,
        "price": booking.price,
        "discount": booking.discount,
        "currency": booking.currency,
        "time_zone": business.time_zone,
        "prolonged": booking.prolonged,
    }


def write_booking(booking: Booking, *, business: Business) -> dict[str, Any]:
    """Write a booking for its customer: of the house no more than they may know."""
    clock = clock_of(business.time_zone)
    return {
        "reference": booking.reference,
        "status": booking.status.value,
        "start": clock.iso(booking.start),
        "end": clock.iso(booking.end),
        "technician": shown_technician(booking),
        "product": {"id": booking.product, "name": booking.product_name},
        "price": booking.price,
        "discount": booking.discount,
        "currency": booking.currency,
        "time_zone": business.time_zone,
    }


def write_managed(booking: Booking, *, business: Business, now: int, address: ServiceAddress | None) -> dict[str, Any]:
    """Write a booking behind its manage link, with what can still be done about it (rule B6)."""
    clock = clock_of(business.time_zone)
    until = booking.changeable_until(business.policy.change_cutoff_minutes)
    in_time = booking.changeable_at(now, cutoff_minutes=business.policy.change_cutoff_minutes)
    return {
        **write_booking(booking, business=business),
        "version": booking.version,
        "business": {"id": business.id, "name": business.name},
        "address": None if address is None else {"lines": list(address.lines), "notes": address.notes},
        "estimated_start": None if booking.estimated_start is None else clock.iso(booking.estimated_start),
        "changeable_until": clock.iso(until),
        "can_reschedule": in_time and booking.status is Status.CONFIRMED,
        "can_cancel": in_time and (booking.status.stands or booking.status is Status.REQUESTED),
    }


def shown_technician(booking: Booking) -> str | None:
    """Name who comes, unless the desk has still to decide that."""
    return None if booking.provisional else booking.technician


def manage_url(rooms: Rooms, request: Request, token: str, *, business: str) -> str:
    """Give the address at which a customer manages a visit."""
    root = rooms.public_url or str(request.base_url).rstrip("/")
    return f"{root}/api/v1/{business}/bookings/{token}"
