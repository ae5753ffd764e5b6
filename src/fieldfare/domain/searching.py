"""What a text that somebody searches for stands for: words without case and accents, or the digits of a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass

ACCENTED = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿœæÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒÆ"
PLAIN = "aaaaaaceeeeiiiinoooooouuuuyyoaaaaaaaceeeeiiiinoooooouuuuyyoa"
"""Letters with accents and, in the same order, what people type who leave them out."""

MOST_WORDS = 8
_FEWEST_DIGITS = 3
_TELLING_DIGITS = 9
_PHONE = re.compile(r"[\d\s()+./\-\u2010-\u2015\u2212]+")
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_TABLE = str.maketrans(ACCENTED, PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: all of the words, each a part of something, or the digits of a phone.

    `words` are folded as `fold` does. `digits` are without signs, and of a long number the last ones, which are the
    same however much of country and zeros people dial before them.
    """

    words: tuple[str, ...]
    digits: str | None = None


def fold(text: str) -> str:
    """Leave case and accents out."""
    return text.translate(_TABLE).lower()


def sought_in(text: str) -> Sought | None:
    """Read what somebody typed into the search; None where there is nothing to look for."""
    words = tuple(word for word in re.split(r"[\s,;]+", fold(text)) if word)[:MOST_WORDS]
    if not words:
        return None
    number = _EXTENSION.sub("", text).strip()
    digits = re.sub(r"\D", "", number).lstrip("0")[-_TELLING_DIGITS:] if _PHONE.fullmatch(number) else ""
    return Sought(words=words, digits=digits if len(digits) >= _FEWEST_DIGITS else None)
