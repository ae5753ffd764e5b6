"""`/api/v1/staff/business`, `/hubs`, `/zones`, `/technicians` and so on: what a business consists of, record by record.

A record has the form that it has in a business file. Each change is checked as a whole file would be, and lands in the
audit trail with before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from fastapi import Body, Depends, Query, Response
from pydantic import BaseModel, Field

from fieldfare.domain.configuration import Document, RecordKind
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.rooms import InRooms
from fieldfare.entrypoints.api.routing import JsonRouter, longer_body
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import record_examples
from fieldfare.entrypoints.api.staff.record_refusals import refusals
from fieldfare.entrypoints.api.staff.versions import IfMatch, IfNoneMatch, etag_of, expected_of, must_be_of
from fieldfare.entrypoints.api.values import Line, PageLimit, RecordId
from fieldfare.entrypoints.scenario.schema_booking_page import BookingPageRecord
from fieldfare.entrypoints.scenario.schema_business import (
    HubRecord,
    IndustryRecord,
    ProductRecord,
    ResourceRecord,
    TechnicianRecord,
    ZoneRecord,
)
from fieldfare.entrypoints.scenario.schema_policy import PolicyRecord, TravelRecord
from fieldfare.entrypoints.scenario.schema_schedules import ScheduleRecord
from fieldfare.entrypoints.scenario.schema_shapes import BoundaryRecord
from fieldfare.entrypoints.scenario.values import Currency, PointRecord, Record, Text
from fieldfare.usecases.businesses.edit_record import Edit, edit_record, load, version_of

LONGEST_DOCUMENT = 8_000_000
"""A boundary may have a million vertices in a file; over HTTP a detailed country is enough."""

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.CONFIGURATION_READ))]
Writer: TypeAlias = Annotated[Member, Depends(requires(Permission.CONFIGURATION_WRITE))]
Reason: TypeAlias = Annotated[Line | None, Query(description="Why, for the audit trail.", examples=["Winter hours"])]

_RECORDS: Mapping[RecordKind, tuple[str, Any]] = {
    RecordKind.HUBS: ("hub", HubRecord),
    RecordKind.INDUSTRIES: ("industry", IndustryRecord),
    RecordKind.RESOURCES: ("resource", ResourceRecord),
    RecordKind.BOUNDARIES: ("boundary", BoundaryRecord),
    RecordKind.PRODUCTS: ("product", ProductRecord),
    RecordKind.ZONES: ("zone", ZoneRecord),
    RecordKind.TECHNICIANS: ("technician", TechnicianRecord),
    RecordKind.SCHEDULES: ("schedule", ScheduleRecord),
}
"""What one record of a kind is called, and its form."""

router = JsonRouter(prefix="/api/v1/staff", tags=["configuration"])


class OwnRecord(Record):
    """What a business says of itself."""

    name: Text
    time_zone: Text
    currency: Currency = "CAD"
    hq: PointRecord
    policy: PolicyRecord
    travel: TravelRecord
    booking_page: BookingPageRecord = Field(default_factory=BookingPageRecord)


@router.get("/business", summary="Show the business's own document", responses=json_example(record_examples.OWN))
async def show_business(rooms: InRooms, who: Reader, response: Response) -> dict[str, Any]:
    """Show name, time zone, currency, HQ, policy and travel model."""
    with refusals():
        async with rooms.storage.open(who.business) as books:
            own = (await load(books)).own
    response.headers["ETag"] = etag_of(version_of(own))
    return dict(own)


@router.put(
    "/business",
    summary="Change the business's own document",
    responses={**json_example(record_examples.OWN), **problem_responses("changed_meanwhile")},
)
@longer_body(LONGEST_DOCUMENT)
async def replace_business(  # noqa: PLR0917 - FastAPI gives each by its name
    document: Annotated[OwnRecord, Body(examples=[record_examples.OWN])],
    rooms: InRooms,
    who: Writer,
    response: Response,
    if_match: IfMatch = None,
    reason: Reason = None,
) -> dict[str, Any]:
    """Put another document in its place; bookings that stand keep what they were promised."""
    edit = Edit(business=who.business, kind=None, id=None, document=_sent(document), expected=expected_of(if_match))
    with refusals():
        done = await edit_record(
            rooms.storage, edit, read=rooms.read_document, actor=who.actor, now=rooms.clock(), reason=reason
        )
    return _answer(done.document, response)


def _add_routes(kind: RecordKind, noun: str, form: Any) -> None:
    """Add the four routes of a kind."""
    plural, example = kind.value, record_examples.RECORDS[kind]

    async def list_records(
        rooms: InRooms, who: Reader, cursor: Cursor | None = None, limit: PageLimit = 50
    ) -> dict[str, Any]:
        after = "" if cursor is None else str(parts_of(cursor, str)[0])
        with refusals():
            async with rooms.storage.open(who.business) as books:
                found = [(id_, known) for id_, known in (await load(books)).records[kind].items() if id_ > after]
        return {
            "items": [known for _, known in found[:limit]],
            "next": cursor_of(found[limit - 1][0]) if len(found) > limit else None,
        }

    async def show_record(id: RecordId, rooms: InRooms, who: Reader, response: Response) -> dict[str, Any]:  # noqa: A002
        with refusals():
            async with rooms.storage.open(who.business) as books:
                found = (await load(books)).records[kind].get(id)
        if found is None:
            raise Problem("not_found")
        return _answer(found, response)

    async def put_record(  # noqa: PLR0917 - FastAPI gives each by its name
        id: RecordId,  # noqa: A002
        document: Any,
        rooms: InRooms,
        who: Writer,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
        reason: Reason = None,
    ) -> dict[str, Any]:
        sent = _sent(document)
        if sent[kind.id_key] != id:
            raise faulty(kind.id_key, "is another one than that of the path")
        edit = Edit(
            business=who.business,
            kind=kind,
            id=id,
            document=sent,
            expected=expected_of(if_match),
            must_be=must_be_of(if_match, if_none_match),
        )
        with refusals():
            done = await edit_record(
                rooms.storage, edit, read=rooms.read_document, actor=who.actor, now=rooms.clock(), reason=reason
            )
        response.status_code = 201 if done.created else 200
        return _answer(done.document, response)

    async def delete_record(
        id: RecordId,  # noqa: A002
        rooms: InRooms,
        who: Writer,
        if_match: IfMatch = None,
        reason: Reason = None,
    ) -> Response:
        edit = Edit(business=who.business, kind=kind, id=id, document=None, expected=expected_of(if_match))
        with refusals():
            await edit_record(
                rooms.storage, edit, read=rooms.read_document, actor=who.actor, now=rooms.clock(), reason=reason
            )
        return Response(status_code=204)

    list_records.__name__, show_record.__name__ = f"list_{plural}", f"show_{noun}"
    put_record.__name__, delete_record.__name__ = f"put_{noun}", f"delete_{noun}"
    put_record.__annotations__["document"] = Annotated[form, Body(examples=[example])]
    list_records.__doc__ = f"List the {plural} by id, in the form of a business file."
    show_record.__doc__ = f"Show one {noun}. Its ETag is its version."
    put_record.__doc__ = (
        f"Write a {noun}, a new one or a new version of one. The whole business is checked with it: what contradicts "
        "the rest is refused, with the path in the business's document."
    )
    delete_record.__doc__ = f"Mark a {noun} as deleted; it no longer counts, and a PUT brings it back. " + (
        "" if kind.keeps_deleted else "One that others refer to is refused with `in_use`."
    )
    router.get(f"/{plural}", summary=f"List the {plural}", responses=json_example({"items": [example], "next": None}))(
        list_records
    )
    router.get(f"/{plural}/{{id}}", summary=f"Show a {noun}", responses=json_example(example))(show_record)
    router.put(
        f"/{plural}/{{id}}",
        summary=f"Write a {noun}",
        responses={
            **json_example(example),
            **json_example(example, status=201),
            **problem_responses("changed_meanwhile", "in_use"),
        },
    )(longer_body(LONGEST_DOCUMENT)(put_record))
    router.delete(
        f"/{plural}/{{id}}",
        status_code=204,
        summary=f"Delete a {noun}",
        responses=problem_responses("changed_meanwhile", "in_use"),
    )(delete_record)


def _sent(record: BaseModel) -> dict[str, Any]:
    """Give what was sent, without what was left out: the check of the whole fills that in."""
    return record.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)


def _answer(document: Document | None, response: Response) -> dict[str, Any]:
    found = dict(document or {})
    response.headers["ETag"] = etag_of(version_of(found))
    return found


for _kind, (_noun, _form) in _RECORDS.items():
    _add_routes(_kind, _noun, _form)
