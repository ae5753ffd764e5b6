"""What the check of a whole document says is wrong, at the field of the form that it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fieldfare.domain.configuration import Configuration, RecordKind
from fieldfare.entrypoints.desk.settings.fields import Field, Form
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import Choices
from fieldfare.entrypoints.desk.settings.widgets_grouped import Exceptions, Rows
from fieldfare.entrypoints.scenario.errors import ScenarioError

_PLACE = re.compile(r"\[(\d+)\]\.?")
_ELSEWHERE = re.compile(r"business\.([a-z]+)\[(\d+)\]\.?(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Something is wrong with another record, by the change of this one."""

    kind: RecordKind
    id: str
    message: str


def field_at_fault(
    error: ScenarioError, form: Form, typed: Typed, choices: Choices, *, below: str
) -> tuple[str, str] | None:
    """Give the name in the form and the sentence for an error below a path; None for one that lies elsewhere."""
    if not error.path.startswith(below):
        return None
    rest = error.path.removeprefix(below).removeprefix(".")
    found = max(
        ((len(path), field, path) for field in form.fields for path in _paths(field) if _begins(rest, path)),
        key=lambda match: match[0],
        default=None,
    )
    if found is None:
        return None
    _, field, path = found
    inner = _inside(field, rest.removeprefix(path), typed.part(field.name), choices)
    return (f"{field.name}.{inner}" if inner else field.name), error.message


def record_at_fault(error: ScenarioError, wanted: Configuration) -> Elsewhere | None:
    """Find the record that an error is about, where it is none of the form's."""
    found = _ELSEWHERE.fullmatch(error.path)
    if found is None or found[1] not in list(RecordKind):
        return None
    kind = RecordKind(found[1])
    ids = list(wanted.records[kind])
    if int(found[2]) >= len(ids):
        return None
    where = f"{found[3]}: " if found[3] else ""
    return Elsewhere(kind=kind, id=ids[int(found[2])], message=f"{where}{error.message}")


def label_of(name: str, form: Form, typed: Typed) -> str:
    """Say which field a name is, with its row."""
    field = next((field for field in form.fields if name == field.name or name.startswith(f"{field.name}.")), None)
    if field is None:
        return ""
    inner = name.removeprefix(field.name).removeprefix(".")
    number, _, column = inner.partition(".")
    if isinstance(field.widget, Rows) and number:
        numbers = typed.part(field.name).rows()
        row = f"{field.widget.one} {numbers.index(number) + 1}" if number in numbers else ""
        label = next((one.label for one in field.widget.columns if one.name == column), "")
        return ", ".join(filter(None, (field.label, row, label)))
    if isinstance(field.widget, Exceptions) and number:
        day = typed.part(field.name).one(f"{number}.day")
        return f"{field.label}, {day}" if day else field.label
    return field.label


def _paths(field: Field) -> list[str]:
    return list(field.keys) or [".".join(field.path)]


def _begins(rest: str, path: str) -> bool:
    return rest == path or rest.startswith((f"{path}.", f"{path}["))


def _inside(field: Field, rest: str, typed: Typed, choices: Choices) -> str:
    match field.widget:
        case Rows() as rows:
            found = _PLACE.match(rest)
            numbers = rows.said(typed, choices)
            if not found or int(found[1]) >= len(numbers):
                return ""
            number, inner = numbers[int(found[1])], rest[found.end() :]
            column = next((one for one in rows.columns if _begins(inner, ".".join(one.path))), None)
            return f"{number}.{column.name}" if column else number
        case Exceptions():
            day = rest.removeprefix(".")[:10]
            number = next((one for one in typed.rows() if typed.one(f"{one}.day") == day), "")
            return f"{number}.windows" if number else ""
        case widget if widget.group:
            key = re.split(r"[\[]", rest.removeprefix("."))[0]
            return key if typed.has(key) else ""
        case _:
            return ""
