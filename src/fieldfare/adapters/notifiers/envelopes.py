"""Mails as they go over the wire: text, HTML and calendar in one message, of which no header can be forged."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from fieldfare.ports.mail import Mail, MailRefusedError

_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of letters that end lines, or are none: half of them pass `EmailMessage` inside of names."""

_SPECIALS = str.maketrans(dict.fromkeys('()<>[]:;@\\,."', " "))
"""What a name may hold only in quotes (RFC 5322, 3.2.3)."""
_ONE_LINE = 60
"""A name and an address of so many letters fit on one line with the rest of their header."""


def envelope(mail: Mail, *, sender: Address, now: datetime) -> EmailMessage:
    """Build a message; raises `MailRefusedError` for anything that has no place in a header."""
    try:
        message = EmailMessage(policy=SMTP)
        message["From"] = sender if mail.from_name is None else address(mail.from_name, sender.addr_spec)
        message["To"] = address(mail.to_name, mail.to_address)
        if mail.reply_to is not None:
            message["Reply-To"] = address("", mail.reply_to)
        message["Subject"] = _line(mail.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{_line(mail.message_id)}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        _fill(message, mail)
    except ValueError:
        # The standard library's own texts would quote somebody's name or address.
        raise MailRefusedError("a header of the mail can't be written") from None
    return message


def address(name: str, spec: str) -> Address:
    """Read an address in plain ASCII, with the name that is shown; raises `ValueError`."""
    if not spec.isascii() or not spec.isprintable():
        raise ValueError("the address isn't plain ASCII")
    shown = _line(name)
    if len(shown) + len(spec) > _ONE_LINE:
        # The standard library drops the quotes where it folds a line: what they held would be read as addresses.
        shown = " ".join(shown.translate(_SPECIALS).split())
    try:
        read = Address(display_name=shown, addr_spec=spec)
    except (ValueError, MessageError, IndexError, AttributeError):  # the standard library stumbles over some texts
        raise ValueError("the address can't be read") from None
    if read.addr_spec != spec:
        raise ValueError("the address holds more than an address")
    return read


def _fill(message: EmailMessage, mail: Mail) -> None:
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.calendar is None:
        return
    # Calendars of mail programs read the alternative; where there is none, people open the attachment.
    method = {"method": mail.calendar_method}
    message.add_alternative(mail.calendar, subtype="calendar", params=method, cte="base64")
    message.add_attachment(mail.calendar.encode(), maintype="application", subtype="ics", filename="visit.ics")


def _line(text: str) -> str:
    if any(unicodedata.category(letter) in _UNSAFE for letter in text):
        raise ValueError("a header is one line of text")
    return text
