"""Fleets of any size: a business in one region, and a week of visits that really drive."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

HQ = (43.45, -79.75)
HUBS = 24
WEEK = {day: [["07:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
VISIT_MINUTES = 40
HALF_STARTS = {"AM": 8 * 60, "PM": 13 * 60}
_FIRST = (
    "Ada",
    "Ben",
    "Chloé",
    "Dev",
    "Eve",
    "Farid",
    "Gus",
    "Hana",
    "Ivan",
    "Jo",
    "Kai",
    "Lena",
    "Mo",
    "Nils",
    "Oona",
)
_LAST = ("Abara", "Bouchard", "Chan", "Dubois", "Eriksen", "Fournier", "Gill", "Haddad", "Iyer", "Jensen", "Kowalski")
_TITLES = ("Furnace tune-up", "Furnace repair", "Heat pump check", "Air quality test", "Filter change")


def fleet(technicians: int, visits: int, *, monday: date, seed: int = 6) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Make a business and its commitments: every technician has so many visits on each working day of a week.

    A half day lies around one hub, and an hour apart stand its visits. The first technician's afternoons stay free, so
    that there is somewhere to go.
    """
    chance = random.Random(seed)
    hubs = [(HQ[0] + chance.uniform(-0.15, 0.15), HQ[1] + chance.uniform(-0.2, 0.2)) for _ in range(HUBS)]
    people = [_person(number) for number in range(technicians)]
    commitments = [
        _visit(chance, person["id"], monday + timedelta(days=day), half, turn, hubs[chance_hub], title)
        for number, person in enumerate(people)
        for day in range(5)
        for half, count in (("AM", (visits + 1) // 2), ("PM", visits // 2))
        if not (half == "PM" and number == 0)
        for chance_hub in [chance.randrange(HUBS)]
        for turn in range(count)
        for title in [chance.choice(_TITLES)]
    ]
    return _business(technicians, people, hubs), commitments


def _person(number: int) -> dict[str, Any]:
    name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST) % len(_LAST)]}"
    if number >= len(_FIRST) * len(_LAST):
        name += f" {number // (len(_FIRST) * len(_LAST)) + 1}"
    skills = ["gas", "cooling"] if number % 3 else ["gas"]
    return {"id": f"t{number:03}", "name": name, "skills": skills, "zones": ["z1"], "depot": None}


def _visit(
    chance: random.Random, technician: str, day: date, half: str, turn: int, hub: tuple[float, float], title: str
) -> dict[str, Any]:
    start = HALF_STARTS[half] + turn * 60
    return {
        "id": f"{technician}-{day:%m%d}-{half}-{turn}",
        "technician": technician,
        "kind": "visit",
        "start": f"{day}T{start // 60:02}:{start % 60:02}:00",
        "end": f"{day}T{(start + VISIT_MINUTES) // 60:02}:{(start + VISIT_MINUTES) % 60:02}:00",
        "place": {
            "lat": round(hub[0] + chance.uniform(-0.006, 0.006), 5),
            "lng": round(hub[1] + chance.uniform(-0.008, 0.008), 5),
        },
        "title": title,
    }


def _business(technicians: int, people: list[dict[str, Any]], hubs: list[tuple[float, float]]) -> dict[str, Any]:
    schedules = [{"id": f"s-{one['id']}", "owner": {"technician": one["id"]}, "week": WEEK} for one in people]
    return {
        "id": f"fleet-{technicians}",
        "name": f"Fleet of {technicians}",
        "time_zone": "America/Toronto",
        "hq": {"lat": HQ[0], "lng": HQ[1]},
        "policy": {
            "blocks": [
                {"id": half, "start": f"{start // 60:02}:00", "end": f"{start // 60 + 4:02}:00", "step_minutes": 30}
                for half, start in HALF_STARTS.items()
            ],
            "lock": "hub",
            "depart": "on_shift",
        },
        "hubs": [
            {"id": f"H{number:02}", "name": f"Hub {number}", "lat": round(lat, 5), "lng": round(lng, 5)}
            for number, (lat, lng) in enumerate(hubs)
        ],
        "zones": [{"id": "z1", "name": "Everywhere", "default": True, "industries": [{"industry": "hvac"}]}],
        "industries": [{"id": "hvac", "name": "Heating and cooling"}],
        "products": [
            {"id": "tune-up", "industry": "hvac", "name": "Furnace tune-up", "price": 14900, "duration_minutes": 40}
        ],
        "technicians": people,
        "schedules": [{"id": "s-z1", "owner": {"zone": "z1"}, "week": WEEK}, *schedules],
    }
