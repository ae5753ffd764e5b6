"""Picks typed values out of the vendor's JSON, where a field may be absent, null, blank or of another type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fieldfare.ports.crm import CrmUnavailableError

Row = Mapping[str, Any]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain(said: str) -> str:
    """Give a text with blanks for control characters, which no database takes and nobody sees; lines stay."""
    return _CONTROL.sub(" ", said)


def text(row: Row, *names: str) -> str:
    """Give the first of some fields that holds a text or a number, trimmed; empty where none does."""
    for name in names:
        value = row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and (said := plain(value).strip()):
            return said
    return ""


def flag(row: Row, name: str) -> bool:
    """Tell whether a field is true, or says so."""
    value = row.get(name)
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def inner(row: Row, name: str) -> Row:
    """Give the object in a field; an empty one where there is none."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(row: Row, name: str) -> Iterator[Row]:
    """Walk through the objects of a list in a field; what is no object is passed over."""
    value = row.get(name)
    yield from (part for part in (value if isinstance(value, list) else ()) if isinstance(part, Mapping))


def listed(body: Row, name: str) -> list[Row]:
    """Give the list that an answer consists of.

    Raises `CrmUnavailableError` where there is none: an answer that makes no sense is not one that says "nothing".
    """
    if not isinstance(body.get(name), list):
        raise CrmUnavailableError(f"the answer holds no {name}")
    return list(parts(body, name))


def ids(row: Row, *names: str) -> frozenset[str]:
    """Collect ids out of fields that hold one, or a list of them, or of objects with an `id` or a `userId`."""
    found: set[str] = set()
    for name in names:
        value = row.get(name)
        for each in value if isinstance(value, list) else [value]:
            id_ = text(each, "userId", "id") if isinstance(each, Mapping) else text({name: each}, name)
            if id_:
                found.add(id_)
    return frozenset(found)


def minutes(row: Row, amount: str, unit: str) -> int:
    """Read a length that stands beside its unit, minutes unless it says hours."""
    value = row.get(amount)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return 0
    return round(value * (60 if text(row, unit).lower().startswith("hour") else 1))
