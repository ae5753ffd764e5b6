"""Deliver an event to a webhook: tried again for days, and then given up (Standard Webhooks).

A receiver may be told twice, if the worker is killed before it has written down that it was told, but then with the
same id.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.clock import DAY
from fieldfare.domain.webhooks import DELAYS, delay_after, payload
from fieldfare.ports.bookings import Task
from fieldfare.ports.deliveries import (
    Deliverer,
    Delivery,
    DeliveryError,
    DeliveryFailedError,
    DeliveryRefusedError,
    GoneError,
    Outcome,
)
from fieldfare.ports.storage import Books, Storage
from fieldfare.ports.webhooks import DeliveryStatus, KeptDelivery, Webhook
from fieldfare.usecases.reactions import DELIVER
from fieldfare.usecases.webhooks.register import disable

SENDER = Actor(kind=ActorKind.SYSTEM, id="webhooks")
MOST_ATTEMPTS = len(DELAYS) + 1
FAILING_DAYS = 5
GONE = "the receiver wants nothing any more"
FAILING = f"nothing could be delivered for {FAILING_DAYS} days"
DISABLED = "the webhook is disabled"
_MOST_LOOKED_AT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What is sent this time, and the delivery with this attempt counted."""

    kept: KeptDelivery
    sent: Delivery


async def deliver(storage: Storage, business: str, delivery: str, *, deliverer: Deliverer) -> None:
    """Make an attempt at a delivery that is due; any other is left as it is. What fails is put off by a task."""
    async with storage.open(business) as books:
        attempt = await _begun(books, delivery)
    if attempt is None:
        return
    outcome: Outcome | DeliveryError
    try:
        outcome = await deliverer.deliver(attempt.sent)
    except DeliveryError as error:
        outcome = error
    async with storage.open(business) as books:
        kept = await books.webhooks.delivery(delivery, for_change=True)
        # Another attempt that was made meanwhile has more to say.
        if kept is not None and kept.status is DeliveryStatus.PENDING and kept.attempts == attempt.kept.attempts:
            await _settle(books, kept, outcome)


async def _begun(books: Books, id_: str) -> _Attempt | None:
    kept = await books.webhooks.delivery(id_, for_change=True)
    if kept is None or kept.status is not DeliveryStatus.PENDING:
        return None
    if kept.next_at is not None and kept.next_at > books.moment:
        # The task that is to come at that instant is there already.
        return None
    webhook = await books.webhooks.find(kept.webhook)
    if webhook is None or webhook.disabled_at is not None:
        await books.webhooks.settle(replace(kept, status=DeliveryStatus.GIVEN_UP, failure=DISABLED, next_at=None))
        return None
    if kept.attempts >= MOST_ATTEMPTS:
        await books.webhooks.settle(replace(kept, status=DeliveryStatus.GIVEN_UP, next_at=None))
        return None
    tried = replace(kept, attempts=kept.attempts + 1)
    await books.webhooks.settle(tried)
    return _Attempt(kept=tried, sent=_written(tried, webhook, at=books.moment))


def _written(kept: KeptDelivery, webhook: Webhook, *, at: int) -> Delivery:
    return Delivery(
        id=kept.id,
        url=webhook.url,
        secrets=webhook.secrets,
        body=payload(type_=kept.event.type, at=kept.event.at, data=kept.event.data),
        sent_at=at,
    )


async def _settle(books: Books, kept: KeptDelivery, outcome: Outcome | DeliveryError) -> None:
    now = books.moment
    if isinstance(outcome, Outcome):
        done = replace(
            kept,
            status=DeliveryStatus.DELIVERED,
            answer=outcome.status,
            failure=None,
            next_at=None,
            delivered_at=now,
        )
        await books.webhooks.settle(done)
        return
    failed = replace(kept, answer=outcome.status, failure=str(outcome), next_at=None)
    if isinstance(outcome, DeliveryRefusedError | GoneError):
        await books.webhooks.settle(replace(failed, status=DeliveryStatus.REFUSED))
        if isinstance(outcome, GoneError):
            await _disable(books, kept.webhook, because=GONE)
        return
    await _put_off(books, failed, outcome)
    if await _fails_for_days(books, kept.webhook):
        await _disable(books, kept.webhook, because=FAILING)


async def _put_off(books: Books, failed: KeptDelivery, error: DeliveryError) -> None:
    """Try it again later, and not before the receiver has asked for it; after the last attempt give it up."""
    delay = delay_after(failed.attempts, jitter=secrets.randbelow(1_000) / 1_000)
    if delay is None:
        await books.webhooks.settle(replace(failed, status=DeliveryStatus.GIVEN_UP))
        return
    asked = error.retry_after if isinstance(error, DeliveryFailedError) else None
    next_at = books.moment + max(delay, asked or 0)
    await books.webhooks.settle(replace(failed, next_at=next_at))
    arguments = {"business": books.business, "delivery": failed.id}
    await books.tasks.add([Task(name=DELIVER, arguments=arguments, not_before=next_at)])


async def _disable(books: Books, webhook: str, *, because: str) -> None:
    found = await books.webhooks.find(webhook, for_change=True)
    if found is not None and found.disabled_at is None:
        await disable(books, found, because=because, actor=SENDER)


async def _fails_for_days(books: Books, webhook: str) -> bool:
    """Whether something that was to be delivered days ago was given up, and nothing was delivered since."""
    # Ids begin with the second of their making.
    days_ago = f"{books.moment - FAILING_DAYS * DAY:010x}"
    given_up = await books.webhooks.deliveries(webhook, statuses=[DeliveryStatus.GIVEN_UP], before=days_ago, limit=1)
    if not given_up:
        return False
    lately = await books.webhooks.deliveries(
        webhook, statuses=[DeliveryStatus.DELIVERED], before=None, limit=_MOST_LOOKED_AT
    )
    return all((one.delivered_at or 0) < given_up[0].created_at for one in lately)
