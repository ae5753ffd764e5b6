"""The town of the book: a small business with the policy that most would have."""

from __future__ import annotations

from datetime import date, timedelta

from tests.worlds import EAST, HERE, HQ, MONDAY, WEST, World, world

__all__ = ["EAST", "HERE", "HQ", "MONDAY", "WEST", "before", "town"]

TEN_MINUTES = 600


def town(day: str = MONDAY, *, time_zone: str = "America/Toronto") -> World:
    """Give a town on the eve of a day, at noon: one technician, Sam, who works from 08:00 to 17:00.

    The horizon is the eve, the day and the day after. A visit takes an hour and starts on the half hour, in the
    morning (08:00 to 12:00) or in the afternoon (13:00 to 17:00). Every drive takes ten minutes, the drive out from HQ
    is part of the shift, and a quarter of an hour lies between visits.
    """
    return (
        world(day, time_zone=time_zone)
        .now(f"{before(day)} 12:00")
        .policy(horizon_days=3, min_notice_minutes=240, travel_buffer_minutes=15, depart="on_shift")
        .blocks(("AM", "08:00", "12:00", 30), ("PM", "13:00", "17:00", 30))
        .drives(TEN_MINUTES)
        .technician("sam")
        .shift(("08:00", "17:00"))
    )


def before(day: str) -> str:
    """Give the date before."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
