"""The simulator's door: the vendor's paths over ASGI, and its own pages and controls under /_sim/."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fieldfare_ghl_sim.faults import Dropped
from fieldfare_ghl_sim.simulator import Answer, Simulator

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
OWN = "/_sim"
CONSENT = "/v2/oauth/chooselocation"


class Door:
    """An ASGI application."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._own: Callable[..., Awaitable[None]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (
            scope["type"] == "lifespan"
            or scope["path"].split("?")[0].startswith((f"{OWN}/", CONSENT))
            or scope["path"] == OWN
        ):
            await self._own_pages()(scope, receive, send)
            return
        raw = b""
        while (message := await receive())["type"] == "http.request":
            raw += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            answer = self._simulator.answer(
                scope["method"], scope["path"], scope.get("query_string", b"").decode("latin-1"), headers, raw
            )
        except Dropped:
            if "spec_version" not in scope.get("asgi", {}):  # no server around us: the caller gets it as it is
                raise
            await send(_start(Answer(status=200, body=b" " * 10, headers={})))
            return  # a body that was announced and never comes: the server closes the connection
        if answer.slow:
            await self._simulator.sleep(answer.slow)
        await send(_start(answer))
        await send({"type": "http.response.body", "body": answer.body})

    def _own_pages(self) -> Callable[..., Awaitable[None]]:
        if self._own is None:
            from fieldfare_ghl_sim.control import pages  # noqa: PLC0415 - most tests need no pages

            self._own = pages(self._simulator)
        return self._own


def _start(answer: Answer) -> Message:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}
