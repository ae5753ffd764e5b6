"""Addresses as people write them: in one line, or taken apart for a form."""

from __future__ import annotations

import re

_CODE_AT_END = re.compile(
    r"[,\s]*\b(?:[A-Z]{2}\s+)?([A-Z]\d[A-Z][ -]?\d[A-Z]\d|\d{5}(?:-\d{4})?)(?:,\s*[\w .]+)?$", re.IGNORECASE
)


def split_address(text: str) -> dict[str, str]:
    """Take an address in one line apart, as far as that can be done: street, city, postal code."""
    found = _CODE_AT_END.search(text)
    code = found[1].upper() if found else ""
    parts = [part.strip() for part in (text[: found.start()] if found else text).split(",") if part.strip()]
    if not parts or not any(sign.isdigit() for sign in parts[0]):
        return {"postal_code": code} if code else {}
    return {"street": parts[0], "city": parts[1] if len(parts) > 1 else "", "postal_code": code}


def written_code(code: str) -> str:
    """Write a Canadian code with its space, as people do."""
    return f"{code[:3]} {code[3:]}" if len(code) == 6 and code[0].isalpha() else code  # noqa: PLR2004
