"""Turns whatever nobody has caught into an answer: a problem, without a word of what went wrong inside."""

from __future__ import annotations

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldfare.entrypoints.api.problems import Problem, answer_of

_log = structlog.get_logger("fieldfare.api")


class CrashGuard:
    """Answers for the middleware behind it that raises a `Problem`, and for faults of ours with 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; an answer that has begun when it breaks is cut off, which the server does by closing."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_and_look(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        except ClientDisconnect:
            return
        except Problem as problem:
            if not begun:
                await answer_of(problem, scope)(scope, receive, send)
        except Exception as error:
            _log.error("request_failed", exc_info=error)
            if not begun:
                await answer_of(Problem("internal_error"), scope)(scope, receive, send)
