"""Versions of records: told as an ETag, and asked for by `If-Match`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Header

from fieldfare.entrypoints.api.problems import faulty

IfMatch: TypeAlias = Annotated[
    str | None,
    Header(
        pattern=r'^("[0-9A-Za-z]{1,64}"|\*)$',
        description="The ETag of the version that the change is made for; `*` for any that is there.",
        examples=['"6c1f0a7be2a34b5f"'],
    ),
]
IfNoneMatch: TypeAlias = Annotated[
    str | None, Header(pattern=r"^\*$", description="`*`: only if there is none yet.", examples=["*"])
]


def etag_of(version: str | int) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def expected_of(if_match: str | None) -> str | None:
    """Give the version that is asked for; None for any."""
    return None if if_match is None or if_match == "*" else if_match.strip('"')


def must_be_of(if_match: str | None, if_none_match: str | None) -> bool | None:
    """Tell whether the record has to be there already (True) or must not be (False); None if either will do."""
    if if_match is not None and if_none_match is not None:
        raise faulty("header.if-match", "stands beside If-None-Match; send one of them")
    if if_none_match is not None:
        return False
    return True if if_match is not None else None
