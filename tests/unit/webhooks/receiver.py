"""A receiver of webhooks on loopback: it counts who connects, keeps what it was sent, and answers as the test says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from fieldfare.adapters.webhooks.guarded import Resolver
from fieldfare.ports.deliveries import Delivery

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
SECRET = b"0123456789abcdef0123456789abcdef"
BODY = b'{"type":"booking.held"}'
SENT_AT = 1_800_000_000

Say = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request, as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(kw_only=True)
class Receiver:
    """The server: how often it was connected to, and what it was sent."""

    say: Say
    port: int = 0
    connections: int = 0
    received: list[Received] = field(default_factory=list)
    conversations: set[asyncio.Task[Any]] = field(default_factory=set)

    def url(self, *, scheme: str = "http", host: str = "127.0.0.1", path: str = "/hooks/a-secret-path") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.conversations.add(task)
        try:
            # Fieldfare leaves when it has heard enough.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                self.received.append(await _read(reader))
                await self.say(writer)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()
            self.conversations.discard(task)


async def _read(reader: asyncio.StreamReader) -> Received:
    line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines if each)}
    return Received(line=line, headers=headers, body=await reader.readexactly(int(headers["content-length"])))


def answer(status: int, *, headers: str = "", body: bytes = b"") -> Say:
    """Answer at once."""

    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{headers}\r\n".encode() + body)
        await writer.drain()

    return say


@asynccontextmanager
async def receiver(say: Say | None = None, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Run a receiver."""
    running = Receiver(say=say or answer(204))
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0, ssl=tls)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()
        for conversation in (left := tuple(running.conversations)):
            conversation.cancel()
        await asyncio.gather(*left)


def resolver(*addresses: str, asked: list[str] | None = None) -> Resolver:
    """Resolve every name to the same addresses."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        if asked is not None:
            asked.append(host)
        return addresses

    return resolve


def delivery(url: str, *, secrets: tuple[bytes, ...] = (SECRET,), body: bytes = BODY) -> Delivery:
    """Make a delivery to an address."""
    return Delivery(id="msg_1", url=url, secrets=secrets, body=body, sent_at=SENT_AT)
