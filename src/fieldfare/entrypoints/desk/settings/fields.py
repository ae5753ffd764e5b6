"""The declarative description of a form: its sections, and of each field the key, the words and the widget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import ABSENT, Choices, Fault, Widget

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `path` leads to its value in the document; without one it stands for several keys of the record.

    `default` is what counts where the document lacks the key, and what a new record begins with. A field `when_new` can
    only be filled in while the record is made. `ticked_by` names the field of a row that says whether this one counts.
    """

    name: str
    label: str
    widget: Widget
    path: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    hint: str = ""
    rule: str = ""
    default: Any = ABSENT
    when_new: bool = False
    wide: bool = False
    ticked_by: str = ""

    def get(self, document: Document) -> Any:
        """Find the value in a document; the default where there is none."""
        if self.keys:
            return {key: document.get(key) for key in self.keys}
        value: Any = document
        for key in self.path:
            if not isinstance(value, Mapping) or key not in value:
                return self.default
            value = value[key]
        return value

    def put(self, document: Document, value: Any) -> dict[str, Any]:
        """Give the document with another value; an absent one takes the key out."""
        if self.keys:
            return {**document, **(value or {})}
        return _put(document, self.path, value)

    def write(self, document: Document, choices: Choices) -> Typed:
        """Give what the browser would send for the document."""
        return self.widget.write(self.get(document), choices)

    def read(self, typed: Typed, base: Document, choices: Choices) -> Any:
        """Read the value; what nobody touched stays exactly as the document has it. Raises `Fault`."""
        part = typed.part(self.name)
        if part.same_as(self.write(base, choices)):
            return self._kept(base)
        return self.widget.read(part, self.get(base), choices)

    def _kept(self, base: Document) -> Any:
        if self.keys:
            return {key: base[key] for key in self.keys if key in base}
        value: Any = base
        for key in self.path:
            if not isinstance(value, Mapping) or key not in value:
                return self.default if not base else ABSENT
            value = value[key]
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Fields that belong together, under a heading with a sentence."""

    title: str
    fields: tuple[Field, ...]
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of a kind of record, or of a part of what the business says of itself."""

    name: str
    one: str
    many: str
    summary: str
    sentence: str
    rules: str
    sections: tuple[Section, ...]

    @property
    def fields(self) -> Iterator[Field]:
        """List all fields."""
        return (field for section in self.sections for field in section.fields)

    def field(self, name: str) -> Field:
        """Find a field by its name."""
        return next(field for field in self.fields if field.name == name)

    def write(self, document: Document, choices: Choices) -> Typed:
        """Give what the browser would send for a document."""
        return Typed.joined({field.name: field.write(document, choices) for field in self.fields})

    def read(self, typed: Typed, base: Document, choices: Choices) -> tuple[dict[str, Any], dict[str, str]]:
        """Read a document, on the ground of the one that was shown; and what is wrong with the fields, by name."""
        document, faults = dict(base), {}
        for field in self.fields:
            try:
                document = field.put(document, field.read(typed, base, choices))
            except Fault as fault:
                faults[f"{field.name}.{fault.at}" if fault.at else field.name] = fault.message
        return document, faults


def _put(document: Document, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    key, *rest = path
    if rest:
        inner = document.get(key)
        return {**document, key: _put(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)}
    if value is ABSENT:
        return {known: kept for known, kept in document.items() if known != key}
    return {**document, key: value}
