"""What the staff's routes of webhooks take and give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from fieldfare.domain.webhooks import LONGEST_URL, EventType
from fieldfare.entrypoints.api.values import AwareTime, Body, RecordId
from fieldfare.ports.webhooks import KeptDelivery, Webhook
from fieldfare.usecases.webhooks.register import Registered

DeliveryName: TypeAlias = Literal["pending", "delivered", "given_up", "refused"]
TypeName: TypeAlias = Literal[
    "booking.held",
    "booking.confirmed",
    "booking.requested",
    "booking.rescheduled",
    "booking.cancelled",
    "booking.estimate_moved",
    "booking.en_route",
    "booking.started",
    "booking.completed",
    "booking.no_show",
    "booking.failed",
    "booking.assigned",
    "booking.zone_overridden",
    "booking.expired",
    "waitlist.offered",
    "waitlist.joined",
]
_Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL, examples=["https://crm.example.com/hooks"])]
_Types = Annotated[
    list[TypeName],
    Field(max_length=len(EventType), description="Only these types of events; none means all, of later versions too."),
]


class NewWebhook(Body):
    """An address that is to be told."""

    url: _Url
    types: _Types = Field(default=[])


class WebhookChange(Body):
    """What shall be otherwise."""

    url: _Url | None = None
    types: _Types | None = None
    enabled: bool | None = Field(default=None, description="False disables; true ends whatever it was disabled for.")


class Rotation(Body):
    """Whether the secret before goes on signing."""

    keep_old: bool = True


class ReplayBody(Body):
    """What is to be told again: one delivery, or everything since a time."""

    delivery: RecordId | None = None
    since: AwareTime | None = None

    @model_validator(mode="after")
    def _one(self) -> ReplayBody:
        if (self.delivery is None) == (self.since is None):
            raise PydanticCustomError("one_of_two", "needs either delivery or since")
        return self


WEBHOOK: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d7",
    "url": "https://crm.example.com/hooks",
    "types": ["booking.confirmed", "booking.cancelled"],
    "enabled": True,
    "disabled_at": None,
    "disabled_because": None,
    "secrets": 1,
    "created_at": "2026-11-23T13:00:00Z",
}
NEW_WEBHOOK: dict[str, Any] = {"url": WEBHOOK["url"], "types": WEBHOOK["types"]}
REGISTERED: dict[str, Any] = WEBHOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
DELIVERY: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d9",
    "event": {"number": 12, "type": "booking.confirmed", "at": "2026-11-23T13:00:00Z"},
    "status": "delivered",
    "attempts": 1,
    "answer": 204,
    "failure": None,
    "created_at": "2026-11-23T13:00:00Z",
    "next_at": None,
    "delivered_at": "2026-11-23T13:00:01Z",
}


def write_webhook(webhook: Webhook) -> dict[str, Any]:
    """Write a webhook without its secrets, of which only the number is told."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "types": list(webhook.types),
        "enabled": webhook.disabled_at is None,
        "disabled_at": _time(webhook.disabled_at),
        "disabled_because": webhook.disabled_because,
        "secrets": len(webhook.secrets),
        "created_at": _time(webhook.created_at),
    }


def write_registered(registered: Registered) -> dict[str, Any]:
    """Write a webhook with the secret that was just made."""
    return {**write_webhook(registered.webhook), "secret": registered.secret}


def write_delivery(delivery: KeptDelivery) -> dict[str, Any]:
    """Write what became of a delivery; what it said is the event's, and can be had from the booking."""
    event = delivery.event
    return {
        "id": delivery.id,
        "event": {"number": event.number, "type": event.type, "at": _time(event.at)},
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "answer": delivery.answer,
        "failure": delivery.failure,
        "created_at": _time(delivery.created_at),
        "next_at": _time(delivery.next_at),
        "delivered_at": _time(delivery.delivered_at),
    }


def _time(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")
