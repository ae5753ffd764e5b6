"""A booking's reference, `FF-7K3QX9H`: six signs of Crockford's base 32 that people can read out, and one as a check.

The check is the remainder of the six signs' value by 37 (Crockford, *Base 32*). Values whose check is no letter or
digit aren't used, so that a reference never needs a sign that is hard to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's digits: no I, L, O and U."""

PREFIX = "FF-"
LENGTH = 6
_CHECKED_BY = 37
_MISREAD = str.maketrans("OIL", "011")
_WRITTEN = re.compile(f"(?:FF)?([{SIGNS}]{{{LENGTH + 1}}})")


def new_reference(below: Callable[[int], int]) -> str:
    """Make a reference; `below` gives a random number that is smaller than its argument."""
    while True:
        value = below(len(SIGNS) ** LENGTH)
        if value % _CHECKED_BY < len(SIGNS):
            return f"{PREFIX}{_digits(value)}{SIGNS[value % _CHECKED_BY]}"


def read_reference(text: str) -> str | None:
    """Read a reference as people write or say it: in any case, without its prefix, O for 0, I and L for 1.

    None where it is none, or a sign of it must be wrong.
    """
    bare = re.sub(r"[^0-9A-Z]", "", text.upper().lstrip("#"))
    found = _WRITTEN.fullmatch(bare.translate(_MISREAD))
    if found is None:
        return None
    value = 0
    for sign in found[1][:LENGTH]:
        value = value * len(SIGNS) + SIGNS.index(sign)
    return f"{PREFIX}{found[1]}" if value % _CHECKED_BY == SIGNS.index(found[1][-1]) else None


def known_reference(text: str) -> str:
    """Give the reference to look for: as it is kept, or as it was typed where it is none of this form."""
    return read_reference(text) or text.strip().upper()


def _digits(value: int) -> str:
    digits = []
    for _ in range(LENGTH):
        value, digit = divmod(value, len(SIGNS))
        digits.append(SIGNS[digit])
    return "".join(reversed(digits))
