"""`/api/v1/staff/commitments`: time off, lunch, sick days, a lift in the workshop."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from fastapi import Body, Depends, Query, Response
from pydantic import BaseModel

from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Configuration
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff.record_examples import COMMITMENT
from fieldfare.entrypoints.api.staff.record_refusals import refusals
from fieldfare.entrypoints.api.staff.versions import IfMatch, IfNoneMatch, etag_of, expected_of, must_be_of
from fieldfare.entrypoints.api.values import FIRST_YEAR, LAST_YEAR, AwareTime, CommitmentId, PageLimit, RecordId
from fieldfare.entrypoints.scenario.business import read_commitments_of, write_commitment
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.schema_scenario import CommitmentRecord
from fieldfare.ports.storage import KeptCommitment
from fieldfare.usecases.businesses.edit_record import load
from fieldfare.usecases.commitments.write_commitments import Source, delete_commitments, write_commitments

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.COMMITMENTS_READ_OWN))]
Writer: TypeAlias = Annotated[Member, Depends(requires(Permission.COMMITMENTS_WRITE))]

Sent: TypeAlias = Annotated[
    CommitmentRecord, Body(examples=[{key: value for key, value in COMMITMENT.items() if key != "source"}])
]

router = JsonRouter(prefix="/api/v1/staff", tags=["commitments"])


@router.get(
    "/commitments",
    summary="List commitments by start",
    responses=json_example({"items": [COMMITMENT], "next": None}),
)
async def list_commitments(  # noqa: PLR0917 - FastAPI gives each by its name
    rooms: InRooms,
    who: Reader,
    technician: Annotated[RecordId | None, Query(description="Only this technician's.")] = None,
    since: Annotated[AwareTime | None, Query(alias="from", description="Only what ends after this.")] = None,
    until: Annotated[AwareTime | None, Query(alias="to", description="Only what starts before this.")] = None,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> dict[str, Any]:
    """List what takes technicians' time, or a piece of equipment. A technician's account sees its own alone."""
    after = None
    if cursor is not None:
        start, id_ = parts_of(cursor, int, str)
        after = (_instant(int(start)), str(id_))
    with refusals():
        async with rooms.storage.open(who.business) as books:
            clock = _clock(await load(books))
            found = await books.commitments.page(
                since=since, until=until, technician=_own(who, technician), after=after, limit=limit + 1
            )
    shown = found[:limit]
    last = shown[-1].commitment if shown else None
    return {
        "items": [_shown(kept, clock) for kept in shown],
        "next": cursor_of(last.start, last.id) if last is not None and len(found) > limit else None,
    }


@router.get("/commitments/{id}", summary="Show a commitment", responses=json_example(COMMITMENT))
async def show_commitment(id: CommitmentId, rooms: InRooms, who: Reader, response: Response) -> dict[str, Any]:  # noqa: A002
    """Show one commitment. Its ETag is its version."""
    with refusals():
        async with rooms.storage.open(who.business) as books:
            clock = _clock(await load(books))
            kept = (await books.commitments.find([id])).get(id)
    if kept is None or not _may_see(who, kept.commitment):
        raise Problem("not_found")
    response.headers["ETag"] = etag_of(kept.version)
    return _shown(kept, clock)


@router.post(
    "/commitments",
    status_code=201,
    summary="Add a commitment",
    responses={**json_example(COMMITMENT, status=201), **problem_responses("conflict")},
)
async def add_commitment(document: Sent, rooms: InRooms, who: Writer, response: Response) -> dict[str, Any]:
    """Add a commitment under a new id. With the code `conflict` the id is taken: PUT changes what is there."""
    response.headers["Location"] = f"{router.prefix}/commitments/{document.id}"
    return await _write(document, rooms, who, response, must_be=False, expected=None)


@router.put(
    "/commitments/{id}",
    summary="Write a commitment",
    responses={
        **json_example(COMMITMENT),
        **json_example(COMMITMENT, status=201),
        **problem_responses("changed_meanwhile", "conflict"),
    },
)
async def put_commitment(  # noqa: PLR0917 - FastAPI gives each by its name
    id: CommitmentId,  # noqa: A002 - the path's word
    document: Sent,
    rooms: InRooms,
    who: Writer,
    response: Response,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> dict[str, Any]:
    """Write a commitment, a new one or a new version of one that staff or a file brought in."""
    if document.id != id:
        raise faulty("id", "is another one than that of the path")
    return await _write(
        document,
        rooms,
        who,
        response,
        must_be=must_be_of(if_match, if_none_match),
        expected=expected_of(if_match),
    )


@router.delete(
    "/commitments/{id}",
    status_code=204,
    summary="Take a commitment out",
    responses=problem_responses("changed_meanwhile", "conflict"),
)
async def delete_commitment(id: CommitmentId, rooms: InRooms, who: Writer, if_match: IfMatch = None) -> Response:  # noqa: A002
    """Mark a commitment as deleted: its time is free at once, and a PUT brings it back."""
    expected = expected_of(if_match)
    with refusals():
        gone = await delete_commitments(
            rooms.storage,
            who.business,
            [id],
            actor=who.actor,
            expected=None if expected is None else _version(expected),
        )
    if not gone:
        raise Problem("not_found")
    return Response(status_code=204)


async def _write(
    document: CommitmentRecord,
    rooms: Rooms,
    who: Member,
    response: Response,
    *,
    must_be: bool | None,
    expected: str | None,
) -> dict[str, Any]:
    found: list[Business] = []

    def read(configuration: Configuration) -> tuple[Commitment, ...]:
        found.append(rooms.read_business(configuration))
        return _read(document, found[0])

    with refusals():
        done = await write_commitments(
            rooms.storage,
            who.business,
            read,
            source=Source.STAFF,
            actor=who.actor,
            expected=None if expected is None else {document.id: _version(expected)},
            must_be=must_be,
        )
    kept = done.kept[document.id]
    response.headers["ETag"] = etag_of(kept.version)
    response.status_code = 201 if document.id in done.created else 200
    return _shown(kept, clock_of(found[0].time_zone))


def _read(document: BaseModel, business: Business) -> tuple[Commitment, ...]:
    """Read one commitment; paths of what is wrong begin in it, not in the list that it is read in."""
    try:
        return read_commitments_of([document.model_dump(mode="json")], business)
    except ScenarioError as error:
        raise ScenarioError(error.path.removeprefix("commitments[0]").removeprefix("."), error.message) from None


def _shown(kept: KeptCommitment, clock: Clock) -> dict[str, Any]:
    return {**write_commitment(kept.commitment, clock), "source": kept.source}


def _clock(configuration: Configuration) -> Clock:
    return clock_of(configuration.own["time_zone"])


def _own(who: Member, technician: str | None) -> str | None:
    """Narrow the list to the account's own technician, where it may see no others."""
    if who.may(Permission.COMMITMENTS_READ):
        return technician
    if who.technician is None or technician not in {None, who.technician}:
        raise Problem("forbidden")
    return who.technician


def _may_see(who: Member, commitment: Commitment) -> bool:
    return who.may(Permission.COMMITMENTS_READ) or (
        who.technician is not None and commitment.technician == who.technician
    )


def _version(text: str) -> int:
    """Read a version of ours; one that we never gave is none that is there."""
    return int(text) if text.isdecimal() and len(text) < _LONGEST_VERSION else 0


def _instant(value: int) -> int:
    if not _FIRST_INSTANT <= value <= _LAST_INSTANT:
        raise faulty("query.cursor", "is none that this list gave")
    return value


_LONGEST_VERSION = 10
_YEAR_SECONDS = 31_556_952
_FIRST_INSTANT, _LAST_INSTANT = -_YEAR_SECONDS * FIRST_YEAR, _YEAR_SECONDS * LAST_YEAR
