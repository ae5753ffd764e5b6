"""Leaves out of a world some of what the defaults of scenario.md say anyway."""

from random import Random
from typing import Any

Row = dict[str, Any]
BUSINESS: Row = {
    "currency": "CAD",
    "travel": {"kind": "crow_flies"},
    "hubs": [],
    "resources": [],
}
POLICY = {
    "horizon_days": 30,
    "min_notice_minutes": 240,
    "travel_buffer_minutes": 15,
    "lock": "hub",
    "depart": "on_shift",
    "return": "after_shift",
    "hold_minutes": 10,
}
FLAGS = {"active": True, "deleted": False, "effective_from": None, "effective_to": None}
DEFAULTS: dict[str, Row] = {
    "hubs": {},
    "boundaries": FLAGS,
    "zones": {
        "priority": 50,
        "negative": False,
        "default": False,
        "active": True,
        "deleted": False,
        "tiers": [],
        "boundaries": [],
        "industries": [],
        "overrides": [],
    },
    "industries": {"active": True},
    "products": {
        "description": "",
        "duration_minutes": 60,
        "skills": [],
        "resources": {},
        "active": True,
    },
    "technicians": {
        "active": True,
        "skills": [],
        "zones": [],
        "depot": None,
        "weekly_jobs": None,
        "weekly_minutes": None,
    },
    "schedules": FLAGS | {"priority": 0, "exceptions": {}, "week": {}},
}
COMMITMENT: Row = {"place": None, "hub": None, "title": "", "resources": {}}
TRAVEL: Row = {"circuity": 1.3, "speed_kmh": 45}
REQUEST: Row = {"industry": None, "customer_tier": None, "technician": None}


def thinned(rng: Random, document: Row) -> Row:
    """Leave out some of what the defaults say anyway."""

    def thin(row: Row, defaults: Row) -> None:
        for key, value in defaults.items():
            if key in row and row[key] == value and rng.random() < 0.6:
                del row[key]

    business = document["business"]
    thin(business["policy"], POLICY)
    thin(business["travel"], TRAVEL)
    for kind, defaults in DEFAULTS.items():
        for row in business.get(kind, []):
            thin(row, defaults)
    for row in document["commitments"]:
        thin(row, COMMITMENT)
    thin(document["request"], REQUEST)
    thin(document["request"]["place"], {"postal_code": None})
    thin(business, BUSINESS)
    thin(document, {"commitments": []})
    return document
