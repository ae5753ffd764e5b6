"""Bounds bodies in length and in time, whether or not they say their length."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.request_facts import RequestFacts, facts_of

_CLOSE = {"Connection": "close"}
_DRAINED_BYTES = 64 * 1024 * 1024
_DRAIN_SECONDS = 1.0


class BodyLimits:
    """Answers 413 to what is longer than the limit of its route, and 408 to what doesn't arrive in time.

    The limit is looked at when the route starts to read, for only then it is known which route that is. What nobody
    reads is the server's to throw away.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int, seconds: float) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a `receive` that raises `Problem`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length = headers.get("content-length")
        if length is None and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        # Unpaired digits (`²`) and signs are no length; the server has refused them before, but not every server does.
        said = int(length) if length and length.isascii() and length.isdigit() else 0
        body = _Body(receive, facts=facts_of(scope), said=said, most_bytes=self._most_bytes, seconds=self._seconds)
        await self._app(scope, body.receive, send)


class _Body:
    """One body on its way in."""

    def __init__(self, receive: Receive, *, facts: RequestFacts, said: int, most_bytes: int, seconds: float) -> None:
        self._receive = receive
        self._facts = facts
        self._said = said
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._deadline: float | None = None
        self._arrived = 0
        self._complete = False

    async def receive(self) -> Message:
        """Give the next part; once all is there, wait without a limit (for the client to leave)."""
        if self._complete:
            return await self._receive()
        limit = self._facts.body_limit or self._most_bytes
        if self._said > limit:
            await self._refuse()
        message = await self._next_part()
        self._arrived += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._arrived > limit:
            await self._refuse()
        return message

    async def _next_part(self) -> Message:
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            raise Problem("request_timeout", headers=_CLOSE) from None

    async def _refuse(self) -> None:
        """Raise the problem, after reading on for a moment: many clients look at an answer only once all is sent."""
        drained = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while not self._complete and drained < _DRAINED_BYTES:
                    message = await self._receive()
                    drained += len(message.get("body", b""))
                    self._complete = not message.get("more_body", False)
        raise Problem("body_too_large", headers=_CLOSE)
