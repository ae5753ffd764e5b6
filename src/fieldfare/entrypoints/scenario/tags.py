"""Objects of several kinds: which record reads one is told by a key of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

UNKNOWN_KIND = "unknown_kind"
TAG_MARK = "\0"
"""Opens the tags that pydantic weaves into its paths, where no sensible key begins so: they are taken out again."""


class Tagging(TypedDict):
    """The arguments of a pydantic `Discriminator`."""

    discriminator: Callable[[object], str | None]
    custom_error_type: str
    custom_error_message: str
    custom_error_context: dict[str, int | str | float]


def tag_by(key: str, *kinds: str) -> Tagging:
    """Choose the record by the value of a key, with an error that knows the key and what it may say."""

    def tag_of(value: object) -> str | None:
        kind = value.get(key) if isinstance(value, dict) else None
        return TAG_MARK + kind if isinstance(kind, str) and kind in kinds else None

    return {
        "discriminator": tag_of,
        "custom_error_type": UNKNOWN_KIND,
        "custom_error_message": "unknown kind",
        "custom_error_context": {"key": key, "kinds": ", ".join(kinds)},
    }
