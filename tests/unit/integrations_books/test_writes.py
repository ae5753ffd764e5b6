"""The outbox to the CRM: one waiting visit a booking, visits before notes, links and contacts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.domain.connections import ConnectionState
from fieldfare.domain.customers import Contact
from fieldfare.ports.crm import CrmWritten, SourceKind
from fieldfare.ports.integrations import CrmLink, CrmWrite, WriteKind, WriteState
from fieldfare.ports.storage import StorageContendedError
from tests.databases import Database
from tests.unit.integrations_books.kit import (
    NOW,
    change_by,
    connect,
    create,
    made,
    run,
    until_somebody_waits,
    write,
)

NOTE = write("n1", kind=WriteKind.NOTE, customer="k1", facts={"reason": "rain"})
WHOLE = write(
    "w9",
    state=WriteState.PARKED,
    customer="k1",
    attempts=3,
    next_at=NOW + 60,
    begun=True,
    failure="crm_refused",
    done_at=NOW + 90,
    facts={"tried": [1, 2]},
)


@pytest.mark.parametrize("kept", [write(), NOTE, WHOLE])
def test_a_write_is_read_as_it_was_written(database: Database, kept: CrmWrite) -> None:
    async def work(storage: PostgresStorage) -> None:
        await made(storage)
        async with storage.open("b") as books:
            assert await books.integrations.writes.add(kept) == kept.id
            assert await books.integrations.writes.find(kept.id) == kept
            assert await books.integrations.writes.find("unknown") is None
            changed = replace(kept, attempts=9, state=WriteState.DONE)
            await books.integrations.writes.change(changed)
            assert await books.integrations.writes.find(kept.id, for_change=True) == changed

    run(database, work)


@pytest.mark.parametrize(
    ("state", "taken"),
    [
        (None, False),
        (ConnectionState.SETTING_UP, False),
        (ConnectionState.CONNECTED, True),
        (ConnectionState.PAUSED, True),
        (ConnectionState.RECONNECT, True),
        (ConnectionState.REMOVED, False),
    ],
)
def test_nothing_is_written_down_for_a_crm_that_is_not_there(
    database: Database, state: ConnectionState | None, taken: bool
) -> None:
    async def work(storage: PostgresStorage) -> list[str | None]:
        await create(storage)
        if state is not None:
            await connect(storage, state=state)
        async with storage.open("b") as books:
            return [await books.integrations.writes.add(one) for one in (write(), NOTE)]

    assert run(database, work) == (["w1", "n1"] if taken else [None, None])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(write(next_at=NOW + 60), write(), id="waiting: due at once"),
        pytest.param(
            write(attempts=3, begun=True, failure="crm_unavailable", facts={"tried": [1, 2]}, customer="k1"),
            write(begun=True, facts={"tried": [1, 2]}, customer="k1"),
            id="begun: that is not forgotten",
        ),
        pytest.param(
            write(state=WriteState.PARKED, attempts=5, begun=True, failure="crm_refused"),
            write(begun=True),
            id="parked: tried again",
        ),
    ],
)
def test_a_visit_that_is_not_settled_is_the_one(database: Database, before: CrmWrite, after: CrmWrite) -> None:
    async def work(storage: PostgresStorage) -> tuple[str | None, CrmWrite | None]:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.writes.add(before)
            again = await books.integrations.writes.add(write("w2", created_at=NOW + 5))
            return again, await books.integrations.writes.find("w1")

    assert run(database, work) == ("w1", after)


@pytest.mark.parametrize("over", [WriteState.DONE, WriteState.DROPPED])
def test_after_a_visit_that_is_settled_comes_another(database: Database, over: WriteState) -> None:
    async def work(storage: PostgresStorage) -> list[str | None]:
        await made(storage)
        async with storage.open("b") as books:
            writes = books.integrations.writes
            await writes.add(write(state=over))
            return [await writes.add(write("w2")), await writes.add(write("w3", booking="b2")), await writes.add(NOTE)]

    assert run(database, work) == ["w2", "w3", "n1"]


def test_a_note_is_written_down_once(database: Database) -> None:
    done = replace(NOTE, state=WriteState.DONE, done_at=NOW)

    async def work(storage: PostgresStorage) -> tuple[str | None, CrmWrite | None]:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.writes.add(done)
            return await books.integrations.writes.add(NOTE), await books.integrations.writes.find("n1")

    assert run(database, work) == ("n1", done)


def test_two_who_add_a_visit_of_one_booking_share_one(database: Database) -> None:
    async def add(storage: PostgresStorage, id_: str) -> str | None:
        async with storage.open("b") as books:
            return await books.integrations.writes.add(write(id_))

    async def work(storage: PostgresStorage) -> tuple[set[str | None], int]:
        await made(storage)
        ids = await asyncio.gather(*(add(storage, f"w{number}") for number in range(8)))
        async with storage.open("b") as books:
            return set(ids), len(await books.integrations.writes.due(now=NOW, limit=99))

    ids, waiting = run(database, work)
    assert len(ids) == waiting == 1


@pytest.mark.parametrize(
    ("settled", "found"),
    [
        pytest.param(True, "w2", id="done meanwhile: another one waits"),
        pytest.param(False, "w1", id="rolled back: it still waits"),
    ],
)
def test_who_adds_while_it_is_being_settled_loses_nothing(database: Database, settled: bool, found: str) -> None:
    async def settle(storage: PostgresStorage, holding: asyncio.Event, until: asyncio.Event) -> None:
        async with storage.open("b") as books:
            known = await books.integrations.writes.find("w1", for_change=True)
            assert known is not None
            holding.set()
            await until.wait()
            await books.integrations.writes.change(replace(known, state=WriteState.DONE))
            if not settled:
                raise ValueError

    async def add(storage: PostgresStorage) -> str | None:
        async with storage.open("b") as books:
            return await books.integrations.writes.add(write("w2"))

    async def work(storage: PostgresStorage) -> str | None:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.writes.add(write())
        holding, go = asyncio.Event(), asyncio.Event()
        one = asyncio.create_task(settle(storage, holding, go))
        await holding.wait()
        other = asyncio.create_task(add(storage))
        await until_somebody_waits(storage)
        go.set()
        await asyncio.gather(one, return_exceptions=True)
        return await other

    assert run(database, work) == found


def test_what_is_due_comes_with_visits_first(database: Database) -> None:
    kept = [
        replace(NOTE, created_at=NOW - 50),
        write("w1", created_at=NOW + 10),
        write("w2", booking="b2", created_at=NOW),
        replace(NOTE, id="n2", next_at=NOW + 1),
        replace(NOTE, id="n3", state=WriteState.PARKED),
        write("w0", state=WriteState.DONE),
    ]

    async def work(storage: PostgresStorage) -> list[list[str]]:
        await made(storage)
        async with storage.open("b") as books:
            for one in kept:
                await books.integrations.writes.add(one)
            writes = books.integrations.writes
            return [
                [one.id for one in found]
                for found in (
                    await writes.due(now=NOW, limit=9),
                    await writes.due(now=NOW + 1, limit=9),
                    await writes.due(now=NOW, limit=1),
                )
            ]

    assert run(database, work) == [["w2", "w1", "n1"], ["w2", "w1", "n1", "n2"], ["w2"]]


@pytest.mark.parametrize(
    ("earlier", "due", "behind"),
    [
        ({}, ["w1", "w2"], True),
        ({"next_at": NOW + 9}, [], True),
        # Nothing is known of it while it is put aside, and it may be there for days.
        ({"state": WriteState.PARKED}, ["w2"], False),
        ({"customer": None, "next_at": NOW + 9}, ["w2"], False),
        ({"created_at": NOW + 1, "next_at": NOW + 9}, ["w2"], False),
    ],
)
def test_one_customers_visits_are_written_in_their_order(
    database: Database, earlier: dict[str, Any], due: list[str], behind: bool
) -> None:
    async def work(storage: PostgresStorage) -> tuple[list[str], bool]:
        await made(storage)
        async with storage.open("b") as books:
            writes = books.integrations.writes
            await writes.add(replace(write("w1", customer="k1", created_at=NOW - 5), **earlier))
            await writes.add(write("w2", booking="b2", customer="k1", created_at=NOW))
            return [one.id for one in await writes.due(now=NOW, limit=9)], await writes.is_behind("w2")

    assert run(database, work) == (due, behind)


def test_writes_are_listed_by_page_and_counted(database: Database) -> None:
    kept = [
        write("w1", created_at=NOW + 2),
        write("w2", booking="b2", created_at=NOW + 1, state=WriteState.PARKED),
        replace(NOTE, created_at=NOW + 1, state=WriteState.PARKED),
        write("w0", state=WriteState.DROPPED, created_at=NOW),
    ]

    async def work(storage: PostgresStorage) -> list[object]:
        await made(storage)
        async with storage.open("b") as books:
            writes = books.integrations.writes
            nothing = [await writes.counts(), await writes.waiting_for(["b1", "b2"])]
            for one in kept:
                await writes.add(one)
            both = (WriteState.WAITING, WriteState.PARKED)
            return [
                *nothing,
                await writes.counts(),
                await writes.waiting_for(["b1", "b2", "b3"]),
                await writes.waiting_for(["b2"]),
                await writes.waiting_visits(["b1", "b2", "b3"]),
                [one.id for one in await writes.page(states=both, after=None, limit=2)],
                [one.id for one in await writes.page(states=both, after=(NOW + 1, "n1"), limit=9)],
                [one.id for one in await writes.page(states=[WriteState.DROPPED], after=None, limit=9)],
            ]

    assert run(database, work) == [
        {WriteState.WAITING: 0, WriteState.PARKED: 0},
        frozenset(),
        {WriteState.WAITING: 1, WriteState.PARKED: 2},
        {"b1", "b2"},
        {"b2"},
        {"b1"},
        ["n1", "w2"],
        ["w2", "w1"],
        ["w0"],
    ]


@pytest.mark.parametrize(
    ("before", "after", "noticed"),
    [
        pytest.param({}, {"attempts": 1, "next_at": NOW + 4, "begun": True}, 0, id="an attempt"),
        pytest.param({}, {"state": WriteState.DONE}, 1, id="done"),
        pytest.param({}, {"state": WriteState.PARKED}, 1, id="parked"),
        pytest.param({"state": WriteState.PARKED}, {"state": WriteState.WAITING}, 1, id="sent again"),
    ],
)
def test_desks_notice_what_is_settled_and_no_attempt(
    database: Database, before: dict[str, Any], after: dict[str, Any], noticed: int
) -> None:
    async def work(storage: PostgresStorage) -> None:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.writes.add(write(**before))
        seen = await change_by(storage, lambda books: books.writes.change(write(**after)))
        assert (seen.revisions.revision, seen.technicians) == (noticed, frozenset())

    run(database, work)


LINK = CrmLink(
    booking="b1",
    written=CrmWritten(source=SourceKind.APPOINTMENTS, source_id="e1"),
    contact="contact-1",
    version=2,
    wrote={"start": NOW},
)


def test_links_lead_both_ways(database: Database) -> None:
    moved = replace(LINK, written=CrmWritten(source=SourceKind.SERVICES, source_id="s1"), version=3, contact=None)

    async def work(storage: PostgresStorage) -> list[CrmLink | None]:
        await made(storage)
        async with storage.open("b") as books:
            writes = books.integrations.writes
            seen = [await writes.link("b1"), await writes.linked(LINK.written)]
            for link in (LINK, moved):
                await writes.save_link(link)
                seen += [await writes.link("b1", for_change=True), await writes.linked(link.written)]
            return [*seen, await writes.linked(LINK.written)]

    assert run(database, work) == [None, None, LINK, LINK, moved, moved, None]


def test_an_entry_that_is_another_booking_is_contended(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.writes.save_link(LINK)
        async with storage.open("b") as books:
            await books.integrations.writes.save_link(replace(LINK, booking="b2"))

    with pytest.raises(StorageContendedError):
        run(database, work)


def test_contacts_lead_both_ways_and_the_last_customer_is_meant(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[str | None]:
        await made(storage)
        async with storage.open("b") as books:
            await books.customers.known(Contact(name="Kim", email="kim@b.example"), new_id="k2", at=NOW)
            writes = books.integrations.writes
            seen = [await writes.contact_of("k1"), await writes.customer_of("contact-1")]
            await writes.save_contact(customer="k2", contact="contact-1")
            await writes.save_contact(customer="k1", contact="contact-1")
            await writes.save_contact(customer="k1", contact="contact-1")
            seen += [await writes.contact_of("k1"), await writes.customer_of("contact-1")]
            await writes.save_contact(customer="k1", contact="contact-2")
            seen += [await writes.contact_of("k1"), await writes.customer_of("contact-1")]
            await writes.save_contact(customer="nobody", contact="contact-3")
            return [*seen, await writes.customer_of("contact-3")]

    assert run(database, work) == [None, None, "contact-1", "k1", "contact-2", "k2", None]
