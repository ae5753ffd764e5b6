"""Values of a document in words, as lists and comparisons show them."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.fields import Document, Field
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import Check, Choices, Money, Number, Select, Several
from fieldfare.entrypoints.desk.settings.widgets_grouped import Exceptions, Rows, Windows

_LONGEST = 300


def lines_of(field: Field, document: Document, choices: Choices) -> list[str]:
    """Say what a document has in a field, in lines; `–` for nothing."""
    typed = field.write(document, choices)
    return _lines(field, typed, choices) or ["\N{EN DASH}"]


def _lines(field: Field, typed: Typed, choices: Choices) -> list[str]:
    match field.widget:
        case Check():
            return ["yes" if typed.one() == "yes" else "no"]
        case Select() as select:
            return [option.label for option in select.offered(typed, choices) if option.value == typed.one()]
        case Several() as several:
            chosen = set(typed.all())
            return [option.label for option in several.offered(typed, choices) if option.value in chosen]
        case Money() if typed.one():
            return [f"{typed.one()} {choices.currency}"]
        case Number(unit=unit) if typed.one() and unit:
            return [f"{typed.one()} {unit}"]
        case Windows():
            return [typed.one() or "closed"]
        case Exceptions():
            return [f"{typed.one(f'{row}.day')}: {typed.one(f'{row}.windows') or 'closed'}" for row in typed.rows()]
        case Rows() as rows:
            return [_row(rows, typed.part(number), choices) for number in typed.rows()]
        case widget if widget.group:
            said = [(name.replace("_", " "), value) for name, value in typed.pairs() if value]
            return [_cut(f"{name}: {value}") for name, value in said]
        case _:
            return [_cut(line) for line in typed.raw().split("\n") if line.strip()]


def _row(rows: Rows, typed: Typed, choices: Choices) -> str:
    parts = []
    for column in rows.columns:
        part = typed.part(column.name)
        if isinstance(column.widget, Check):
            parts += [column.label] if part.one() == "yes" else []
            continue
        said = _lines(column, part, choices)
        parts += [f"{column.label}: {', '.join(said)}"] if said else []
    return "; ".join(parts)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
