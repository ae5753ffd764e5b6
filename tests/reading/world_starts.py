"""Random starts to ask for by name in a world, on the edges where a rule turns."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.reading.document import Scenario, read
from tests.reading.grid import grid_starts
from tests.reading.travel import drive, need
from tests.reading.world_times import date_of, wall

Row = dict[str, Any]


def asked(rng: Random, document: Row, count: int) -> list[tuple[str, int]]:
    """Choose starts to ask for by name, on the edges where a rule turns, or a second beside."""
    scenario = read(document)
    if not scenario.business.technicians:
        return []
    rows = []
    for _ in range(count):
        start = rng.choice([_grid_edge, _grid_edge, _day_edge, _drive_edge])(rng, scenario)
        name = rng.choice(scenario.business.technicians).id
        rows.append((name, start + rng.choice([0, 0, 0, 0, 1, -1])))
    return rows


def _grid_edge(rng: Random, scenario: Scenario) -> int:
    business = scenario.business
    day = _some_date(rng, scenario)
    starts = grid_starts(business, day, business.products[0].duration_minutes * 60)
    return rng.choice(starts).start if starts else scenario.now + business.policy.min_notice


def _day_edge(rng: Random, scenario: Scenario) -> int:
    """Choose any minute, a midnight, a minute near a clock change, or the end of the horizon."""
    zone, policy = scenario.business.zone, scenario.business.policy
    day = _some_date(rng, scenario)
    if rng.random() < 0.2:
        last = 1440 * policy.horizon_days
        return wall(zone, date_of(zone, scenario.now), last)
    return wall(zone, day, rng.choice([0, 120, 150, 180, 720, rng.randrange(1440)]))


def _drive_edge(rng: Random, scenario: Scenario) -> int:
    """Choose a start that is exactly one leg away from a commitment."""
    business, x = scenario.business, scenario.request.place
    placed = [(c, c.place) for c in scenario.commitments if c.place is not None]
    if not placed:
        return _day_edge(rng, scenario)
    c, site = rng.choice(placed)
    if rng.random() < 0.5:
        return c.end + need(business, c, drive(business, site, x))
    length = business.products[0].duration_minutes * 60
    return c.start - need(business, c, drive(business, x, site)) - length


def _some_date(rng: Random, scenario: Scenario) -> date:
    today = date_of(scenario.business.zone, scenario.now)
    return today + timedelta(days=rng.randint(-1, scenario.business.policy.horizon_days))
