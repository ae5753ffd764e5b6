"""The tasks of the queue: what a change leaves behind is written by the next worker, what comes round comes round."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
from typing import Any

import procrastinate
import pytest
from sqlalchemy import event

from fieldfare.adapters.postgres.queue import open_queue
from fieldfare.domain.connections import CalendarUse, ConnectionSettings, StageMode, StageRule
from fieldfare.entrypoints.worker.crm_tasks import BY_THE_WAY, EACH_CHECK_SECONDS, SOON, is_time
from fieldfare.entrypoints.worker.tasks import register_tasks
from fieldfare.ports.deliveries import Delivery, Outcome
from fieldfare.ports.integrations import ProposalState, WriteState
from fieldfare.ports.mail import Mail
from fieldfare.usecases.integrations.read_all import Rounds, rounds_of
from fieldfare.usecases.messages.letter import Letter
from tests.databases import Database
from tests.integration_crm.writing.shop import LOCATION, Shop, run
from tests.integration_crm.writing.test_pipeline import opportunity, proposals


@asynccontextmanager
async def queue_of(one: Shop) -> AsyncIterator[procrastinate.App]:
    """Open the queue of the shop's database, with the tasks of CRMs."""
    queue = open_queue(one.database.application)

    async def businesses() -> AsyncIterator[str]:
        yield one.id

    register_tasks(
        queue,
        storage=one.storage,
        businesses=businesses,
        acting=one.outward.acting,
        mailer=None,
        compose=_nothing,
        link=one.outward.link,
        deliverer=_Nobody(),
        outward=one.outward,
    )
    async with queue.open_async():
        yield queue


def _nothing(letter: Letter) -> Mail:
    raise AssertionError("without a mailer no letter is written")


class _Nobody:
    async def deliver(self, delivery: Delivery) -> Outcome:
        raise AssertionError("there are no webhooks")


async def worked_off(one: Shop, queue: procrastinate.App) -> None:
    """Work off what is due, and all that follows from it."""
    while one.query(DUE):
        await queue.run_worker_async(wait=False, install_signal_handlers=False, concurrency=4, delete_jobs="successful")


async def tick(one: Shop, queue: procrastinate.App, timestamp: int) -> None:
    """Let the clock strike once."""
    await queue.configure_task("crms").defer_async(timestamp=timestamp)
    await worked_off(one, queue)


def test_what_a_change_leaves_behind_is_written_at_once(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        async with queue_of(one) as queue:
            await worked_off(one, queue)
            assert len(one.entries()) == 1

            await one.cancel(booking)
            await worked_off(one, queue)

        assert one.entries() == []
        assert await one.writes(WriteState.WAITING) == ()
        (contact,) = one.sim.contacts(LOCATION)
        assert len(one.sim.notes(contact["id"])) == 1
        assert one.query("SELECT 1 FROM queue.procrastinate_jobs WHERE status = 'failed'") == []

    run(database, story)


def test_what_waits_is_taken_up_when_the_crm_is_back(database: Database) -> None:
    async def story(one: Shop) -> None:
        one.sim.faults.outage(True)
        async with queue_of(one) as queue:
            for number in range(5):
                await one.book(600 + 60 * number)
            await worked_off(one, queue)
            assert one.entries() == []

            one.sim.faults.outage(False)
            one.time.now += 120
            await tick(one, queue, 1)

        assert len(one.entries()) == 5

    run(database, story)


def test_what_comes_round_reads_and_takes_up(database: Database) -> None:
    async def story(one: Shop) -> None:
        contact, _ = opportunity(one)
        one.sim.add_block(LOCATION, user="u0", start=one.at(600), end=one.at(660))
        async with queue_of(one) as queue:
            await tick(one, queue, next(at for at in range(600) if is_time(one.id, at, every=300)))

        assert [each.state for each in await proposals(one)] == [ProposalState.SENT]
        assert one.query("SELECT source FROM commitments WHERE business_id = %(business)s") == [{"source": "ghl"}]
        assert contact

    rule = StageRule(pipeline="pipeline-1", stage="stage-won", mode=StageMode.LINK, product="tune-up")
    run(database, story, stages=(rule,))


def test_a_poll_sees_what_was_done_by_hand_weeks_ahead(database: Database) -> None:
    async def story(one: Shop) -> None:
        start = one.at(16 * 24 * 60 + 600)
        block = one.sim.add_block(LOCATION, user="u0", start=start, end=start + 3_600)
        taken = "SELECT 1 FROM commitments WHERE business_id = %(business)s AND deleted_at IS NULL"
        polls = [at for at in range(0, 600, 15) if is_time(one.id, at, every=60) and not is_time(one.id, at, every=300)]
        async with queue_of(one) as queue:
            await tick(one, queue, polls[0])
            assert len(one.query(taken)) == 1

            one.sim.delete(block)
            await tick(one, queue, polls[1])

        assert one.query(taken) == []

    run(database, story)


ONE_EACH = {f"c{number}": CalendarUse.VISITS for number in range(500)}


@pytest.mark.parametrize(
    ("people", "calendars", "settings", "rounds"),
    [
        (3, 4, {}, Rounds(near=60, whole=60)),
        (10, 10, {"services": True}, Rounds(near=60, whole=60)),
        (10, 10, {"poll_seconds": 15, "full_seconds": 60}, Rounds(near=33, whole=60)),
        (12, 12, {}, Rounds(near=60, whole=300)),
        # 500 of 200,000 calls a day: what can be had, however often was asked for.
        (500, 500, {}, Rounds(near=1_620, whole=2_700)),
        (500, 500, {"poll_seconds": 3_600, "full_seconds": 86_400}, Rounds(near=3_600, whole=3_600)),
        (0, 0, {}, Rounds(near=60, whole=60)),
    ],
)
def test_how_often_it_is_read_depends_on_how_much_there_is_to_read(
    people: int, calendars: int, settings: dict[str, Any], rounds: Rounds
) -> None:
    technicians = {f"u{number}": f"t{number}" for number in range(people)}
    uses = dict(list(ONE_EACH.items())[:calendars]) | {"off": CalendarUse.IGNORED}

    assert rounds_of(ConnectionSettings(technicians=technicians, calendars=uses, **settings)) == rounds


def test_a_rejected_token_is_tried_again_by_itself(database: Database) -> None:
    async def story(one: Shop) -> None:
        one.query("UPDATE connections SET state = 'reconnect' WHERE business_id = %(business)s RETURNING 1")
        async with queue_of(one) as queue:
            due = [at for at in range(0, EACH_CHECK_SECONDS, 15) if is_time(one.id, at, every=EACH_CHECK_SECONDS)]
            await tick(one, queue, due[0] + 15)
            assert one.sim.calls == []
            await tick(one, queue, due[0])

        assert one.query("SELECT state FROM connections WHERE business_id = %(business)s") == [{"state": "connected"}]

    run(database, story)


def test_days_are_looked_at_one_after_another_and_before_what_comes_round(database: Database) -> None:
    async def story(one: Shop) -> None:
        async with queue_of(one) as queue:
            for number in range(3):
                await one.book(600 + number * 24 * 60)
            await queue.run_worker_async(wait=False, install_signal_handlers=False, concurrency=1, delete_jobs="never")
            looked = one.query(
                "SELECT lock, priority FROM queue.procrastinate_jobs WHERE task_name = 'compensate_crm'"
                " AND args ->> 'business' = %(business)s"
            )

        assert len(looked) == 3
        assert {(job["lock"], job["priority"]) for job in looked} == {(f"compensate:{one.id}", SOON)}
        assert BY_THE_WAY < SOON < 0

    run(database, story)


@pytest.mark.parametrize("every", [15, 60, 300])
@pytest.mark.parametrize("business", ["a", "northern-comfort", "shop-9"])
def test_what_comes_round_does_so_once_each_time(business: str, every: int) -> None:
    ticks = [at for at in range(1_800_000_000, 1_800_003_600, 15) if is_time(business, at, every=every)]
    assert len(ticks) == 3_600 // every
    assert Counter(b - a for a, b in pairwise(ticks)).keys() == {every}


def test_a_booking_costs_one_statement_more_where_a_crm_is_connected(database: Database) -> None:
    async def story(one: Shop) -> None:
        await one.book(600)
        with counted(one) as statements:
            await one.book(720)
        assert sum("crm_writes" in text for text in statements) == 1
        assert not [
            text for text in statements if "crm_links" in text or "failures" in text or "connections." in text[:30]
        ]

    run(database, story)


DUE = """
    SELECT 1 FROM queue.procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
"""


@contextmanager
def counted(one: Shop) -> Iterator[list[str]]:
    """List the statements that are made."""
    statements: list[str] = []
    engine = one.storage._engine.sync_engine

    def note(_: object, __: object, text: str, *___: object) -> None:
        statements.append(text)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
