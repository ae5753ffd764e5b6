"""Examples of the staff API's answers, as the API's description shows them."""

from __future__ import annotations

WHY = {
    "technician": "amara",
    "start": "2026-11-24T15:00:00-05:00",
    "end": "2026-11-24T16:00:00-05:00",
    "resolution": {
        "outcome": "zone",
        "zone": "oakville",
        "hub": "H01",
        "matched_boundaries": ["oakville"],
        "candidate_zones": ["oakville"],
        "decided_by": "only",
    },
    "quote": {
        "product": "furnace-tune-up",
        "name": "Furnace tune-up",
        "description": "Before the winter: clean, check, adjust.",
        "price": 14900,
        "currency": "CAD",
        "duration_minutes": 60,
    },
    "travel_source": "crow_flies",
    "reason": "hub_lock",
    "facts": {"block": "PM", "hub": "H01", "locked_to": ["H07"]},
    "words": "Amara can't take this visit on Tuesday 24 November at 15:00: her afternoon belongs to Halton Hills.",
}

AUDIT = {
    "items": [
        {
            "number": 17,
            "at": "2026-11-23T13:00:00Z",
            "actor": {"kind": "account", "id": "a2f9"},
            "action": "change",
            "subject": "zones",
            "id": "oakville",
            "before": {"id": "oakville", "priority": 50},
            "after": {"id": "oakville", "priority": 60},
            "reason": None,
            "personal": None,
        }
    ],
    "next": None,
}
