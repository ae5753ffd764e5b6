"""Tells an address that somebody can drive to from the links and labels that calendars keep in the same field."""

from __future__ import annotations

import re

_LINK = re.compile(r"(?:\w+://|www\.)\S+|\{\{[^}]*\}\}")
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+(?:com|us|net|org|io|me|co|link)/\S*", re.IGNORECASE)
_LABELS = frozenset(
    {"zoom", "zoom meeting", "google meet", "gmeet", "google", "meet", "ms teams", "ms_teams", "microsoft teams"}
    | {"teams", "phone", "phone call", "call", "custom", "default", "online", "video call", "address", "booker"}
)
_PHONE = re.compile(r"(?!\d{5}[\s-]\d{4}$)[+\d][\d\s().-]{6,}")
"""So many digits are a phone number, unless they are a postal code with its four more."""


def place_in(written: str) -> str | None:
    """Give the address in a field; None where it holds only a link, a phone number or the name of a meeting's kind."""
    bare = _BARE_HOST.sub(" ", _LINK.sub(" ", written))
    address = " ".join(bare.split()).strip(" ,;-|")
    if not address or address.lower() in _LABELS or _PHONE.fullmatch(address):
        return None
    return address if re.search(r"\w", address) else None
