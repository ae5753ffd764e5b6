"""Decides whether a call that failed is made again at once, and after how long: never a write that may have been done.

A call that was refused for its rate wasn't done, so it is made again; the day's allowance doesn't come back in time. A
reading that failed on the server's side is tried twice more. Everything else is the caller's to decide.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from fieldfare.adapters.crms.ghl.operations import Operation
from fieldfare.adapters.crms.ghl.pace import Pace, Ticker
from fieldfare.adapters.crms.ghl.throttle import LONGEST_REST
from fieldfare.ports.crm import CrmError, CrmRateLimitedError, CrmUnavailableError

READ_AGAIN = 2
ASK_AGAIN = 3
FIRST_WAIT = 0.3
FIRST_REST = 1.0
JITTER = 0.25


class LeftAloneError(CrmUnavailableError):
    """The call was not made: GoHighLevel has been down a moment ago."""


class Tries:
    """The attempts of one call."""

    def __init__(
        self,
        operation: Operation,
        *,
        pace: Pace,
        ticker: Ticker,
        patient: bool = True,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Count from nothing; `chance` gives numbers from 0 to 1."""
        self._reads_again = patient and not operation.writes
        self._clock = ticker.clock
        self._ends = ticker.clock() + pace.in_all
        self._chance = chance
        self._faults = 0
        self._limited = 0

    def wait_after(self, error: CrmError) -> float | None:
        """Give the seconds to wait before the same call is made again; None where it isn't."""
        wait = self._wait_after(error)
        if wait is None or self._clock() + wait > self._ends:
            return None
        return wait

    def _wait_after(self, error: CrmError) -> float | None:
        if isinstance(error, CrmRateLimitedError):
            if error.daily or error.retry_after > LONGEST_REST or self._limited == ASK_AGAIN:
                return None
            self._limited += 1
            return max(error.retry_after, FIRST_REST * 2.0 ** (self._limited - 1)) * self._jitter()
        if isinstance(error, LeftAloneError) or not isinstance(error, CrmUnavailableError):
            return None
        if not self._reads_again or self._faults == READ_AGAIN:
            return None
        self._faults += 1
        return FIRST_WAIT * 2.0 ** (self._faults - 1) * self._jitter()

    def _jitter(self) -> float:
        return 1 + JITTER * self._chance()
