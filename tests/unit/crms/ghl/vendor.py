"""A vendor on loopback that gives the answers of a script in turn, and a caller that asks it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2

from fieldfare.adapters.crms.ghl.calling import Caller, Lane
from fieldfare.adapters.crms.ghl.pace import Pace
from fieldfare.ports.crm import Turns
from tests.unit.crms.ghl.account import Clockwork, Tokens

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to send back: JSON or raw bytes, or nothing but a closed connection, or nothing at all."""

    json: Any = None
    content: bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(kw_only=True)
class Vendor:
    """The server. The last answer of its script is given over and over."""

    script: list[Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    conversations: set[asyncio.Task[Any]] = field(default_factory=set)

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
        line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines if each)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked.append(Asked(line=line, headers=headers, body=body))
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if answer.silent:
            await asyncio.Event().wait()
        if answer.hang_up:
            return
        content = json.dumps(answer.json).encode() if answer.content is None else answer.content
        head = {"Content-Type": "application/json", "Connection": "close", **answer.headers}
        head["Content-Length"] = str(len(content))
        writer.write(f"HTTP/1.1 {answer.status} X\r\n".encode())
        writer.write("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + content)
        await writer.drain()


@asynccontextmanager
async def vendor(*script: Answer) -> AsyncIterator[Vendor]:
    """Run a server."""
    spoken = Vendor(script=list(script) or [Answer(json={})])
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


@dataclass(slots=True, kw_only=True)
class Line:
    """A caller on a clock of the test's own, and whom it asks."""

    vendor: Vendor
    caller: Caller
    time: Clockwork
    tokens: Tokens


def with_line(
    work: Callable[[Line], Awaitable[T]],
    *script: Answer,
    seconds: float = 8.0,
    url: str | None = None,
    turns: Turns | None = None,
) -> T:
    """Run a vendor with a script and call it."""

    async def run() -> T:
        time, tokens = Clockwork(), Tokens()
        async with vendor(*script) as server, httpx2.AsyncClient(trust_env=False) as client:
            lane = Lane(pace=Pace(seconds=seconds), ticker=time.ticker)
            caller = Caller(client=client, url=url or server.url, tokens=tokens, lane=lane, turns=turns)
            return await work(Line(vendor=server, caller=caller, time=time, tokens=tokens))

    return asyncio.run(run())
