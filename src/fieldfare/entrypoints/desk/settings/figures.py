"""Numbers and clock times as a form writes them, and as people type them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def number_text(value: Any) -> str:
    """Write a number as it is written in the document; a text stands as it was typed."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def number_of(text: str) -> Any:
    """Read a number, or give the text back."""
    plain = text.replace("\N{MINUS SIGN}", "-")
    for read in _READERS:
        with suppress(ValueError):
            return read(plain)
    return text


def clock_text(text: str) -> str:
    """Bring a clock time to the document's form: `8:00` is `08:00`; what is none stays as it is."""
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", text.strip())
    return f"{int(found[1]):02d}:{found[2] or '00'}" if found else text.strip()


_READERS: tuple[Callable[[str], int | float], ...] = (int, float)
