"""Writing commitments: new, changed, the same, another's, and gone."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.domain.clock import clock_of
from fieldfare.entrypoints.scenario.business import read_commitments_of, write_commitment
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.ports.storage import ForeignSourceError, Storage
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, UnknownRecordError
from fieldfare.usecases.commitments.write_commitments import (
    CommitmentTakenError,
    ForeignCommitmentError,
    Source,
    Written,
    delete_commitments,
    write_commitments,
)
from tests.databases import Database
from tests.unit.businesses.kit import BUSINESS, KIM, bring, commitment, on, reading, trail, whole
from tests.worlds import table

FULL = {
    "id": "c1",
    "technician": "t1",
    "kind": "visit",
    "start": "2026-11-24T08:00:00-05:00",
    "end": "2026-11-24T09:00:00-05:00",
    "place": {"lat": 43.45, "lng": -79.7},
    "hub": "H02",
    "title": "[H01] Furnace repair",
    "resources": {"lift": 1},
}


async def write(storage: Storage, *documents: Any, source: Source = Source.STAFF, **more: Any) -> Written:
    return await write_commitments(storage, BUSINESS, reading(*documents), source=source, actor=KIM, **more)


def test_documents_are_read_and_written_back() -> None:
    (found,) = read_commitments_of([FULL], whole())

    assert write_commitment(found, clock_of("America/Toronto")) == FULL


def test_a_naive_time_is_the_business_s() -> None:
    (found,) = read_commitments_of([commitment(start="2026-07-01T12:00", end="2026-07-01T13:00:00")], whole())

    assert write_commitment(found, clock_of("America/Toronto"))["start"] == "2026-07-01T12:00:00-04:00"


@table(
    "fields, message",
    {
        "technician": ({"technician": "t9"}, 'technician: there is no technician "t9"'),
        "hub": ({"hub": "H99"}, 'hub: there is no hub "H99"'),
        "resource": ({"resources": {"crane": 1}}, 'resources.crane: there is no resource of the kind "crane"'),
        "end": (
            {"end": "2026-11-24T12:00:00-05:00"},
            'end: "2026-11-24T12:00:00-05:00" is not after the start, "2026-11-24T12:00:00-05:00"',
        ),
        "NUL": ({"title": "a\0b"}, "title: holds a NUL character; take it out"),
        "end of the calendar": (
            {"end": "9999-12-31T23:00:00-05:00"},
            "end: is too near to the end of the calendar to be kept",
        ),
        "unknown key": ({"note": "x"}, "note: unknown key"),
    },
)
def test_what_is_not_valid_is_named_by_its_path(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_commitments_of([commitment("c0"), commitment("c1", **fields)], whole())

    assert str(refused.value) == f"commitments[1].{message}"


def test_new_changed_and_same_are_told_apart(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        first = await write(storage, FULL, commitment("c2"))
        assert first.created == first.changed == {"c1", "c2"}

        second = await write(storage, FULL, commitment("c2", title="Lunch"), commitment("c3"))

        assert second.created == {"c3"}
        assert second.changed == {"c2", "c3"}
        assert {id_: kept.version for id_, kept in second.kept.items()} == {"c1": 1, "c2": 2, "c3": 1}
        last = [(line.entry.action, line.entry.subject_id) for line in await trail(storage)][-4:]
        assert last == [("create", "c1"), ("create", "c2"), ("change", "c2"), ("create", "c3")]

    on(database, work)


@pytest.mark.parametrize(("first", "second"), [(Source.FILE, Source.STAFF), (Source.STAFF, Source.FILE)])
def test_staff_change_what_a_file_brought_and_the_other_way_round(
    database: Database, first: Source, second: Source
) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        await write(storage, commitment(), source=first)

        done = await write(storage, commitment(title="Dentist"), commitment("c2"), source=second)

        assert done.kept["c1"].commitment.title == "Dentist"
        assert {id_: kept.source for id_, kept in done.kept.items()} == {"c1": first, "c2": second}
        assert [gone.id for gone in await delete_commitments(storage, BUSINESS, ["c1", "c2"], actor=KIM)] == [
            "c1",
            "c2",
        ]

    on(database, work)


def test_what_a_calendar_keeps_is_changed_there(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        async with storage.open(BUSINESS) as books:
            await books.commitments.save(read_commitments_of([commitment()], whole()), source="google")

        with pytest.raises(ForeignSourceError):
            await write(storage, commitment("c0"), commitment(title="Mine"))
        with pytest.raises(ForeignCommitmentError):
            await delete_commitments(storage, BUSINESS, ["c1"], actor=KIM)

        async with storage.open(BUSINESS) as books:
            assert set(await books.commitments.find(["c0", "c1"])) == {"c1"}

    on(database, work)


@table(
    "more, refusal",
    {
        "another version": ({"expected": {"c1": 7}}, ChangedMeanwhileError),
        "the id is taken": ({"must_be": False}, CommitmentTakenError),
    },
)
def test_what_was_changed_meanwhile_is_refused(
    database: Database, more: dict[str, Any], refusal: type[Exception]
) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage, commitments=(commitment(),))
        with pytest.raises(refusal):
            await write(storage, commitment(title="Late"), **more)
        with pytest.raises(ChangedMeanwhileError):
            await delete_commitments(storage, BUSINESS, ["c1"], actor=KIM, expected=7)

    on(database, work)


def test_what_has_to_be_there_is_missed(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        with pytest.raises(ChangedMeanwhileError):
            await write(storage, commitment(), must_be=True)
        with pytest.raises(UnknownRecordError):
            await write_commitments(storage, "elsewhere", reading(), source=Source.STAFF, actor=KIM)

    on(database, work)


def test_what_is_deleted_can_be_written_again(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage, commitments=(commitment(),))

        gone = await delete_commitments(storage, BUSINESS, ["c1", "unknown"], actor=KIM, expected=1)
        again = await write(storage, commitment())

        assert [found.id for found in gone] == ["c1"]
        assert again.created == {"c1"}
        assert [line.entry.action for line in await trail(storage)][-3:] == ["create", "delete", "create"]

    on(database, work)
