"""Adds the headers that keep a browser from doing more with an answer than it should."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TWO_YEARS = 63_072_000

_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Sets each header that the route itself has not set; HSTS only for a service that is reached by https."""

    def __init__(self, app: ASGIApp, *, by_https: bool) -> None:
        self._app = app
        strict = {"Strict-Transport-Security": f"max-age={_TWO_YEARS}; includeSubDomains"} if by_https else {}
        self._headers = _DEFAULTS | strict

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
