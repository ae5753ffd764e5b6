"""The languages of the pages: texts by gettext, and dates, times and prices as they are written in Canada (CLDR)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, get_currency_precision

from fieldfare.domain.customers import Language

_LOCALES = {Language.ENGLISH: "en_CA", Language.FRENCH: "fr_CA"}
_DAYS = {Language.ENGLISH: "EEEE, MMMM d", Language.FRENCH: "EEEE d MMMM"}
_SHORT_DAYS = {Language.ENGLISH: "EEE, MMM d", Language.FRENCH: "EEE d MMM"}
"""CLDR's patterns for dates without a year, which Babel doesn't give by name."""
_MINUTES = 60
TO = " \N{EN DASH} "
"""Stands between the ends of a span of time."""


class Tongue:
    """One language: what the pages ask it to say and to write."""

    def __init__(self, language: Language) -> None:
        """Read the language's texts."""
        self.language = language
        self.locale = Locale.parse(_LOCALES[language])
        self.texts = _texts(language)

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return self.locale.language + "-" + (self.locale.territory or "")

    @property
    def direction(self) -> str:
        """Which way it is written, `ltr` or `rtl`."""
        return self.locale.text_direction

    @property
    def first_weekday(self) -> int:
        """The day with which a week begins, 0 being Monday."""
        return self.locale.first_week_day

    def say(self, message: str, /, **values: object) -> str:
        """Translate a text, with values in its places: `%(name)s`."""
        return self.texts.gettext(message) % values

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Translate a text about a number of things, which stands at `%(num)s`."""
        return self.texts.ngettext(one, many, number) % {"num": number, **values}

    def day(self, day: date) -> str:
        """Write a date with its weekday: `Tuesday, November 24`."""
        return format_date(day, _DAYS[self.language], locale=self.locale)

    def short_day(self, day: date) -> str:
        """Write a date shortly: `Tue, Nov 24`."""
        return format_date(day, _SHORT_DAYS[self.language], locale=self.locale)

    def whole_day(self, day: date) -> str:
        """Write a date with its year: `Tuesday, November 24, 2026`."""
        return format_date(day, "full", locale=self.locale)

    def month(self, day: date) -> str:
        """Write a month: `November 2026`."""
        return format_date(day, "MMMM y", locale=self.locale)

    def weekdays(self) -> list[tuple[str, str]]:
        """List the weekdays, short and whole, in the order of the language's week."""
        days = [(self.first_weekday + offset) % 7 for offset in range(7)]
        short, whole = self.locale.days["stand-alone"]["short"], self.locale.days["stand-alone"]["wide"]
        return [(short[day], whole[day]) for day in days]

    def time(self, local: datetime) -> str:
        """Write a wall-clock time: `10:30 a.m.`, `10 h 30`."""
        return format_time(local, format="short", tzinfo=local.tzinfo, locale=self.locale)

    def zone(self, zone: str) -> str:
        """Name a time zone, with its city: `Eastern Time (Toronto)`."""
        known = get_timezone(zone)
        meta = self.locale.meta_zones.get(_meta_zone(zone), {}).get("long", {})
        name = meta.get("generic") or meta.get("standard") or zone
        city = get_timezone_location(known, locale=self.locale, return_city=True)
        return name if city in name else f"{name} ({city})"

    def money(self, minor: int, currency: str) -> str:
        """Write an amount of minor units: `$149.00`, `149,00 $`."""
        return format_currency(minor / 10 ** get_currency_precision(currency), currency, locale=self.locale)

    def duration(self, minutes: int) -> str:
        """Write a length of time: `1 hour 30 minutes`."""
        hours, rest = divmod(minutes, _MINUTES)
        parts = []
        if hours:
            parts.append(self.count("%(num)s hour", "%(num)s hours", hours))
        if rest or not hours:
            parts.append(self.count("%(num)s minute", "%(num)s minutes", rest))
        return " ".join(parts)


def mark(message: str) -> str:
    """Mark a text that is translated where it is said."""
    return message


@cache
def _meta_zone(zone: str) -> str:
    """Find the family of a zone in CLDR, which has some zones under a name that they had before."""
    aliases, families = get_global("zone_aliases"), get_global("meta_zones")
    names = (zone, aliases.get(zone), *(old for old, new in aliases.items() if new == zone))
    return next((families[name] for name in names if name is not None and families.get(name)), "")


@cache
def tongue_of(language: Language) -> Tongue:
    """Give a language's tongue."""
    return Tongue(language)


def language_of(text: str | None) -> Language | None:
    """Read a language's tag; None for one that the pages don't speak."""
    name = (text or "").strip().lower().partition("-")[0].partition("_")[0]
    return next((language for language in Language if language.value == name), None)


def preferred(accept_language: str) -> Language:
    """Find the first language of a browser's list that the pages speak (RFC 9110, 12.5.4); English if there is none."""
    wishes = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.partition(";")
        language = language_of(tag)
        if language is not None:
            wishes.append((-_weight(weight), place, language))
    return min(wishes)[2] if wishes else Language.ENGLISH


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text.strip() else 1.0
    except ValueError:
        return 0.0


def _texts(language: Language) -> NullTranslations:
    """Compile a language's catalogue in memory; English is what the templates say."""
    if language is Language.ENGLISH:
        return NullTranslations()
    source = files("fieldfare") / "entrypoints" / "web" / "locale" / f"{language.value}.po"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language.value))
    compiled.seek(0)
    return GNUTranslations(compiled)
