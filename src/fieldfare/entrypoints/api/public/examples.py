"""Examples of the public answers, as the API's description shows them."""

from __future__ import annotations

QUERIES = [
    {"address": "1225 Trafalgar Road, Oakville, ON L6H 0H3"},
    {"postal_code": "L6H 1A1"},
    {"lat": 43.4675, "lng": -79.6877},
]

ASK = {"place": {"lat": 43.46, "lng": -79.69, "postal_code": "L6H 1A1"}, "product": "furnace-tune-up"}

PLACE = {
    "place": {
        "lat": 43.4881,
        "lng": -79.7098,
        "postal_code": "L6H0H3",
        "address": "1225 Trafalgar Road, Oakville, ON L6H 0H3",
        "precision": "postal",
    },
    "resolution": {"outcome": "zone", "zone": "oakville", "hub": "H01"},
    "message": None,
    "needs_postal_code": False,
    "industries": [{"id": "hvac", "name": "Heating and cooling"}],
    "products": [
        {
            "product": "furnace-tune-up",
            "industry": "hvac",
            "name": "Furnace tune-up",
            "description": "Before the winter: clean, check, adjust.",
            "price": 14900,
            "currency": "CAD",
            "duration_minutes": 60,
        }
    ],
}

SUGGESTIONS = {
    "suggestions": [
        {
            "text": "1225 Trafalgar Road",
            "detail": "Oakville, ON, Canada",
            "reference": "google:ChIJ2WrMN9MDK4gRFfAbcTcEqoY",
            "place": None,
        }
    ],
    "available": True,
}

AVAILABILITY = {
    "resolution": {"outcome": "zone", "zone": "oakville", "hub": "H01"},
    "message": None,
    "quote": {
        "product": "furnace-tune-up",
        "name": "Furnace tune-up",
        "description": "Before the winter: clean, check, adjust.",
        "price": 14900,
        "currency": "CAD",
        "duration_minutes": 60,
    },
    "travel_source": "crow_flies",
    "time_zone": "America/Toronto",
    "slots": [
        {
            "start": "2026-11-24T10:30:00-05:00",
            "end": "2026-11-24T11:30:00-05:00",
            "block": "AM",
            "recommended": True,
            "price": 14900,
        }
    ],
    "as_of": {"fieldfare": "2026-11-23T08:00:00-05:00"},
    "stale": {"fieldfare": False},
}
