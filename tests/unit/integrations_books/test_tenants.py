"""No table of connections shows a business anything of another, and the look-up shows no more than its answer."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from psycopg import errors, sql

from fieldfare.adapters.postgres import integration_tables
from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.adapters.postgres.tables import metadata
from fieldfare.domain.places import Place
from fieldfare.ports.crm import Allowance, CrmWritten, SourceKind
from fieldfare.ports.integrations import CrmLink, IntegrationFailure, Received
from tests.databases import Database
from tests.unit.integrations_books.kit import (
    CONFLICT,
    CONNECTED,
    ENTRY,
    HOUSE,
    NOW,
    PROPOSAL,
    SEALER,
    connect,
    create,
    run,
    write,
)

TABLES = sorted(
    name
    for name, table in metadata.tables.items()
    if any(table is value for value in vars(integration_tables).values())
)


CAME = Received(id="h1", type="x", subject=None, sent_at=NOW, received_at=NOW)
LINK = CrmLink(
    booking="b1",
    written=CrmWritten(source=SourceKind.APPOINTMENTS, source_id="e1"),
    contact="contact-1",
    version=1,
)


ONE_CALL = Allowance(burst=1, per_second=1e-4)
"""Who has taken it takes no other for hours."""


async def fill(storage: PostgresStorage, business: str, account: str) -> None:
    """Write something into every table."""
    await create(storage, business)
    await connect(storage, business, account=account)
    async with storage.open(business) as books:
        outside = books.integrations
        assert await outside.connections.take_turn(ONE_CALL, pressing=True) == 0
        await outside.mirror.save([ENTRY])
        await outside.mirror.mark_read({"t1": NOW}, source=SourceKind.APPOINTMENTS)
        await outside.mirror.remember_place(b"hash", HOUSE)
        await outside.writes.add(write())
        await outside.writes.save_link(LINK)
        await outside.writes.save_contact(customer="k1", contact="contact-1")
        await outside.conflicts.add(CONFLICT)
        await outside.proposals.add(PROPOSAL)
        await outside.received.add(CAME)
        await outside.failures.note(IntegrationFailure(id="f1", system="ghl", code="x", first_at=NOW, last_at=NOW))


async def fill_two(storage: PostgresStorage) -> None:
    """Write the same ids into two businesses: their keys don't meet."""
    await fill(storage, "a", "loc-a")
    await fill(storage, "b", "loc-b")


@pytest.mark.parametrize("table", TABLES)
def test_one_business_sees_and_changes_nothing_of_another(database: Database, table: str) -> None:
    run(database, fill_two)
    named = sql.Identifier(table)
    with psycopg.connect(for_libpq(database.application), autocommit=True) as connection:
        assert connection.execute(sql.SQL("SELECT count(*) FROM {}").format(named)).fetchone() == (0,)
        connection.execute("SELECT set_config('fieldfare.business', 'a', false)")
        seen = connection.execute(sql.SQL("SELECT DISTINCT business_id FROM {}").format(named)).fetchall()
        assert seen == [("a",)]
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(sql.SQL("UPDATE {} SET business_id = 'b'").format(named))
        others = sql.SQL("UPDATE {} SET business_id = 'a' WHERE business_id = 'b'").format(named)
        assert connection.execute(others).rowcount == 0


@pytest.mark.parametrize("role", ["application", "owner"])
def test_the_look_up_tells_the_business_alone(database: Database, role: str) -> None:
    run(database, fill_two)
    with psycopg.connect(for_libpq(getattr(database, role))) as connection:
        found = connection.execute("SELECT * FROM business_of_account('ghl', 'loc-b')")
        assert found.fetchall() == [("b",)]
        assert [column.name for column in found.description or ()] == ["business_id"]
        assert connection.execute("SELECT * FROM business_of_account('ghl', 'loc-c')").fetchall() == []


def test_nobody_else_may_look_up(database: Database) -> None:
    with psycopg.connect(for_libpq(database.superuser)) as connection:
        may = connection.execute(
            "SELECT has_function_privilege('public', 'business_of_account(text, text)', 'EXECUTE')"
        ).fetchone()
    assert may == (False,)


def test_books_keep_to_their_business_even_where_the_policies_do_not_hold(database: Database) -> None:
    async def change(storage: PostgresStorage) -> None:
        async with storage.open("a") as books:
            outside = books.integrations
            await outside.connections.save(replace(CONNECTED, account="loc-a", name="Renamed"))
            await outside.mirror.save([replace(ENTRY, title="Changed")])
            await outside.writes.change(write(attempts=7))
            await outside.conflicts.change(replace(CONFLICT, technician="t2"))
            await outside.proposals.change(replace(PROPOSAL, trouble="no_slot"))
            await outside.received.processed("h1", at=NOW)
            await outside.failures.over(system="ghl", at=NOW)
            await outside.mirror.mark_read({"t1": NOW + 9}, source=SourceKind.APPOINTMENTS)
            await outside.mirror.remember_place(b"hash", Place(lat=1, lng=1))
            await outside.writes.save_contact(customer="k1", contact="contact-9")
            await outside.connections.save(replace(CONNECTED, account="loc-c"))
            await books.customers.erase("k1", at=NOW)

    async def look(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            outside = books.integrations
            assert await outside.connections.find() == replace(CONNECTED, account="loc-b")
            assert await outside.mirror.find([ENTRY.key]) == {ENTRY.key: ENTRY}
            assert await outside.mirror.read_at() == {(SourceKind.APPOINTMENTS, "t1"): NOW}
            assert await outside.mirror.known_place(b"hash") == HOUSE
            assert await outside.writes.find("w1") == write()
            assert await outside.writes.link("b1") == LINK
            assert await outside.writes.contact_of("k1") == "contact-1"
            assert await outside.conflicts.find("x1") == CONFLICT
            assert await outside.proposals.find("p1") == PROPOSAL
            assert await outside.received.find("h1") == CAME
            assert [one.over_at for one in await outside.failures.recent(limit=9)] == [None]

    async def work(_: PostgresStorage) -> None:
        async with postgres_storage(database.superuser, sealer=SEALER) as unheld:
            await change(unheld)
            await look(unheld)

    run(database, fill_two)
    run(database, work)
