"""The application refuses to work as a role that could see every tenant, or on another schema."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from sqlalchemy import URL

from fieldfare.adapters.postgres.addresses import DatabaseAddressError, for_libpq, read_address
from fieldfare.adapters.postgres.condition import Condition, UnfitDatabaseError, condition_of
from fieldfare.adapters.postgres.migrating import newest_step
from fieldfare.adapters.postgres.queue import QueueCondition, open_queue, queue_condition
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.ports.storage import StorageUnavailableError
from tests.databases import APPLICATION, OWNER, Database


def look(address: URL) -> Condition:
    async def work() -> Condition:
        async with postgres_storage(address) as storage, storage.transaction() as connection:
            return await condition_of(connection)

    return asyncio.run(work())


def test_the_applications_role_is_fit(database: Database) -> None:
    condition = look(database.application)
    condition.must_be_fit()
    assert (condition.role, condition.dangers, condition.step) == (APPLICATION, (), newest_step())


@pytest.mark.parametrize(("who", "danger"), [("superuser", "is a superuser"), ("owner", "owns tables")])
def test_a_role_that_is_not_held_by_policies_is_refused(database: Database, who: str, danger: str) -> None:
    with pytest.raises(UnfitDatabaseError, match=danger):
        look(getattr(database, who)).must_be_fit()


@pytest.mark.parametrize(
    ("change", "danger"),
    [
        (f"ALTER ROLE {APPLICATION} BYPASSRLS", "bypasses row-level security"),
        (f"GRANT {OWNER} TO {APPLICATION}", "owns tables"),
    ],
)
def test_rights_that_a_role_is_given_later_are_noticed(database: Database, change: str, danger: str) -> None:
    with psycopg.connect(for_libpq(database.superuser)) as connection:
        role = "fieldfare_test_careless"
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'".encode())
        connection.execute(f"GRANT SELECT ON alembic_version TO {role}".encode())
        connection.execute(change.replace(APPLICATION, role).encode())
    try:
        with pytest.raises(UnfitDatabaseError, match=danger):
            look(database.application.set(username=role, password="x")).must_be_fit()
    finally:
        with psycopg.connect(for_libpq(database.superuser)) as connection:
            connection.execute(f"DROP OWNED BY {role}".encode())
            connection.execute(f"DROP ROLE {role}".encode())


def test_an_empty_database_is_to_be_migrated(empty_database: Database) -> None:
    with pytest.raises(UnfitDatabaseError, match="fieldfare migrate"):
        look(empty_database.application).must_be_fit()


def test_another_step_is_to_be_migrated(database: Database) -> None:
    with psycopg.connect(for_libpq(database.owner)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(UnfitDatabaseError, match="at step 0001"):
        look(database.application).must_be_fit()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    nowhere = read_address("postgresql://someone:secret@127.0.0.1:1/db", setting="DATABASE_URL")
    with pytest.raises(StorageUnavailableError) as caught:
        look(nowhere)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://u:secret@h/d", "postgresql://u:secret@h:port/d"])
def test_what_is_no_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(DatabaseAddressError, match="DATABASE_URL") as caught:
        read_address(address, setting="DATABASE_URL")
    assert "secret" not in str(caught.value)


def test_a_queue_without_a_worker_is_silent_and_one_with_a_worker_is_alive(database: Database) -> None:
    async def look_at_queue() -> QueueCondition:
        async with postgres_storage(database.application) as storage, storage.transaction() as connection:
            return await queue_condition(connection)

    async def work() -> list[QueueCondition]:
        seen = [await look_at_queue()]
        queue = open_queue(database.application)

        @queue.task(name="nothing")
        async def nothing() -> None:
            return

        async with queue.open_async():
            await nothing.defer_async()
            seen.append(await look_at_queue())
            worker = asyncio.create_task(queue.run_worker_async(install_signal_handlers=False))
            while seen[-1].waiting_seconds or not seen[-1].alive:
                await asyncio.sleep(0.05)
                seen.append(await look_at_queue())
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
        return seen

    idle, waiting, *_, busy = asyncio.run(asyncio.wait_for(work(), 20))
    assert (idle.alive, idle.waiting_seconds) == (False, 0)
    assert not waiting.alive
    assert waiting.waiting_seconds > 0
    assert busy.alive
