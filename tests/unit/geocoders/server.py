"""A geocoder's server on loopback: it answers as the test says, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2

from fieldfare.adapters.geocoders.fetching import Fetcher

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, as it came over the wire."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to send back: JSON or raw bytes, at once or late, or nothing but a closed connection."""

    json: Any = None
    content: bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    hang_up: bool = False


@dataclass(kw_only=True)
class Vendor:
    """The server: change `answer` to have it say something else."""

    answer: Answer
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    conversations: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.conversations.add(task)
        try:
            # A client that has waited long enough leaves.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.conversations.discard(task)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = request.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        params = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        self.asked.append(
            Asked(
                method=method,
                path=unquote(parts.path),
                params=params,
                headers=headers,
                body=json.loads(body) if body else None,
            )
        )
        answer = self.answer
        await asyncio.sleep(answer.delay)
        if answer.hang_up:
            return
        content = json.dumps(answer.json).encode() if answer.content is None else answer.content
        head = {"Content-Type": "application/json", "Connection": "close", **answer.headers}
        head["Content-Length"] = str(len(content))
        writer.write(f"HTTP/1.1 {answer.status} OK\r\n".encode())
        writer.write("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + content)
        await writer.drain()


@asynccontextmanager
async def vendor(answer: Answer | None = None) -> AsyncIterator[Vendor]:
    """Run a server."""
    spoken = Vendor(answer=answer or Answer(json=[]))
    server = await asyncio.start_server(spoken.serve, "127.0.0.1", 0)
    spoken.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield spoken
    finally:
        server.close()
        await server.wait_closed()
        for conversation in (left := tuple(spoken.conversations)):
            conversation.cancel()
        await asyncio.gather(*left)


def with_vendor(answer: Answer, ask: Callable[[Vendor, Fetcher], Awaitable[T]], *, seconds: float = 2.0) -> T:
    """Run a server and ask it something by a fresh client."""

    async def work() -> T:
        async with vendor(answer) as server, httpx2.AsyncClient(trust_env=False) as client:
            return await ask(server, Fetcher(client=client, seconds=seconds))

    return asyncio.run(work())
