"""Whether the process lives (`/healthz`) and whether it can serve (`/readyz`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from fieldfare.entrypoints.api.openapi import OPERATIONS, json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.routing import JsonRouter

Check = Callable[[], Awaitable[str]]
"""Looks at one thing and says in a few words how it is; raises `NotReadyError` if it is not well."""

CHECK_SECONDS = 2.0

_log = structlog.get_logger("fieldfare.api")

_ALIVE = {"status": "alive"}
_READY = {"status": "ready", "checks": {"database": "ok", "migrations": "at 0007", "worker": "seen 3 s ago"}}


class NotReadyError(Exception):
    """Something is missing; the text says what, and is shown to whoever asks."""


def health_router(checks: Mapping[str, Check]) -> JsonRouter:
    """Make the two routes; the checks run side by side, each with its time limit."""
    router = JsonRouter(tags=[OPERATIONS])

    @router.get("/healthz", summary="Is the process alive?", responses=json_example(_ALIVE))
    async def is_alive() -> dict[str, Any]:
        """Answer at once, whatever else is broken."""
        return _ALIVE

    @router.get(
        "/readyz",
        summary="Can the process serve?",
        responses={**json_example(_READY), **problem_responses("not_ready")},
    )
    async def is_ready() -> dict[str, Any]:
        """Look at the database, its migrations and the worker; 503 if any of them is missing."""
        seen = dict(zip(checks, await asyncio.gather(*map(_look, checks.values())), strict=True))
        lines = {name: line for name, (line, _) in seen.items()}
        if not all(well for _, well in seen.values()):
            raise Problem("not_ready", checks=lines)
        return {"status": "ready", "checks": lines}

    return router


async def _look(check: Check) -> tuple[str, bool]:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check(), True
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s", False
    except NotReadyError as missing:
        return str(missing), False
    except Exception as error:
        _log.warning("check_failed", exc_info=error)
        return "the check failed; the log says more", False
