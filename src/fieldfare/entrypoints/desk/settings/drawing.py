"""The pages of a form: the form itself, and the choice where somebody else saved meanwhile."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.responses import Response

from fieldfare.domain.configuration import Document, RecordKind
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.calendar import month_of
from fieldfare.entrypoints.desk.settings.conflict import differences
from fieldfare.entrypoints.desk.settings.editor import ASKED, FIELDS, Editor
from fieldfare.entrypoints.desk.settings.faults import label_of
from fieldfare.entrypoints.desk.settings.reason import reason_of, wrong_with
from fieldfare.entrypoints.desk.settings.trial import first_wish
from fieldfare.entrypoints.desk.settings.typed import Typed, typed_of
from fieldfare.usecases.businesses.edit_record import version_of

_CONFLICT = 409


async def draw(editor: Editor, *, status: int = 200, month: str = "", focus: str = "", preview: Any = None) -> Response:
    """Draw the form, with its faults, the calendar's month, and what the preview found."""
    asking, sent = editor.asking, typed_of(editor.asking)
    return await _shown(
        asking,
        "settings/edit.html",
        {
            **_common(editor),
            "month": month_of(editor.typed, wanted=month or sent.one("month"), today=asking.today)
            if editor.kind is RecordKind.SCHEDULES
            else None,
            "focus": focus,
            "preview": preview,
            "wish": {
                **first_wish(asking, editor.id if editor.kind is RecordKind.PRODUCTS else None).values,
                **sent.part(ASKED).values,
            },
        },
        status,
    )


async def draw_conflict(editor: Editor, document: Document, *, unchosen: bool = False) -> Response:
    """Draw the choice between what somebody else saved and what was typed here."""
    return await _shown(
        editor.asking,
        "settings/conflict.html",
        {
            **_common(editor),
            "differences": differences(editor, document),
            "gone": editor.stored is None or bool(editor.stored.get("deleted") and not editor.base.get("deleted")),
            "theirs": "" if editor.stored is None else version_of(editor.stored),
            "carried": [(name, value) for name, value in Typed(editor.typed.under(FIELDS)).pairs()],
            "unchosen": unchosen,
            "picks": typed_of(editor.asking).part("pick"),
        },
        _CONFLICT,
    )


async def _shown(asking: Asking, template: str, values: dict[str, Any], status: int) -> Response:
    """Fill the template in, in a thread: a form of a thousand rows takes its time, and others wait for none of it."""
    return await asyncio.to_thread(show, asking, template, values, status=status)


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
        "reason": reason_of(asking),
        "may_write": asking.may(Permission.CONFIGURATION_WRITE),
        "products": sorted(asking.business.products, key=lambda product: (product.name, product.id)),
    }


def _title(editor: Editor) -> str:
    if editor.kind is None:
        return editor.form.many
    if editor.id is None:
        return f"New {editor.form.one}"
    return str((editor.stored or editor.base).get("name") or editor.id)


def reason_fault(editor: Editor) -> dict[str, str]:
    """Say what is wrong with the reason."""
    wrong = wrong_with(reason_of(editor.asking))
    return {"reason": f"Why: {wrong}"} if wrong else {}
