"""Mails about visits: every kind in every language, as text and as HTML, which say the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest

from fieldfare.domain.customers import Language
from fieldfare.entrypoints.mail.rendering import compose, render
from fieldfare.ports.customers import MessageKind
from tests.unit.mail.visits import DESK, MANAGE, NOW, instant, visit

ZONE_EN = "(Eastern Time - Toronto, America/Toronto, UTC-05:00)"
ZONE_FR = "(heure de l'Est - Toronto, America/Toronto, UTC-05:00)"
EVERY = [(kind, language) for kind in MessageKind for language in Language]


@dataclass
class Page(HTMLParser):
    """What a reader finds in HTML: its visible words, its links, and every tag with its attributes."""

    words: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    _hidden: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in {"style", "title"}
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(data.strip())


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def plain(text: str) -> str:
    """Write a text with ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("kind", "language", "subject", "said"),
    [
        (
            MessageKind.CONFIRMED,
            Language.ENGLISH,
            "Your visit is booked: Tuesday, 24 November 2026 at 10:30 - Northern Comfort & Sons",
            [
                "Hello Zoë Tremblay,",
                f"When: Tuesday, 24 November 2026, 10:30 to 11:30 {ZONE_EN}",
                "Visit: Furnace repair",
                "Technician: Sam",
                "Address: 12 King St W, Unit 4, L6H 1A1",
                "Price: $149.00",
                "Reference: FF-7K2M",
                "Move or cancel the visit:",
                f"You can move or cancel the visit until Tuesday, 24 November 2026 at 06:30 {ZONE_EN}.",
            ],
        ),
        (
            MessageKind.CONFIRMED,
            Language.FRENCH,
            "Votre visite est confirmée : mardi 24 novembre 2026 à 10 h 30 - Northern Comfort & Sons",
            [
                "Bonjour Zoë Tremblay,",
                f"Quand : mardi 24 novembre 2026, de 10 h 30 à 11 h 30 {ZONE_FR}",
                "Prix : 149,00 $",
                f"Vous pouvez déplacer ou annuler la visite jusqu'au mardi 24 novembre 2026 à 6 h 30 {ZONE_FR}.",
            ],
        ),
        (
            MessageKind.RESCHEDULED,
            Language.ENGLISH,
            "Your visit has been moved: Tuesday, 24 November 2026 at 10:30 - Northern Comfort & Sons",
            ["Before: Tuesday, 27 October 2026 at 08:00 (Eastern Time - Toronto, America/Toronto, UTC-04:00)"],
        ),
        (
            MessageKind.RESCHEDULED,
            Language.FRENCH,
            "Votre visite a été déplacée : mardi 24 novembre 2026 à 10 h 30 - Northern Comfort & Sons",
            ["Auparavant : mardi 27 octobre 2026 à 8 h (heure de l'Est - Toronto, America/Toronto, UTC-04:00)"],
        ),
        (
            MessageKind.CANCELLED,
            Language.ENGLISH,
            "Your visit has been cancelled: Tuesday, 24 November 2026 at 10:30 - Northern Comfort & Sons",
            ["The visit below won't take place.", "Reason: We have moved away"],
        ),
        (
            MessageKind.CANCELLED,
            Language.FRENCH,
            "Votre visite a été annulée : mardi 24 novembre 2026 à 10 h 30 - Northern Comfort & Sons",
            ["La visite ci-dessous n'aura pas lieu.", "Motif : We have moved away"],
        ),
        (
            MessageKind.ESTIMATE_MOVED,
            Language.ENGLISH,
            "New arrival time for your visit: Tuesday, 24 November 2026 at about 10:50 - Northern Comfort & Sons",
            [f"Expected arrival: Tuesday, 24 November 2026 at about 10:50 {ZONE_EN}"],
        ),
        (
            MessageKind.ESTIMATE_MOVED,
            Language.FRENCH,
            "Nouvelle heure d'arrivée pour votre visite : mardi 24 novembre 2026 vers 10 h 50 - "
            "Northern Comfort & Sons",
            [f"Arrivée prévue : mardi 24 novembre 2026 vers 10 h 50 {ZONE_FR}"],
        ),
        (
            MessageKind.OFFERED,
            Language.ENGLISH,
            "A time has become free: Tuesday, 24 November 2026 at 10:30 - Northern Comfort & Sons",
            [
                "We hold it for you until Monday, 23 November 2026 at 18:00. It isn't booked until you take it.",
                f"Held for you until: Monday, 23 November 2026 at 18:00 {ZONE_EN}",
                "Take this time:",
            ],
        ),
        (
            MessageKind.OFFERED,
            Language.FRENCH,
            "Une place s'est libérée : mardi 24 novembre 2026 à 10 h 30 - Northern Comfort & Sons",
            [f"Réservé pour vous jusqu'au : lundi 23 novembre 2026 à 18 h {ZONE_FR}", "Accepter ce moment :"],
        ),
        (
            MessageKind.REQUESTED,
            Language.ENGLISH,
            "We received your request: Tuesday, 24 November 2026 at 10:30 - Northern Comfort & Sons",
            [f"Requested time: Tuesday, 24 November 2026, 10:30 to 11:30 {ZONE_EN}"],
        ),
        (
            MessageKind.REQUESTED,
            Language.FRENCH,
            "Nous avons reçu votre demande : mardi 24 novembre 2026 à 10 h 30 - Northern Comfort & Sons",
            [f"Moment demandé : mardi 24 novembre 2026, de 10 h 30 à 11 h 30 {ZONE_FR}"],
        ),
    ],
)
def test_it_says_what_has_happened(kind: MessageKind, language: Language, subject: str, said: list[str]) -> None:
    rendered = render(visit(kind, language))

    lines = plain(rendered.text).splitlines()
    assert plain(rendered.subject) == subject
    assert [line for line in said if line not in lines] == []
    assert MANAGE in lines


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_html_says_the_same_as_the_text(kind: MessageKind, language: Language) -> None:
    rendered = render(visit(kind, language))

    page = read(rendered.html)
    assert [word for word in page.words if word not in rendered.text and word != "Northern Comfort & Sons"] == []
    assert page.links == [MANAGE]
    assert ("html", {"lang": language.value}) in page.tags


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_html_needs_nothing_from_elsewhere(kind: MessageKind, language: Language) -> None:
    rendered = render(visit(kind, language))

    tags = {tag for tag, _ in read(rendered.html).tags}
    attributes = {name for _, attributes in read(rendered.html).tags for name in attributes}
    assert not tags & {"img", "script", "link", "iframe", "form", "video", "svg", "object"}
    assert not attributes & {"src", "style", "background", "srcset"}
    assert "url(" not in rendered.html
    assert rendered.html.count("://") == 1


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_what_is_not_known_is_not_mentioned(kind: MessageKind, language: Language) -> None:
    unknown: dict[str, Any] = {
        "price": None,
        "technician_name": None,
        "address_lines": (),
        "customer_name": "",
        "change_until": None,
    }

    rendered = render(visit(kind, language, **unknown))

    assert "None" not in rendered.text + rendered.html
    assert "$" not in rendered.text
    assert ("Hello," if language is Language.ENGLISH else "Bonjour,") in rendered.text.splitlines()


def test_there_is_no_link_without_an_address_for_it() -> None:
    rendered = render(visit(manage_url=None))

    assert read(rendered.html).links == []
    assert "move or cancel" not in rendered.text.lower()


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (MessageKind.ESTIMATE_MOVED, "estimated_start"),
        (MessageKind.OFFERED, "offer_until"),
        (MessageKind.OFFERED, "manage_url"),
    ],
)
def test_a_mail_says_what_it_is_for_or_is_none(kind: MessageKind, missing: str) -> None:
    with pytest.raises(ValueError, match="needs"):
        visit(kind, **dict[str, Any]({missing: None}))


def test_a_mail_is_whole() -> None:
    mail = compose(
        visit(), message_id="m1", to_address="zoe@example.org", organizer=DESK, reply_to=DESK.address, now=NOW
    )

    assert (mail.message_id, mail.to_name, mail.to_address) == ("m1", "Zoë Tremblay", "zoe@example.org")
    assert (mail.from_name, mail.reply_to) == ("Northern Comfort & Sons", "desk@northern.example")
    assert mail.calendar_method == "REQUEST"
    assert mail.calendar is not None
    assert mail.calendar.startswith("BEGIN:VCALENDAR")


def test_the_same_mail_is_made_again_for_a_retry() -> None:
    first, second = (compose(visit(), message_id="m1", to_address="z@example.org", now=NOW) for _ in range(2))

    assert first == second


def test_a_visit_over_a_change_of_the_clock_shows_both_offsets() -> None:
    start, end = instant("2026-11-01T00:30-04:00"), instant("2026-11-01T01:30-05:00")

    rendered = render(visit(start=start, end=end))

    zone = "Eastern Time - Toronto, America/Toronto, UTC-04:00 then UTC-05:00"
    assert f"When: Sunday, 1 November 2026, 00:30 to 01:30 ({zone})" in rendered.text
