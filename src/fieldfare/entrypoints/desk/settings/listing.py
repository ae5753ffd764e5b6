"""The settings at a glance, and the lists of records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.choices import choices_of, name_of
from fieldfare.entrypoints.desk.settings.editing import kind_of
from fieldfare.entrypoints.desk.settings.forms import OWN, RECORDS
from fieldfare.entrypoints.desk.settings.reason import read_reason
from fieldfare.entrypoints.desk.settings.wording import short_of
from fieldfare.usecases.businesses.edit_record import Edit, edit_record, load, version_of
from fieldfare.usecases.businesses.references import referrers_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError

_COLUMNS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.ZONES: ("priority", "negative", "default", "industries", "boundaries"),
    RecordKind.HUBS: ("place",),
    RecordKind.INDUSTRIES: (),
    RecordKind.PRODUCTS: ("industry", "price", "duration_minutes", "skills"),
    RecordKind.TECHNICIANS: ("skills", "zones", "weekly_jobs"),
    RecordKind.SCHEDULES: ("owner", "priority", "effective_from", "effective_to"),
    RecordKind.RESOURCES: ("capacity",),
}
"""What a list shows of each record beside what it is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A subject of the settings: what it is, how many there are, and where."""

    title: str
    sentence: str
    href: str
    count: int | None = None


async def index(asking: Asking) -> Response:
    """Show all subjects."""
    configuration = await _configuration(asking)
    records = [
        Card(
            title=form.many,
            sentence=form.summary,
            href=asking.link("settings", kind.value),
            count=sum(not document.get("deleted") for document in configuration.records[kind].values()),
        )
        for kind, form in RECORDS.items()
    ]
    boundaries = Card(
        title="Boundaries",
        sentence="The shapes of which zones are made: drawn on the map, a circle, a list of postal codes, or composed.",
        href=asking.link("map", "boundaries"),
        count=sum(not one.get("deleted") for one in configuration.records[RecordKind.BOUNDARIES].values()),
    )
    own = [
        Card(title=form.many, sentence=form.summary, href=asking.link("settings", name)) for name, form in OWN.items()
    ]
    return show(
        asking,
        "settings/index.html",
        {
            "own": own,
            "outside": _outside(asking),
            "records": [records[0], boundaries, *records[1:]],
            "people": _people(asking),
        },
    )


def _outside(asking: Asking) -> list[Card]:
    if not asking.may(Permission.INTEGRATIONS_MANAGE):
        return []
    sentence = "The company's CRM: its calendars are read, and bookings are written back to it."
    return [Card(title="GoHighLevel", sentence=sentence, href=asking.link("settings", "ghl"))]


def _people(asking: Asking) -> list[Card]:
    cards = []
    if asking.may(Permission.ACCOUNTS_MANAGE):
        sentence = "Who may sign in at the desk, and what each of them may do there."
        cards.append(Card(title="Accounts", sentence=sentence, href=asking.link("settings", "accounts")))
    if asking.may(Permission.KEYS_MANAGE):
        sentence = "Keys by which programs use the API in the business's name, each for some purposes only."
        cards.append(Card(title="API keys", sentence=sentence, href=asking.link("settings", "keys")))
    return cards


async def list_records(asking: Asking) -> Response:
    """List the records of a kind, those that are deleted apart."""
    kind, configuration = kind_of(asking), await _configuration(asking)
    form, choices = RECORDS[kind], choices_of(configuration)
    columns = [form.field(name) for name in _COLUMNS[kind]]

    def row(id_: str, document: Document) -> dict[str, Any]:
        return {
            "id": id_,
            "name": name_of(document, id_),
            "active": document.get("active", True),
            "cells": [short_of(column, document, choices) for column in columns],
        }

    found = configuration.records[kind].items()
    standing = [row(id_, document) for id_, document in found if not document.get("deleted")]
    standing.sort(key=lambda one: (str(one["name"]).casefold(), one["id"]))
    return show(
        asking,
        "settings/list.html",
        {
            "form": form,
            "kind": kind,
            "columns": [re.split(r"[:,]", column.label)[0] for column in columns],
            "rows": standing,
            "deleted": [row(id_, document) for id_, document in found if document.get("deleted")],
            "may_write": asking.may(Permission.CONFIGURATION_WRITE),
        },
    )


async def ask_to_delete(asking: Asking) -> Response:
    """Ask whether a record shall go, and say what stands in the way."""
    return await _delete_page(asking)


async def delete(asking: Asking) -> Response:
    """Delete a record; one that others refer to stays."""
    kind, id_ = kind_of(asking), asking.request.path_params["id"]
    version = asking.form.get("version", "")
    edit = Edit(business=asking.business.id, kind=kind, id=id_, document=None, expected=version)
    try:
        await edit_record(
            asking.rooms.storage,
            edit,
            read=asking.rooms.read_document,
            actor=asking.who.actor,
            now=asking.rooms.clock(),
            reason=read_reason(asking),
        )
    except UnknownRecordError:
        # A page that was opened on a record which is gone meanwhile knows its version; any other is for nothing.
        if not version:
            raise Problem("not_found") from None
    except InUseError as error:
        return await _delete_page(asking, used_by=error.used_by, status=409)
    except ChangedMeanwhileError:
        kept = (await _configuration(asking)).records[kind].get(id_)
        if kept is not None and not kept.get("deleted"):
            return await _delete_page(asking, changed=True, status=409)
    return asking.go("settings", kind.value, notice="deleted")


async def _delete_page(
    asking: Asking, *, used_by: tuple[str, ...] = (), changed: bool = False, status: int = 200
) -> Response:
    kind, id_ = kind_of(asking), asking.request.path_params["id"]
    configuration = await _configuration(asking)
    document = configuration.records[kind].get(id_)
    if document is None:
        raise Problem("not_found")
    refers = tuple(referrers_of(configuration, kind, id_))
    used_by = used_by or (() if kind.keeps_deleted else refers)
    return show(
        asking,
        "settings/delete.html",
        {
            "form": RECORDS[kind],
            "kind": kind,
            "id": id_,
            "name": name_of(document, id_),
            "version": version_of(document),
            "changed": changed,
            "used_by": [_referrer(asking, one, configuration) for one in used_by],
            "mentioned": [_referrer(asking, one, configuration) for one in refers] if kind.keeps_deleted else [],
        },
        status=status,
    )


def _referrer(asking: Asking, text: str, configuration: Configuration) -> tuple[str, str | None]:
    """Say what a referrer is called and where its form is; what is no record has none."""
    kind, _, id_ = text.partition("/")
    if kind not in list(RecordKind) or id_ not in configuration.records[RecordKind(kind)]:
        return text, None
    name = name_of(configuration.records[RecordKind(kind)][id_], id_)
    room = ("map", "boundaries") if kind == RecordKind.BOUNDARIES else ("settings", kind)
    one = "boundary" if kind == RecordKind.BOUNDARIES else RECORDS[RecordKind(kind)].one
    return f"{one} {name}", asking.link(*room, id_)


async def _configuration(asking: Asking) -> Configuration:
    async with asking.rooms.storage.open(asking.business.id) as books:
        return await load(books)
