"""`/api/v1/webhooks/ghl`: what GoHighLevel tells of, taken in and answered at once.

The signature is that of the bytes as they came: they are verified before anything reads them as JSON. Without a key
nobody is believed.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends
from fastapi.security import APIKeyHeader
from starlette.requests import Request

from fieldfare.domain.clock import MINUTE, seconds_since_epoch
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.rooms import InRooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.usecases.integrations.receive import Hint, receive

LONGEST_BODY = 512 * 1024
"""GoHighLevel sends 256 KB at most."""
OLDEST = 5 * MINUTE
"""How far the time of a webhook may be from ours, in either direction."""

_CHALLENGE = {"WWW-Authenticate": "Signature"}
_ID = re.compile(r"[\x21-\x7e]{1,200}")
_SIGNATURE = APIKeyHeader(
    name="X-GHL-Signature",
    scheme_name="ghl_signature",
    description="GoHighLevel's Ed25519 signature of the raw body, as base64; `X-WH-Signature` is the retiring RSA one.",
    auto_error=False,
)
_BODY: dict[str, Any] = {
    "type": "AppointmentUpdate",
    "locationId": "ve9EPM428h8vShlRW1KT",
    "appointment": {"id": "0007BWpSzSwfiuSl0tR2"},
    "timestamp": "2026-11-24T14:35:00.000Z",
    "webhookId": "4f0c9a1e-0f6a-4d1f-9c55-0b0e7f0a4f7e",
}

router = JsonRouter(prefix="/api/v1/webhooks", tags=["inbound"])


@router.post(
    "/ghl",
    summary="Take a webhook of GoHighLevel in",
    responses={**json_example({"outcome": "taken"}), **problem_responses("bad_signature", "stale_webhook")},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "example": _BODY}},
        }
    },
)
async def receive_ghl_webhook(
    request: Request, rooms: InRooms, _: Annotated[str | None, Depends(_SIGNATURE)]
) -> dict[str, str]:
    """Write a webhook down once, to be gone after; the answer doesn't wait for that.

    `outcome` is `taken`, `known` for one that came before, `ignored` for a type that changes nothing here, or `parked`
    for a location that no business is connected to. A webhook is a hint: what it is about is asked for anew.
    """
    facts_of(request.scope).body_limit = LONGEST_BODY
    body = await request.body()
    if rooms.ghl_keys is None or not rooms.ghl_keys.verify(body, request.headers):
        rooms.inbound.count("ghl", "refused")
        limits_of(request).spend_address(request, Bucket.WRONG_KEY)
        raise Problem("bad_signature", headers=_CHALLENGE)
    hint = _read(body, app=None if rooms.granting is None else rooms.granting.app, now=rooms.clock())
    if hint is None:
        rooms.inbound.count("ghl", "stale")
        raise Problem("stale_webhook", headers=_CHALLENGE)
    if rooms.accounts is None:
        # Without a look-up there is no connection either.
        rooms.inbound.count("ghl", "parked")
        return {"outcome": "parked"}
    reports = None if rooms.outward is None else rooms.outward.reports
    receipt = await receive(rooms.storage, rooms.accounts, hint, reports=reports, now=rooms.clock())
    rooms.inbound.count("ghl", receipt.value)
    return {"outcome": receipt.value}


def _read(body: bytes, *, app: str | None, now: int) -> Hint | None:
    """Read what a signed body hints at; None where its time is missing or not ours. Raises `Problem`."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise faulty("", "is not JSON") from None
    if not isinstance(document, dict):
        raise faulty("", "is not an object")
    sent_at = _instant(document.get("timestamp"))
    if sent_at is None or abs(now - sent_at) > OLDEST:
        return None
    type_ = _text(document.get("type"))
    if type_ is None:
        raise faulty("type", "is missing")
    return Hint(
        # One without an id of its own is told from others by what it says.
        id=_text(document.get("webhookId")) or hashlib.sha256(body).hexdigest(),
        type=type_,
        account=_text(document.get("locationId")),
        subject=_subject(document),
        sent_at=sent_at,
        ours=app is not None and document.get("appId") == app,
    )


def _subject(document: dict[str, Any]) -> str | None:
    """Name what a webhook is about; of one that was cut because it was too long nobody may know."""
    nested = document.get("appointment")
    return _text(nested.get("id")) if isinstance(nested, dict) else _text(document.get("id"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _instant(value: object) -> int | None:
    """Read a time with its offset; any other is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return None if moment.tzinfo is None else seconds_since_epoch(moment.replace(microsecond=0))
    except (ValueError, OverflowError):
        return None
