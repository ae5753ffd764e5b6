"""A small business whose reports can be worked out by hand: two technicians, a shift from 8 to 16 on each weekday.

It keeps UTC, so that an hour of the clock is an hour after midnight. Nothing here is read from a database.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import create_async_engine

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.domain.business import Business
from fieldfare.domain.fleet import Technician
from fieldfare.domain.places import Place
from fieldfare.domain.policy import Block, Policy
from fieldfare.domain.schedules import Owner, Schedule
from fieldfare.domain.zones import Zone
from fieldfare.ports.reports import Sold, Stop
from fieldfare.usecases.reports.asked import Asked, Period
from fieldfare.usecases.reports.figures import Report, Table
from fieldfare.wiring.engine import travel_times

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
HQ, NORTH, EAST = (43.0, -79.0), (43.1, -79.0), (43.0, -78.9)
WEEKDAYS = dict.fromkeys(range(5), ((8 * 60, 16 * 60),))

BUSINESS = Business(
    id="b",
    name="B",
    time_zone="Etc/UTC",
    hq=Place(lat=HQ[0], lng=HQ[1]),
    policy=Policy(blocks=(Block.stepped(id="AM", start=480, end=720, step_minutes=30),)),
    zones=(Zone(id="north", name="North"), Zone(id="south", name="South")),
    technicians=(
        Technician(id="ann", name="Ann", zones=frozenset({"north", "south"})),
        Technician(id="bob", name="Bob", zones=frozenset({"north"})),
    ),
    schedules=tuple(
        Schedule(id=f"s-{person}", owner=Owner(technician=person), week=WEEKDAYS) for person in ("ann", "bob")
    ),
)


def at(hour: float, day: date = MONDAY) -> int:
    """Give the instant of an hour of a day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(midnight.timestamp()) + round(hour * 3_600)


def asked(first: date = MONDAY, last: date = MONDAY, *, business: Business = BUSINESS, **narrowed: Any) -> Asked:
    """Ask for a report; the storage is one that nobody opens."""
    return Asked(
        business=business,
        storage=PostgresStorage(create_async_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")),
        travel=travel_times(business.travel),
        period=Period(first=first, last=last),
        **narrowed,
    )


def with_policy(**values: Any) -> Business:
    """Give the business with another policy."""
    return replace(BUSINESS, policy=replace(BUSINESS.policy, **values))


def visit(
    technician: str,
    start: int,
    hours: float = 1,
    *,
    point: tuple[float, float] | None = NORTH,
    zone: str | None = "north",
    real: bool = True,
) -> Stop:
    """Make a visit, or with `real=False` busy time."""
    end = start + round(hours * 3_600)
    return Stop(f"{technician}-{start}-{real}", technician, start, end, real, point, zone)


def sold(
    sold_at: int,
    start: int = 0,
    *,
    detour: int | None = 0,
    recommended: bool | None = None,
    overridden: bool = False,
    technician: str = "ann",
    zone: str | None = "north",
) -> Sold:
    """Make a slot that was sold."""
    return Sold(f"{sold_at}-{start}", technician, zone, sold_at, start, detour, recommended, overridden)


def figures(report: Report) -> dict[str, tuple[float | None, float | None]]:
    """Give a report's figures, of the period and of the one before."""
    return {one.name: (one.now, one.before) for one in report.figures}


def table(report: Report, key: str) -> Table:
    """Find a report's table."""
    return next(one for one in report.all_tables if one.key == key)


def rows(report: Report, key: str) -> list[tuple[Any, ...]]:
    """Give the rows of a report's table."""
    return list(table(report, key).rows)
