"""Emails as they are kept and compared."""

from __future__ import annotations

import re

LONGEST = 254
_LONGEST_LOCAL_PART = 64

# HTML's definition of a valid email, with at least one dot in the domain.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})+")


class EmailRefusedError(ValueError):
    """The text is no email that could be written to."""


def read_email(text: str) -> str:
    """Normalise an email: without spaces around it and in lower case. Raises `EmailRefusedError`.

    Only ASCII is taken, so that no two emails look the same; an international domain is given in its `xn--` form.
    """
    stripped = text.strip(" ")
    # Before the case is changed, which turns the Kelvin sign into a k.
    found = _EMAIL.fullmatch(stripped.lower()) if stripped.isascii() and len(stripped) <= LONGEST else None
    if found is None or len(found[1]) > _LONGEST_LOCAL_PART:
        raise EmailRefusedError("this is no email")
    return found[0]
