"""`/api/v1/staff/webhooks`: whom to tell of what happens, what became of it, and telling it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypeAlias

import orjson
from fastapi import Body, Depends, Query, Response

from fieldfare.domain.permissions import Member, Permission
from fieldfare.domain.webhooks import check_url
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.idempotency import Retried
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.public.booking_shapes import document
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import webhook_shapes as shapes
from fieldfare.entrypoints.api.staff.webhook_shapes import write_delivery, write_registered, write_webhook
from fieldfare.entrypoints.api.values import PageLimit, RecordId
from fieldfare.ports.webhooks import DeliveryStatus, KeptDelivery, Webhook
from fieldfare.usecases.webhooks.refusals import UnknownWebhookError, WebhookDisabledError, WebhookRefusedError
from fieldfare.usecases.webhooks.register import Change, Register, Registered, Rotate, change, delete, register, rotate
from fieldfare.usecases.webhooks.replay import Redeliver, Replay, redeliver, replay

router = JsonRouter(prefix="/api/v1/staff", tags=["webhooks"])

Manager: TypeAlias = Annotated[Member, Depends(requires(Permission.WEBHOOKS_MANAGE))]


@router.get("/webhooks", summary="List webhooks", responses=json_example({"items": [shapes.WEBHOOK]}))
async def list_webhooks(rooms: InRooms, who: Manager) -> Response:
    """List who is told of what happens; there are twenty at most. Secrets are shown only when they are made."""
    async with rooms.storage.open(who.business) as books:
        found = await books.webhooks.all()
    return document({"items": [write_webhook(webhook) for webhook in found]})


@router.post(
    "/webhooks",
    status_code=201,
    summary="Add a webhook",
    responses={
        **json_example(shapes.REGISTERED, status=201),
        **problem_responses("conflict", "idempotency_mismatch"),
    },
)
async def add_webhook(
    body: Annotated[shapes.NewWebhook, Body(examples=[shapes.NEW_WEBHOOK])],
    rooms: InRooms,
    who: Manager,
    retried: Retried,
) -> Response:
    """Add an address that is told of events, of all types unless some are named.

    This answer is the only one that shows the secret: keep it where secrets are kept.
    """
    _refuse_url(body.url, rooms)
    wanted = Register(url=body.url, types=body.types, actor=who.actor, allow_http=rooms.webhook_http)

    def write(registered: Registered) -> bytes:
        return orjson.dumps(write_registered(registered))

    async with _refusals(rooms, who):
        answer = await rooms.acting.run(
            who.business, lambda desk: register(desk, wanted), write=write, once=retried.by(who)
        )
    return document(answer, status=201, location=f"{router.prefix}/webhooks/{orjson.loads(answer)['id']}")


@router.get("/webhooks/{id}", summary="Show a webhook", responses=json_example(shapes.WEBHOOK))
async def show_webhook(id: RecordId, rooms: InRooms, who: Manager) -> Response:  # noqa: A002 - the path's word
    """Show one webhook, and why it was disabled if it was."""
    async with rooms.storage.open(who.business) as books:
        found = await books.webhooks.find(id)
    if found is None:
        raise Problem("not_found")
    return document(write_webhook(found))


@router.patch(
    "/webhooks/{id}",
    summary="Change a webhook",
    responses={**json_example(shapes.WEBHOOK), **problem_responses("conflict", "idempotency_mismatch")},
)
async def alter_webhook(
    id: RecordId,  # noqa: A002 - the path's word
    body: Annotated[shapes.WebhookChange, Body(examples=[{"enabled": True}])],
    rooms: InRooms,
    who: Manager,
    retried: Retried,
) -> Response:
    """Change the address or the types, disable a webhook, or enable it again. What is left out stays."""
    if body.url is not None:
        _refuse_url(body.url, rooms)
    wanted = Change(
        webhook=id,
        actor=who.actor,
        url=body.url,
        types=body.types,
        enabled=body.enabled,
        allow_http=rooms.webhook_http,
    )

    def write(webhook: Webhook) -> bytes:
        return orjson.dumps(write_webhook(webhook))

    async with _refusals(rooms, who):
        answer = await rooms.acting.run(
            who.business, lambda desk: change(desk, wanted), write=write, once=retried.by(who)
        )
    return document(answer)


@router.delete(
    "/webhooks/{id}", status_code=204, summary="Delete a webhook", responses=problem_responses("idempotency_mismatch")
)
async def remove_webhook(id: RecordId, rooms: InRooms, who: Manager, retried: Retried) -> Response:  # noqa: A002
    """Tell an address nothing more; what is on its way is given up."""

    def write(_: None) -> bytes:
        return b"null"

    async with _refusals(rooms, who):
        await rooms.acting.run(
            who.business, lambda desk: delete(desk, id, actor=who.actor), write=write, once=retried.by(who)
        )
    return Response(status_code=204)


@router.post(
    "/webhooks/{id}/rotate",
    summary="Make a new secret",
    responses={**json_example(shapes.REGISTERED | {"secrets": 2}), **problem_responses("idempotency_mismatch")},
)
async def rotate_webhook(
    id: RecordId,  # noqa: A002 - the path's word
    body: Annotated[shapes.Rotation, Body(examples=[{"keep_old": False}])],
    rooms: InRooms,
    who: Manager,
    retried: Retried,
) -> Response:
    """Make a new secret, shown this once. The one before goes on signing beside it, unless `keep_old` is false.

    Once the receiver knows the new one, rotate again, or send `keep_old` false where a secret became known to others.
    """
    wanted = Rotate(webhook=id, actor=who.actor, keep_old=body.keep_old)

    def write(registered: Registered) -> bytes:
        return orjson.dumps(write_registered(registered))

    async with _refusals(rooms, who):
        answer = await rooms.acting.run(
            who.business, lambda desk: rotate(desk, wanted), write=write, once=retried.by(who)
        )
    return document(answer)


@router.get(
    "/webhooks/{id}/deliveries",
    summary="List what a webhook was told, the newest first",
    responses=json_example({"items": [shapes.DELIVERY], "next": None}),
)
async def list_deliveries(  # noqa: PLR0917 - FastAPI gives each by its name
    id: RecordId,  # noqa: A002 - the path's word
    rooms: InRooms,
    who: Manager,
    status: Annotated[
        list[shapes.DeliveryName] | None, Query(description="Only these.", examples=[["given_up"]])
    ] = None,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> Response:
    """List deliveries and what became of them: the receiver's last status, or why it could not be reached."""
    before = None if cursor is None else str(parts_of(cursor, str)[0])
    statuses = None if status is None else [DeliveryStatus(one) for one in status]
    async with rooms.storage.open(who.business) as books:
        if await books.webhooks.find(id) is None:
            raise Problem("not_found")
        found = await books.webhooks.deliveries(id, statuses=statuses, before=before, limit=limit + 1)
    shown = found[:limit]
    return document(
        {
            "items": [write_delivery(delivery) for delivery in shown],
            "next": cursor_of(shown[-1].id) if len(found) > limit else None,
        }
    )


@router.post(
    "/webhooks/{id}/replay",
    status_code=202,
    summary="Tell a webhook again",
    responses={
        **json_example({"count": 1, "delivery": shapes.DELIVERY["id"]}, status=202),
        **problem_responses("conflict", "idempotency_mismatch"),
    },
)
async def replay_webhook(
    id: RecordId,  # noqa: A002 - the path's word
    body: Annotated[shapes.ReplayBody, Body(examples=[{"delivery": shapes.DELIVERY["id"]}])],
    rooms: InRooms,
    who: Manager,
    retried: Retried,
) -> Response:
    """Deliver one event again, or all since a time, in their order, under new ids.

    With the code `conflict` the webhook is disabled, or more than a thousand events have come since.
    """
    async with _refusals(rooms, who):
        if body.delivery is not None:
            one = Redeliver(webhook=id, delivery=body.delivery, actor=who.actor)
            answer = await rooms.acting.run(
                who.business, lambda desk: redeliver(desk, one), write=_write_again, once=retried.by(who)
            )
        else:
            many = Replay(webhook=id, since=body.since or 0, actor=who.actor)
            answer = await rooms.acting.run(
                who.business, lambda desk: replay(desk, many), write=_write_count, once=retried.by(who)
            )
    return document(answer, status=202)


def _write_again(delivery: KeptDelivery) -> bytes:
    return orjson.dumps({"count": 1, "delivery": delivery.id})


def _write_count(count: int) -> bytes:
    return orjson.dumps({"count": count, "delivery": None})


def _refuse_url(url: str, rooms: Rooms) -> None:
    problem = check_url(url, allow_http=rooms.webhook_http)
    if problem is not None:
        raise faulty("url", problem)


@asynccontextmanager
async def _refusals(rooms: Rooms, who: Member) -> AsyncIterator[None]:
    async with booking_refusals(rooms, who.business, who):
        try:
            yield
        except UnknownWebhookError:
            raise Problem("not_found") from None
        except WebhookDisabledError:
            raise Problem("conflict", "The webhook is disabled: enable it first.", reason="disabled") from None
        except WebhookRefusedError as error:
            said = str(error)
            raise Problem("conflict", f"{said[:1].upper()}{said[1:]}.", reason="refused") from None
