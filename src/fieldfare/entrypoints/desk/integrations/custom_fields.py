"""Which custom fields of contacts get what of a booking, so that the CRM's own mails can carry it."""

from __future__ import annotations

from starlette.responses import Response

from fieldfare.domain.connections import BookingField
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.steps import (
    Refused,
    Seen,
    outward_of,
    save,
    seen,
    show_step,
    standing,
)
from fieldfare.entrypoints.desk.integrations.subjects import FIELDS
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.words.integrations import sentence_of
from fieldfare.ports.crm import CrmError
from fieldfare.usecases.integrations.options import opened

NEW = "new"
"""Stands in a form for a field that is to be made."""


async def show_fields(asking: Asking) -> Response:
    """Show a line for each thing that can be written."""
    return _page(asking, await seen(asking, "fields"))


async def save_fields(asking: Asking) -> Response:
    """Save what is written where; a field that isn't there yet is made."""
    known, typed = await seen(asking, "fields"), Typed.of(asking.pairs)
    if refused := known.refused(typed):
        return _page(asking, known, refused)
    chosen: dict[BookingField, str] = {}
    try:
        for name in FIELDS:
            if choice := _standing(known, typed, name):
                chosen[name] = await _made(asking, name) if choice == NEW else choice
    except CrmError as error:
        return _page(asking, known, Refused(typed=typed, sentences=(sentence_of(error.code),), status=503))
    if refused := await save(asking, known, fields=chosen):
        return _page(asking, await seen(asking, "fields"), refused)
    return asking.go("settings", "ghl", "stages", notice="saved")


async def _made(asking: Asking, name: BookingField) -> str:
    """Make a field, unless one of its name is there from an attempt before; gives its id."""
    crm = (await opened(outward_of(asking), asking.who.business)).crm
    title = f"Fieldfare {name.value.replace('_', ' ')}"
    there = next((field.id for field in await crm.fields() if field.name == title), None)
    return there or (await crm.create_field(title)).id


def _page(asking: Asking, known: Seen, refused: Refused | None = None) -> Response:
    typed = refused.typed if refused else Typed()
    fields = [*((field.id, field.name) for field in known.options.fields), (NEW, "Make a new field")]
    chosen = {name: _standing(known, typed, name) for name in FIELDS}
    return show_step(
        asking,
        "fields",
        known.connection,
        {"trouble": known.trouble, "names": FIELDS, "fields": fields, "chosen": chosen},
        refused,
    )


def _standing(known: Seen, typed: Typed, name: BookingField) -> str:
    return standing(typed, f"field.{name.value}", known.settings.fields.get(name, ""))
