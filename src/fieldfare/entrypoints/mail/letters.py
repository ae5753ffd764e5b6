"""What a mail says, before it is laid out: the same sentences and facts for text and HTML."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.entrypoints.mail.amounts import money
from fieldfare.entrypoints.mail.moments import Moments
from fieldfare.entrypoints.mail.texts import from_customer, one_line
from fieldfare.entrypoints.mail.views import VisitMail
from fieldfare.entrypoints.mail.wording import Wording, wording_of
from fieldfare.ports.customers import MessageKind

_LONGEST_NAME = 80
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of the list of facts; an address has several."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The one link of a mail."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in words."""

    language: str
    colon: str
    business: str
    subject: str
    heading: str
    greeting: str
    intro: str
    facts: tuple[Fact, ...]
    link: Link | None
    change_until: str | None
    automatic: str


def letter(view: VisitMail) -> Letter:
    """Say all that there is to say about a visit."""
    words = wording_of(view.language)
    saying = words.sayings[view.kind]
    moments = Moments(zone=view.time_zone, language=view.language)
    business, name = one_line(view.business_name), from_customer(view.customer_name, longest=_LONGEST_NAME)
    estimate = None if view.estimated_start is None else moments.about(view.estimated_start)
    until = None if view.offer_until is None else moments.moment(view.offer_until)
    told = {"moment": moments.moment(view.start), "business": business, "estimate": estimate, "until": until}
    return Letter(
        language=view.language.value,
        colon=words.colon,
        business=business,
        subject=saying.subject.format(**told),
        heading=saying.heading,
        greeting=words.greeting.format(name=name) if name else words.nameless,
        intro=saying.intro.format(**told),
        facts=_facts(view, words, moments),
        link=None if view.manage_url is None else Link(label=saying.link, url=view.manage_url),
        change_until=_change_until(view, words, moments),
        automatic=words.automatic.format(business=business),
    )


def _facts(view: VisitMail, words: Wording, moments: Moments) -> tuple[Fact, ...]:
    """List the facts that are known, those of time first."""
    labels = {MessageKind.REQUESTED: words.requested_time, MessageKind.OFFERED: words.offered_time}
    known: list[tuple[str, str | None]] = [
        (words.expected, _estimate(view, moments)),
        (labels.get(view.kind, words.when), moments.span(view.start, view.end)),
        (words.before, None if view.previous_start is None else moments.exact(view.previous_start)),
        (words.until, None if view.offer_until is None else moments.exact(view.offer_until)),
        (words.product, one_line(view.product_name)),
        (words.technician, one_line(view.technician_name or "")),
    ]
    address = tuple(line for line in map(from_customer, view.address_lines) if line)
    price = None if view.price is None else money(view.price, view.currency, view.language)
    behind = ((words.price, price), (words.reference, view.reference), (words.reason, _reason(view)))
    facts = [
        *(Fact(label=label, lines=(text,)) for label, text in known if text),
        *([Fact(label=words.address, lines=address)] if address else []),
        *(Fact(label=label, lines=(text,)) for label, text in behind if text),
    ]
    return tuple(facts)


def _estimate(view: VisitMail, moments: Moments) -> str | None:
    if view.estimated_start is None:
        return None
    return moments.zoned(moments.about(view.estimated_start), view.estimated_start)


def _reason(view: VisitMail) -> str | None:
    return None if view.reason is None else from_customer(view.reason, longest=_LONGEST_REASON)


def _change_until(view: VisitMail, words: Wording, moments: Moments) -> str | None:
    if view.change_until is None or view.manage_url is None:
        return None
    return words.change_until.format(moment=moments.exact(view.change_until))
