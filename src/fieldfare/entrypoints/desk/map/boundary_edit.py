"""One boundary: made, drawn, listed, combined; looked at beforehand, and saved unless somebody else was quicker."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.boundary_conflict import show_conflict
from fieldfare.entrypoints.desk.map.boundary_form import (
    KIND_OF_SHAPE,
    Filled,
    field_of,
    fields_of,
    read_fields,
)
from fieldfare.entrypoints.desk.map.boundary_list import configuration_of
from fieldfare.entrypoints.desk.map.boundary_page import Sheet, show_boundary
from fieldfare.entrypoints.desk.map.shape_text import NoShapeError, mend_shape, read_shape, write_shape
from fieldfare.entrypoints.desk.settings.reason import read_reason, reason_of, wrong_with
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.web.forms import Form
from fieldfare.usecases.businesses.edit_record import Edit, edit_record, version_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError
from fieldfare.usecases.zones.who_moves import Draft, Moves, who_moves

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_NEW: Mapping[str, str] = {"active": "on", "operation_0": "union"}
_NO_ID = "Use letters, digits, and . : _ - only, 64 at most, such as b-oakville."
_IS_TAKEN = "There is a boundary of this name already. Choose another name, or open that one."
_LINKED_MEANWHILE = "The boundary is saved. The zone was changed by somebody else just now: add it there."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What a form is about: a boundary that is there, or a new one of a kind."""

    kind: str
    id: str
    standing: Document | None
    configuration: Configuration

    @property
    def is_new(self) -> bool:
        return self.standing is None


async def new_boundary(asking: Asking) -> Response:
    """Show the form of a new boundary, of the shape that the address names."""
    subject = await _new(asking, {})
    start = dict(_NEW)
    for name in ("lat", "lng"):
        start[name] = f"{getattr(asking.business.hq, name)}" if subject.kind == "radius" else ""
    if asking.query.get("zone"):
        start["zone"] = asking.query["zone"]
    return await _page(asking, subject, start)


async def send_new_boundary(asking: Asking) -> Response:
    """Preview, mend or save what was typed for a new boundary."""
    subject = await _new(asking, asking.form)
    if not _ID.fullmatch(subject.id):
        return await _page(asking, subject, asking.form, faults={"id": (_NO_ID,)}, status=422)
    if asking.form.get("do", "save") != "save" and subject.id in subject.configuration.records[RecordKind.BOUNDARIES]:
        return await _page(asking, subject, asking.form, faults={"id": (_IS_TAKEN,)}, status=409)
    return await _sent(asking, subject)


async def show_one(asking: Asking) -> Response:
    """Show a boundary, to be changed by whoever may."""
    subject = await _known(asking)
    return await _page(asking, subject, fields_of(subject.standing or {}))


async def send_one(asking: Asking) -> Response:
    """Preview, mend or save what was typed for a boundary."""
    return await _sent(asking, await _known(asking))


async def _new(asking: Asking, form: Form) -> _Subject:
    kind = KIND_OF_SHAPE.get(asking.query.get("shape", "polygon"))
    if kind is None:
        raise Problem("not_found")
    configuration = await configuration_of(asking)
    return _Subject(kind=kind, id=form.get("id", "").strip(), standing=None, configuration=configuration)


async def _known(asking: Asking) -> _Subject:
    id_ = str(asking.request.path_params["id"])
    configuration = await configuration_of(asking)
    standing = configuration.records[RecordKind.BOUNDARIES].get(id_)
    if standing is None:
        raise Problem("not_found")
    return _Subject(kind=standing["kind"], id=id_, standing=standing, configuration=configuration)


async def _sent(asking: Asking, subject: _Subject) -> Response:
    match asking.form.get("do", "save"):
        case "rows":
            return await _page(asking, subject, asking.form)
        case "mend":
            return await _mended(asking, subject)
        case do:
            filled = await read_fields(subject.kind, subject.id, asking.form, unchanged=subject.standing)
            wrong = wrong_with(reason_of(asking))
            if wrong:
                filled = replace(filled, document=None, faults={**filled.faults, "reason": (f"This {wrong}.",)})
            if filled.document is None:
                return await _page(asking, subject, asking.form, filled=filled, status=422)
            if do == "preview":
                return await _previewed(asking, subject, filled, filled.document)
            return await _saved(asking, subject, filled, filled.document)


async def _mended(asking: Asking, subject: _Subject) -> Response:
    try:
        geometry, change = await asyncio.to_thread(mend_shape, read_shape(asking.form.get("shape", "")))
    except NoShapeError as error:
        return await _page(asking, subject, asking.form, faults={"shape": (str(error),)}, status=422)
    by = "by how much its area changed can't be told" if change is None else f"its area changed by {change:+.2f} %"
    note = f"The area was mended; {by}. Look at it before you save it."
    fields = {**asking.form, "shape": write_shape(geometry)}
    return await _page(asking, subject, fields, filled=Filled(document=None, notes=(note,)))


async def _previewed(asking: Asking, subject: _Subject, filled: Filled, document: Document) -> Response:
    drafts = _drafts(asking, subject, document)
    try:
        moves = await who_moves(
            asking.rooms.storage,
            drafts,
            present=asking.business,
            read=asking.rooms.read_document,
            now=asking.now,
        )
    except ScenarioError as error:
        return await _refused(asking, subject, filled, error)
    return await _page(asking, subject, asking.form, filled=filled, moves=moves)


async def _saved(asking: Asking, subject: _Subject, filled: Filled, document: Document) -> Response:
    edit = Edit(
        business=asking.who.business,
        kind=RecordKind.BOUNDARIES,
        id=subject.id,
        document=document,
        expected=None if subject.is_new else asking.form.get("version", ""),
        must_be=not subject.is_new,
    )
    try:
        await _write(asking, edit)
    except ScenarioError as error:
        return await _refused(asking, subject, filled, error)
    except UnknownRecordError:
        raise Problem("not_found") from None
    except InUseError as error:
        raise Problem("in_use", used_by=list(error.used_by)) from None
    except ChangedMeanwhileError:
        # A form that was sent twice, or of which somebody else has typed the same, leaves nothing to choose.
        if not await _is_kept(asking, document):
            if subject.is_new:
                return await _page(asking, subject, asking.form, faults={"id": (_IS_TAKEN,)}, status=409)
            return await show_conflict(asking, subject.id, mine=document)
    try:
        await _add_to_zone(asking, subject.id)
    except ChangedMeanwhileError:
        known = await configuration_of(asking)
        standing = known.records[RecordKind.BOUNDARIES][subject.id]
        saved = _Subject(kind=subject.kind, id=subject.id, standing=standing, configuration=known)
        return await _page(asking, saved, fields_of(standing), faults={"zone": (_LINKED_MEANWHILE,)}, status=409)
    return asking.go("map", "boundaries", subject.id, notice="saved")


async def _is_kept(asking: Asking, document: Document) -> bool:
    """Whether what is kept is the document already, in the full form in which it would be kept."""
    known, id_ = await configuration_of(asking), document["id"]
    try:
        wanted, _ = asking.rooms.read_document(known.with_record(RecordKind.BOUNDARIES, id_, document).document())
    except ScenarioError:
        return False
    return known.records[RecordKind.BOUNDARIES].get(id_) == wanted.records[RecordKind.BOUNDARIES][id_]


async def _add_to_zone(asking: Asking, boundary: str) -> None:
    """Link the boundary to the zone that was chosen, as a change of that zone; raises `ChangedMeanwhileError`."""
    zone = _zone_with(await configuration_of(asking), asking.form.get("zone", ""), boundary)
    if zone is not None:
        before, after = zone
        await _write(
            asking,
            Edit(
                business=asking.who.business,
                kind=RecordKind.ZONES,
                id=before["id"],
                document=after,
                expected=version_of(before),
                must_be=True,
            ),
        )


async def _write(asking: Asking, edit: Edit) -> None:
    rooms, reason = asking.rooms, read_reason(asking)
    await edit_record(
        rooms.storage, edit, read=rooms.read_document, actor=asking.who.actor, now=rooms.clock(), reason=reason
    )


async def _refused(asking: Asking, subject: _Subject, filled: Filled, error: ScenarioError) -> Response:
    name, said = field_of(error)
    faulty = Filled(document=None, faults={name: (said,)}, notes=filled.notes)
    return await _page(asking, subject, asking.form, filled=faulty, status=422)


def _drafts(asking: Asking, subject: _Subject, document: Document) -> list[Draft]:
    drafts = [Draft(kind=RecordKind.BOUNDARIES, id=subject.id, document=document)]
    zone = _zone_with(subject.configuration, asking.form.get("zone", ""), subject.id)
    if zone is not None:
        drafts.append(Draft(kind=RecordKind.ZONES, id=zone[0]["id"], document=zone[1]))
    return drafts


def _zone_with(configuration: Configuration, zone: str, boundary: str) -> tuple[Document, Document] | None:
    """Give a zone as it is and with the boundary; None without a zone, or if it has the boundary."""
    before = configuration.records[RecordKind.ZONES].get(zone)
    if before is None or before["deleted"] or boundary in before["boundaries"]:
        return None
    return before, {**before, "boundaries": [*before["boundaries"], boundary]}


async def _page(
    asking: Asking,
    subject: _Subject,
    fields: Form,
    *,
    filled: Filled | None = None,
    faults: Mapping[str, tuple[str, ...]] | None = None,
    moves: Moves | None = None,
    status: int = 200,
) -> Response:
    given = filled or Filled(document=None, faults=faults or {})
    version = ""
    if subject.standing is not None:
        # A form that comes back stays the one of the version that it was made for.
        version = fields.get("version", "") if asking.by_form else version_of(subject.standing)
    known: Any = subject.standing
    sheet = Sheet(
        kind=subject.kind,
        id=subject.id,
        is_new=subject.is_new,
        is_deleted=bool(known and known["deleted"]),
        fields={**fields, "version": version or (version_of(known) if known is not None else "")},
        filled=given,
        moves=moves,
        may_write=asking.may(Permission.CONFIGURATION_WRITE),
        standing=subject.standing,
    )
    return await show_boundary(asking, sheet, subject.configuration, status=status)
