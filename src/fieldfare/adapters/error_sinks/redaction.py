"""What of a report may leave the house: no secret, nothing personal, and not much of anything.

A message is a sentence of ours, of which everything is taken out that looks like a secret or like somebody. Facts are
ids, codes and numbers: what is none of these, or stands under a personal name, is left out altogether.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

LONGEST_MESSAGE: Final = 500
LONGEST_CODE: Final = 80
MOST_FACTS: Final = 20
MOST_IN_A_LIST: Final = 20
_LONGEST_READ: Final = 4_000
_LARGEST_NUMBER: Final = 2**53

_PERSONAL = (
    r"(?:(?:first|last|full|contact|customer|user|company|maiden|family|given)?[ _-]?name|e-?mail|phone|mobile|tel|"
    r"(?:full|postal|street|email)?[ _-]?address(?:[ _-]?\d)?|street|city|town|zip|postal[ _-]?code|"
    r"birth(?:[ _-]?day)?|date[ _-]?of[ _-]?birth|notes?|place(?:[ _-]?text)?|title|description|body|lat|lng|lon|"
    r"latitude|longitude|coordinates?|who|said)"
)
_OPENING = (
    r"(?:(?:access|refresh|bearer|auth|id|session|csrf)?[ _-]?token|(?:api|private|secret|service|signing)[ _-]?key|"
    r"pass(?:word|wd|phrase)?|secret|client[ _-]?secret|authori[sz]ation|cookie|signature|credentials?|dsn)"
)
_VALUE = r"(?:\"[^\"]{0,400}\"|'[^']{0,400}'|[^\s,;&}\])]{1,400})"

_STREETS = (
    r"(?:street|avenue|ave|road|rd|drive|lane|boulevard|blvd|crescent|cres|terrace|highway|hwy|parkway|pkwy|circle|"
    r"trail|concession|sideroad)"
)
_OTHER_STREETS = r"(?:St|Dr|Ln|Ct|Crt|Court|Way|Place|Pl|Square|Sq|Gate|Line|Row|Close|Cir|Trl|Ter|Mews|Path|Hill)"

_OUT: Final = (
    # What opens something comes first: parts of it look like anything else.
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]{1,4000}"), r"\1 [secret]"),
    (re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}"), "[secret]"),
    (re.compile(r"(?i)\b(?:pit|sk|pk|sb_secret|sb_publishable|sbp|whsec|ff|ghp|xox[a-z])[-_][\w-]{8,}"), "[secret]"),
    (re.compile(r"-----BEGIN [^-]{1,40}-----[\s\S]{0,4000}"), "[secret]"),
    (re.compile(r"://[^/\s:@]{0,200}(?::[^/\s@]{0,200})?@"), "://[secret]@"),
    (re.compile(r"(\bhttps?://[^\s?\"']{0,400})\?[^\s\"']{0,4000}"), r"\1?[query]"),
    (re.compile(rf"(?i)([\"']?\b{_OPENING}[\"']?\s*[=:]\s*){_VALUE}"), r"\1[secret]"),
    (re.compile(r"\b(?!\d+\b)[0-9a-fA-F]{32,}\b(?!-)"), "[secret]"),
    (
        re.compile(r"(?<![\w+/-])(?=[\w+/-]{0,60}\d)(?=[\w+/-]{0,60}[a-z])(?=[\w+/-]{0,60}[A-Z])[\w+/-]{32,}={0,2}"),
        "[secret]",
    ),
    (re.compile(rf"(?i)([\"']?\b{_PERSONAL}[\"']?\s*[=:]\s*)(?!\[secret\]){_VALUE}"), r"\1[personal]"),
    (re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})+"), "[email]"),
    (re.compile(r"[-+]?\b\d{1,3}\.\d{4,}\b"), "[coordinate]"),
    (re.compile(rf"(?i)\b\d{{1,6}}[a-z]?(?:\s+[\w.'-]{{1,30}}){{1,4}}?\s+{_STREETS}\b\.?"), "[address]"),
    (re.compile(rf"\b\d{{1,6}}[A-Za-z]?(?:\s+[A-Z][\w.'-]{{0,30}}){{1,4}}?\s+{_OTHER_STREETS}\b\.?"), "[address]"),
    (re.compile(r"(?i)\b\d{1,6},?\s+(?:rue|chemin|boulevard|boul|avenue)\.?\s+[\w'-]{1,40}"), "[address]"),
    (re.compile(r"\b[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d\b"), "[address]"),
    (re.compile(r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b"), "[address]"),
    # A time is nobody's: `2026-11-24T09:00` has digits and dashes, too.
    (re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d)(?:\+|\(|%2B)?\d[\d\s().-]{7,25}\d(?![\w-])"), "[number]"),
)

_FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FACT = re.compile(r"[A-Za-z0-9*][A-Za-z0-9_.:@/*-]{0,79}")
_NOT_A_FACT = re.compile(rf"(?i)(?:.*_)?(?:{_PERSONAL}|{_OPENING})s?")
_DIGITS_OF_A_PHONE = re.compile(r"\d{7,15}")


def redacted_text(text: str) -> str:
    """Take out of a sentence what looks like a secret, a person or where somebody lives, and cut it."""
    if len(text) > _LONGEST_READ:
        # Never in the middle of a word, of which the rest might be a secret that no longer looks like one.
        text = text[:_LONGEST_READ].rsplit(maxsplit=1)[0]
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    for pattern, instead in _OUT:
        text = pattern.sub(instead, text)
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def redacted_code(code: str) -> str:
    """Keep a code, which is one word of ours; anything else is none."""
    return code if len(code) <= LONGEST_CODE and _is_a_fact(code) else "unknown"


def redacted_facts(facts: Mapping[Any, Any]) -> dict[str, Any]:
    """Keep what is an id, a code or a number, and lists of them."""
    kept: dict[str, Any] = {}
    for name, value in facts.items():
        if len(kept) == MOST_FACTS:
            break
        if not isinstance(name, str) or not _FACT_NAME.fullmatch(name) or _NOT_A_FACT.fullmatch(name):
            continue
        if isinstance(value, list | tuple | set | frozenset):
            kept[name] = [one for one in value if _fits(one)][:MOST_IN_A_LIST]
        elif _fits(value):
            kept[name] = value
    return kept


def _fits(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= _LARGEST_NUMBER
    if isinstance(value, float):
        return abs(value) < _LARGEST_NUMBER
    return isinstance(value, str) and _is_a_fact(value)


def _is_a_fact(value: str) -> bool:
    if not _FACT.fullmatch(value) or _DIGITS_OF_A_PHONE.fullmatch(value):
        return False
    return redacted_text(value) == value
