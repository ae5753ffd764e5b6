"""The schema: as written down, as Alembic sees it, and closed to whoever has not said for whom they act."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import errors, sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from fieldfare.adapters.postgres import migrating
from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.booking_tables import bookings
from fieldfare.adapters.postgres.migrating import migrate
from fieldfare.adapters.postgres.security import WITHOUT_POLICY
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.configuration import Configuration, RecordKind, changes_between
from tests.databases import APPLICATION, Database
from tests.unit.postgres.catalogue import catalogue

WRITTEN_DOWN = Path(__file__).with_name("schema.txt")


def tables_of(connection: psycopg.Connection) -> list[str]:
    return [
        row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ]


def test_the_schema_is_the_one_that_is_written_down(database: Database) -> None:
    found = list(catalogue(database.superuser))
    assert found == WRITTEN_DOWN.read_text().splitlines(), (
        "if the change is meant: python -m tests.unit.postgres.catalogue > tests/unit/postgres/schema.txt"
    )


def test_the_tables_of_the_code_are_those_of_the_migrations(database: Database) -> None:
    engine = create_engine(database.owner, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "include_name": lambda name, kind, parents: True}
        )
        assert compare_metadata(context, bookings.metadata) == []


def test_every_table_keeps_tenants_apart(database: Database) -> None:
    with psycopg.connect(for_libpq(database.superuser)) as connection:
        rows = connection.execute(
            """
            SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
                EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = 'one_business'
                    AND p.qual = p.with_check AND p.cmd = 'ALL'),
                EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'business_id'
                    AND a.attnotnull)
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm')
            """
        ).fetchall()
    open_tables = {name for name, secured, policy, column in rows if not (secured and policy and column)}
    assert open_tables == WITHOUT_POLICY
    assert len(rows) > len(WITHOUT_POLICY)


def test_a_table_without_row_level_security_is_noticed(database: Database) -> None:
    with psycopg.connect(for_libpq(database.owner)) as connection:
        connection.execute("CREATE TABLE forgotten (business_id text NOT NULL)")
    with pytest.raises(AssertionError):
        test_every_table_keeps_tenants_apart(database)


def test_who_has_not_said_for_whom_they_act_sees_nothing(database: Database) -> None:
    load(database, "a", "b")
    with psycopg.connect(for_libpq(database.application)) as connection:
        for table in set(tables_of(connection)) - WITHOUT_POLICY:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            assert connection.execute(count).fetchone() == (0,), table
        connection.execute("SELECT set_config('fieldfare.business', 'a', true)")
        connection.commit()
        # After a transaction that acted for somebody, the setting is an empty text, not null.
        assert connection.execute("SELECT count(*) FROM technicians").fetchone() == (0,)


def test_one_tenant_sees_and_changes_nothing_of_another(database: Database) -> None:
    load(database, "a", "b")
    with psycopg.connect(for_libpq(database.application)) as connection:
        connection.execute("SELECT set_config('fieldfare.business', 'a', false)")
        for table in set(tables_of(connection)) - WITHOUT_POLICY:
            seen = sql.SQL("SELECT DISTINCT business_id FROM {}").format(sql.Identifier(table))
            assert {row[0] for row in connection.execute(seen)} <= {"a"}, table
        assert connection.execute("UPDATE zones SET document = '{}' WHERE business_id = 'b'").rowcount == 0
        for statement, refusal in (
            ("INSERT INTO hubs (business_id, id, document) VALUES ('b', 'H99', '{}')", errors.InsufficientPrivilege),
            ("UPDATE zones SET business_id = 'b'", errors.InsufficientPrivilege),
            ("INSERT INTO audit SELECT * FROM audit", errors.Error),
            ("UPDATE audit SET action = 'none'", errors.InsufficientPrivilege),
            ("DELETE FROM audit", errors.InsufficientPrivilege),
            ("TRUNCATE zones", errors.InsufficientPrivilege),
            ("ALTER TABLE zones DISABLE ROW LEVEL SECURITY", errors.InsufficientPrivilege),
            ("CREATE TABLE mine (id text)", errors.InsufficientPrivilege),
        ):
            with pytest.raises(refusal), connection.transaction():
                connection.execute(statement.encode())


def test_a_row_cannot_refer_to_another_tenants(database: Database) -> None:
    load(database, "a", "b")
    with psycopg.connect(for_libpq(database.application)) as connection:
        connection.execute("SELECT set_config('fieldfare.business', 'a', false)")
        connection.execute("INSERT INTO technicians (business_id, id, document) VALUES ('a', 'only-a', '{}')")
        connection.commit()
        connection.execute("SELECT set_config('fieldfare.business', 'b', false)")
        with pytest.raises(errors.ForeignKeyViolation):
            connection.execute(
                "INSERT INTO commitments (business_id, id, technician_id, kind, starts_at, ends_at, source)"
                " VALUES ('b', 'c', 'only-a', 'busy', now(), now() + interval '1 hour', 'staff')"
            )


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = list(catalogue(database.superuser))
    again = migrate(database.owner, application_role=APPLICATION)
    assert again.before == again.after == migrating.newest_step()
    assert list(catalogue(database.superuser)) == before


def test_the_steps_are_one_line(database: Database) -> None:
    script = ScriptDirectory.from_config(migrating.config_of())
    assert [step.revision for step in script.walk_revisions()][::-1] == ["0001", "0002", "0003", "0004", "0005", "0006"]


def test_every_step_keeps_what_is_there(empty_database: Database) -> None:
    engine = create_engine(empty_database.owner, poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(migrating.config_of(connection), "0001")
        connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS queue")
        connection.exec_driver_sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {APPLICATION}")
        connection.exec_driver_sql("DROP SCHEMA queue")
    load(empty_database, "a")
    migrate(empty_database.owner, application_role=APPLICATION)
    assert read(empty_database, "a") == business("a")


def business(id_: str) -> Configuration:
    records = {kind: {"x": {kind.id_key: "x", "name": f"{kind} of {id_}"}} for kind in RecordKind}
    return Configuration(id=id_, own={"name": id_}, records=records)


def load(database: Database, *businesses: str) -> None:
    async def work() -> None:
        async with postgres_storage(database.application) as storage:
            for id_ in businesses:
                async with storage.open(id_) as books:
                    await books.configuration.save(list(changes_between(None, business(id_))))

    asyncio.run(work())


def read(database: Database, id_: str) -> Configuration | None:
    async def work() -> Configuration | None:
        async with postgres_storage(database.application) as storage, storage.open(id_) as books:
            return await books.configuration.load()

    return asyncio.run(work())
