"""Somebody saved a record while it was being changed: what each of the two did, and what shall count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fieldfare.domain.configuration import Document
from fieldfare.entrypoints.desk.settings.editor import Editor
from fieldfare.entrypoints.desk.settings.wording import lines_of
from fieldfare.usecases.businesses.edit_record import version_of

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that somebody changed: as it was, as they have it and as it was typed here; and who changed it."""

    name: str
    label: str
    before: list[str]
    theirs: list[str]
    mine: list[str]
    changed_here: bool
    changed_there: bool

    @property
    def contested(self) -> bool:
        """Whether both changed it, and not to the same."""
        return self.changed_here and self.changed_there

    @property
    def suggested(self) -> str:
        """What counts unless somebody says otherwise: the one change that there is; nothing where it is contested."""
        if self.contested:
            return ""
        return MINE if self.changed_here else THEIRS


def differences(editor: Editor, mine: Document) -> list[Difference]:
    """Compare what was typed with what is kept by now, field by field."""
    theirs, found = editor.stored or {}, []
    for field in editor.form.fields:
        before, there, here = (field.get(document) for document in (editor.base, theirs, mine))
        if there == here:
            continue
        found.append(
            Difference(
                name=field.name,
                label=field.label,
                before=lines_of(field, editor.base, editor.choices),
                theirs=lines_of(field, theirs, editor.choices),
                mine=lines_of(field, mine, editor.choices),
                changed_here=here != before,
                changed_there=there != before,
            )
        )
    return found


def untouched_by_others(editor: Editor) -> bool:
    """Whether nobody else changed a field of this form: another half of the document was saved.

    A form that doesn't say on what it was opened can't tell.
    """
    theirs = editor.stored or {}
    return version_of(editor.base) == editor.version and all(
        field.get(theirs) == field.get(editor.base) for field in editor.form.fields
    )


def merged(editor: Editor, mine: Document, chosen: dict[str, str]) -> dict[str, Any]:
    """Put together what was chosen, on the ground of what is kept; what the form doesn't know stays as it is kept."""
    document = dict(editor.stored or editor.base)
    for field in editor.form.fields:
        if chosen.get(field.name) == MINE:
            document = field.put(document, field.get(mine))
    return document
