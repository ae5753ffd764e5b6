"""A mail server for tests: it listens on loopback, and says what a test wants it to say."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

_SECONDS_TO_END = 5


@dataclass(kw_only=True)
class Mailbox:
    """What a server answers, and what it has taken."""

    on_ehlo: str | None = None
    on_mail: str | None = None
    on_rcpt: str | None = None
    on_data: str = "250 taken"
    login: tuple[bytes, bytes] | None = None
    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        """Read the mails that were taken."""
        return [message_from_bytes(raw(taken), policy=policy.default) for taken in self.envelopes]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.on_mail or "250 go on"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if self.on_rcpt is None:
            envelope.rcpt_tos.append(address)
        return self.on_rcpt or "250 go on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.on_data.startswith("2"):
            self.envelopes.append(envelope)
        return self.on_data

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Let in who knows the login."""
        return AuthResult(success=(data.login, data.password) == self.login, handled=False)


def raw(envelope: Envelope) -> bytes:
    """Give a mail as it came over the wire."""
    assert isinstance(envelope.content, bytes)
    return envelope.content


@asynccontextmanager
async def receiving(
    mailbox: Mailbox, *, tls: ssl.SSLContext | None = None, implicit: bool = False
) -> AsyncIterator[Mailbox]:
    """Run a mail server until the block ends: with STARTTLS, or from the first byte on with TLS."""
    loop = asyncio.get_running_loop()
    connections: list[_Connection] = []

    def protocol() -> SMTP:
        connection = _Connection(
            mailbox,
            hostname="mail.test",
            ident="test",
            loop=loop,
            tls_context=None if implicit else tls,
            require_starttls=tls is not None and not implicit,
            authenticator=None if mailbox.login is None else mailbox.authenticate,
            auth_required=mailbox.login is not None and not implicit,  # it would warn: it doesn't see the TLS
            auth_require_tls=not implicit,
        )
        connections.append(connection)
        return connection

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    mailbox.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mailbox
        async with asyncio.timeout(_SECONDS_TO_END):
            for connection in connections:
                await connection.ended.wait()


class _Connection(SMTP):
    """A connection, of which one can tell when it is over."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ended = asyncio.Event()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.ended.set()


Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def conversing(conversation: Conversation) -> AsyncIterator[int]:
    """Run a server that says what the test writes, until the block ends; give its port."""
    ended = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await conversation(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        async with asyncio.timeout(_SECONDS_TO_END):
            await ended.wait()
