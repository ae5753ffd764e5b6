"""Watches every request to its end, and tells whoever counts or writes it down."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.templates import RouteTemplates

CLIENT_GONE = 499
"""Stands for the status of a request whose client left before it was answered."""

_log = structlog.get_logger("fieldfare.access")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A request that has been answered: nothing of it that could be anybody's personal data."""

    method: str
    route: str
    status: int
    seconds: float
    business: str | None


Observer = Callable[[Finished], None]


class Watch:
    """Measures requests by their route's template."""

    def __init__(self, app: ASGIApp, *, templates: RouteTemplates, observers: Sequence[Observer]) -> None:
        self._app = app
        self._templates = templates
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and tell the observers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = CLIENT_GONE
        started = time.perf_counter()

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        finally:
            facts = facts_of(scope)
            finished = Finished(
                method=facts.method,
                route=self._templates.of(scope),
                status=status,
                seconds=time.perf_counter() - started,
                business=facts.business,
            )
            for observe in self._observers:
                observe(finished)


def write_access_log(finished: Finished) -> None:
    """Write one line; the request's id comes with the context."""
    _log.info(
        "request",
        method=finished.method,
        route=finished.route,
        status=finished.status,
        milliseconds=round(finished.seconds * 1_000, 1),
        business=finished.business,
    )
