"""Saving a form as the API saves a record, and what to do where somebody else was quicker."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from fieldfare.domain.configuration import Document
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.settings.conflict import MINE, differences, merged, untouched_by_others
from fieldfare.entrypoints.desk.settings.drawing import draw, draw_conflict, reason_fault
from fieldfare.entrypoints.desk.settings.editor import Editor
from fieldfare.entrypoints.desk.settings.reason import read_reason
from fieldfare.entrypoints.desk.settings.typed import typed_of
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.usecases.businesses.edit_record import Edit, edit_record, version_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError

_REFUSED, _CONFLICT = 422, 409


async def save(editor: Editor, _: str) -> Response:
    """Save what was typed."""
    editor = await editor.looked_up()
    document, faults = editor.read()
    editor = editor.with_faults({**faults, **editor.faults, **reason_fault(editor)})
    if editor.faults:
        return await draw(editor, status=_REFUSED)
    return await _write(editor, document, expected=None if editor.is_new else editor.version)


async def resolve(editor: Editor, about: str) -> Response:
    """Save what was chosen among two versions: all of mine, or field by field."""
    sent = typed_of(editor.asking)
    document, faults = editor.read()
    editor = editor.with_faults({**faults, **reason_fault(editor)})
    if editor.faults:
        return await draw(editor, status=_REFUSED)
    seen = sent.one("theirs")
    if editor.stored is None:
        # It was deleted: saving makes it anew, unless somebody else was quicker with that.
        return await _write(replace(editor, version=""), document, expected=None)
    names = [field.name for field in editor.form.fields]
    chosen = {name: MINE if about == MINE else sent.one(f"pick.{name}") for name in names}
    unchosen = any(one.changed_here and not chosen[one.name] for one in differences(editor, document))
    wanted = merged(editor, document, chosen)
    if about == MINE and "deleted" in wanted:
        wanted["deleted"] = editor.base.get("deleted", False)
    if version_of(editor.stored) != seen:
        is_done = not unchosen and editor.keeps(wanted)
        return _saved(editor, document) if is_done else await draw_conflict(editor, document)
    if unchosen:
        return await draw_conflict(editor, document, unchosen=True)
    return await _write(editor, wanted, expected=seen)


async def restore(editor: Editor, _: str) -> Response:
    """Bring a deleted record back, as it is kept."""
    if editor.stored is None:
        raise Problem("not_found")
    return await _write(editor, {**editor.stored, "deleted": False}, expected=version_of(editor.stored))


async def _write(editor: Editor, document: Document, *, expected: str | None) -> Response:
    """Carry the edit out as the API does, and go to the record as it is then; `expected` is None for a new record."""
    asking, id_ = editor.asking, editor.id_of(document)
    edit = Edit(
        business=asking.business.id,
        kind=editor.kind,
        id=id_,
        document=document,
        expected=expected,
        must_be=False if expected is None else None,
    )
    try:
        await edit_record(
            asking.rooms.storage,
            edit,
            read=asking.rooms.read_document,
            actor=asking.who.actor,
            now=asking.rooms.clock(),
            reason=read_reason(asking),
        )
    except ScenarioError as error:
        return await draw(editor.with_error(error, editor.with_document(document), id_), status=_REFUSED)
    except InUseError as error:
        return await draw(
            editor.with_faults({"": f"{', '.join(error.used_by)}: change or delete those first."}), status=409
        )
    except (ChangedMeanwhileError, UnknownRecordError):
        return await _changed_meanwhile(editor, document)
    return _saved(editor, document)


def _saved(editor: Editor, document: Document) -> Response:
    where = (editor.form.name,) if editor.kind is None else (editor.kind.value, editor.id_of(document) or "")
    return editor.asking.go("settings", *where, notice="saved")


async def _changed_meanwhile(editor: Editor, document: Document) -> Response:
    editor = await editor.with_newest(document)
    if editor.keeps(document):
        # The form was sent twice, or somebody else has typed the same: there is nothing to choose.
        return _saved(editor, document)
    if editor.is_new:
        key = editor.kind.id_key if editor.kind else "id"
        return await draw(editor.with_faults({key: "is taken: another record has it already"}), status=_CONFLICT)
    if editor.kind is None and editor.stored is not None and untouched_by_others(editor):
        mine = {field.name: MINE for field in editor.form.fields}
        return await _write(editor, merged(editor, document, mine), expected=version_of(editor.stored))
    return await draw_conflict(editor, document)
