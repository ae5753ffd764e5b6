"""Carries webhooks to a listener on this machine, and again if they are not taken."""

from __future__ import annotations

import asyncio
import http.client
from urllib.parse import urlsplit

from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.webhooks import Delivery

PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 10
MULTIPLE_CHOICES = 300


class Courier:
    """Delivers what is due, one after the other, to where the simulator is told to; until then messages wait."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.delivered = 0

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            await self.round()
            await asyncio.sleep(PAUSE_SECONDS)

    async def round(self) -> None:
        """Deliver everything that is due now."""
        url = self._simulator.webhook_url
        for delivery in self._simulator.take_webhooks() if url else ():
            status = await asyncio.to_thread(_post, delivery, url or "")
            if status is not None and status < MULTIPLE_CHOICES:
                self.delivered += 1
            else:
                self._simulator.outbox.failed(delivery, status, self._simulator.clock())


def _post(delivery: Delivery, url: str) -> int | None:
    """Send one message; no status if nobody answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=PATIENCE_SECONDS)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=delivery.body, headers=delivery.headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
