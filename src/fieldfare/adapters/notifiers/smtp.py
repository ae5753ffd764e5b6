"""Sends mails by SMTP: one connection a mail, and every failure told as what can be done about it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from fieldfare.adapters.notifiers.envelopes import address, envelope
from fieldfare.ports.mail import Mail, MailError, MailRefusedError, MailUnavailableError

Security = Literal["starttls", "tls", "none"]

_PERMANENT = 500
_OURS = frozenset({530, 534, 535, 538})
"""Answers that want another login of this installation: no fault of the mail, at whichever step they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The mail server of an installation, and in whose name it sends. `starttls` and `tls` never fall back to less."""

    host: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender_address: str
    sender_name: str = ""
    timeout_seconds: float = 10.0
    """For each answer of the server."""

    def __post_init__(self) -> None:
        """Refuse half a login; raises `ValueError`."""
        if (self.username is None) != (self.password is None):
            raise ValueError("a user name and a password come together")


class SmtpMailer:
    """See `ports.mail.Mailer`."""

    def __init__(self, settings: SmtpSettings, *, tls: ssl.SSLContext | None = None) -> None:
        """Keep the settings; `tls` says which certificates are believed, if not those that the machine believes.

        Raises `ValueError` if the sender's address is none.
        """
        self._settings = settings
        self._sender = address(settings.sender_name, settings.sender_address)
        self._tls = tls

    async def send(self, mail: Mail) -> None:
        """Send a mail; raises `MailUnavailableError` or `MailRefusedError`, whose texts hold nothing personal."""
        message = envelope(mail, sender=self._sender, now=datetime.now(UTC))
        try:
            await self._hand_over(message)
        except (SMTPException, OSError, TimeoutError) as error:
            raise _told(error) from None
        except ValueError:
            raise MailRefusedError("the mail can't be sent over SMTP") from None

    async def _hand_over(self, message: EmailMessage) -> None:
        settings = self._settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
            timeout=settings.timeout_seconds,
            # The machine's own name is nobody's concern, and looking it up may take long.
            local_hostname=self._sender.domain,
        )
        # Leaving closes the connection; a server that has taken the mail may then say or break what it likes.
        async with client:
            await client.send_message(message)


def _told(error: Exception) -> MailError:
    """Say what can be done about a failure. A server's words are left out: they quote addresses."""
    if isinstance(error, SMTPRecipientsRefused):
        code = error.recipients[0].code
        return _judged("the recipient", code)
    if isinstance(error, SMTPDataError):
        return _judged("the mail", error.code)
    if isinstance(error, SMTPResponseException):
        # Said of the greeting, the login or the sender: the operator can mend it, so the mail must not be lost.
        return MailUnavailableError(f"the mail server won't serve us: status {error.code}")
    if isinstance(error, SMTPNotSupported):
        return MailUnavailableError("the mail server lacks what is asked of it")
    return MailUnavailableError(f"the mail server can't be reached: {type(error).__name__}")


def _judged(subject: str, code: int) -> MailError:
    if code >= _PERMANENT and code not in _OURS:
        return MailRefusedError(f"the mail server refuses {subject}: status {code}")
    return MailUnavailableError(f"the mail server doesn't take {subject} now: status {code}")
