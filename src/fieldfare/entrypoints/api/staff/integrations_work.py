"""`/api/v1/staff/integrations/ghl/writes`, `/conflicts`, `/proposals`, `/failures` and `/entries`: the traffic.

What waits to be written, what only people can settle, what the pipeline asks for, what went wrong, and what is there.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import orjson
from fastapi import Body, Depends, Query, Response

from fieldfare.domain.clock import DAY
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.public.booking_shapes import document
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import integration_work_shapes as shapes
from fieldfare.entrypoints.api.staff.booking_shapes import override_of
from fieldfare.entrypoints.api.staff.integration_refusals import CRM_PROBLEMS, integration_refusals, outward_of
from fieldfare.entrypoints.api.staff.integrations import PREFIX
from fieldfare.entrypoints.api.values import AwareTime, PageLimit, RecordId
from fieldfare.ports.integrations import CrmWrite, Mirrored, Proposal, ProposalState, WriteState
from fieldfare.usecases.integrations.replay_write import ReplayWrite, UnknownWriteError, replay_write
from fieldfare.usecases.integrations.settle_conflict import (
    SettleConflict,
    Settlement,
    UnknownConflictError,
    settle_conflict,
)
from fieldfare.usecases.integrations.settle_proposal import (
    SettleProposal,
    Settling,
    UnknownProposalError,
    settle_proposal,
)

LONGEST_LOOK = 31 * DAY
_USUAL_LOOK = 14 * DAY
_AT_ONCE = 500

router = JsonRouter(prefix=PREFIX, tags=["integrations"])

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.INTEGRATIONS_READ))]


def _may_decide(who: Reader) -> Member:
    """Let in who may also decide about visits: to send, to settle and to let be decides about somebody's visit."""
    if not who.may(Permission.BOOKINGS_DECIDE):
        raise Problem("forbidden")
    return who


Decider: TypeAlias = Annotated[Member, Depends(_may_decide)]


@router.get(
    "/writes",
    summary="List what was or is to be written",
    responses=json_example({"items": [shapes.WRITE], "next": None}),
)
async def list_crm_writes(
    rooms: InRooms,
    who: Reader,
    state: Annotated[
        list[shapes.WriteStateName] | None,
        Query(description="Only these; left out: what waits and what was put aside.", examples=[["parked"]]),
    ] = None,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> Response:
    """List what goes to GoHighLevel, the oldest first. What was refused too often is `parked`: send it again."""
    after = None
    if cursor is not None:
        created_at, id_ = parts_of(cursor, int, str)
        after = (int(created_at), str(id_))
    states = [WriteState(name) for name in state or ("waiting", "parked")]
    async with rooms.storage.open(who.business) as books:
        found = await books.integrations.writes.page(states=states, after=after, limit=limit + 1)
    shown = found[:limit]
    return document(
        {
            "items": [shapes.write_write(write) for write in shown],
            "next": cursor_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else None,
        }
    )


@router.post(
    "/writes/{id}/replay",
    status_code=202,
    summary="Send something again",
    responses={
        **json_example(shapes.WRITE | {"state": "waiting", "attempts": 0, "failure": None}, status=202),
        **problem_responses("wrong_status", "idempotency_mismatch"),
    },
)
async def replay_crm_write(id: RecordId, rooms: InRooms, who: Decider, retried: Retried) -> Response:  # noqa: A002
    """Send something again that was put aside, or at once what waits. What is written is the visit as it stands now."""
    wanted = ReplayWrite(write=id, actor=who.actor)

    def write(sent: CrmWrite) -> bytes:
        return orjson.dumps(shapes.write_write(sent))

    async with booking_refusals(rooms, who.business, who):
        try:
            answer = await rooms.acting.run(
                who.business, lambda desk: replay_write(desk, wanted), write=write, once=retried.by(who)
            )
        except UnknownWriteError:
            raise Problem("not_found") from None
    return document(answer, status=202)


@router.get("/conflicts", summary="List conflicts", responses=json_example({"items": [shapes.CONFLICT]}))
async def list_conflicts(
    rooms: InRooms,
    who: Reader,
    settled: Annotated[bool, Query(description="Those that were settled lately, instead of the open ones.")] = False,
    limit: PageLimit = 50,
) -> Response:
    """List what a visit of ours and GoHighLevel can't both have: the open ones by their time."""
    async with rooms.storage.open(who.business) as books:
        conflicts = books.integrations.conflicts
        found = await (conflicts.settled(limit=limit) if settled else conflicts.open(limit=limit))
    return document({"items": [shapes.write_conflict(conflict) for conflict in found]})


@router.post(
    "/conflicts/{id}/settle",
    summary="Settle a conflict",
    responses={
        **json_example(shapes.CONFLICT | {"settled_at": "2026-11-23T14:00:00Z", "outcome": "reassigned"}),
        **problem_responses(
            "wrong_status", "slot_taken", "needs_override", "not_overridable", "reason_needed", "not_sold"
        ),
    },
)
async def settle_conflict_now(
    id: RecordId,  # noqa: A002 - the path's word
    body: Annotated[shapes.SettleBody, Body(examples=[{"how": "reassign"}])],
    rooms: InRooms,
    who: Decider,
) -> Response:
    """Keep both, give the visit to somebody else, move it or cancel it; settled so before, it stays as it is.

    It needs the permission `bookings.decide`.
    """
    wanted = SettleConflict(
        conflict=id,
        how=Settlement(body.how),
        actor=who.actor,
        technician=body.technician,
        start=body.start,
        reason=body.reason,
        override=override_of(who, body.override),
    )
    async with booking_refusals(rooms, who.business, who):
        try:
            settled = await settle_conflict(outward_of(rooms), who.business, wanted)
        except UnknownConflictError:
            raise Problem("not_found") from None
    return document(shapes.write_conflict(settled))


@router.get(
    "/proposals",
    summary="List what the pipeline asks for",
    responses=json_example({"items": [shapes.PROPOSAL]}),
)
async def list_proposals(
    rooms: InRooms,
    who: Reader,
    state: Annotated[
        list[shapes.ProposalStateName] | None,
        Query(description="Only these; left out: open and sent ones.", examples=[["open"]]),
    ] = None,
    limit: PageLimit = 50,
) -> Response:
    """List the newest proposals; what the contact said goes with the permission `customers.read`."""
    states = [ProposalState(name) for name in state or ("open", "sent")]
    async with rooms.storage.open(who.business) as books:
        found = await books.integrations.proposals.page(states=states, limit=limit)
    return document({"items": [_shown(proposal, who) for proposal in found]})


def _add_settling(how: Settling, summary: str, description: str) -> None:
    async def settle(id: RecordId, rooms: InRooms, who: Decider) -> Response:  # noqa: A002 - the path's word
        wanted = SettleProposal(proposal=id, how=how, actor=who.actor)
        async with booking_refusals(rooms, who.business, who):
            try:
                with integration_refusals():
                    settled = await settle_proposal(outward_of(rooms), who.business, wanted)
            except UnknownProposalError:
                raise Problem("not_found") from None
        return document(_shown(settled, who))

    settle.__name__, settle.__doc__ = f"{how.value}_proposal", description
    router.post(
        f"/proposals/{{id}}/{how.value}",
        summary=summary,
        responses={**json_example(shapes.PROPOSAL), **problem_responses("wrong_status", *CRM_PROBLEMS)},
    )(settle)


_add_settling(
    Settling.BOOK,
    "Book a proposal",
    "Book the best slot there is now. One that can't be booked stays open, and `trouble` says why.",
)
_add_settling(
    Settling.SEND,
    "Send a proposal",
    "Send the customer a link with slots. One that can't be sent stays open, and `trouble` says why.",
)
_add_settling(
    Settling.DISMISS,
    "Dismiss a proposal",
    "Let a proposal be: the opportunity asks again if it comes back to the stage.",
)


@router.get("/failures", summary="List what went wrong lately", responses=json_example({"items": [shapes.FAILURE]}))
async def list_failures(rooms: InRooms, who: Reader, limit: PageLimit = 50) -> Response:
    """List what went wrong with systems outside, counted: what lasts first, then the latest."""
    async with rooms.storage.open(who.business) as books:
        found = await books.integrations.failures.recent(limit=limit)
    return document({"items": [shapes.write_failure(failure) for failure in found]})


@router.get(
    "/entries/unreadable",
    summary="List entries whose times make no sense",
    responses=json_example({"items": [shapes.ENTRY | {"unreadable": "ends_before_it_starts"}]}),
)
async def list_unreadable_entries(rooms: InRooms, who: Reader, limit: PageLimit = 50) -> Response:
    """List the entries of GoHighLevel whose latest times can't be: what was known of them before still stands."""
    async with rooms.storage.open(who.business) as books:
        found = await books.integrations.mirror.unreadable(limit=limit)
    return document({"items": [_entry(entry, who) for entry in found]})


@router.get(
    "/entries/foreign",
    summary="List entries that are no bookings of ours",
    responses=json_example({"items": [shapes.ENTRY]}),
)
async def list_foreign_entries(
    rooms: InRooms, who: Reader, since: AwareTime | None = None, until: AwareTime | None = None
) -> Response:
    """List what else takes technicians' time, at most 31 days of it; from now for two weeks unless said otherwise."""
    begin = rooms.clock() if since is None else since
    end = begin + _USUAL_LOOK if until is None else until
    if end < begin:
        raise faulty("query.until", "lies before `since`")
    if end - begin > LONGEST_LOOK:
        raise faulty("query.until", "lies more than 31 days after `since`")
    found = await _foreign(rooms, who.business, since=begin, until=end)
    return document({"items": [_entry(entry, who) for entry in found]})


async def _foreign(rooms: Rooms, business: str, *, since: int, until: int) -> list[Mirrored]:
    """Look up the entries behind the commitments that the mirror makes; one of several technicians makes several."""
    keys: list[str] = []
    after: tuple[int, str] | None = None
    async with rooms.storage.open(business) as books:
        while True:
            page = await books.commitments.page(since=since, until=until, technician=None, after=after, limit=_AT_ONCE)
            keys += [
                kept.commitment.id.rpartition("@")[0] or kept.commitment.id for kept in page if kept.source == "ghl"
            ]
            if len(page) < _AT_ONCE:
                break
            after = (page[-1].commitment.start, page[-1].commitment.id)
        entries = await books.integrations.mirror.find(keys)
    return sorted(entries.values(), key=lambda one: (one.start, one.key))


def _entry(entry: Mirrored, who: Member) -> dict[str, object]:
    return shapes.write_entry(entry, titles=who.may(Permission.COMMITMENTS_READ))


def _shown(proposal: Proposal, who: Member) -> dict[str, object]:
    return shapes.write_proposal(proposal, personal=who.may(Permission.CUSTOMERS_READ))
