"""Open calendars and boards hear of it when something has changed: then they look again. Who changed what is not told.

One look a second for each business that somebody watches, however many do, and four for the boards of its desk
(server-sent events, WHATWG HTML 9.2). Whoever asks says `since` what their page was drawn from.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fieldfare.entrypoints.api.limits import limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.proxies import group_of
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.entrypoints.api.security import caller, signed_in
from fieldfare.ports.storage import StorageUnavailableError

LOOKS_EVERY_SECONDS = 1.0
DESK_LOOKS_EVERY_SECONDS = 0.25
"""Boards are in step within a second, the drawing included."""

LASTS_SECONDS = 300.0
"""A stream ends after so long, and the browser opens another: what a proxy forgot doesn't stay open for ever."""

MOST_OF_ONE_ADDRESS = 30
MOST_OF_ONE_DESK = 500
"""Boards are counted by business: an office has one address for all of them, which its guests may have as well."""

_HEARTBEAT_EVERY_SECONDS = 15

Seen = tuple[object, ...]


class Watchers:
    """The streams of one process."""

    def __init__(self) -> None:
        """Begin with nobody watching."""
        self._by_business: dict[tuple[str, float], _Watch] = {}
        self._open: Counter[tuple[str, str]] = Counter()
        self._stopping = False

    def stop(self) -> None:
        """End all streams within a second: a server that stops waits for them."""
        self._stopping = True

    async def watch(self, request: Request) -> Response:
        """Answer with a stream of `changed`; raises `Problem` for no such business, and for too many streams."""
        limits_of(request).spend_address(request)
        source = ("address", group_of(facts_of(request.scope).client))
        business = str(request.path_params["business"])
        return await self._stream(request, business, source, most=MOST_OF_ONE_ADDRESS, every=LOOKS_EVERY_SECONDS)

    async def watch_for_desk(self, request: Request) -> Response:
        """Answer somebody at the desk, quicker; raises `Problem` for whoever isn't signed in, too."""
        who = await signed_in(request, await caller(request, None, None))
        source = ("desk", who.business)
        return await self._stream(request, who.business, source, most=MOST_OF_ONE_DESK, every=DESK_LOOKS_EVERY_SECONDS)

    async def _stream(
        self, request: Request, business: str, source: tuple[str, str], *, most: int, every: float
    ) -> Response:
        rooms: Rooms = request.app.state.given
        seen = await _seen(rooms, business)
        if request.query_params.get("since", mark_of(seen)) != mark_of(seen):
            # It has changed between the drawing of the page and its listening.
            seen = ()
        facts_of(request.scope).business = business
        if self._open[source] >= most:
            raise Problem("rate_limited", retry_after=60)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        events = self._events(rooms, business, seen, source, every=every)
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def _events(
        self, rooms: Rooms, business: str, seen: Seen, source: tuple[str, str], *, every: float
    ) -> AsyncIterator[bytes]:
        self._open[source] += 1
        watched = (business, every)
        watch = self._by_business.setdefault(watched, _Watch(rooms, business, every=every))
        watch.listeners += 1
        end = asyncio.get_running_loop().time() + LASTS_SECONDS
        try:
            yield b"retry: 2000\n\n"
            quiet = 0
            while not self._stopping and asyncio.get_running_loop().time() < end:
                newest = await watch.look()
                if newest != seen:
                    seen, quiet = newest, 0
                    yield b"event: changed\ndata:\n\n"
                elif quiet * every >= _HEARTBEAT_EVERY_SECONDS:
                    quiet = 0
                    yield b":\n\n"
                quiet += 1
        finally:
            watch.listeners -= 1
            if not watch.listeners:
                self._by_business.pop(watched, None)
            self._open[source] -= 1
            if not self._open[source]:
                del self._open[source]


class _Watch:
    """One business that somebody watches."""

    def __init__(self, rooms: Rooms, business: str, *, every: float) -> None:
        self._rooms = rooms
        self._every = every
        self._business = business
        self._look: asyncio.Task[Seen] | None = None
        self.listeners = 0

    async def look(self) -> Seen:
        """Look in a moment; all who wait look once."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._next())
        return await asyncio.shield(self._look)

    async def _next(self) -> Seen:
        await asyncio.sleep(self._every)
        try:
            return await _seen(self._rooms, self._business)
        except (Problem, StorageUnavailableError):
            # The page looks again, and is told on a page of its own what the matter is.
            return ("unavailable",)


def mark_of(state: Seen) -> str:
    """Sum up what a page was drawn from, for its `since`; nobody can read it back."""
    return hashlib.blake2b(repr(state).encode(), digest_size=12).hexdigest()


async def _seen(rooms: Rooms, business: str) -> Seen:
    current = await current_business(rooms, business)
    return current.state
