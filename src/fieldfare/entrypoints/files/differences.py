"""What an import changes, in lines for people: one for a record, or one for each value that is another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from fieldfare.domain.configuration import Change
from fieldfare.entrypoints.scenario.errors import counted, path_of
from fieldfare.usecases.businesses.apply import BUSINESS, action_of

_LONGEST_VALUE = 80
_MOST_LINES = 20
_NOTHING = object()
_NAMES = ("id", "product", "industry", "boundary")
"""The keys by which entries of a list inside a record are told apart."""


def headline_of(change: Change, business: str) -> str:
    """Say in one line what is done to a record."""
    return f"{action_of(change)} {f'{change.kind.value}.{change.id}' if change.kind else f'{BUSINESS} {business}'}"


def lines_of(changes: Sequence[Change]) -> list[str]:
    """Say what is new and gone, and of what changes each value: `zones.z1.priority: 50 → 60`."""
    lines: list[str] = []
    for change in changes:
        if change.before is None:
            lines.append(f"{_subject(change)}: new")
        elif change.after is None:
            lines.append(f"{_subject(change)}: deleted")
        else:
            found = list(_values(change.before, change.after, _subject(change)))
            left_out = len(found) - _MOST_LINES
            lines += found[:_MOST_LINES]
            lines += [f"{_subject(change)}: {counted(left_out, 'value')} more"] if left_out > 0 else []
    return lines


def documents_of(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Give the changes for programs, with the whole records before and after."""
    return [
        {
            "action": action_of(change),
            "kind": change.kind.value if change.kind else BUSINESS,
            "id": change.id,
            "before": change.before,
            "after": change.after,
        }
        for change in changes
    ]


def _subject(change: Change) -> str:
    return BUSINESS if change.kind is None else f"{change.kind.value}.{change.id}"


def _values(before: Any, after: Any, path: str) -> Iterator[str]:
    """Go down to the values that differ; lists are compared entry by entry where it is clear which belong together."""
    if before == after:
        return
    was, is_ = _by_name(before), _by_name(after)
    if was is not None and is_ is not None:
        yield from _members(was, is_, path)
        if [name for name in was if name in is_] != [name for name in is_ if name in was]:
            yield f"{path}: in another order"
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _members(before, after, path)
    elif _are_lists(before, after) and len(before) == len(after) and (_is_long(before) or _is_long(after)):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _values(one, other, f"{path}[{place}]")
    else:
        yield f"{path}: {_shown(before)} → {_shown(after)}"


def _members(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys()):
        yield from _values(before.get(key, _NOTHING), after.get(key, _NOTHING), _joined(path, key))


def _joined(path: str, key: str) -> str:
    step = path_of(key)
    return path + step if step.startswith("[") else f"{path}.{step}"


def _by_name(value: Any) -> dict[str, Any] | None:
    """Give a list of records by what names them; None if it is no such list."""
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        return None
    for key in _NAMES:
        names = [entry.get(key) for entry in value]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return {str(name): entry for name, entry in zip(names, value, strict=True)}
    return None


def _are_lists(*values: Any) -> bool:
    return all(isinstance(value, list) for value in values)


def _is_long(value: Any) -> bool:
    return len(orjson.dumps(value)) > _LONGEST_VALUE


def _shown(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    text = orjson.dumps(value).decode()
    if not text.isprintable():
        # Of what commands a terminal, only the ASCII half is escaped so far.
        text = json.dumps(value, separators=(",", ":"))
    if len(text) <= _LONGEST_VALUE:
        return text
    # Of two long texts the beginnings are too often the same.
    return f"a list of {len(value):,}" if isinstance(value, list) else f"{text[: _LONGEST_VALUE - 1]}…"
