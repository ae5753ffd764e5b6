"""Importing a business: what is written, what is refused, and what stays."""

from __future__ import annotations

import asyncio

import pytest

from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.ports.storage import ForeignSourceError, Storage
from fieldfare.usecases.businesses.import_business import Import, compare_business, import_business
from fieldfare.usecases.businesses.refusals import InUseError, UnknownRecordError
from tests.databases import Database
from tests.unit.businesses.kit import BUSINESS, KIM, NOW, bring, commitment, configuration, kept, on, reading, trail
from tests.unit.businesses.kit import remove as without
from tests.unit.scenario.documents import add, put

NO_TECHNICIAN_2 = (without("technicians", "t2"), without("schedules", "s4"))


def test_a_new_business_is_written_whole_with_a_line_for_each_record(database: Database) -> None:
    async def work(storage: Storage) -> None:
        done = await bring(storage)

        assert await kept(storage) == configuration()
        lines = [(line.entry.action, line.entry.subject, line.entry.subject_id) for line in await trail(storage)]
        assert lines[0] == ("create", "business", BUSINESS)
        assert len(lines) == len(done.changes) == 1 + sum(map(len, configuration().records.values()))
        assert {action for action, _, _ in lines} == {"create"}

    on(database, work)


def test_twice_changes_nothing(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage, commitments=(commitment(),))
        before, lines = await storage.revisions(BUSINESS), await trail(storage)

        again = await bring(storage, commitments=(commitment(),))

        assert again.changes == ()
        assert again.commitments is not None
        assert (again.commitments.created, again.commitments.changed) == (frozenset(), frozenset())
        assert await storage.revisions(BUSINESS) == before
        assert await trail(storage) == lines

    on(database, work)


def test_a_change_is_kept_with_before_and_after(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)

        done = await bring(storage, put("zones[0].priority", 60), put("policy.horizon_days", 14))

        assert [(change.kind, change.id) for change in done.changes] == [(None, None), (RecordKind.ZONES, "z1")]
        *_, last = await trail(storage)
        assert last.entry.before is not None
        assert last.entry.after is not None
        assert (last.entry.action, last.entry.before["priority"], last.entry.after["priority"]) == ("change", 50, 60)
        assert (await kept(storage)).own["policy"]["horizon_days"] == 14

    on(database, work)


def test_what_the_file_lacks_is_deleted_and_can_come_back(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)

        gone = await bring(storage, *NO_TECHNICIAN_2)
        assert [(change.id, change.after) for change in gone.changes] == [("t2", None), ("s4", None)]
        assert "t2" not in (await kept(storage)).records[RecordKind.TECHNICIANS]

        await bring(storage)
        assert await kept(storage) == configuration()
        assert [line.entry.action for line in await trail(storage)][-4:] == ["delete", "delete", "create", "create"]

    on(database, work)


def test_deleted_zones_and_boundaries_are_flagged_and_lose_what_is_gone(database: Database) -> None:
    """A zone that is deleted together with its industry and product must leave a document that is still valid."""
    second = {
        "id": "z2",
        "boundaries": ["b2"],
        "industries": [{"industry": "roofs"}, {"industry": "hvac"}],
        "overrides": [{"product": "new-roof"}, {"product": "tune-up"}],
    }
    more = (
        add("zones", second),
        add("industries", {"id": "roofs"}),
        add("products", {"id": "new-roof", "industry": "roofs", "price": 1}),
    )

    async def work(storage: Storage) -> None:
        await bring(storage, *more)

        await bring(storage)

        zones = (await kept(storage)).records[RecordKind.ZONES]
        assert zones["z2"]["deleted"] is True
        assert [link["industry"] for link in zones["z2"]["industries"]] == ["hvac"]
        assert [override["product"] for override in zones["z2"]["overrides"]] == ["tune-up"]
        assert (await bring(storage)).changes == ()
        assert await compare_business(storage, configuration()) == ()
        assert (await trail(storage))[-1].entry.action == "delete"

        await bring(storage, *more)
        assert await kept(storage) == configuration(*more)
        assert "restore" in [line.entry.action for line in await trail(storage)][-3:]

    on(database, work)


def test_a_technician_with_commitments_ahead_stays_and_so_does_all_else(database: Database) -> None:
    ahead = commitment("c9", technician="t2", start="2026-11-23T07:00:00-05:00", end="2026-11-23T08:00:01-05:00")

    async def work(storage: Storage) -> None:
        await bring(storage, commitments=(ahead,))

        with pytest.raises(InUseError) as refused:
            await bring(storage, *NO_TECHNICIAN_2, put("name", "Other"))

        assert refused.value.code == "in_use"
        assert str(refused.value).startswith("technicians/t2 is still used by 1 commitment that is not over yet")
        assert await kept(storage) == configuration()
        # Once it is over nothing holds the technician.
        await bring(storage, *NO_TECHNICIAN_2, now=NOW + 1)

    on(database, work)


def test_a_rehearsal_tells_all_and_writes_nothing(database: Database) -> None:
    wanted = Import(business=BUSINESS, configuration=configuration(), commitments=reading(commitment()))

    async def work(storage: Storage) -> None:
        done = await import_business(storage, wanted, actor=KIM, now=NOW, rehearsal=True)

        assert done.commitments is not None
        assert len(done.changes) > 10
        assert done.commitments.created == {"c1"}
        assert await storage.revisions(BUSINESS) is None
        alone = Import(business=BUSINESS, commitments=reading(commitment()))
        with pytest.raises(UnknownRecordError):
            await import_business(storage, alone, actor=KIM, now=NOW, rehearsal=True)

    on(database, work)


def test_what_is_wrong_with_commitments_takes_the_business_back_too(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        async with storage.open(BUSINESS) as books:
            found = reading(commitment("theirs"))(configuration())
            await books.commitments.save(found, source="google")

        with pytest.raises(ForeignSourceError):
            await bring(storage, put("name", "Other"), commitments=(commitment("theirs", title="Mine"),))
        with pytest.raises(ScenarioError) as refused:
            await bring(storage, put("name", "Other"), commitments=(commitment(technician="nobody"),))

        assert str(refused.value) == 'commitments[0].technician: there is no technician "nobody"'
        assert (await kept(storage)).own["name"] == configuration().own["name"]

    on(database, work)


def test_a_comparison_writes_nothing(database: Database) -> None:
    async def work(storage: Storage) -> None:
        assert len(await compare_business(storage, configuration())) > 10
        assert await storage.revisions(BUSINESS) is None

        await bring(storage)
        (change,) = await compare_business(storage, configuration(put("hubs[0].name", "Bronte")))
        assert (change.kind, change.id) == (RecordKind.HUBS, "H01")
        assert (await kept(storage)).document() == read_business(configuration().document())[0].document()

    on(database, work)


def test_of_two_imports_at_the_same_time_one_finds_all_done(database: Database) -> None:
    async def work(storage: Storage) -> None:
        first, second = await asyncio.gather(bring(storage), bring(storage))

        assert sorted((bool(first.changes), bool(second.changes))) == [False, True]
        assert await kept(storage) == configuration()

    on(database, work)
