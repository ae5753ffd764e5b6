"""The pages on which a record is changed: shown, previewed, saved, or chosen anew where somebody else saved too."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from fieldfare.domain.business import Business
from fieldfare.domain.configuration import Document, RecordKind
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.calendar import month_of
from fieldfare.entrypoints.desk.settings.conflict import MINE, differences, merged, untouched_by_others
from fieldfare.entrypoints.desk.settings.editor import ASKED, FIELDS, Editor, open_editor
from fieldfare.entrypoints.desk.settings.effects import effect_of
from fieldfare.entrypoints.desk.settings.faults import label_of
from fieldfare.entrypoints.desk.settings.forms import OWN, RECORDS
from fieldfare.entrypoints.desk.settings.trial import first_wish, read_wish, tell
from fieldfare.entrypoints.desk.settings.typed import Typed, typed_of
from fieldfare.entrypoints.desk.settings.widgets import Fault
from fieldfare.entrypoints.desk.settings.widgets_grouped import Exceptions, Rows
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.usecases.businesses.edit_record import Edit, edit_record, version_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError
from fieldfare.usecases.people.names import holds_controls

_LONGEST_REASON = 200
_REFUSED, _CONFLICT = 422, 409
_Doing = Callable[[Editor, str], Coroutine[Any, Any, Response]]


async def show_form(asking: Asking) -> Response:
    """Show a form, empty for a new record."""
    editor = await _opened(asking)
    return _page(editor, month=asking.query.get("month", ""), focus=asking.query.get("day", ""))


async def answer_form(asking: Asking) -> Response:
    """Do what the pressed button says: save, preview, add or take out a row, turn the calendar's page, and so on."""
    editor = await _opened(asking)
    doing, _, about = typed_of(asking.request).one("do").partition(":")
    return await _DOINGS.get(doing, _save)(editor, about)


def kind_of(asking: Asking) -> RecordKind:
    """Read the kind of records of an address; raises `Problem` (not_found)."""
    name = asking.request.path_params["kind"]
    found = next((kind for kind in RECORDS if kind.value == name), None)
    if found is None:
        raise Problem("not_found")
    return found


async def _opened(asking: Asking) -> Editor:
    if "kind" not in asking.request.path_params:
        return await open_editor(asking, OWN[asking.path.rpartition("/")[2]], None, None)
    kind = kind_of(asking)
    return await open_editor(asking, RECORDS[kind], kind, asking.request.path_params.get("id"))


async def _save(editor: Editor, _: str) -> Response:
    editor = await editor.looked_up()
    document, faults = editor.read()
    editor = editor.with_faults({**faults, **editor.faults, **_reason_fault(editor)})
    if editor.faults:
        return _page(editor, status=_REFUSED)
    return await _write(editor, document, expected=editor.version)


async def _write(editor: Editor, document: Document, *, expected: str) -> Response:
    """Carry the edit out as the API does, and go to the record as it is then."""
    asking, id_ = editor.asking, editor.id_of(document)
    edit = Edit(
        business=asking.business.id,
        kind=editor.kind,
        id=id_,
        document=document,
        expected=expected or None,
        must_be=False if editor.is_new else None,
    )
    try:
        await edit_record(
            asking.rooms.storage,
            edit,
            read=asking.rooms.read_document,
            actor=asking.who.actor,
            now=asking.rooms.clock(),
            reason=_reason(editor) or None,
        )
    except ScenarioError as error:
        return _page(editor.with_error(error, editor.with_document(document), id_), status=_REFUSED)
    except InUseError as error:
        return _page(editor.with_faults({"": f"{', '.join(error.used_by)}: change or delete those first."}), status=409)
    except (ChangedMeanwhileError, UnknownRecordError):
        return await _changed_meanwhile(editor, document)
    where = (editor.form.name,) if editor.kind is None else (editor.kind.value, id_ or "")
    return asking.go("settings", *where, notice="saved")


async def _changed_meanwhile(editor: Editor, document: Document) -> Response:
    if editor.is_new:
        key = editor.kind.id_key if editor.kind else "id"
        return _page(editor.with_faults({key: "is taken: another record has it already"}), status=_CONFLICT)
    newest = await open_editor(editor.asking, editor.form, editor.kind, editor.id)
    editor = replace(editor, stored=newest.stored, configuration=newest.configuration, choices=newest.choices)
    if editor.kind is None and editor.stored is not None and untouched_by_others(editor):
        mine = {field.name: MINE for field in editor.form.fields}
        return await _write(editor, merged(editor, document, mine), expected=version_of(editor.stored))
    return _conflict_page(editor, document)


def _conflict_page(editor: Editor, document: Document, *, unchosen: bool = False) -> Response:
    return show(
        editor.asking,
        "settings/conflict.html",
        {
            **_common(editor),
            "differences": differences(editor, document),
            "gone": editor.stored is None or bool(editor.stored.get("deleted") and not editor.base.get("deleted")),
            "theirs": "" if editor.stored is None else version_of(editor.stored),
            "carried": [(name, value) for name, value in Typed(editor.typed.under(FIELDS)).pairs()],
            "unchosen": unchosen,
            "picks": typed_of(editor.asking.request).part("pick"),
        },
        status=_CONFLICT,
    )


async def _resolve(editor: Editor, about: str) -> Response:
    """Save what was chosen among two versions: all of mine, or field by field."""
    sent = typed_of(editor.asking.request)
    document, faults = editor.read()
    if faults:
        return _page(editor.with_faults(faults), status=_REFUSED)
    seen = sent.one("theirs")
    if editor.stored is None:
        # It was deleted: saving makes it anew, unless somebody else was quicker with that.
        return await _write(replace(editor, version=""), document, expected="")
    if version_of(editor.stored) != seen:
        return _conflict_page(editor, document)
    names = [field.name for field in editor.form.fields]
    chosen = {name: MINE if about == MINE else sent.one(f"pick.{name}") for name in names}
    if any(one.contested and not chosen[one.name] for one in differences(editor, document)):
        return _conflict_page(editor, document, unchosen=True)
    wanted = merged(editor, document, chosen)
    if about == MINE and "deleted" in wanted:
        wanted["deleted"] = editor.base.get("deleted", False)
    return await _write(editor, wanted, expected=seen)


async def _restore(editor: Editor, _: str) -> Response:
    """Bring a deleted record back, as it is kept."""
    if editor.stored is None:
        raise Problem("not_found")
    return await _write(editor, {**editor.stored, "deleted": False}, expected=version_of(editor.stored))


async def _add(editor: Editor, about: str) -> Response:
    part = editor.typed.part(about)
    match _widget(editor, about):
        case Rows() as rows:
            part, number = rows.added(part, editor.choices)
            focus = f"{about}.{number}.{rows.columns[0].name}"
        case Exceptions() as exceptions:
            part, number = exceptions.added(part, "")
            focus = f"{about}.{number}.day"
        case _:
            return _page(editor)
    return _page(replace(editor, typed=editor.typed.with_part(about, part)), focus=focus)


async def _remove(editor: Editor, about: str) -> Response:
    name = about.partition(".")[0]
    return _page(replace(editor, typed=editor.typed.without(about)), focus=name)


async def _day(editor: Editor, about: str) -> Response:
    """Open an exception for a day of the calendar, or go to the one that is there."""
    part, number = Exceptions().added(editor.typed.part("exceptions"), about)
    editor = replace(editor, typed=editor.typed.with_part("exceptions", part))
    return _page(editor, focus=f"exceptions.{number}.windows", month=about[:7])


async def _month(editor: Editor, about: str) -> Response:
    return _page(editor, month=about, focus="calendar")


async def _preview(editor: Editor, _: str) -> Response:
    """Answer the question by the draft and as it is, and say what becomes of the visits that stand."""
    asking = editor.asking
    editor = await editor.looked_up()
    document, faults = editor.read()
    editor = editor.with_faults({**faults, **editor.faults})
    draft = None
    if not editor.faults:
        wanted = editor.with_document(document)
        try:
            draft = asking.rooms.read_document(wanted.document())[1]
        except ScenarioError as error:
            editor = editor.with_error(error, wanted, editor.id_of(document))
    if draft is None:
        return _page(editor, status=_REFUSED)
    return _page(editor, preview=await _previewed(editor, draft), focus="preview")


async def _previewed(editor: Editor, draft: Business) -> dict[str, Any]:
    asking = editor.asking
    found: dict[str, Any]
    try:
        wish = await read_wish(asking, typed_of(asking.request).part(ASKED))
    except Fault as fault:
        found = {"fault": fault}
    else:
        then, now = await tell(asking, draft, wish), await tell(asking, asking.business, wish)
        found = {"then": then, "now": now, "differs": then.differs_from(now), "wish": wish}
    return {**found, "effect": await effect_of(asking, draft, asking.business)}


def _page(editor: Editor, *, status: int = 200, month: str = "", focus: str = "", preview: Any = None) -> Response:
    asking, sent = editor.asking, typed_of(editor.asking.request)
    return show(
        asking,
        "settings/edit.html",
        {
            **_common(editor),
            "month": month_of(editor.typed, wanted=month or sent.one("month"), today=asking.today)
            if editor.kind is RecordKind.SCHEDULES
            else None,
            "focus": focus,
            "preview": preview,
            "wish": {**first_wish(asking).values, **sent.part(ASKED).values},
        },
        status=status,
    )


def _common(editor: Editor) -> dict[str, Any]:
    asking = editor.asking
    sentences = {
        name: f"{label}: {message}" if (label := label_of(name, editor.form, editor.typed)) else message
        for name, message in editor.faults.items()
    }
    return {
        "form": editor.form,
        "kind": editor.kind,
        "id": editor.id,
        "is_new": editor.is_new,
        "title": _title(editor),
        "typed": editor.typed,
        "choices": editor.choices,
        "faults": editor.faults,
        "sentences": sentences,
        "elsewhere": editor.elsewhere,
        "stored": editor.stored,
        "version": editor.version,
        "base": json.dumps(editor.base, ensure_ascii=False, separators=(",", ":")),
        "reason": _reason(editor),
        "may_write": asking.may(Permission.CONFIGURATION_WRITE),
        "products": sorted(asking.business.products, key=lambda product: (product.name, product.id)),
    }


def _title(editor: Editor) -> str:
    if editor.kind is None:
        return editor.form.many
    if editor.id is None:
        return f"New {editor.form.one}"
    return str((editor.stored or editor.base).get("name") or editor.id)


def _widget(editor: Editor, name: str) -> Any:
    return next((field.widget for field in editor.form.fields if field.name == name), None)


def _reason(editor: Editor) -> str:
    return typed_of(editor.asking.request).one("reason")


def _reason_fault(editor: Editor) -> dict[str, str]:
    reason = _reason(editor)
    if len(reason) > _LONGEST_REASON:
        return {"reason": f"Why: takes {_LONGEST_REASON} characters at most"}
    return {"reason": "Why: takes one line of text"} if holds_controls(reason) else {}


_DOINGS: dict[str, _Doing] = {
    "save": _save,
    "preview": _preview,
    "add": _add,
    "remove": _remove,
    "day": _day,
    "month": _month,
    "restore": _restore,
    "resolve": _resolve,
}
