"""Examples of a business's records, as the API's description shows them; together they are a business."""

from __future__ import annotations

from typing import Any

from fieldfare.domain.configuration import RecordKind

OWN: dict[str, Any] = {
    "name": "Northern Comfort",
    "time_zone": "America/Toronto",
    "currency": "CAD",
    "hq": {"lat": 43.4675, "lng": -79.6877},
    "policy": {
        "horizon_days": 30,
        "min_notice_minutes": 240,
        "travel_buffer_minutes": 15,
        "lock": "hub",
        "depart": "on_shift",
        "return": "after_shift",
        "hold_minutes": 10,
        "blocks": [
            {"id": "AM", "start": "08:00", "end": "12:00", "step_minutes": 30},
            {"id": "PM", "start": "13:00", "end": "17:00", "starts": ["13:00", "15:00"]},
        ],
    },
    "travel": {"kind": "crow_flies", "circuity": 1.3, "speed_kmh": 45.0},
}

_WEEK: dict[str, list[list[str]]] = {"tue": [], "wed": [], "thu": [], "fri": [], "sat": [], "sun": []}

RECORDS: dict[RecordKind, dict[str, Any]] = {
    RecordKind.HUBS: {"id": "H01", "name": "Oakville", "lat": 43.4675, "lng": -79.6877},
    RecordKind.INDUSTRIES: {"id": "hvac", "name": "Heating and cooling", "active": True},
    RecordKind.RESOURCES: {"kind": "lift", "capacity": 1},
    RecordKind.BOUNDARIES: {
        "id": "oakville",
        "active": True,
        "deleted": False,
        "effective_from": None,
        "effective_to": None,
        "kind": "postal_set",
        "codes": ["L6H", "L6J1A1"],
    },
    RecordKind.PRODUCTS: {
        "id": "furnace-tune-up",
        "industry": "hvac",
        "name": "Furnace tune-up",
        "description": "Before the winter: clean, check, adjust.",
        "price": 14900,
        "duration_minutes": 60,
        "skills": ["gas"],
        "resources": {},
        "active": True,
    },
    RecordKind.ZONES: {
        "id": "oakville",
        "name": "Oakville",
        "priority": 50.0,
        "negative": False,
        "default": False,
        "active": True,
        "deleted": False,
        "tiers": [],
        "boundaries": ["oakville"],
        "industries": [{"industry": "hvac", "sort": 0.0, "active": True}],
        "overrides": [],
    },
    RecordKind.TECHNICIANS: {
        "id": "amara",
        "name": "Amara",
        "active": True,
        "skills": ["gas"],
        "zones": ["oakville"],
        "depot": None,
        "weekly_jobs": 25,
        "weekly_minutes": None,
    },
    RecordKind.SCHEDULES: {
        "id": "oakville-hours",
        "owner": {"zone": "oakville", "technician": None},
        "priority": 0.0,
        "effective_from": None,
        "effective_to": None,
        "active": True,
        "week": {"mon": [["08:00", "17:00"]], **_WEEK},
        "exceptions": {"2026-12-25": []},
    },
}

COMMITMENT: dict[str, Any] = {
    "id": "time-off-1",
    "technician": "amara",
    "kind": "busy",
    "start": "2026-12-24T00:00:00-05:00",
    "end": "2026-12-27T00:00:00-05:00",
    "place": None,
    "hub": None,
    "title": "Time off",
    "resources": {},
    "source": "staff",
}
