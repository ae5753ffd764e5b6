"""Lays mails out: subject, text and HTML, and with them a whole mail."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from fieldfare.entrypoints.mail.calendar import calendar_entry
from fieldfare.entrypoints.mail.letters import letter
from fieldfare.entrypoints.mail.texts import from_customer, one_line
from fieldfare.entrypoints.mail.views import Party, VisitMail
from fieldfare.ports.mail import Mail

_LONGEST_NAME = 80

_TEMPLATES = Environment(
    loader=PackageLoader("fieldfare.entrypoints.mail", "templates"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A mail's words, ready to be read."""

    subject: str
    text: str
    html: str


def render(view: VisitMail) -> Rendered:
    """Write a mail about a visit; raises `UnknownTimeZoneError`."""
    said = letter(view)
    return Rendered(
        subject=said.subject,
        text=_TEMPLATES.get_template("visit.txt.j2").render(letter=said),
        html=_TEMPLATES.get_template("visit.html.j2").render(letter=said),
    )


def compose(
    view: VisitMail,
    *,
    message_id: str,
    to_address: str,
    organizer: Party | None = None,
    reply_to: str | None = None,
    now: int,
) -> Mail:
    """Make a whole mail of a visit, with an entry for the customer's calendar where the visit stands or is off.

    The organizer is the sender of the mail, if that is known; without one, calendars take the entry as news.
    """
    rendered = render(view)
    name = from_customer(view.customer_name, longest=_LONGEST_NAME)
    entry = calendar_entry(view, attendee=Party(name=name, address=to_address), organizer=organizer, stamped_at=now)
    return Mail(
        message_id=message_id,
        to_name=name,
        to_address=to_address,
        from_name=one_line(view.business_name),
        reply_to=reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        calendar=None if entry is None else entry.text,
        calendar_method="PUBLISH" if entry is None else entry.method,
    )
