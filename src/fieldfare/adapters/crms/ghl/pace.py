"""How fast one account is asked, and by which clock: all figures of patience in one place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fieldfare.ports.crm import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker:
    """A clock that never goes back, and the way to wait by it."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The vendor allows 100 calls in any 10 seconds; in those there are `burst` + 10 * `per_second` of ours at most.

    That is for all processes together, and each keeps to it by itself, too. Sweeps leave the last `kept_back` calls to
    what people wait for. `at_once` calls run beside each other, and as many of a sweep. `seconds` is the time that one
    attempt may take, `in_all` that after which none is made again. Of the 200,000 calls of a day, `daily_reserve` are
    left to sweeps and to what people wait for.
    """

    burst: int = 10
    per_second: float = 8.0
    kept_back: int = 6
    at_once: int = 4
    seconds: float = 8.0
    in_all: float = 16.0
    daily_reserve: int = 50_000

    @property
    def allowance(self) -> Allowance:
        """How often the account may be asked."""
        return Allowance(burst=self.burst, per_second=self.per_second, kept_back=self.kept_back)
