"""How often all that a CRM tells is read by itself, and having it read at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fieldfare.domain.clock import DAY
from fieldfare.domain.connections import CalendarUse, ConnectionSettings
from fieldfare.ports.bookings import Task
from fieldfare.ports.storage import Books

SWEEP_CRM = "sweep_crm"
CALLS_A_DAY = 80_000
"""What either kind of reading may cost: vendors allow 200,000, and writes and what people wait for have their part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """How often a CRM is read by itself, in seconds: this week and the next, and the whole time that is sold."""

    near: int
    whole: int


def rounds_of(settings: ConnectionSettings) -> Rounds:
    """Tell how often a CRM is read: the whole of it at each poll where the fleet is small enough for that.

    Large fleets are read less often than their settings say, rather than use up what the vendor allows a day.
    """
    people = len(settings.technicians)
    lists = sum(use is not CalendarUse.IGNORED for use in settings.calendars.values()) + settings.services
    # People's blocked slots reach further back than visits, and so take a window of four weeks more.
    near, whole = 2 * people + lists, 3 * people + 2 * lists
    poll = max(settings.poll_seconds, math.ceil(near * DAY / CALLS_A_DAY))
    if whole * DAY <= CALLS_A_DAY * poll:
        return Rounds(near=poll, whole=poll)
    return Rounds(near=poll, whole=max(settings.full_seconds, math.ceil(whole * DAY / CALLS_A_DAY)))


async def read_all(books: Books) -> None:
    """Have the whole of it read once the transaction is committed."""
    await books.tasks.add(
        [Task(name=SWEEP_CRM, arguments={"business": books.business, "full": True}, lock=sweeps_of(books.business))]
    )


def sweeps_of(business: str) -> str:
    """Name the lock by which the readings of one business come one after the other."""
    return f"crm_sweep:{business}"
