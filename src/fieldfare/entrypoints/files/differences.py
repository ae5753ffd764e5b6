"""What an import changes, in lines for people: one for a record, or one for each value that is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from fieldfare.domain.configuration import Change
from fieldfare.entrypoints.scenario.errors import path_of
from fieldfare.usecases.businesses.apply import BUSINESS, action_of

_LONGEST_VALUE = 80
_NOTHING = object()


def headline_of(change: Change, business: str) -> str:
    """Say in one line what is done to a record."""
    return f"{action_of(change)} {_subject(change)}" if change.kind else f"{action_of(change)} {BUSINESS} {business}"


def lines_of(changes: Sequence[Change]) -> list[str]:
    """Say what is new and gone, and of what changes each value: `zones/z1 priority: 50 → 60`."""
    lines: list[str] = []
    for change in changes:
        if change.before is None or change.after is None:
            lines.append(f"{action_of(change)} {_subject(change)}")
        else:
            lines += [f"change {_subject(change)} {line}" for line in _values(change.before, change.after, "")]
    return lines


def _subject(change: Change) -> str:
    return BUSINESS if change.kind is None else f"{change.kind.value}/{change.id}"


def _values(before: Any, after: Any, path: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            inner = path_of(key) if not path else f"{path}.{path_of(key)}"
            yield from _values(before.get(key, _NOTHING), after.get(key, _NOTHING), inner)
    elif before != after:
        yield f"{path}: {_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    text = orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
