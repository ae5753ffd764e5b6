"""What the buttons of a form do: save, preview, add or take out a row, turn the calendar's page, and so on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from fieldfare.domain.business import Business
from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.settings.drawing import draw
from fieldfare.entrypoints.desk.settings.editor import ASKED, Editor, open_editor
from fieldfare.entrypoints.desk.settings.effects import effect_of
from fieldfare.entrypoints.desk.settings.forms import OWN, RECORDS
from fieldfare.entrypoints.desk.settings.saving import resolve, restore, save
from fieldfare.entrypoints.desk.settings.trial import read_wish, tell
from fieldfare.entrypoints.desk.settings.typed import typed_of
from fieldfare.entrypoints.desk.settings.widgets import Fault
from fieldfare.entrypoints.desk.settings.widgets_grouped import Exceptions, Rows
from fieldfare.entrypoints.scenario.errors import ScenarioError

_REFUSED = 422
_Doing = Callable[[Editor, str], Coroutine[Any, Any, Response]]


async def show_form(asking: Asking) -> Response:
    """Show a form, empty for a new record."""
    editor = await _opened(asking)
    return await draw(editor, month=asking.query.get("month", ""), focus=asking.query.get("day", ""))


async def answer_form(asking: Asking) -> Response:
    """Do what the pressed button says: save, preview, add or take out a row, turn the calendar's page, and so on."""
    editor = await _opened(asking)
    doing, _, about = typed_of(asking).one("do").partition(":")
    return await _DOINGS.get(doing, save)(editor, about)


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
            return await draw(editor)
    return await draw(replace(editor, typed=editor.typed.with_part(about, part)), focus=focus)


async def _remove(editor: Editor, about: str) -> Response:
    name = about.partition(".")[0]
    return await draw(replace(editor, typed=editor.typed.without(about)), focus=name)


async def _day(editor: Editor, about: str) -> Response:
    """Open an exception for a day of the calendar, or go to the one that is there."""
    part, number = Exceptions().added(editor.typed.part("exceptions"), about)
    editor = replace(editor, typed=editor.typed.with_part("exceptions", part))
    return await draw(editor, focus=f"exceptions.{number}.windows", month=about[:7])


async def _month(editor: Editor, about: str) -> Response:
    return await draw(editor, month=about, focus="calendar")


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
        return await draw(editor, status=_REFUSED)
    return await draw(editor, preview=await _previewed(editor, draft), focus="preview")


async def _previewed(editor: Editor, draft: Business) -> dict[str, Any]:
    asking = editor.asking
    found: dict[str, Any]
    try:
        wish = await read_wish(asking, typed_of(asking).part(ASKED))
    except Fault as fault:
        found = {"fault": fault}
    else:
        then, now = await tell(asking, draft, wish), await tell(asking, asking.business, wish)
        found = {"then": then, "now": now, "differs": then.differs_from(now), "wish": wish}
    return {**found, "effect": await effect_of(asking, draft, asking.business)}


def _widget(editor: Editor, name: str) -> Any:
    return next((field.widget for field in editor.form.fields if field.name == name), None)


_DOINGS: dict[str, _Doing] = {
    "save": save,
    "preview": _preview,
    "add": _add,
    "remove": _remove,
    "day": _day,
    "month": _month,
    "restore": restore,
    "resolve": resolve,
}
