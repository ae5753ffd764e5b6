"""Examples of holds and bookings, as the API's description shows them."""

from __future__ import annotations

from typing import Any

TOKEN = "mC1o6b0mJ7w0cW6iA3q1gk0dQJ2xq7nZ5v0t8rYh4sU"  # noqa: S105 - opens nothing

HOLD_BODY: dict[str, Any] = {
    "place": {"lat": 43.46, "lng": -79.69, "postal_code": "L6H 1A1"},
    "product": "furnace-tune-up",
    "start": "2026-11-24T10:30:00-05:00",
}

HOLD: dict[str, Any] = {
    "hold": "006b0f2c51a3f04c9be1d2",
    "token": TOKEN,
    "status": "held",
    "expires_at": "2026-11-23T08:10:00-05:00",
    "start": "2026-11-24T10:30:00-05:00",
    "end": "2026-11-24T11:30:00-05:00",
    "technician": "sam",
    "product": "furnace-tune-up",
    "price": 14900,
    "discount": 0,
    "currency": "CAD",
    "time_zone": "America/Toronto",
    "prolonged": 0,
}
RELEASED: dict[str, Any] = HOLD | {"status": "expired"}

CUSTOMER: dict[str, Any] = {
    "name": "Robin Doe",
    "email": "robin@example.com",
    "phone": "(905) 555-0134",
    "language": "en",
    "consent": False,
}
BOOKING_BODY: dict[str, Any] = {
    "hold": TOKEN,
    "customer": CUSTOMER,
    "address": {
        "street": "1225 Trafalgar Road",
        "city": "Oakville",
        "province": "ON",
        "unit": "",
        "postal_code": "L6H 0H3",
        "notes": "",
    },
}

_BOOKED: dict[str, Any] = {
    "reference": "FF-7K3QX9H",
    "status": "confirmed",
    "start": "2026-11-24T10:30:00-05:00",
    "end": "2026-11-24T11:30:00-05:00",
    "technician": "sam",
    "product": {"id": "furnace-tune-up", "name": "Furnace tune-up"},
    "price": 14900,
    "discount": 0,
    "currency": "CAD",
    "time_zone": "America/Toronto",
}
BOOKING: dict[str, Any] = _BOOKED | {
    "address_unchecked": False,
    "manage_url": f"https://book.example.com/api/v1/northern-comfort/bookings/{TOKEN}",
}
REQUESTED: dict[str, Any] = BOOKING | {"status": "requested", "technician": None}

MANAGED: dict[str, Any] = _BOOKED | {
    "version": 2,
    "business": {"id": "northern-comfort", "name": "Northern Comfort HVAC"},
    "address": {"lines": ["1225 Trafalgar Road, Oakville, ON", "L6H0H3"], "notes": "Ring twice."},
    "estimated_start": None,
    "changeable_until": "2026-11-24T06:30:00-05:00",
    "can_reschedule": True,
    "can_cancel": True,
}
RESCHEDULE_BODY: dict[str, Any] = {"start": "2026-11-25T13:00:00-05:00"}
CANCEL_BODY: dict[str, Any] = {"reason": "We are away that day."}

REQUEST_BODY: dict[str, Any] = {**HOLD_BODY, "customer": CUSTOMER}

WAIT_BODY: dict[str, Any] = {
    "place": {"lat": 43.46, "lng": -79.69, "postal_code": "L6H 1A1"},
    "product": "furnace-tune-up",
    "wishes": [{"from": "2026-11-24T08:00:00-05:00", "to": "2026-11-24T12:00:00-05:00"}],
    "customer": CUSTOMER,
}
WAITING: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d3",
    "token": TOKEN,
    "status": "waiting",
    "product": "furnace-tune-up",
    "wishes": [{"from": "2026-11-24T08:00:00-05:00", "to": "2026-11-24T12:00:00-05:00"}],
}
