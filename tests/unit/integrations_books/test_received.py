"""Webhooks that came in, each once, and failures, counted until they are over."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.ports.integrations import IntegrationFailure, Received
from tests.databases import Database
from tests.unit.integrations_books.kit import NOW, change_by, made, run

CAME = Received(id="h1", type="AppointmentUpdate", subject="e1", sent_at=NOW - 1, received_at=NOW)
DOWN = IntegrationFailure(
    id="f1", system="ghl", code="crm_unavailable", first_at=NOW, last_at=NOW, facts={"status": 504}
)


@pytest.mark.parametrize("came", [CAME, replace(CAME, subject=None, processed_at=NOW + 3)])
def test_a_webhook_is_read_as_it_was_written(database: Database, came: Received) -> None:
    async def work(storage: PostgresStorage) -> list[Received | None]:
        await made(storage)
        async with storage.open("b") as books:
            received = books.integrations.received
            assert await received.add(came)
            seen = [await received.find("h1"), await received.find("unknown")]
            await received.processed("h1", at=NOW + 9)
            return [*seen, await received.find("h1")]

    assert run(database, work) == [came, None, replace(came, processed_at=NOW + 9)]


def test_a_webhook_that_comes_many_times_at_once_is_taken_once_and_nobody_is_told(database: Database) -> None:
    async def add(storage: PostgresStorage) -> bool:
        async with storage.open("b") as books:
            return await books.integrations.received.add(CAME)

    async def work(storage: PostgresStorage) -> tuple[list[bool], int]:
        await made(storage)
        taken = await asyncio.gather(*(add(storage) for _ in range(8)))
        seen = await change_by(storage, lambda books: books.received.add(replace(CAME, id="h2")))
        return sorted(taken), seen.revisions.revision

    assert run(database, work) == ([False] * 7 + [True], 0)


def test_webhooks_are_forgotten_by_when_they_came(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[object]:
        await made(storage)
        async with storage.open("b") as books:
            received = books.integrations.received
            for number in range(3):
                await received.add(replace(CAME, id=f"h{number}", received_at=NOW + number))
            gone = await received.forget(before=NOW + 2)
            return [gone, [one is not None for one in [await received.find(f"h{number}") for number in range(3)]]]

    assert run(database, work) == [2, [False, False, True]]


@pytest.mark.parametrize(
    ("again", "count"),
    [
        pytest.param({}, 2, id="the same"),
        pytest.param({"count": 5}, 6, id="several at once"),
        pytest.param({"subject": "e1"}, 1, id="another subject"),
        pytest.param({"code": "crm_refused"}, 1, id="another code"),
        pytest.param({"system": "sentry"}, 1, id="another system"),
    ],
)
@pytest.mark.parametrize("subject", [None, "b1"])
def test_the_same_failure_is_counted_up(
    database: Database, again: dict[str, object], count: int, subject: str | None
) -> None:
    first = replace(DOWN, subject=subject)
    second = replace(first, id="f2", first_at=NOW + 5, last_at=NOW + 5, facts={"status": 500}, **again)  # type: ignore[arg-type]

    async def work(storage: PostgresStorage) -> tuple[IntegrationFailure, ...]:
        await made(storage)
        async with storage.open("b") as books:
            failures = books.integrations.failures
            await failures.note(first)
            await failures.note(second)
            return await failures.recent(limit=9)

    counted = replace(first, count=count, last_at=NOW + 5, facts={"status": 500})
    assert run(database, work) == ((second, first) if count == 1 else (counted,))


def test_failures_that_are_noted_at_once_are_all_counted(database: Database) -> None:
    async def note(storage: PostgresStorage, number: int) -> None:
        async with storage.open("b") as books:
            await books.integrations.failures.note(replace(DOWN, id=f"f{number}"))

    async def work(storage: PostgresStorage) -> list[int]:
        await made(storage)
        await asyncio.gather(*(note(storage, number) for number in range(8)))
        async with storage.open("b") as books:
            return [one.count for one in await books.integrations.failures.recent(limit=9)]

    assert run(database, work) == [8]


@pytest.mark.parametrize(
    ("named", "over"),
    [
        ({}, {"f1", "f2", "f3"}),
        ({"code": "crm_unavailable"}, {"f1", "f3"}),
        ({"code": "crm_unavailable", "subject": "b1"}, {"f3"}),
        ({"subject": "b2"}, set()),
    ],
)
def test_failures_are_over_by_system_code_or_subject(database: Database, named: dict[str, str], over: set[str]) -> None:
    kept = [
        DOWN,
        replace(DOWN, id="f2", code="crm_refused"),
        replace(DOWN, id="f3", subject="b1"),
        replace(DOWN, id="f4", system="supabase"),
    ]

    async def work(storage: PostgresStorage) -> set[str]:
        await made(storage)
        async with storage.open("b") as books:
            failures = books.integrations.failures
            for one in kept:
                await failures.note(one)
            await failures.over(system="ghl", **named, at=NOW + 9)
            return {one.id for one in await failures.recent(limit=9) if one.over_at == NOW + 9}

    assert run(database, work) == over


def test_what_lasts_is_listed_first_and_what_comes_back_is_new(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[str]:
        await made(storage)
        async with storage.open("b") as books:
            failures = books.integrations.failures
            await failures.note(replace(DOWN, id="f2", code="crm_refused", last_at=NOW + 60))
            await failures.over(system="ghl", at=NOW + 61)
            await failures.note(DOWN)
            await failures.note(replace(DOWN, id="f3", code="crm_refused", last_at=NOW + 5))
            await failures.note(replace(DOWN, id="f4", code="crm_forbidden", last_at=NOW - 5))
            return [one.id for one in await failures.recent(limit=9)]

    assert run(database, work) == ["f3", "f1", "f4", "f2"]


def test_desks_notice_a_new_failure_and_its_end_and_not_that_it_goes_on(database: Database) -> None:
    steps = [
        (lambda books: books.failures.note(DOWN), 1),
        (lambda books: books.failures.note(replace(DOWN, id="f2")), 0),
        (lambda books: books.failures.over(system="ghl", at=NOW), 1),
        (lambda books: books.failures.over(system="ghl", at=NOW), 0),
    ]

    async def work(storage: PostgresStorage) -> list[int]:
        await made(storage)
        return [(await change_by(storage, step)).revisions.revision for step, _ in steps]

    assert run(database, work) == [raised for _, raised in steps]
