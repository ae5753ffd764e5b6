"""One form at work: the record as it is kept, as it was when the form was opened, and as it was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.staff.configuration import OwnRecord
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.settings.choices import choices_of
from fieldfare.entrypoints.desk.settings.faults import Elsewhere, field_at_fault, record_at_fault
from fieldfare.entrypoints.desk.settings.fields import Form
from fieldfare.entrypoints.desk.settings.trial import place_of
from fieldfare.entrypoints.desk.settings.typed import Typed, typed_of
from fieldfare.entrypoints.desk.settings.widgets import Choices, Fault
from fieldfare.entrypoints.desk.settings.widgets_grouped import COORDINATES, Spot
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.schema_business import (
    HubRecord,
    IndustryRecord,
    ProductRecord,
    ResourceRecord,
    TechnicianRecord,
    ZoneRecord,
)
from fieldfare.entrypoints.scenario.schema_schedules import ScheduleRecord
from fieldfare.usecases.businesses.edit_record import load, version_of

FIELDS, ASKED = "f", "ask"
"""Before the names of the record's fields, and before those of the preview's question."""

_MOST_ROWS = 1_000
"""What a browser shows and a person reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """A form at work; `kind` is None for what the business says of itself, `id` for a new record.

    `stored` is what is kept now, None where there is nothing (any more); `base` is what the form was opened on, and
    `version` that one's version, empty for a new record.
    """

    asking: Asking
    form: Form
    kind: RecordKind | None
    id: str | None
    configuration: Configuration
    choices: Choices
    stored: Document | None
    base: Document
    version: str
    typed: Typed
    faults: dict[str, str] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None

    @property
    def is_new(self) -> bool:
        """Whether a record is being made."""
        return self.kind is not None and self.id is None

    def read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Read the document from what was typed; and what is wrong with the fields."""
        base = {} if self.is_new else self.base
        document, faults = self.form.read(self.typed, base, self.choices)
        if self.kind is not None and self.id is not None:
            document[self.kind.id_key] = self.id
        return document, faults

    def id_of(self, document: Document) -> str | None:
        """Give the id of the record that the form writes."""
        return self.id if self.kind is None or self.id is not None else str(document.get(self.kind.id_key, ""))

    def with_document(self, document: Document) -> Configuration:
        """Give the configuration with the document in its place."""
        if self.kind is None:
            return self.configuration.with_own(document)
        return self.configuration.with_record(self.kind, self.id_of(document) or "", document)

    def keeps(self, document: Document) -> bool:
        """Whether what is kept is the document already, in the full form in which it would be kept."""
        try:
            wanted, _ = self.asking.rooms.read_document(self.with_document(document).document())
        except ScenarioError:
            return False
        return self.stored is not None and self.stored == _found(wanted, self.kind, self.id_of(document))

    async def with_newest(self, document: Document) -> Editor:
        """Look at what is kept by now where the document would stand."""
        configuration = await _configuration(self.asking)
        stored = _found(configuration, self.kind, self.id_of(document))
        return replace(self, stored=stored, configuration=configuration, choices=choices_of(configuration))

    def with_faults(self, faults: dict[str, str]) -> Editor:
        """Say what is wrong with fields."""
        return replace(self, faults={**self.faults, **faults})

    def with_error(self, error: ScenarioError, wanted: Configuration, id_: str | None) -> Editor:
        """Say what the check of the whole document refuses, at the field where there is one."""
        found = field_at_fault(error, self.form, self.typed, self.choices, below=self._path(wanted, id_))
        if found is not None:
            return self.with_faults({found[0]: found[1]})
        elsewhere = record_at_fault(error, wanted)
        if elsewhere is not None and (elsewhere.kind, elsewhere.id) != (self.kind, id_):
            return replace(self, elsewhere=elsewhere)
        return self.with_faults({"": str(error)})

    def _path(self, wanted: Configuration, id_: str | None) -> str:
        if self.kind is None:
            return "business"
        return f"business.{self.kind.value}[{list(wanted.records[self.kind]).index(id_ or '')}]"

    async def looked_up(self) -> Editor:
        """Look up the places that were typed as addresses, and put their coordinates in the fields."""
        editor = self
        for one in self.form.fields:
            text = self.typed.one(one.name)
            if not isinstance(one.widget, Spot) or not text or COORDINATES.fullmatch(text):
                continue
            try:
                found = await place_of(self.asking, text, at=one.name)
            except Fault as fault:
                editor = editor.with_faults({one.name: fault.message})
            else:
                place = one.widget.write({"lat": found.lat, "lng": found.lng}, self.choices)
                editor = replace(editor, typed=editor.typed.with_part(one.name, place))
        return editor


async def open_editor(asking: Asking, form: Form, kind: RecordKind | None, id_: str | None) -> Editor:
    """Open a form on what is kept, and fill it in with what was sent; raises `Problem` (not_found)."""
    configuration = await _configuration(asking)
    choices = choices_of(configuration)
    stored = _found(configuration, kind, id_)
    # A form that was opened on a record which is gone meanwhile knows its version; any other is for nothing.
    if id_ is not None and stored is None and not typed_of(asking).one("version"):
        raise Problem("not_found")
    base: Document = stored or {}
    version = "" if stored is None else version_of(stored)
    typed = form.write(base, choices)
    if asking.by_form:
        sent = typed_of(asking)
        base, version, typed = _base_of(sent, base, kind), sent.one("version"), sent.part(FIELDS)
        _refuse_too_many(form, typed)
    return Editor(
        asking=asking,
        form=form,
        kind=kind,
        id=id_,
        configuration=configuration,
        choices=choices,
        stored=stored,
        base=base,
        version=version,
        typed=typed,
    )


def _refuse_too_many(form: Form, typed: Typed) -> None:
    for one in form.fields:
        if one.widget.group and len(typed.part(one.name).rows()) > _MOST_ROWS:
            message = f"takes {_MOST_ROWS} rows at most here; a file, or a program by the API, may bring more"
            raise faulty(one.label, message)


async def _configuration(asking: Asking) -> Configuration:
    async with asking.rooms.storage.open(asking.business.id) as books:
        return await load(books)


def _found(configuration: Configuration, kind: RecordKind | None, id_: str | None) -> Document | None:
    return configuration.own if kind is None else configuration.records[kind].get(id_ or "")


def _base_of(sent: Typed, stored: Document, kind: RecordKind | None) -> Document:
    """Read what the form was opened on, which it carries along; what is kept now where that can't be read."""
    if sent.one("version") and stored and version_of(stored) == sent.one("version"):
        return stored
    with suppress(ValueError, RecursionError):
        base = json.loads(sent.raw("base") or "null")
        _SHAPES[kind].model_validate(base)
        return dict(base)
    return stored


_SHAPES: Mapping[RecordKind | None, type[BaseModel]] = {
    None: OwnRecord,
    RecordKind.ZONES: ZoneRecord,
    RecordKind.HUBS: HubRecord,
    RecordKind.INDUSTRIES: IndustryRecord,
    RecordKind.PRODUCTS: ProductRecord,
    RecordKind.TECHNICIANS: TechnicianRecord,
    RecordKind.SCHEDULES: ScheduleRecord,
    RecordKind.RESOURCES: ResourceRecord,
}
"""What a document is made of, by its kind; None stands for what the business says of itself."""
