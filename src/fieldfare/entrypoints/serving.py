"""Running the web server and the worker in one event loop, until a signal ends both."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 20
"""How long requests that have begun may take once the end was asked for."""


async def serve(
    app: ASGIApp, *, listener: socket.socket, ready: Callable[[], None], beside: Coroutine[Any, Any, None] | None
) -> None:
    """Serve an app on a socket that is bound already, with something else beside it, until a signal ends both.

    `ready` is called once requests are answered. If what runs beside fails, everything ends, and the failure is raised.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            # The peer's own address; who may speak for others is the business of the app's own middleware.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    companion = asyncio.create_task(_until(beside, server)) if beside is not None else None
    announcer = asyncio.create_task(_announce(server, ready))
    try:
        await server.serve(sockets=[listener])
    finally:
        await _end(announcer)
        if companion is not None:
            await _end(companion)


async def _until(beside: Awaitable[None], server: uvicorn.Server) -> None:
    try:
        await beside
    finally:
        server.should_exit = True


async def _announce(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    ready()


async def _end(task: asyncio.Task[None]) -> None:
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def bind(host: str, port: int) -> socket.socket:
    """Take a port, 0 for any that is free; raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except BaseException:
        listener.close()
        raise
    return listener
