"""What customers type: no mail program runs it, and none makes a link of it (W1)."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from fieldfare.domain.customers import Language
from fieldfare.entrypoints.mail.rendering import compose, render
from fieldfare.entrypoints.mail.texts import from_customer, one_line
from fieldfare.entrypoints.mail.views import VisitMail
from fieldfare.ports.customers import MessageKind
from tests.unit.mail.test_rendering import read
from tests.unit.mail.visits import DESK, MANAGE, NOW, visit

_LINK = re.compile(
    r"""
      [a-z][a-z0-9+.-]*://\S                                   # a scheme
    | (?:mailto|tel|sms|javascript|data|bitcoin|geo|file):\S
    | \bwww\.\S
    | [^\s@]@[^\s@]                                            # an email
    | [^\W_][.\u2024\u3002\uff0e\uff61](?:[^\W\d_]{2,}|xn--)   # a domain
    | \d\.\d+\.\d+\.\d                                         # an address of a machine
    | \\\\\w | //\w                                            # a folder of one, or a URL without its scheme
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Far more than any mail program makes links of."""

_LURES = (
    "https://evil.test/win",
    "HTTP://EVIL.TEST",
    "hxxp://evil.test",
    "//evil.test",
    "www.evil.test",
    "evil.com",
    "evil.com/path?x=1",
    "evil.co.uk:8080",
    "мошенник.рф",
    "xn--e1afmkfd.xn--p1ai",
    "evil\u3002com",
    "evil\uff0ecom",
    "ev\u200bil\u200b.\u200bcom",
    "https:\u200b//evil\u2060.com",
    "\u202emoc.live",
    "mallory@evil.test",
    "mallory\uff20evil.test",
    "mailto:mallory@evil.test",
    "tel:911",
    "sms:+15550100",
    "javascript:alert(1)",
    "data:text/html,<b>x",
    "http://192.0.2.1/x",
    "192.0.2.1",
    r"\\evil\share",
    "file:///etc/passwd",
    "evil\r\n.com",
    "evil.\r\ncom",
    "\0evil.com\0",
)
_MARKUP = (
    "{}",
    '<a href="{}">click</a>',
    '"><script src="{}"></script>',
    "<img src=x onerror=alert(1)>{}",
    "</dd></dl><style>@import url({})</style>",
    "{{{{ {} }}}}{{% raw %}}",
    "[click]({})",
)
PAYLOADS = [markup.format(lure) for markup, lure in product(_MARKUP, _LURES)]


def typed(payload: str, kind: MessageKind, language: Language) -> VisitMail:
    """Make a visit of which a customer typed all that they can type."""
    return visit(
        kind, language, customer_name=payload, address_lines=(payload, f"12 King St {payload}"), reason=payload
    )


def links_in(text: str) -> list[str]:
    return [found.group() for found in _LINK.finditer(text.replace(MANAGE, "").replace("America/Toronto", ""))]


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 200
    assert all(links_in(lure.replace("\u200b", "").replace("\u2060", "")) for lure in _LURES[:13])


@pytest.mark.parametrize("kind", MessageKind)
def test_nothing_that_a_customer_typed_becomes_a_link_or_a_tag(kind: MessageKind) -> None:
    usual = read(render(visit(kind, reason="x", address_lines=("x", "y"))).html).tags
    for payload in PAYLOADS:
        rendered = render(typed(payload, kind, Language.ENGLISH))

        page = read(rendered.html)
        assert (links_in(rendered.text), links_in("\n".join(page.words)), links_in(rendered.subject)) == ([], [], [])
        assert page.links == [MANAGE]
        assert page.tags == usual


def test_nor_in_a_calendar_nor_in_a_header() -> None:
    for payload in PAYLOADS:
        view = typed(payload, MessageKind.CANCELLED, Language.FRENCH)
        mail = compose(view, message_id="m1", to_address="zoe@example.org", organizer=DESK, now=NOW)

        assert mail.calendar is not None
        (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
        assert links_in(f"{event['LOCATION']}\n{event['DESCRIPTION']}\n{event['SUMMARY']}") == []
        assert links_in(event["ATTENDEE"].params["CN"]) == []
        assert links_in(mail.to_name) == []


def test_scripts_of_the_business_itself_stay_words() -> None:
    script = '<script>alert("x")</script>'

    rendered = render(visit(business_name=script, product_name=script, technician_name=script))

    assert "<script" not in rendered.html
    assert script in rendered.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Zoë Tremblay", "Zoë Tremblay"),
        ("J.P. O'Neil-Côté", "J. P. O'Neil-Côté"),
        ("12 1/2 King St. W., Unit #4", "12 1/2 King St. W. , Unit #4"),
        ("Ring at 10:30 please...", "Ring at 10:30 please..."),
        ("  two\n lines\t", "two lines"),
        ("\u0646\u200c\u0646", "\u0646\u200c\u0646"),
        ("right\u202eto left", "rightto left"),
    ],
)
def test_honest_texts_stay_readable(typed: str, shown: str) -> None:
    assert from_customer(typed) == shown


def test_long_texts_are_cut() -> None:
    assert one_line("word " * 100, longest=12) == "word word w…"
    assert len(render(visit(MessageKind.CANCELLED, reason="a" * 100_000)).text) < 2_000


@given(st.text())
def test_any_text_stays_on_one_line_and_is_no_link(text: str) -> None:
    shown = from_customer(text)

    assert len(shown.splitlines()) <= 1
    assert links_in(shown) == []
    shown.encode()
