"""Keeps what the vendor says fit to be shown and logged: without tokens, and without anything about a customer.

The vendor repeats in its refusals what it was sent, so whatever of it is personal is taken out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from fieldfare.adapters.crms.ghl.picking import plain

LONGEST = 300
LONGEST_READ = 2_000
CUT = "…"

_PERSONAL = frozenset(
    {"name", "firstName", "lastName", "email", "phone", "number", "address", "address1", "city", "state", "postalCode"}
    | {"meetingLocation", "title", "description", "body", "query", "field_value", "value"}
)
_PEOPLE = frozenset({"name", "firstName", "lastName", "email", "phone", "address", "address1", "query"})
_SHORTEST = 3
_EMAIL = re.compile(r"[^\s\"'<>(),;:]+@[^\s\"'<>(),;:]+")
_DIGITS = re.compile(r"\+?\d(?:[\s().-]*\d){6,}")
_TOKEN = re.compile(r"pit-[\w-]+|eyJ[\w-]+(?:\.[\w-]+)*|Bearer\s+\S+", re.IGNORECASE)


def cleansed(text: str, *, sent: Iterable[object] = ()) -> str:
    """Take out what looks like a token, an email or a phone number, and whatever of `sent` is personal."""
    text = plain(text[:LONGEST_READ])
    for value in sorted({part for each in sent for part in _personal(each)}, key=len, reverse=True):
        text = re.sub(re.escape(value), CUT, text, flags=re.IGNORECASE)
    for pattern in (_TOKEN, _EMAIL, _DIGITS):
        text = pattern.sub(CUT, text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + CUT


def _personal(value: object, key: str = "") -> Iterator[str]:
    """Walk through what was sent and give its personal texts; of people's names and addresses each word, too."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _personal(part, str(name))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _personal(part, key)
    elif isinstance(value, str) and key in _PERSONAL:
        texts = [value, *(value.split() if key in _PEOPLE else ())]
        yield from (text for text in texts if len(text.strip()) >= _SHORTEST)
