"""The frame: the stretch of time that one map looks at, counted in seconds after its origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from fieldfare.domain.clock import DAY, Clock, monday_of
from fieldfare.engine.columns import Rows, Seconds

DATES_BEHIND = 2
"""A visit of a day runs into the next date, whose blocks may reach into one more."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Local dates as seconds.

    The origin, an instant, and the span leave room on both sides for whatever the rules look at: the ISO weeks of the
    first and last date, the shift of the day before, and the twelve hours around a day. `midnights` has one more entry
    than `days`: where the last date ends. `week_of` numbers the ISO weeks of the dates, and `weeks` has one more
    entry than there are: where they begin and the last one ends.
    """

    clock: Clock
    today: date
    days: int
    origin: int
    span: int
    midnights: Seconds
    week_of: Rows
    weeks: Seconds

    @classmethod
    def around(cls, *, clock: Clock, now: int, days: int) -> Frame:
        """Lay the frame for so many local dates that begin with today; raises `OverflowError` past year 9999."""
        today = clock.date_of(now)
        monday = monday_of(today)
        dates = [today + timedelta(days=n) for n in range(days + 1)]
        week_count = (monday_of(dates[days - 1]) - monday).days // 7 + 1
        origin = clock.midnight(min(monday, today - timedelta(days=1))) - DAY
        end = clock.midnight(monday + timedelta(weeks=week_count + 1)) + DAY
        return cls(
            clock=clock,
            today=today,
            days=days,
            origin=origin,
            span=end - origin,
            midnights=np.array([clock.midnight(day) - origin for day in dates], dtype=np.int32),
            week_of=np.array([(monday_of(day) - monday).days // 7 for day in dates[:days]], dtype=np.int64),
            weeks=np.array(
                [clock.midnight(monday + timedelta(weeks=n)) - origin for n in range(week_count + 1)], dtype=np.int32
            ),
        )

    def date(self, number: int) -> date:
        """Give the local date of a number, 0 being today."""
        return self.today + timedelta(days=number)

    def date_number(self, instant: int) -> int | None:
        """Give the number of an instant's local date, None outside the horizon (rule F2)."""
        number = int(np.searchsorted(self.midnights, instant - self.origin, side="right")) - 1
        return number if 0 <= number < self.days else None
