"""The worlds to begin with: that of the example business fits its file."""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from fieldfare_ghl_sim import moments, worlds
from fieldfare_ghl_sim.simulator import Simulator

from tests.simulators.ghl.asking import Clock

SETTINGS = Path(__file__).parents[3] / "examples" / "northern-comfort" / "ghl.toml"
BUSINESS = Path(__file__).parents[3] / "examples" / "northern-comfort" / "business.json"


@pytest.fixture
def simulator() -> Simulator:
    made = Simulator(Clock())
    worlds.northern_comfort(made)
    return made


def test_it_has_the_business_technicians_products_and_hubs(simulator: Simulator) -> None:
    business = json.loads(BUSINESS.read_bytes())
    users = {user.removeprefix("user-"): name for user, name in worlds.TECHNICIANS.items()}
    products = {product["id"]: (product["name"], product["duration_minutes"]) for product in business["products"]}
    hubs = {hub["id"] for hub in business["hubs"]}
    titles = [row["title"] for row in simulator.appointments(worlds.LOCATION)]

    assert users == {technician["id"]: technician["name"] for technician in business["technicians"]}
    assert {name.removeprefix("svc-"): told for name, told in worlds.SERVICES.items()}.items() <= products.items()
    assert simulator.world.locations[worlds.LOCATION]["timezone"] == business["time_zone"]
    assert {title[1:4] for title in titles if title.startswith("[")} <= hubs
    assert any(not title.startswith("[") for title in titles)


def test_it_has_what_the_example_settings_name(simulator: Simulator) -> None:
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    stages = {
        (pipeline["id"], stage["id"]) for pipeline in simulator.world.pipelines.values() for stage in pipeline["stages"]
    }

    assert settings["technicians"].keys() <= simulator.world.users.keys()
    assert settings["calendars"].keys() == simulator.world.calendars.keys()
    assert settings["products"].keys() <= simulator.world.calendars.keys() | simulator.world.services.keys()
    assert set(settings["fields"].values()) == {row["fieldKey"] for row in simulator.world.fields.values()}
    assert {(row["pipeline"], row["stage"]) for row in settings["stages"]} <= stages


def test_all_its_entries_lie_in_the_coming_two_weeks_on_working_days(simulator: Simulator) -> None:
    now = simulator.clock()
    entries = [*simulator.appointments(worlds.LOCATION), *simulator.blocks(worlds.LOCATION)]
    entries += simulator.service_bookings(worlds.LOCATION)

    assert entries
    assert all(now < row["start"] < now + 15 * moments.DAY for row in entries)
    assert all(moments.local_day(row["start"], worlds.ZONE).weekday() < 5 for row in entries)


def test_nobody_is_in_two_places_at_once(simulator: Simulator) -> None:
    rows = [
        *((row["assignedUserId"], row["start"], row["end"]) for row in simulator.appointments(worlds.LOCATION)),
        *((row["assignedUserId"], row["start"], row["end"]) for row in simulator.blocks(worlds.LOCATION)),
        *(
            (leg["staff"], leg["start"], leg["end"])
            for row in simulator.service_bookings(worlds.LOCATION)
            for leg in row["legs"]
        ),
    ]
    rows.sort()

    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(rows))


def test_nothing_is_told_of_what_was_there_before(simulator: Simulator) -> None:
    assert simulator.webhooks == []
