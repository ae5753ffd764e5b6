"""Values of a document in words, as lists and comparisons show them."""

from __future__ import annotations

from fieldfare.entrypoints.desk.settings.fields import Document, Field
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import Check, Choices, Money, Number, Select, Several
from fieldfare.entrypoints.desk.settings.widgets_grouped import Exceptions, OwnedBy, Rows, Windows

_LONGEST = 300


def lines_of(field: Field, document: Document, choices: Choices) -> list[str]:
    """Say what a document has in a field, in lines; a dash for nothing."""
    typed = field.write(document, choices)
    return _lines(field, typed, choices) or ["\N{EN DASH}"]


def short_of(field: Field, document: Document, choices: Choices) -> list[str]:
    """Say it shortly, for a list: of the rows of a table what they are about, and nothing where a tick isn't set."""
    match field.widget:
        case Check():
            return ["yes" if field.get(document) is True else "\N{EN DASH}"]
        case Rows() as rows:
            typed, first = field.write(document, choices), rows.columns[0]
            about = [typed.part(number).part(first.name) for number in typed.rows()]
            return [line for part in about for line in _lines(first, part, choices)] or ["\N{EN DASH}"]
        case Number() if field.name == "priority":
            return [field.write(document, choices).one()]
        case _:
            return lines_of(field, document, choices)


def _lines(field: Field, typed: Typed, choices: Choices) -> list[str]:
    match field.widget:
        case Check():
            said = ["yes" if typed.one() == "yes" else "no"]
        case Select() as select:
            said = [option.label for option in select.offered(typed, choices) if option.value == typed.one()]
        case Several() as several:
            chosen = set(typed.all())
            said = [option.label for option in several.offered(typed, choices) if option.value in chosen]
        case OwnedBy():
            said = [
                option.label
                for key in ("technician", "zone")
                for option in choices.of(f"{key}s")
                if option.value == typed.one(key)
            ]
        case Windows():
            said = [typed.one() or "closed"]
        case Exceptions():
            said = [f"{typed.one(f'{row}.day')}: {typed.one(f'{row}.windows') or 'closed'}" for row in typed.rows()]
        case Rows() as rows:
            said = [_row(rows, typed.part(number), choices) for number in typed.rows()]
        case widget if widget.group:
            said = [f"{name.replace('_', ' ')}: {value}" for name, value in typed.pairs() if value]
        case widget:
            unit = choices.currency if isinstance(widget, Money) else getattr(widget, "unit", "")
            said = [f"{line} {unit}".strip() for line in typed.raw().split("\n") if line.strip()]
    return [_cut(line) for line in said]


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
