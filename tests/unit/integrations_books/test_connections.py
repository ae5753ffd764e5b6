"""Connections: read as written, one business an account, credentials sealed and refreshed once."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import fields, replace

import psycopg
import pytest

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.integrations import PostgresAccounts
from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.adapters.sealing import Sealer
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.connections import (
    BookingField,
    CalendarUse,
    Connection,
    ConnectionSettings,
    ConnectionState,
    StageMode,
    StageRule,
    Target,
)
from fieldfare.ports.crm import CrmWritten, SourceKind
from fieldfare.ports.integrations import (
    UNSETTLED,
    AccountTakenError,
    Credentials,
    CrmLink,
    IntegrationFailure,
    ProposalState,
    SealBrokenError,
    SealingKeyMissingError,
    WriteState,
)
from tests.databases import Database
from tests.unit.integrations_books.kit import (
    CONFLICT,
    CONNECTED,
    CREDENTIALS,
    ENTRY,
    NOW,
    OLD_KEY,
    PROPOSAL,
    connect,
    create,
    made,
    run,
    until_somebody_waits,
    write,
)

SETTINGS = ConnectionSettings(
    technicians={"u1": "t1"},
    calendars={"c1": CalendarUse.VISITS, "c2": CalendarUse.IGNORED},
    products={"c1": "tune-up"},
    targets={"*": Target(calendar="c1"), "tune-up": Target(service="s1", service_location="l1")},
    fields={BookingField.MANAGE_LINK: "f1"},
    stages=(StageRule(pipeline="p1", stage="s1", mode=StageMode.LINK, product="tune-up"),),
    services=True,
    notify=False,
    poll_seconds=30,
    full_seconds=600,
)
WHOLE = replace(CONNECTED, settings=SETTINGS, granted="oauth", agency="co-1", failing="It is down.", checked_at=NOW + 5)


def test_a_connection_is_read_as_it_was_written(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[Connection | None]:
        await create(storage)
        seen = []
        async with storage.open("b") as books:
            connections = books.integrations.connections
            seen.append(await connections.find())
            seen.append(await connections.save(WHOLE))
            seen.append(await connections.find(for_change=True))
            seen.append(await connections.find("other"))
            seen.append(await connections.save(CONNECTED))
        return seen

    assert run(database, work) == [None, WHOLE, WHOLE, None, replace(CONNECTED, version=2)]


def test_every_setting_is_another_than_the_usual_one_where_it_is_read_back() -> None:
    usual = ConnectionSettings()
    assert [one.name for one in fields(SETTINGS) if getattr(SETTINGS, one.name) == getattr(usual, one.name)] == []


def test_credentials_are_kept_until_the_connection_is_removed(database: Database) -> None:
    fresh = Credentials(token="canary-2", refresh_token="canary-3", expires_at=NOW + 9, scopes=("a", "b"))

    async def work(storage: PostgresStorage) -> list[Credentials | None]:
        await create(storage)
        seen = []
        async with storage.open("b") as books:
            connections = books.integrations.connections
            seen.append(await connections.credentials())
            await connections.save(CONNECTED)
            seen.append(await connections.credentials())
            await connections.save(CONNECTED, credentials=CREDENTIALS)
            await connections.save(replace(CONNECTED, name="Renamed"))
            seen.append(await connections.credentials(for_change=True))
            await connections.renew(fresh)
            seen.append(await connections.credentials())
            await connections.save(replace(CONNECTED, state=ConnectionState.REMOVED), credentials=fresh)
            await connections.renew(fresh)
            seen.append(await connections.credentials())
            assert await connections.find() is None
        return seen

    assert run(database, work) == [None, None, CREDENTIALS, fresh, None]


def test_nothing_of_credentials_stands_in_the_database_or_in_a_representation(database: Database) -> None:
    run(database, made)

    with psycopg.connect(for_libpq(database.superuser)) as connection:
        row = connection.execute("SELECT connections::text, credentials FROM connections").fetchone()
    assert row is not None
    assert "canary" not in row[0]
    assert b"canary" not in row[1]
    assert "canary" not in repr(CREDENTIALS)


def test_without_a_key_credentials_are_neither_kept_nor_opened(database: Database) -> None:
    async def keep(storage: PostgresStorage) -> None:
        await create(storage)
        async with storage.open("b") as books:
            await books.integrations.connections.save(CONNECTED, credentials=CREDENTIALS)

    async def look(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            await books.integrations.connections.credentials()

    with pytest.raises(SealingKeyMissingError, match="set FIELDFARE_SECRET_KEY"):
        run(database, keep, sealer=None)
    run(database, connect)
    with pytest.raises(SealingKeyMissingError, match="set FIELDFARE_SECRET_KEY"):
        run(database, look, sealer=None)
    with pytest.raises(SealBrokenError, match="another key"):
        run(database, look, sealer=Sealer(bytes(32)))


def test_credentials_that_another_business_has_sealed_open_nothing(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        await made(storage, "a")
        await create(storage, "b")
        await connect(storage, "b", account="loc-2")
        with psycopg.connect(for_libpq(database.superuser)) as connection:
            connection.execute(
                "UPDATE connections SET credentials = (SELECT credentials FROM connections WHERE business_id = 'a')"
            )
        async with storage.open("b") as books:
            await books.integrations.connections.credentials()

    with pytest.raises(SealBrokenError, match="somebody else"):
        run(database, work)


@pytest.mark.parametrize(("for_change", "without_the_old_one"), [(False, False), (True, True)])
def test_what_an_older_key_sealed_is_sealed_anew_when_it_is_used(
    database: Database, for_change: bool, without_the_old_one: bool
) -> None:
    new = bytes(range(1, 33))

    async def look(storage: PostgresStorage) -> Credentials | None:
        async with storage.open("b") as books:
            return await books.integrations.connections.credentials(for_change=for_change)

    run(database, made)
    assert run(database, look, sealer=Sealer(new, before=[OLD_KEY])) == CREDENTIALS
    with nullcontext() if without_the_old_one else pytest.raises(SealBrokenError):
        assert run(database, look, sealer=Sealer(new)) == CREDENTIALS


def test_of_two_who_refresh_the_second_finds_it_done(database: Database) -> None:
    async def refresh(storage: PostgresStorage, *, holding: asyncio.Event, until: asyncio.Event) -> str:
        async with storage.open("b") as books:
            known = await books.integrations.connections.credentials(for_change=True)
            assert known is not None
            holding.set()
            await until.wait()
            if known.token == CREDENTIALS.token:
                await books.integrations.connections.renew(replace(known, token="fresh"))
        return known.token

    async def work(storage: PostgresStorage) -> list[str]:
        await made(storage)
        first, second, go = asyncio.Event(), asyncio.Event(), asyncio.Event()
        one = asyncio.create_task(refresh(storage, holding=first, until=go))
        await first.wait()
        other = asyncio.create_task(refresh(storage, holding=second, until=go))
        await until_somebody_waits(storage)
        go.set()
        return [await one, await other]

    assert run(database, work) == [CREDENTIALS.token, "fresh"]


def test_an_account_is_one_business_s_until_it_is_removed_there(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[str | None]:
        accounts = PostgresAccounts(storage.transaction)
        await made(storage, "a")
        await create(storage, "b")
        seen = [await accounts.business_of("ghl", "loc-1"), await accounts.business_of("other", "loc-1")]
        with pytest.raises(AccountTakenError):
            await connect(storage, "b")
        async with storage.open("b") as books:
            assert await books.integrations.connections.find() is None
        await connect(storage, "a", state=ConnectionState.PAUSED)
        seen.append(await accounts.business_of("ghl", "loc-1"))
        async with storage.open("a") as books:
            await books.integrations.connections.save(replace(CONNECTED, state=ConnectionState.REMOVED))
        seen.append(await accounts.business_of("ghl", "loc-1"))
        await connect(storage, "b")
        seen.append(await accounts.business_of("ghl", "loc-1"))
        return seen

    assert run(database, work) == ["a", None, "a", None, "b"]


OURS = CrmLink(
    booking="b1",
    written=CrmWritten(source=SourceKind.APPOINTMENTS, source_id="e9"),
    contact="contact-1",
    version=1,
)


@pytest.mark.parametrize(
    ("change", "forgotten", "links_stay"),
    [
        pytest.param({"name": "Renamed"}, False, True, id="the same account"),
        pytest.param({"state": ConnectionState.PAUSED}, False, True, id="paused"),
        pytest.param({"state": ConnectionState.REMOVED}, True, True, id="removed"),
        pytest.param({"account": "loc-2"}, True, False, id="another account"),
    ],
)
def test_what_was_read_of_an_account_goes_with_it(
    database: Database, change: dict[str, object], forgotten: bool, links_stay: bool
) -> None:
    busy = Commitment(id=ENTRY.key, technician="t2", kind=CommitmentKind.BUSY, start=NOW, end=NOW + 60, title="x")
    failure = IntegrationFailure(id="f1", system="ghl", code="crm_unavailable", first_at=NOW, last_at=NOW)
    asked = [
        PROPOSAL,
        replace(PROPOSAL, id="p2", opportunity="o2", state=ProposalState.SENT),
        replace(PROPOSAL, id="p3", opportunity="o3", state=ProposalState.BOOKED, settled_at=NOW, settled_by="robin"),
    ]

    async def work(storage: PostgresStorage) -> None:
        await made(storage)
        async with storage.open("b") as books:
            outside = books.integrations
            await outside.mirror.save([ENTRY])
            await outside.mirror.mark_read({"t1": NOW}, source=SourceKind.APPOINTMENTS)
            await books.commitments.save([busy], source="ghl")
            await books.commitments.save([replace(busy, id="ours")], source="staff")
            await outside.writes.add(write())
            await outside.writes.save_link(OURS)
            await outside.writes.save_contact(customer="k1", contact="contact-1")
            await outside.conflicts.add(CONFLICT)
            await outside.failures.note(failure)
            for one in asked:
                await outside.proposals.add(one)
        async with storage.open("b") as books:
            before = await books.revisions()
            await books.integrations.connections.save(replace(CONNECTED, **change))  # type: ignore[arg-type]
        async with storage.open("b") as books:
            outside = books.integrations
            assert before is not None
            assert (await books.changed_since(before.revision)).technicians == ({"t2"} if forgotten else set())
            assert set(await books.commitments.find([ENTRY.key, "ours"])) == (
                {"ours"} if forgotten else {"ours", ENTRY.key}
            )
            assert bool(await outside.mirror.find([ENTRY.key])) is not forgotten
            assert bool(await outside.mirror.read_at()) is not forgotten
            kept = await outside.writes.find("w1")
            assert kept is not None
            assert kept.state is (WriteState.DROPPED if forgotten else WriteState.WAITING)
            assert bool(await outside.conflicts.open(limit=9)) is not forgotten
            assert [one.over_at is not None for one in await outside.failures.recent(limit=9)] == [forgotten]
            assert (await outside.writes.link("b1") == OURS) is links_stay
            assert (await outside.writes.contact_of("k1") == "contact-1") is links_stay
            proposals = [await outside.proposals.find(id_) for id_ in ("p1", "p2", "p3")]
            assert [one and (one.state, one.contact) for one in proposals] == (
                [(one.state, "contact-1") for one in asked]
                if links_stay
                else [(ProposalState.DISMISSED, None), (ProposalState.DISMISSED, None), (ProposalState.BOOKED, None)]
            )
            assert all(one is not None and (one.settled_at is None) == (one.state in UNSETTLED) for one in proposals)

    run(database, work)


def test_another_account_in_place_of_a_removed_one_knows_nothing_of_it(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[CrmLink | None]:
        await made(storage)
        seen = []
        for account in ("loc-1", "loc-2"):
            async with storage.open("b") as books:
                await books.integrations.writes.save_link(OURS)
                await books.integrations.connections.save(replace(CONNECTED, state=ConnectionState.REMOVED))
            await connect(storage, account=account)
            async with storage.open("b") as books:
                seen.append(await books.integrations.writes.link("b1"))
        return seen

    assert run(database, work) == [OURS, None]
