"""A business's books: what is written is read, in one transaction, by one tenant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.configuration import Change, Configuration, RecordKind, changes_between
from fieldfare.domain.places import Place
from fieldfare.ports.storage import Changed, Entry, ForeignSourceError, Revisions
from tests.databases import Database

T = TypeVar("T")


def run(database: Database, work: Callable[[PostgresStorage], Awaitable[T]]) -> T:
    async def opened() -> T:
        async with postgres_storage(database.application) as storage:
            return await work(storage)

    return asyncio.run(opened())


def configuration(business: str = "b", **records: Mapping[str, Mapping[str, Any]]) -> Configuration:
    return Configuration(
        id=business, own={"name": "B"}, records={kind: records.get(kind.value, {}) for kind in RecordKind}
    )


async def create(storage: PostgresStorage, new: Configuration) -> None:
    async with storage.open(new.id) as books:
        await books.configuration.save(list(changes_between(None, new)))


VISIT = Commitment(
    id="c1",
    technician="t1",
    kind=CommitmentKind.VISIT,
    start=1_000,
    end=2_000,
    place=Place(lat=43.5, lng=-79.7, postal_code="L6H1A1"),
    hub="H01",
    title="[H01] Furnace",
    resources={"lift": 1},
)
LIFT_OUT = Commitment(id="c2", technician=None, kind=CommitmentKind.BUSY, start=1_500, end=3_000, resources={"lift": 1})
STAFFED = configuration(
    hubs={"H01": {"id": "H01"}}, technicians={"t1": {"id": "t1", "name": "Sam"}, "t2": {"id": "t2"}}
)


def test_a_configuration_is_read_as_it_was_written(database: Database) -> None:
    async def work(storage: PostgresStorage) -> Configuration | None:
        await create(storage, STAFFED)
        async with storage.open("b") as books:
            return await books.configuration.load()

    assert run(database, work) == STAFFED


def test_records_are_changed_taken_out_and_brought_back(database: Database) -> None:
    second = STAFFED.with_record(RecordKind.TECHNICIANS, "t2", None).with_record(
        RecordKind.TECHNICIANS, "t1", {"id": "t1", "name": "Samuel"}
    )

    async def work(storage: PostgresStorage) -> list[Configuration | None]:
        await create(storage, STAFFED)
        seen = []
        for old, new in ((STAFFED, second), (second, STAFFED)):
            async with storage.open("b") as books:
                await books.configuration.save(list(changes_between(old, new)))
            async with storage.open("b") as books:
                seen.append(await books.configuration.load())
        return seen

    assert run(database, work) == [second, STAFFED]


def test_a_business_that_is_not_there_has_neither_documents_nor_revisions(database: Database) -> None:
    async def work(storage: PostgresStorage) -> tuple[object, object]:
        async with storage.open("nobody") as books:
            return await books.configuration.load(for_change=True), await storage.revisions("nobody")

    assert run(database, work) == (None, None)


def test_commitments_are_read_as_they_were_written(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[tuple[Commitment, ...]]:
        await create(storage, STAFFED)
        async with storage.open("b") as books:
            await books.commitments.save([VISIT, LIFT_OUT], source="file")
        async with storage.open("b") as books:
            found = books.commitments
            return [
                await found.standing(since=0),
                await found.standing(since=2_000),
                await found.standing(since=0, until=1_500),
                await found.standing(since=0, technicians={"t1"}),
                await found.standing(since=0, technicians={"t2"}),
                await found.standing(since=0, technicians={"t2", None}),
            ]

    assert run(database, work) == [(VISIT, LIFT_OUT), (LIFT_OUT,), (VISIT,), (VISIT,), (), (LIFT_OUT,)]


def test_the_change_log_names_those_whose_commitments_are_others(database: Database) -> None:
    moved = replace(VISIT, technician="t2")

    async def work(storage: PostgresStorage) -> list[Changed]:
        await create(storage, STAFFED)
        seen = []
        for technicians in ([VISIT], [moved], [LIFT_OUT]):
            async with storage.open("b") as books:
                before = await books.revisions()
                await books.commitments.save(technicians, source="file")
            async with storage.open("b") as books:
                assert before is not None
                seen.append(await books.changed_since(before.revision))
        async with storage.open("b") as books:
            seen.append(await books.changed_since(1))
        async with storage.open("b") as books:
            await books.configuration.save([Change(kind=None, id=None, before={"name": "B"}, after={"name": "C"})])
        async with storage.open("b") as books:
            seen.append(await books.changed_since(4))
        return seen

    def changed(revision: int, configured: int, *technicians: str | None) -> Changed:
        return Changed(
            revisions=Revisions(revision=revision, configuration=configured),
            everything=False,
            technicians=frozenset(technicians),
        )

    assert run(database, work) == [
        changed(2, 1, "t1"),
        changed(3, 1, "t1", "t2"),
        changed(4, 1, None),
        changed(4, 1, "t1", "t2", None),
        changed(5, 5),
    ]


def test_a_deleted_commitment_is_gone_and_may_come_back(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[object]:
        await create(storage, STAFFED)
        seen: list[object] = []
        async with storage.open("b") as books:
            await books.commitments.save([VISIT], source="file")
        async with storage.open("b") as books:
            await books.commitments.delete(["c1", "unknown"])
        async with storage.open("b") as books:
            seen += [await books.commitments.find(["c1"]), await books.commitments.holding("t1", since=0)]
            await books.commitments.save([VISIT], source="staff")
        async with storage.open("b") as books:
            kept = (await books.commitments.find(["c1"]))["c1"]
            seen += [kept.source, kept.version, await books.commitments.holding("t1", since=0)]
        return seen

    assert run(database, work) == [{}, 0, "staff", 3, 1]


def test_a_commitment_of_another_source_is_left_alone(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        await create(storage, STAFFED)
        async with storage.open("b") as books:
            await books.commitments.save([VISIT], source="crm")
        with pytest.raises(ForeignSourceError):
            async with storage.open("b") as books:
                await books.commitments.save([replace(VISIT, end=5_000)], source="staff")
        async with storage.open("b") as books:
            assert (await books.commitments.find(["c1"]))["c1"].commitment == VISIT

    run(database, work)


def test_commitments_are_listed_by_page(database: Database) -> None:
    rows = [replace(VISIT, id=f"c{n}", start=1_000 + n // 2, end=5_000) for n in range(5)]

    async def work(storage: PostgresStorage) -> list[list[str]]:
        await create(storage, STAFFED)
        async with storage.open("b") as books:
            await books.commitments.save(rows, source="file")
        pages: list[list[str]] = []
        after = None
        async with storage.open("b") as books:
            while True:
                page = await books.commitments.page(since=None, until=None, technician="t1", after=after, limit=2)
                if not page:
                    return pages
                pages.append([kept.commitment.id for kept in page])
                after = (page[-1].commitment.start, page[-1].commitment.id)

    assert run(database, work) == [["c0", "c1"], ["c2", "c3"], ["c4"]]


def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    async def work(storage: PostgresStorage) -> object:
        await create(storage, STAFFED)
        with suppress(ZeroDivisionError):
            async with storage.open("b") as books:
                await books.commitments.save([VISIT], source="file")
                raise ZeroDivisionError
        async with storage.open("b") as books:
            return await books.commitments.standing(since=0), await books.revisions()

    assert run(database, work) == ((), Revisions(revision=1, configuration=1))


def test_the_trail_is_read_newest_first(database: Database) -> None:
    actor = Actor(kind=ActorKind.COMMAND_LINE, id="root")

    async def work(storage: PostgresStorage) -> list[list[tuple[str, object, object]]]:
        await create(storage, STAFFED)
        async with storage.open("b") as books:
            await books.audit.write(
                [
                    Entry(actor=actor, action="create", subject="zones", subject_id="z1", after={"priority": 1}),
                    Entry(actor=actor, action="delete", subject="zones", subject_id="z2", before={"priority": 2}),
                ]
            )
            first = await books.audit.page(before=None, limit=1)
            second = await books.audit.page(before=first[0].number, limit=5)
            only = await books.audit.page(before=None, limit=5, subject="zones", subject_id="z1")
        return [
            [(kept.entry.subject_id, kept.entry.before, kept.entry.after) for kept in page]
            for page in (first, second, only)
        ]

    assert run(database, work) == [
        [("z2", {"priority": 2}, None)],
        [("z1", None, {"priority": 1})],
        [("z1", None, {"priority": 1})],
    ]


def test_the_sole_business_is_known_and_one_of_two_is_not(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[str | None]:
        seen = [await storage.sole_business()]
        for business in ("one", "two"):
            await create(storage, configuration(business))
            seen.append(await storage.sole_business())
        return seen

    assert run(database, work) == [None, "one", None]


def test_books_keep_to_their_business_even_where_the_policies_do_not_hold(database: Database) -> None:
    async def work() -> list[object]:
        async with postgres_storage(database.superuser) as storage:
            for business in ("a", "b"):
                await create(storage, replace(STAFFED, id=business))
                async with storage.open(business) as books:
                    await books.commitments.save([VISIT], source="file")
            async with storage.open("a") as books:
                await books.commitments.delete(["c1"])
                await books.configuration.save(
                    list(changes_between(replace(STAFFED, id="a"), configuration("a", hubs={"H01": {"id": "H01"}})))
                )
            async with storage.open("b") as books:
                return [
                    await books.configuration.load(),
                    await books.commitments.standing(since=0),
                    await books.revisions(),
                    (await books.changed_since(1)).technicians,
                ]

    assert asyncio.run(work()) == [
        replace(STAFFED, id="b"),
        (VISIT,),
        Revisions(revision=2, configuration=1),
        frozenset({"t1"}),
    ]
