"""Examples of customers, as the API's description shows them."""

from __future__ import annotations

from typing import Any

CUSTOMER: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d0",
    "name": "Robin Doe",
    "email": "robin@example.com",
    "phone": "+19055550134",
    "language": "en",
    "consent": False,
    "tier": None,
    "created_at": "2026-11-23T08:00:00-05:00",
    "erased_at": None,
}
WITH_BOOKINGS: dict[str, Any] = CUSTOMER | {
    "bookings": [
        {
            "id": "006b0f2c51a3f04c9be1d2",
            "reference": "FF-7K3QX9H",
            "status": "confirmed",
            "start": "2026-11-24T10:30:00-05:00",
            "end": "2026-11-24T11:30:00-05:00",
            "technician": "sam",
            "product": {"id": "furnace-tune-up", "name": "Furnace tune-up"},
        }
    ]
}
ERASED: dict[str, Any] = CUSTOMER | {
    "name": None,
    "email": None,
    "phone": None,
    "erased_at": "2026-12-01T09:00:00-05:00",
}

_CONTACT: dict[str, Any] = {name: CUSTOMER[name] for name in ("name", "email", "phone", "language", "consent")}

EXPORT: dict[str, Any] = {
    "business": "northern-comfort",
    "exported_at": "2026-11-23T14:00:00Z",
    "customer": {
        "id": CUSTOMER["id"],
        **_CONTACT,
        "tier": None,
        "created_at": "2026-11-23T13:00:00Z",
        "erased_at": None,
    },
    "bookings": [
        {
            "id": "006b0f2c51a3f04c9be1d2",
            "reference": "FF-7K3QX9H",
            "status": "confirmed",
            "start": "2026-11-24T15:30:00Z",
            "end": "2026-11-24T16:30:00Z",
            "created_at": "2026-11-23T13:00:00Z",
            "started_at": None,
            "ended_at": None,
            "technician": "sam",
            "product": {"id": "furnace-tune-up", "name": "Furnace tune-up"},
            "price": 14900,
            "discount": 0,
            "currency": "CAD",
            "source": "public",
            "place": {"lat": 43.46, "lng": -79.69, "postal_code": "L6H1A1"},
            "contact": _CONTACT,
            "address": {
                "street": "1225 Trafalgar Road, Oakville, ON",
                "unit": "",
                "postal_code": "L6H0H3",
                "notes": "Ring twice.",
            },
            "ended_because": None,
        }
    ],
    "waitlist": [],
    "messages": [
        {
            "id": "006b0f2c51a3f04c9be1d5",
            "kind": "confirmed",
            "booking": "006b0f2c51a3f04c9be1d2",
            "status": "sent",
            "failure": None,
            "facts": {},
            "created_at": "2026-11-23T13:00:00Z",
            "sent_at": "2026-11-23T13:00:02Z",
            "settled_at": None,
        }
    ],
    "crm": {"contact": None, "entries": [], "proposals": []},
    "trail": [{"number": 17, "before": None, "after": _CONTACT, "reason": None}],
}
