"""Deliver once more, because a receiver has lost what it was told: one delivery, or all events since an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fieldfare.domain.actors import Actor
from fieldfare.domain.configuration import Document
from fieldfare.ports.bookings import Task
from fieldfare.ports.storage import Books, Entry
from fieldfare.ports.webhooks import KeptDelivery, Webhook
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.reactions import DELIVER
from fieldfare.usecases.webhooks.refusals import UnknownWebhookError, WebhookDisabledError, WebhookRefusedError
from fieldfare.usecases.webhooks.register import SUBJECT

MOST_REPLAYED = 1_000
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeliver:
    """One delivery that is to be made again, whatever became of it."""

    webhook: str
    delivery: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A webhook that is to be told again whatever it was told since an instant."""

    webhook: str
    since: int
    actor: Actor


async def redeliver(_: Desk, wanted: Redeliver) -> Act[KeptDelivery]:
    """Plan one delivery again, under an id of its own; raises `UnknownWebhookError` and `WebhookDisabledError`."""

    async def act(books: Books) -> KeptDelivery:
        await _open_webhook(books, wanted.webhook)
        old = await books.webhooks.delivery(wanted.delivery)
        if old is None or old.webhook != wanted.webhook:
            raise UnknownWebhookError
        (new,) = await _again(books, [old])
        await _write_down(books, wanted.actor, wanted.webhook, {"delivery": old.id, "count": 1})
        return new

    return act


async def replay(_: Desk, wanted: Replay) -> Act[int]:
    """Plan all of a webhook's events since an instant again, in their order; the act tells how many there were.

    Events that came while the webhook was not there, or disabled, were never on their way to it and aren't among them.
    Raises `UnknownWebhookError`, `WebhookDisabledError`, and `WebhookRefusedError` where there are too many.
    """

    async def act(books: Books) -> int:
        await _open_webhook(books, wanted.webhook)
        events = await _since(books, wanted.webhook, wanted.since)
        await _again(books, [events[number] for number in sorted(events)])
        await _write_down(books, wanted.actor, wanted.webhook, {"since": wanted.since, "count": len(events)})
        return len(events)

    return act


async def _open_webhook(books: Books, id_: str) -> Webhook:
    webhook = await books.webhooks.find(id_)
    if webhook is None:
        raise UnknownWebhookError
    if webhook.disabled_at is not None:
        raise WebhookDisabledError("enable the webhook first")
    return webhook


async def _since(books: Books, webhook: str, since: int) -> dict[int, KeptDelivery]:
    """Find a delivery of each event since an instant; no delivery is older than its event."""
    found: dict[int, KeptDelivery] = {}
    before = None
    while True:
        page = await books.webhooks.deliveries(webhook, statuses=None, before=before, limit=_PAGE)
        found |= {one.event.number: one for one in page if one.event.at >= since}
        if len(found) > MOST_REPLAYED:
            raise WebhookRefusedError(f"more than {MOST_REPLAYED} events have come since; name a later instant")
        if len(page) < _PAGE or page[-1].created_at < since:
            return found
        before = page[-1].id


async def _again(books: Books, deliveries: Sequence[KeptDelivery]) -> list[KeptDelivery]:
    written = []
    for old in deliveries:
        new = await books.webhooks.again(old.id, new_id=new_id(now=books.moment), at=books.moment)
        if new is None:
            raise UnknownWebhookError
        written.append(new)
    tasks = [Task(name=DELIVER, arguments={"business": books.business, "delivery": new.id}) for new in written]
    await books.tasks.add(tasks)
    return written


async def _write_down(books: Books, actor: Actor, webhook: str, told: Document) -> None:
    entry = Entry(actor=actor, action="replay", subject=SUBJECT, subject_id=webhook, after=told)
    await books.audit.write([entry])
