"""A clock by which nobody waits: it goes on to when the first of those who sleep wakes up, as soon as all do."""

from __future__ import annotations

import asyncio
import heapq
import itertools

_OTHERS = 50
"""So often everybody else has a turn before time goes on: nothing here takes longer than that."""


class Clock:
    """Seconds since 1970. Whoever sleeps beside others wakes in the order in which they would."""

    def __init__(self, now: float) -> None:
        """Begin at an instant."""
        self.now = now
        self._sleeping: list[tuple[float, int]] = []
        self._numbers = itertools.count()

    def __call__(self) -> float:
        """Give the instant that it is."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep until all who wake up earlier have done so, and have done what they wanted."""
        ticket = (self.now + seconds, next(self._numbers))
        heapq.heappush(self._sleeping, ticket)
        quiet = 0
        while quiet < _OTHERS:
            await asyncio.sleep(0)
            quiet = quiet + 1 if self._sleeping[0] == ticket else 0
        heapq.heappop(self._sleeping)
        self.now = max(self.now, ticket[0])
