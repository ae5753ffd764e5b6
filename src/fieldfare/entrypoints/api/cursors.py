"""Cursors of paginated lists: opaque to the client, and refused when a client makes one up."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, TypeAlias

import orjson
from fastapi import Query

from fieldfare.entrypoints.api.problems import faulty

_PATTERN = r"^[A-Za-z0-9_-]{1,512}$"

Cursor: TypeAlias = Annotated[
    str, Query(pattern=_PATTERN, description="Where the page before ended: its `next`.", examples=["WyJ6MSJd"])
]


def cursor_of(*parts: str | int) -> str:
    """Write the last record's sorting key into a cursor."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


def parts_of(cursor: str, *kinds: type[str] | type[int]) -> tuple[str | int, ...]:
    """Read a cursor back, which must hold values of these kinds; raises `Problem` for any other."""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, orjson.JSONDecodeError):
        raise faulty("query.cursor", "is none that this list gave") from None
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise faulty("query.cursor", "is none that this list gave")
    if any(isinstance(part, str) and "\0" in part for part in parts):
        raise faulty("query.cursor", "is none that this list gave")
    return tuple(parts)
