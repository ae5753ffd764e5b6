"""`/api/v1/staff/messages`: what customers were written to, and what the desk has still to tell them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeAlias

import orjson
from fastapi import Body, Depends, Query, Response
from pydantic import Field

from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.booking_shapes import document
from fieldfare.entrypoints.api.rooms import InRooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.values import Body as Fields
from fieldfare.entrypoints.api.values import PageLimit, Prose, RecordId
from fieldfare.ports.customers import Message, MessageStatus
from fieldfare.usecases.messages.settle import Settle, UnknownMessageError, settle

router = JsonRouter(prefix="/api/v1/staff", tags=["messages"])

Reader: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_READ))]
Decider: TypeAlias = Annotated[Member, Depends(requires(Permission.BOOKINGS_DECIDE))]
MessageStatusName: TypeAlias = Literal["waiting", "sent", "unsent", "dropped"]

_MESSAGE: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d5",
    "kind": "confirmed",
    "booking": "006b0f2c51a3f04c9be1d2",
    "customer": "006b0f2c51a3f04c9be1d0",
    "status": "unsent",
    "failure": "no_email",
    "attempts": 0,
    "created_at": "2026-11-23T13:00:00Z",
    "sent_at": None,
    "settled_at": None,
}


class SettleBody(Fields):
    """How a message was settled."""

    note: Prose | None = Field(default=None, max_length=1_000, description="It is erased with the customer.")


@router.get(
    "/messages",
    summary="List messages to customers, the newest first",
    responses=json_example({"items": [_MESSAGE], "next": None}),
)
async def list_messages(  # noqa: PLR0917 - FastAPI gives each by its name
    rooms: InRooms,
    who: Reader,
    status: Annotated[list[MessageStatusName] | None, Query(description="Only these.", examples=[["unsent"]])] = None,
    booking: Annotated[RecordId | None, Query(description="Only about this booking.")] = None,
    unsettled: Annotated[
        bool, Query(description="Only what could not be sent and nobody at the desk has settled.")
    ] = False,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> Response:
    """List what customers were written to about, and what became of it: never the text, nor to which address."""
    before = None if cursor is None else str(parts_of(cursor, str)[0])
    async with rooms.storage.open(who.business) as books:
        found = await books.messages.page(
            statuses=_statuses(status, unsettled=unsettled),
            booking=booking,
            unsettled=unsettled,
            before=before,
            limit=limit + 1,
        )
    shown = found[:limit]
    return document(
        {
            "items": [write_message(message) for message in shown],
            "next": cursor_of(shown[-1].id) if len(found) > limit else None,
        }
    )


@router.post(
    "/messages/{id}/settle",
    summary="Settle a message that could not be sent",
    responses={
        **json_example(_MESSAGE | {"settled_at": "2026-11-23T14:00:00Z"}),
        **problem_responses("wrong_status", "idempotency_mismatch"),
    },
)
async def settle_message(
    id: RecordId,  # noqa: A002 - the path's word
    body: Annotated[SettleBody, Body(examples=[{"note": "Told on the phone."}])],
    rooms: InRooms,
    who: Decider,
    retried: Retried,
) -> Response:
    """Say that the customer was told otherwise, or need not be. What was sent has nothing to settle."""
    wanted = Settle(message=id, actor=who.actor, note=body.note)

    def write(message: Message) -> bytes:
        return orjson.dumps(write_message(message))

    async with booking_refusals(rooms, who.business, who):
        try:
            answer = await rooms.acting.run(
                who.business, lambda desk: settle(desk, wanted), write=write, once=retried.by(who)
            )
        except UnknownMessageError:
            raise Problem("not_found") from None
    return document(answer)


def write_message(message: Message) -> dict[str, Any]:
    """Write what a message is about and what became of it."""
    return {
        "id": message.id,
        "kind": message.kind.value,
        "booking": message.booking,
        "customer": message.customer,
        "status": message.status.value,
        "failure": message.failure,
        "attempts": message.attempts,
        "created_at": _time(message.created_at),
        "sent_at": _time(message.sent_at),
        "settled_at": _time(message.settled_at),
    }


def _statuses(names: list[MessageStatusName] | None, *, unsettled: bool) -> list[MessageStatus] | None:
    """Name the statuses that are wanted; only what could not be sent can be unsettled."""
    unsent = frozenset({MessageStatus.UNSENT})
    if names is None:
        return list(unsent) if unsettled else None
    wanted = frozenset(MessageStatus(name) for name in names)
    return list(wanted & unsent if unsettled else wanted)


def _time(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")
