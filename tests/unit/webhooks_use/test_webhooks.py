"""Webhooks are registered with a secret that is shown once, told of what happens, and told again on demand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fieldfare.adapters.webhooks.delivering import HttpDeliverer
from fieldfare.domain.clock import DAY
from fieldfare.domain.webhooks import DELAYS, EventType, read_secret, verify
from fieldfare.ports.webhooks import DeliveryStatus, KeptDelivery, Webhook
from fieldfare.usecases.reactions import DELIVER
from fieldfare.usecases.webhooks.deliver import deliver
from fieldfare.usecases.webhooks.refusals import UnknownWebhookError, WebhookDisabledError, WebhookRefusedError
from fieldfare.usecases.webhooks.register import (
    MOST_WEBHOOKS,
    Change,
    Register,
    Registered,
    Rotate,
    change,
    delete,
    register,
    rotate,
)
from fieldfare.usecases.webhooks.replay import Redeliver, Replay, redeliver, replay
from tests.databases import Database
from tests.unit.messages.office import BUSINESS, DESK, Office, on
from tests.unit.webhooks.receiver import LOOPBACK, Receiver, answer, receiver
from tests.worlds import table

URL = "https://hooks.example.com/a-secret-path"


async def _registered(office: Office, url: str = URL, *types: str) -> Registered:
    wanted = Register(url=url, types=types, actor=DESK, allow_http=True)
    return await office.run(lambda desk: register(desk, wanted))


async def _deliver(office: Office, delivery: str) -> None:
    deliverer = HttpDeliverer(trusted=LOOPBACK, allow_http=True)
    await deliver(office.storage, BUSINESS, delivery, deliverer=deliverer)


async def _webhook(office: Office, id_: str) -> Webhook | None:
    async with office.storage.open(BUSINESS) as books:
        return await books.webhooks.find(id_)


async def _deliveries(office: Office, webhook: str) -> list[KeptDelivery]:
    """List a webhook's deliveries, the oldest first."""
    async with office.storage.open(BUSINESS) as books:
        found = await books.webhooks.deliveries(webhook, statuses=None, before=None, limit=100)
    return list(reversed(found))


async def _told(office: Office, url: str) -> tuple[Registered, KeptDelivery]:
    """Register a webhook, and make a booking of which it is to be told."""
    made = await _registered(office, url, EventType.BOOKING_CONFIRMED)
    await office.booked()
    (kept,) = await _deliveries(office, made.webhook.id)
    return made, kept


def _signed(running: Receiver, *secrets: str) -> bool:
    got = running.received[-1]
    return all(
        verify(
            [read_secret(secret)],
            id_=got.headers["webhook-id"],
            timestamp=got.headers["webhook-timestamp"],
            signatures=got.headers["webhook-signature"],
            body=got.body,
            now=int(got.headers["webhook-timestamp"]),
        )
        for secret in secrets
    )


def test_the_trail_knows_what_was_done_and_no_secret(database: Database) -> None:
    async def work(office: Office) -> None:
        made = await _registered(office, URL, "booking.held", "booking.cancelled", "booking.held")
        assert made.webhook.types == ("booking.cancelled", "booking.held")
        id_ = made.webhook.id
        await office.run(lambda desk: change(desk, Change(webhook=id_, actor=DESK, types=[], enabled=False)))
        await office.run(lambda desk: change(desk, Change(webhook=id_, actor=DESK, enabled=True)))
        await office.run(lambda desk: change(desk, Change(webhook=id_, actor=DESK, enabled=True)))
        turned = await office.run(lambda desk: rotate(desk, Rotate(webhook=id_, actor=DESK)))
        await office.run(lambda desk: delete(desk, id_, actor=DESK))
        lines = [line.entry for line in await office.trail("webhooks")]
        assert [line.action for line in lines] == ["create", "change", "change", "rotate", "delete"]
        written = json.dumps([(line.before, line.after) for line in lines])
        assert "hooks.example.com" not in written
        assert made.secret not in written
        assert turned.secret not in written
        assert lines[1].after is not None
        assert lines[1].after["disabled"] == "by hand"
        assert await _webhook(office, id_) is None

    on(database, work)


def test_while_a_secret_is_replaced_both_sign(database: Database) -> None:
    async def work(office: Office) -> None:
        async with receiver() as running:
            made, first = await _told(office, running.url())
            new = await office.run(lambda desk: rotate(desk, Rotate(webhook=made.webhook.id, actor=DESK)))
            await _deliver(office, first.id)
            assert _signed(running, made.secret, new.secret)
            last = await office.run(
                lambda desk: rotate(desk, Rotate(webhook=made.webhook.id, actor=DESK, keep_old=False))
            )
            wanted = Redeliver(webhook=made.webhook.id, delivery=first.id, actor=DESK)
            again = await office.run(lambda desk: redeliver(desk, wanted))
            await _deliver(office, again.id)
            assert _signed(running, last.secret)
            assert not _signed(running, new.secret)

    on(database, work)


@table(
    "url, types, allow_http",
    {
        "no address": ("hooks", (), True),
        "plain http": ("http://hooks.example.com/", (), False),
        "a password": ("https://me:pw@hooks.example.com/", (), False),
        "an unknown type": (URL, ("booking.eaten",), False),
    },
)
def test_what_is_refused(database: Database, url: str, types: tuple[str, ...], allow_http: bool) -> None:
    async def work(office: Office) -> None:
        wanted = Register(url=url, types=types, actor=DESK, allow_http=allow_http)
        with pytest.raises(WebhookRefusedError) as refused:
            await office.run(lambda desk: register(desk, wanted))
        assert url not in str(refused.value)

    on(database, work)


def test_there_are_only_so_many(database: Database) -> None:
    async def work(office: Office) -> None:
        for _ in range(MOST_WEBHOOKS):
            await _registered(office)
        with pytest.raises(WebhookRefusedError):
            await _registered(office)
        with pytest.raises(UnknownWebhookError):
            await office.run(lambda desk: rotate(desk, Rotate(webhook="none", actor=DESK)))

    on(database, work)


def test_an_event_is_delivered_once(database: Database) -> None:
    async def work(office: Office) -> None:
        async with receiver() as running:
            made, kept = await _told(office, running.url())
            await _deliver(office, kept.id)
            await _deliver(office, kept.id)
            (got,) = running.received
            assert _signed(running, made.secret)
        body = json.loads(got.body)
        assert body["type"] == "booking.confirmed"
        assert body["data"]["booking"]["status"] == "confirmed"
        assert got.headers["webhook-id"] == kept.id
        (done,) = await _deliveries(office, made.webhook.id)
        assert (done.status, done.answer, done.attempts) == (DeliveryStatus.DELIVERED, 204, 1)
        assert done.delivered_at is not None

    on(database, work)


@table(
    "status, headers, least",
    {"down": (500, "", DELAYS[0]), "asks to wait": (429, "retry-after: 900\r\n", 900)},
)
def test_what_fails_is_put_off_by_a_task(database: Database, status: int, headers: str, least: int) -> None:
    async def work(office: Office) -> None:
        async with receiver(answer(status, headers=headers)) as running:
            made, kept = await _told(office, running.url())
            await _deliver(office, kept.id)
            (failed,) = await _deliveries(office, made.webhook.id)
            assert (failed.status, failed.answer, failed.attempts) == (DeliveryStatus.PENDING, status, 1)
            assert failed.next_at is not None
            assert failed.next_at - failed.created_at >= least
            # A task that comes before its time, because a dead worker was at it, does nothing.
            await _deliver(office, kept.id)
            assert running.connections == 1
            async with office.queue() as queue:
                jobs = list(await queue.job_manager.list_jobs_async(task=DELIVER))
            later = [job for job in jobs if job.scheduled_at is not None]
            assert [int(job.scheduled_at.timestamp()) for job in later if job.scheduled_at] == [failed.next_at]

    on(database, work)


def test_after_the_last_attempt_it_is_given_up(database: Database) -> None:
    async def work(office: Office) -> None:
        async with receiver(answer(500)) as running:
            made, kept = await _told(office, running.url())
            for _ in range(len(DELAYS) + 3):
                await _deliver(office, kept.id)
                await _due_now(office, kept.id)
            (left,) = await _deliveries(office, made.webhook.id)
            assert (left.status, left.attempts) == (DeliveryStatus.GIVEN_UP, len(DELAYS) + 1)
            assert running.connections == len(DELAYS) + 1

    on(database, work)


async def _due_now(office: Office, delivery: str) -> None:
    async with office.storage.open(BUSINESS) as books:
        kept = await books.webhooks.delivery(delivery, for_change=True)
        assert kept is not None
        await books.webhooks.settle(replace(kept, next_at=None))


def test_a_receiver_that_is_gone_is_never_called_again(database: Database) -> None:
    async def work(office: Office) -> None:
        async with receiver(answer(410)) as running:
            made, kept = await _told(office, running.url())
            await office.booked(hours=30)
            (other,) = [one for one in await _deliveries(office, made.webhook.id) if one.id != kept.id]
            await _deliver(office, kept.id)
            await _deliver(office, other.id)
            assert running.connections == 1
        found = await _webhook(office, made.webhook.id)
        assert found is not None
        assert found.disabled_at is not None
        left = {one.id: one.status.value for one in await _deliveries(office, made.webhook.id)}
        assert left == {kept.id: "refused", other.id: "given_up"}
        wanted = Redeliver(webhook=made.webhook.id, delivery=kept.id, actor=DESK)
        with pytest.raises(WebhookDisabledError):
            await office.run(lambda desk: redeliver(desk, wanted))
        assert (await office.trail("webhooks"))[-1].entry.actor.id == "webhooks"

    on(database, work)


def test_an_address_in_a_private_network_is_refused(database: Database) -> None:
    async def work(office: Office) -> None:
        made, kept = await _told(office, "http://192.168.1.1/hooks")
        await _deliver(office, kept.id)
        (refused,) = await _deliveries(office, made.webhook.id)
        assert (refused.status, refused.attempts) == (DeliveryStatus.REFUSED, 1)
        assert refused.failure is not None
        assert "192.168" not in refused.failure

    on(database, work)


@table(
    "delivered_days_ago, disabled",
    {"nothing for days": (None, True), "something before it": (7, True), "something since": (2, False)},
)
def test_a_webhook_that_fails_for_days_is_disabled(
    database: Database, delivered_days_ago: int | None, disabled: bool
) -> None:
    async def work(office: Office) -> None:
        async with receiver(answer(500)) as running:
            made, kept = await _told(office, running.url())
            async with office.storage.open(BUSINESS) as books:
                now = books.moment
                await _past(books, kept, at=now - 6 * DAY, status=DeliveryStatus.GIVEN_UP)
                if delivered_days_ago is not None:
                    at = now - delivered_days_ago * DAY
                    await _past(books, kept, at=at, status=DeliveryStatus.DELIVERED)
            await _deliver(office, kept.id)
        found = await _webhook(office, made.webhook.id)
        assert found is not None
        assert (found.disabled_at is not None) is disabled

    on(database, work)


async def _past(books: Any, like: KeptDelivery, *, at: int, status: DeliveryStatus) -> None:
    """Write a delivery of days ago."""
    made = await books.webhooks.again(like.id, new_id=f"{at:010x}{status.value}", at=at)
    delivered = at if status is DeliveryStatus.DELIVERED else None
    await books.webhooks.settle(replace(made, status=status, attempts=1, delivered_at=delivered))


def test_all_since_an_instant_is_told_again_in_its_order(database: Database) -> None:
    async def work(office: Office) -> None:
        async with receiver() as running:
            made = await _registered(office, running.url())
            booking = await office.booked()
            await office.cancelled(booking)
            await office.work_off()
            told = [json.loads(one.body)["type"] for one in running.received]
            assert sorted(told) == ["booking.cancelled", "booking.confirmed"]
            wanted = Replay(webhook=made.webhook.id, since=booking.created_at, actor=DESK)
            assert await office.run(lambda desk: replay(desk, wanted)) == 2
            kept = await _deliveries(office, made.webhook.id)
            assert len(kept) == 4
            await office.work_off()
            assert len(running.received) == 4
            # What was told twice is still two events.
            assert await office.run(lambda desk: replay(desk, wanted)) == 2
            later = replace(wanted, since=booking.created_at + DAY)
            assert await office.run(lambda desk: replay(desk, later)) == 0
        assert (await office.trail("webhooks"))[-1].entry.after == {"since": later.since, "count": 0}

    on(database, work)


def test_a_delivery_of_another_webhook_is_unknown(database: Database) -> None:
    async def work(office: Office) -> None:
        _, kept = await _told(office, URL)
        other = await _registered(office)
        wanted = Redeliver(webhook=other.webhook.id, delivery=kept.id, actor=DESK)
        with pytest.raises(UnknownWebhookError):
            await office.run(lambda desk: redeliver(desk, wanted))

    on(database, work)


def test_a_task_names_ids_alone(database: Database) -> None:
    async def work(office: Office) -> None:
        _, kept = await _told(office, URL)
        async with office.queue() as queue:
            (job,) = await queue.job_manager.list_jobs_async(task=DELIVER)
        assert job.task_kwargs == {"business": BUSINESS, "delivery": kept.id}
        assert job.lock is None

    on(database, work)
