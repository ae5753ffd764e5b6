"""Instants, which are whole seconds since 1970, as the database's times and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def moment(instant: int) -> datetime:
    """Give the time of an instant."""
    return datetime.fromtimestamp(instant, UTC)


def moment_or_none(instant: int | None) -> datetime | None:
    """Give the time of an instant that may be unknown."""
    return None if instant is None else moment(instant)


def instant_of(value: Any) -> int | None:
    """Give the instant of a time that may be null."""
    return None if value is None else int(value.timestamp())
