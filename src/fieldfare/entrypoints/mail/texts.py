"""Texts as they may stand in mails: on one line, and those of customers without anything that becomes a link."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200

_JOINERS = "\u200c\u200d"
"""Invisible, but some scripts can't be written without them."""
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_INVISIBLE = frozenset({"Cf", "Cs"})

# What mail programs make links of: https://, www.example.com, somebody@example.com, tel:911, \\server\folder.
_LINKING = re.compile(
    r"""
      [.\u2024\u3002\uff0e\uff61] (?=[^\s.])      # a dot with something behind it, in any of its widths
    | [@\uff20]                   (?=\S)
    | :                           (?=[^\s\d])     # 10:30 stays
    | (?<=[^\W\d_]) :             (?=\S)
    | [/]                         (?=/)
    | \\                          (?=\\)
    """,
    re.VERBOSE,
)


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """Write a text on one line, without letters that are invisible or turn the reading direction, and not too long."""
    shown = " ".join("".join(_shown(letter) for letter in text).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"


def from_customer(text: str, *, longest: int = LONGEST) -> str:
    """Write a text of a customer, which may be sent to somebody else's address: no mail program finds a link in it."""
    return _LINKING.sub(lambda found: f"{found[0]} ", one_line(text, longest=longest))


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in _BREAKS:
        return " "
    return "" if category in _INVISIBLE and letter not in _JOINERS else letter
