"""A business out as a text that imports to exactly the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

import orjson
import tomli_w
from pydantic import BaseModel

from fieldfare.domain.configuration import Configuration
from fieldfare.entrypoints.scenario.schema_business import BusinessRecord

_WIDTH = 120

Records = tuple[type[BaseModel], ...]
"""The forms that one place of a document may have."""


def business_text(configuration: Configuration, *, toml: bool) -> str:
    """Write a business as JSON, or as TOML, which has no null: what is null is left out there.

    Keys stand in the order in which the format describes them, whatever order a database gave them.
    """
    document = _in_order(configuration.document(), (BusinessRecord,))
    if toml:
        return _folded(tomli_w.dumps(_without_null(document)))
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _in_order(value: Any, records: Records) -> Any:
    """Sort keys as the form describes them, and those that it leaves open, such as dates, by themselves."""
    match value:
        case Mapping():
            forms = _forms(records)
            ranks = {key: rank for rank, key in enumerate(forms)}
            ordered = sorted(value.items(), key=lambda item: (ranks.get(item[0], len(ranks)), item[0]))
            return {key: _in_order(inner, forms.get(key, ())) for key, inner in ordered}
        case list() if records:
            return [_in_order(inner, records) for inner in value]
        case _:
            return value


@cache
def _forms(records: Records) -> Mapping[str, Records]:
    """Map the keys of some forms, in their order, to the forms of what stands there."""
    forms: dict[str, Records] = {}
    for record in records:
        for name, field in record.model_fields.items():
            key = field.alias or name
            forms[key] = forms.get(key, ()) + tuple(_records_in(field.annotation))
    return forms


def _records_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _records_in(argument)


def _without_null(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _without_null(inner) for key, inner in value.items() if inner is not None}
        case list():
            return [_without_null(inner) for inner in value]
        case _:
            return value


def _folded(text: str) -> str:
    """Put each array that fits on one line there: the writer spreads all of them out, a position over four lines.

    The writer escapes line feeds in texts, so that each line break is layout; and only an array's line ends with `[`.
    """
    lines: list[str] = []
    open_at: list[int] = []
    for line in text.split("\n"):
        lines.append(line)
        if open_at and line.lstrip().startswith("]"):
            begun = open_at.pop()
            inside = " ".join(inner.strip() for inner in lines[begun + 1 : -1]).removesuffix(",")
            whole = f"{lines[begun]}{inside}{line.strip()}"
            if len(whole) <= _WIDTH:
                lines[begun:] = [whole]
        if line.endswith("["):
            open_at.append(len(lines) - 1)
    return "\n".join(lines)
