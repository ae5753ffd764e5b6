"""The coarse part of a postal code: enough to see where something is missing, too little to find anybody."""

from __future__ import annotations

import re

from fieldfare.domain.places import fsa_of, normalise_postal_code

_ZIP = re.compile(r"[0-9]{5}")
_BRITISH = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?[0-9][A-Z]{2}")
_PART = re.compile(r"[A-Z0-9]{1,8}")
_WHOLE, _START = 4, 3


def postal_area(code: str | None) -> str:
    """Give the area of a postal code, empty where there is none that can be read.

    Of Canada the forward sortation area, of the United States all five digits, of Britain the outward part, else what
    stands before the first space or hyphen. Of a longer code without either the first three characters.
    """
    normal = normalise_postal_code(code)
    if normal is None:
        return ""
    fsa = fsa_of(normal)
    if fsa is not None:
        return fsa
    if _ZIP.fullmatch(normal):
        return normal
    british = _BRITISH.fullmatch(normal)
    if british:
        return british[1]
    parts = re.split(r"[\s-]+", normal)
    first = parts[0] if len(parts) > 1 or len(normal) <= _WHOLE else normal[:_START]
    return first if _PART.fullmatch(first) else ""
