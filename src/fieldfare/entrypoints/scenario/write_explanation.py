"""An explanation out, as a document with the fields of its dataclasses."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from fieldfare.domain.clock import Clock
from fieldfare.domain.explanations import Explanation
from fieldfare.entrypoints.words.times import within_calendar

Document = dict[str, Any]


def write_explanation(explanation: Explanation, clock: Clock) -> Document:
    """Write an explanation with times in the business's offset."""
    return _document(explanation, clock)


def _document(record: Any, clock: Clock) -> Document:
    return {field.name: _value(field.name, getattr(record, field.name), clock) for field in fields(record)}


def _value(name: str, value: Any, clock: Clock) -> Any:
    match value:
        case bool() | None:
            return value
        case int():
            is_instant = name in {"start", "end"} or name.endswith("_at")
            return clock.iso(within_calendar(value)) if is_instant else value
        case date():
            return value.isoformat()
        case tuple():
            return [_value("", item, clock) for item in value]
        case _:
            return _document(value, clock) if is_dataclass(value) else value
