"""What the staff's routes of bookings take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.customers import AddressBody, CustomerBody
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.public import booking_examples as public
from fieldfare.entrypoints.api.public.shapes import AskedPlace
from fieldfare.entrypoints.api.values import Body, Line, Prose, RecordId, in_our_years
from fieldfare.entrypoints.scenario.times import read_instant
from fieldfare.entrypoints.scenario.values import TimeText
from fieldfare.ports.customers import BookingContact
from fieldfare.usecases.bookings.judging import Override

StatusName: TypeAlias = Literal[
    "requested",
    "held",
    "expired",
    "confirmed",
    "en_route",
    "in_progress",
    "completed",
    "cancelled",
    "no_show",
    "failed",
]
StepName: TypeAlias = Literal["en_route", "in_progress", "completed", "no_show", "failed"]

Reason = Annotated[Prose, Field(max_length=1_000)]


class OverrideBody(Body):
    """Book against soft rules, and why (rule B9)."""

    reason: Reason = Field(min_length=1, examples=["The customer has no heat; Sam agreed to the drive."])


class NewBooking(Body):
    """A visit that staff book for somebody."""

    place: AskedPlace
    product: RecordId = Field(examples=["furnace-tune-up"])
    industry: RecordId | None = None
    customer_tier: Line | None = None
    start: TimeText = Field(examples=["2026-11-24T10:30:00-05:00"])
    technician: RecordId | None = Field(default=None, description="Only this one; else the slot's first option.")
    customer: CustomerBody
    address: AddressBody | None = None
    offer: Annotated[Line, Field(max_length=300)] | None = None
    override: OverrideBody | None = Field(
        default=None, description="Needs `technician`, and the permission to override."
    )


class Move(Body):
    """Another time for a visit, and perhaps somebody else."""

    start: TimeText = Field(examples=["2026-11-25T13:00:00-05:00"])
    technician: RecordId | None = None
    reason: Reason | None = None
    override: OverrideBody | None = None


class Ending(Body):
    """Why a visit is not to be."""

    reason: Reason | None = Field(default=None, examples=["The customer called."])


class Assignment(Body):
    """Who goes."""

    technician: RecordId = Field(examples=["kim"])
    override: OverrideBody | None = None


class Acceptance(Body):
    """Who goes to a visit that was asked for, and when, if it is another time."""

    technician: RecordId | None = None
    start: TimeText | None = None
    override: OverrideBody | None = None


class ZoneOverride(Body):
    """The zone that a visit is counted to, and why (rule B8)."""

    zone: RecordId = Field(examples=["oakville"])
    reason: Reason = Field(min_length=1, examples=["The house stands on the border."])
    reprice: bool = Field(default=False, description="Whether the price is to be that zone's.")


class StepBody(Body):
    """What has become of a visit (rule B4)."""

    step: StepName = Field(examples=["en_route"])
    reason: Reason | None = None


class EstimateBody(Body):
    """When a visit under way will be over (rule B11)."""

    end: TimeText = Field(examples=["2026-11-24T12:15:00-05:00"])


BOOKING: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d2",
    "reference": "FF-7K3QX9H",
    "status": "confirmed",
    "start": "2026-11-24T10:30:00-05:00",
    "end": "2026-11-24T11:30:00-05:00",
    "technician": "sam",
    "to_assign": False,
    "zone": "oakville",
    "schedule": "oakville-hours",
    "hub": "H01",
    "product": {"id": "furnace-tune-up", "name": "Furnace tune-up"},
    "price": 14900,
    "discount": 0,
    "currency": "CAD",
    "place": {"lat": 43.46, "lng": -79.69, "postal_code": "L6H1A1"},
    "address": {"lines": ["1225 Trafalgar Road, Oakville, ON", "L6H0H3"], "notes": "Ring twice."},
    "job": None,
    "address_unchecked": False,
    "customer": {"id": "006b0f2c51a3f04c9be1d0", "name": "Robin Doe", "email": "robin@example.com", "phone": None},
    "source": "public",
    "created_at": "2026-11-23T08:00:00-05:00",
    "expires_at": None,
    "started_at": None,
    "ended_at": None,
    "ended_because": None,
    "estimated_start": None,
    "estimated_end": None,
    "told_start": None,
    "undo_until": None,
    "reasons": {
        "detour_seconds": 178,
        "before_seconds": 89,
        "after_seconds": 89,
        "travel_source": "crow_flies",
        "chosen": "first_option",
        "options": 2,
        "recommended": True,
    },
    "version": 2,
}
NEW_BOOKING: dict[str, Any] = {**public.HOLD_BODY, "technician": "sam", "customer": public.CUSTOMER}
BOOKED: dict[str, Any] = {
    **BOOKING,
    "manage_url": f"https://book.example.com/api/v1/northern-comfort/bookings/{public.TOKEN}",
}
MOVE: dict[str, Any] = {"start": "2026-11-25T13:00:00-05:00", "technician": "kim"}


def write_for_desk(booking: Booking, said: BookingContact | None, *, business: Business) -> dict[str, Any]:
    """Write a booking whole, with what its customer said."""
    clock = clock_of(business.time_zone)

    def written(instant: int | None) -> str | None:
        return None if instant is None else clock.iso(instant)

    undo = None if booking.stepped_at is None or booking.stepped_from is None else booking.stepped_at + 600
    address = None if said is None else said.address
    return {
        "id": booking.id,
        "reference": booking.reference,
        "status": booking.status.value,
        "start": clock.iso(booking.start),
        "end": clock.iso(booking.end),
        "technician": booking.technician,
        "to_assign": booking.provisional,
        "zone": booking.zone,
        "schedule": booking.schedule,
        "hub": booking.hub,
        "product": {"id": booking.product, "name": booking.product_name},
        "price": booking.price,
        "discount": booking.discount,
        "currency": booking.currency,
        "place": {"lat": booking.place.lat, "lng": booking.place.lng, "postal_code": booking.place.postal_code},
        "address": None if address is None else {"lines": list(address.lines), "notes": address.notes},
        "job": (said.job or None) if said is not None else None,
        "address_unchecked": booking.address_unchecked,
        "customer": None
        if said is None
        else {
            "id": said.customer,
            "name": said.contact.name,
            "email": said.contact.email,
            "phone": said.contact.phone,
        },
        "source": booking.source,
        "created_at": clock.iso(booking.created_at),
        "expires_at": written(booking.expires_at),
        "started_at": written(booking.started_at),
        "ended_at": written(booking.ended_at),
        "ended_because": None if said is None else said.ended_because,
        "estimated_start": written(booking.estimated_start),
        "estimated_end": written(booking.estimated_end),
        "told_start": written(booking.told_start),
        "undo_until": written(undo),
        "reasons": dict(booking.reasons),
        "version": booking.version,
    }


def override_of(who: Member, body: OverrideBody | None) -> Override | None:
    """Tell what the caller may book against; raises `Problem` for one who asks to and may not (rule B9)."""
    if not who.may(Permission.OVERRIDE):
        if body is not None:
            raise Problem("forbidden", "This account or key may not book against rules.")
        return None
    return Override(actor=who.actor, wanted=body is not None, reason=None if body is None else body.reason)


def instant_in(text: str, clock: Clock, *, path: str) -> int:
    """Read a time in the business's zone; raises `Problem`."""
    try:
        return in_our_years(read_instant(text, clock), path=path)
    except (OverflowError, ValueError) as error:
        raise faulty(path, str(error)) from None
