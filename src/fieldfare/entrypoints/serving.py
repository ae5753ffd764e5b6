"""Running the web server and the worker in one event loop, until a signal ends both."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GRACE_SECONDS = 20
"""How long requests that have begun may take once the end was asked for."""

HEAD_BYTES = 65_536
"""How long the head of a request, its first line and its headers, may be."""

HEAD_SECONDS = 15.0
"""How long a connection may take until a request's head is there."""


async def serve(
    app: ASGIApp,
    *,
    listener: socket.socket,
    ready: Callable[[], None],
    beside: Coroutine[Any, Any, None] | None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Serve an app on a socket that is bound already, with something else beside it, until a signal ends both.

    `ready` is called once requests are answered, and `stopping` once no more are taken, before those that have begun
    are waited for. If what runs beside fails, everything ends, and the failure is raised.
    """
    server = _Server(
        uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            # The peer's own address; who may speak for others is the business of the app's own middleware.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        ),
        stopping,
    )
    companion = asyncio.create_task(_until(beside, server)) if beside is not None else None
    announcer = asyncio.create_task(_announce(server, ready))
    try:
        await server.serve(sockets=[listener])
    finally:
        await _end(announcer)
        if companion is not None:
            await _end(companion)


class _Protocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with an end to how long and how slow the head of a request may be.

    uvicorn itself collects headers for as long as they come: a few connections could fill the memory.
    """

    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Read on, unless what has come and isn't whole yet is too long."""
        super().data_received(data)
        if self._head_timer is not None and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse()

    def on_message_begin(self) -> None:
        """Begin to wait for a head; of a request that came along with the one before, too."""
        super().on_message_begin()
        self._head_bytes = 0
        self._await_head()

    def on_headers_complete(self) -> None:
        """The head is there: begin to answer."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self) -> None:
        self.transport.write(_HEAD_TOO_LONG)
        self.transport.close()


_HEAD_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class _Server(uvicorn.Server):
    """A server that, once a signal has ended it, leaves the process to end by itself.

    uvicorn's own would send itself the signal again and die of it, with the database still running.
    """

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        """Keep whom to tell that it stops."""
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; streams without an end of their own are asked to end."""
        self._stopping()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals as wishes to stop, for as long as the server runs."""
        with _taking_signals(self.handle_exit):
            yield


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Do something until it ends or a signal cancels it."""
    loop, task = asyncio.get_running_loop(), asyncio.create_task(work)
    stopped = False

    def stop(_: int, __: object) -> None:
        nonlocal stopped
        stopped = True
        loop.call_soon_threadsafe(task.cancel)

    with _taking_signals(stop):
        try:
            await task
        except asyncio.CancelledError:
            if not stopped:
                raise


@contextmanager
def _taking_signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, one in before.items():
            signal.signal(number, one)


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
