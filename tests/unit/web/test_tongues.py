"""Dates, times and prices as they are written in Canada, and texts in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from fieldfare.domain.customers import Language
from fieldfare.entrypoints.web.tongues import preferred, tongue_of

WEB = Path(__file__).parents[3] / "src" / "fieldfare" / "entrypoints" / "web"
ENGLISH, FRENCH = tongue_of(Language.ENGLISH), tongue_of(Language.FRENCH)
DAY = date(2026, 11, 24)
HALF_PAST_TEN = datetime(2026, 11, 24, 15, 30, tzinfo=UTC).astimezone(ZoneInfo("America/Toronto"))


def plain(text: str) -> str:
    """Take spaces of every kind for spaces."""
    return re.sub(r"\s", " ", text)


def test_english() -> None:
    assert ENGLISH.whole_day(DAY) == "Tuesday, November 24, 2026"
    assert ENGLISH.day(DAY) == "Tuesday, November 24"
    assert ENGLISH.short_day(DAY) == "Tue, Nov 24"
    assert ENGLISH.month(DAY) == "November 2026"
    assert plain(ENGLISH.time(HALF_PAST_TEN)) == "10:30 a.m."
    assert ENGLISH.money(114_950, "CAD") == "$1,149.50"
    assert ENGLISH.duration(90) == "1 hour 30 minutes"
    assert ENGLISH.duration(45) == "45 minutes"
    assert ENGLISH.zone("America/Toronto") == "Eastern Time (Toronto)"
    assert ENGLISH.weekdays()[0] == ("Su", "Sunday")
    assert (ENGLISH.tag, ENGLISH.direction) == ("en-CA", "ltr")


def test_french() -> None:
    assert FRENCH.whole_day(DAY) == "mardi 24 novembre 2026"
    assert FRENCH.day(DAY) == "mardi 24 novembre"
    assert FRENCH.month(DAY) == "novembre 2026"
    assert plain(FRENCH.time(HALF_PAST_TEN)) == "10 h 30"
    assert plain(FRENCH.money(114_950, "CAD")) == "1 149,50 $"
    assert FRENCH.duration(90) == "1 heure 30 minutes"
    assert FRENCH.duration(120) == "2 heures"
    assert "Est" in FRENCH.zone("America/Toronto")
    assert FRENCH.say("Continue") == "Continuer"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/St_Johns", "Newfoundland Time"),
        ("America/Whitehorse", "Yukon Time"),
        ("America/Montreal", "Eastern Time"),
        ("Africa/Nairobi", "East Africa Time"),
        ("Asia/Kolkata", "India Standard Time"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_zones_have_names_and_no_season(zone: str, name: str) -> None:
    assert ENGLISH.zone(zone).startswith(name)
    assert "Daylight" not in ENGLISH.zone(zone)


def test_money_has_the_decimals_of_its_currency() -> None:
    assert "1,500" in ENGLISH.money(1_500, "JPY")
    assert "1.500" in ENGLISH.money(1_500, "KWD")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", Language.ENGLISH),
        ("fr", Language.FRENCH),
        ("fr-CA,fr;q=0.9,en;q=0.8", Language.FRENCH),
        ("en;q=0.2, fr;q=0.7", Language.FRENCH),
        ("de, fr;q=0.5, en;q=0.5", Language.FRENCH),
        ("de", Language.ENGLISH),
        ("fr;q=nonsense, en", Language.ENGLISH),
        ("*;q=0.1", Language.ENGLISH),
    ],
)
def test_the_browser_says_its_language(accepted: str, language: Language) -> None:
    assert preferred(accepted) is language


def messages() -> Iterator[tuple[str, ...]]:
    """Find every text that the pages say, a plural as both of its forms."""
    for file in sorted(WEB.glob("templates/*.html")):
        with file.open("rb") as template:
            for _, _, message, _ in babel_extract(template, ["_", "ngettext"], [], {}):
                yield _texts(message)
    for file in sorted(WEB.rglob("*.py")):
        with file.open("rb") as source:
            for _, said, _, _ in extract("python", source, {"say": None, "count": (1, 2), "mark": None}):
                yield _texts(said)


def _texts(message: str | tuple[str | None, ...] | None) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(text for text in message or () if text)


def test_every_text_is_there_in_french_and_no_other() -> None:
    with (WEB / "locale" / "fr.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    said = {texts[0] for texts in messages()}
    translated = {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue if one.id}

    assert len(said) > 150
    assert said - translated == set()
    assert translated - said == set()


def test_every_translation_has_the_places_of_its_text() -> None:
    with (WEB / "locale" / "fr.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    places = re.compile(r"%\((\w+)\)s|%%[sd]")
    for one in catalogue:
        if one.id:
            texts = (one.id,) if isinstance(one.id, str) else one.id
            translations = (one.string,) if isinstance(one.string, str) else tuple(one.string or ())
            assert translations, texts
            assert all(translations), texts
            assert set(places.findall(translations[-1])) == set(places.findall(texts[-1])), texts
