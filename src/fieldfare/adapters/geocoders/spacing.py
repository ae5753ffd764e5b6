"""Keeps requests apart, for servers that allow so many in a second to all of an installation's customers together."""

from __future__ import annotations

import asyncio

from fieldfare.ports.geocoder import GeocoderUnavailableError


class OwnQueueFullError(GeocoderUnavailableError):
    """More questions wait for their turn than can be asked in time; the server has no part in it."""


class Spacing:
    """Turns in a queue, `seconds` apart; 0 means no queue. One of them serves a whole process."""

    def __init__(self, *, seconds: float) -> None:
        """Start with the first turn free."""
        self._seconds = seconds
        self._next = 0.0

    async def turn(self, *, patience: float) -> None:
        """Wait for a turn; raises `OwnQueueFullError` at once if it would come later than patience allows."""
        if self._seconds <= 0:
            return
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        if at - now > patience:
            raise OwnQueueFullError("too many questions wait for their turn")
        # The turn is taken before the wait, and stays taken if the question is given up: never too many, maybe too few.
        self._next = at + self._seconds
        await asyncio.sleep(at - now)
