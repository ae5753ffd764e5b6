"""Keeps one process's calls of an account below the vendor's limits, and slows down when the limits come near.

The vendor counts per app and account, and says with each response what is left: that, spread over a whole interval, is
the most that this process takes. What all processes take together is `ports.crm.Turns`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from fieldfare.adapters.crms.ghl.pace import Pace, Ticker
from fieldfare.ports.crm import CrmRateLimitedError

INTERVAL_SECONDS = 10.0
SLOWEST = 0.2
LONGEST_REST = 15.0
"""Whoever would have to wait longer is told so instead."""


class Throttle:
    """A bucket of calls that fills up by itself; one serves all clients of an account in this process."""

    def __init__(self, pace: Pace, ticker: Ticker) -> None:
        """Start with a full bucket."""
        self._pace = pace
        self._ticker = ticker
        self._left = float(pace.burst)
        self._rate = pace.per_second
        self._filled_at = ticker.clock()
        self._rests_until = self._filled_at
        self._slow_until = self._filled_at
        self._left_today = math.inf

    @property
    def scarce(self) -> bool:
        """Whether so little is left of the day's calls that what nobody needs should not be asked."""
        return self._left_today <= self._pace.daily_reserve

    async def turn(self, *, pressing: bool) -> None:
        """Wait for leave to call; what isn't `pressing` leaves the last of the bucket to what is.

        Raises `CrmRateLimitedError` where the vendor has asked for a rest that is too long to sit out.
        """
        needed = self._pace.allowance.needed(pressing=pressing)
        while (wait := self._wait(needed)) > 0:
            await self._ticker.sleep(wait)
        self._left -= 1.0

    async def rested(self) -> None:
        """Wait until the rest is over that the vendor has asked for, if it has; raises as `turn` does."""
        while (rest := self._rest()) > 0:
            await self._ticker.sleep(rest)

    def rest(self, seconds: float) -> None:
        """Let nobody call for a while: the vendor has said that it was too much. Then a new interval begins."""
        self._fill()
        self._rests_until = max(self._rests_until, self._filled_at + seconds)
        self._slow_until = min(self._slow_until, self._rests_until)
        self._left = max(self._left, 1.0 + self._pace.kept_back)

    def heard(self, headers: Mapping[str, str]) -> None:
        """Take note of what a response says is left; one that says nothing changes nothing."""
        today = number(headers.get("x-ratelimit-daily-remaining"))
        if today is not None:
            self._left_today = today
        remaining = number(headers.get("x-ratelimit-remaining"))
        if remaining is None:
            return
        interval = (number(headers.get("x-ratelimit-interval-milliseconds")) or 0) / 1_000 or INTERVAL_SECONDS
        self._fill()
        self._rate = max(SLOWEST, min(self._pace.per_second, remaining / interval))
        self._slow_until = self._filled_at + interval
        self._left = min(self._left, remaining / 2)

    def _wait(self, needed: float) -> float:
        """Tell how long to wait for so much in the bucket; 0 where it is there."""
        rest = self._rest()
        lacking = (needed - self._left) / self._rate
        # A wait that rounds to nothing must not be waited for over and over.
        return max(rest, max(lacking, 0.001) if lacking > 0 else 0.0)

    def _rest(self) -> float:
        self._fill()
        rest = self._rests_until - self._filled_at
        if rest > LONGEST_REST:
            raise CrmRateLimitedError("GoHighLevel has asked for a rest", retry_after=rest)
        return max(rest, 0.0)

    def _fill(self) -> None:
        now = self._ticker.clock()
        slow = max(0.0, min(now, self._slow_until) - self._filled_at)
        gained = slow * self._rate + (now - self._filled_at - slow) * self._pace.per_second
        self._left = min(float(self._pace.burst), self._left + gained)
        self._filled_at = now
        if now >= self._slow_until:
            # What was left of an interval that is over says nothing.
            self._rate = self._pace.per_second


def number(text: str | None) -> float | None:
    """Read a header's number, 0 or more; None for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
