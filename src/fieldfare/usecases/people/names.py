"""Names of people and keys, as somebody has typed them."""

from __future__ import annotations

import unicodedata

LONGEST = 200
_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}


class NameRefusedError(ValueError):
    """The name is too long, or holds characters that can't be shown."""


def read_name(text: str) -> str:
    """Take a name without the spaces around it; it may be empty. Raises `NameRefusedError`."""
    name = unicodedata.normalize("NFC", text.strip(" "))
    if len(name) > LONGEST:
        raise NameRefusedError(f"a name has at most {LONGEST} characters")
    if holds_controls(name):
        raise NameRefusedError("a name has no control characters")
    return name


def holds_controls(text: str) -> bool:
    """Whether a text holds control characters, line separators or halves of surrogate pairs."""
    return any(unicodedata.category(character) in _CONTROLS for character in text)
