"""Who sends mails: the port behind which the mail server of an installation stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

CalendarMethod = Literal["REQUEST", "CANCEL", "PUBLISH"]


class MailError(Exception):
    """A mail wasn't sent. The message says how it failed, and never to whom or about what it was: it gets logged."""


class MailUnavailableError(MailError):
    """The mail server can't be reached, is busy, or won't serve this installation as it is set up: try again later."""


class MailRefusedError(MailError):
    """This mail will never be accepted: its recipient is unknown, or what it says is no mail. Don't try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to one person, as text and as HTML, with an entry for their calendar if there is one.

    `message_id` is the same whenever this mail is tried again, so that mail programs show it once. `from_name` is shown
    as the sender instead of the installation's name.
    """

    message_id: str
    to_name: str
    to_address: str
    from_name: str | None = None
    reply_to: str | None = None
    subject: str
    text: str
    html: str
    calendar: str | None = None
    calendar_method: CalendarMethod = "PUBLISH"


class Mailer(Protocol):
    """Sends mails, each at once and alone."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail to the mail server; raises `MailUnavailableError` or `MailRefusedError`.

        After an unavailable server nobody knows for sure whether it took the mail.
        """
        ...
