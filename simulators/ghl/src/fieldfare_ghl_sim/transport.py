"""A transport for httpx2 that asks a simulator without a socket, and breaks connections as a socket would."""

from __future__ import annotations

import httpx2

from fieldfare_ghl_sim.faults import Dropped
from fieldfare_ghl_sim.simulator import Simulator


class SimulatorTransport(httpx2.AsyncBaseTransport):
    """Asks in process. An answer that is slower than the client's patience is a time-out at once: nobody waits."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._door = httpx2.ASGITransport(simulator.app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        path = request.url.path
        if path.startswith(("/_sim", "/v2/")):
            return await self._door.handle_async_request(request)
        raw = await request.aread()
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            answer = self._simulator.answer(request.method, path, request.url.query.decode(), headers, raw)
        except Dropped as error:
            raise httpx2.ReadError(str(error), request=request) from error
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and answer.slow > patience:
            raise httpx2.ReadTimeout("The simulator was slower than the client waits", request=request)
        if answer.slow:
            await self._simulator.sleep(answer.slow)
        return httpx2.Response(answer.status, headers=answer.headers, content=answer.body, request=request)
