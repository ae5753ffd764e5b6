"""Editing one record: versions, references, deletion and return."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fieldfare.domain.configuration import Document, RecordKind
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.ports.storage import Storage
from fieldfare.usecases.businesses.edit_record import Edit, Edited, edit_record, version_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError
from tests.databases import Database
from tests.unit.businesses.kit import BUSINESS, KIM, NOW, bring, commitment, configuration, kept, on, trail
from tests.unit.scenario.documents import put
from tests.worlds import table

ZONE = configuration().records[RecordKind.ZONES]["z1"]
TECHNICIAN = configuration().records[RecordKind.TECHNICIANS]["t2"]


def an_edit(
    kind: RecordKind | None,
    id_: str | None,
    document: Document | None,
    *,
    expected: str | None = None,
    must_be: bool | None = None,
    business: str = BUSINESS,
) -> Edit:
    return Edit(business=business, kind=kind, id=id_, document=document, expected=expected, must_be=must_be)


async def carry_out(storage: Storage, edit: Edit, *, reason: str | None = None) -> Edited:
    return await edit_record(storage, edit, read=read_business, actor=KIM, now=NOW, reason=reason)


def test_a_record_is_replaced_in_its_full_form_with_the_reason_in_the_trail(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        wanted = {"id": "H01", "lat": 43.0, "lng": -79.5}

        done = await carry_out(storage, an_edit(RecordKind.HUBS, "H01", wanted), reason="moved")

        assert done == Edited(document={"id": "H01", "name": "", "lat": 43, "lng": -79.5}, created=False)
        assert (await kept(storage)).records[RecordKind.HUBS]["H01"] == done.document
        entry = (await trail(storage))[-1].entry
        assert (entry.action, entry.subject, entry.subject_id, entry.reason) == ("change", "hubs", "H01", "moved")
        assert entry.before == configuration().records[RecordKind.HUBS]["H01"]
        assert entry.after == done.document

    on(database, work)


def test_the_version_of_an_answer_is_the_version_that_is_kept(database: Database) -> None:
    """However a number was written, 43 or 43.0, and whether or not anything changed by it."""

    async def work(storage: Storage) -> None:
        await bring(storage)
        for lat in (43.0, 43, 43.0):
            wanted = {"id": "H01", "name": "", "lat": lat, "lng": -79.5}
            done = await carry_out(storage, an_edit(RecordKind.HUBS, "H01", wanted))
            assert done.document is not None

            found = (await kept(storage)).records[RecordKind.HUBS]["H01"]
            assert version_of(found) == version_of(done.document)
        assert [line.entry.action for line in await trail(storage)].count("change") == 1

    on(database, work)


def test_the_own_document_is_edited_like_a_record(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        own = dict(configuration().own)

        done = await carry_out(storage, an_edit(None, None, {**own, "name": "Other"}, expected=version_of(own)))

        assert done == Edited(document={**own, "name": "Other"}, created=False)
        assert (await kept(storage)).own["name"] == "Other"

    on(database, work)


@table(
    "edit",
    {
        "another version": an_edit(RecordKind.ZONES, "z1", {**ZONE, "priority": 60}, expected="0" * 32),
        "a version of none": an_edit(RecordKind.HUBS, "H77", {"id": "H77", "lat": 1, "lng": 1}, expected="0" * 32),
        "there already": an_edit(RecordKind.ZONES, "z1", ZONE, must_be=False),
        "deleted at another version": an_edit(RecordKind.SCHEDULES, "s1", None, expected="0" * 32),
    },
)
def test_what_was_changed_meanwhile_is_refused(database: Database, edit: Edit) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        with pytest.raises(ChangedMeanwhileError):
            await carry_out(storage, edit)
        assert await kept(storage) == configuration()

    on(database, work)


@table(
    "edit",
    {
        "no such record to delete": an_edit(RecordKind.ZONES, "z9", None),
        "it has to be there": an_edit(RecordKind.ZONES, "z9", {**ZONE, "id": "z9"}, must_be=True),
        "no such business": an_edit(RecordKind.ZONES, "z1", ZONE, business="elsewhere"),
    },
)
def test_what_is_not_there_is_refused(database: Database, edit: Edit) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        with pytest.raises(UnknownRecordError):
            await carry_out(storage, edit)

    on(database, work)


def test_what_contradicts_the_rest_is_refused_with_its_path(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        with pytest.raises(ScenarioError) as refused:
            await carry_out(storage, an_edit(RecordKind.ZONES, "z1", {**ZONE, "boundaries": ["b9"]}))
        assert str(refused.value) == 'business.zones[0].boundaries[0]: there is no boundary "b9"'

    on(database, work)


@table(
    "kind, id_, used_by",
    {
        "industry": (RecordKind.INDUSTRIES, "hvac", ("products/tune-up", "zones/z1")),
        "product": (RecordKind.PRODUCTS, "tune-up", ("zones/z1",)),
        "resource": (RecordKind.RESOURCES, "lift", ("products/tune-up",)),
        "technician": (RecordKind.TECHNICIANS, "t1", ("schedules/s2", "schedules/s3")),
    },
)
def test_what_others_refer_to_is_refused_with_their_names(
    database: Database, kind: RecordKind, id_: str, used_by: tuple[str, ...]
) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        with pytest.raises(InUseError) as refused:
            await carry_out(storage, an_edit(kind, id_, None))
        assert refused.value.used_by == used_by

    on(database, work)


@pytest.mark.parametrize(("kind", "id_"), [(RecordKind.ZONES, "z1"), (RecordKind.BOUNDARIES, "b1")])
def test_zones_and_boundaries_are_flagged_whoever_refers_to_them(
    database: Database, kind: RecordKind, id_: str
) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        before = configuration().records[kind][id_]

        await carry_out(storage, an_edit(kind, id_, None))
        assert (await kept(storage)).records[kind][id_] == {**before, "deleted": True}

        await carry_out(storage, an_edit(kind, id_, before))
        assert await kept(storage) == configuration()
        assert [line.entry.action for line in await trail(storage)][-2:] == ["delete", "restore"]

    on(database, work)


def test_a_deleted_zone_holds_nothing_back(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        for kind, id_ in ((RecordKind.ZONES, "z1"), (RecordKind.PRODUCTS, "tune-up"), (RecordKind.INDUSTRIES, "hvac")):
            await carry_out(storage, an_edit(kind, id_, None))

        zone = (await kept(storage)).records[RecordKind.ZONES]["z1"]
        assert (zone["industries"], zone["overrides"]) == ([], [])

    on(database, work)


def test_a_technician_with_commitments_ahead_is_refused(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage, commitments=(commitment(technician="t2"), commitment("c2", technician="t2")))
        await carry_out(storage, an_edit(RecordKind.SCHEDULES, "s4", None))

        with pytest.raises(InUseError) as refused:
            await carry_out(storage, an_edit(RecordKind.TECHNICIANS, "t2", None))

        assert refused.value.used_by == ("2 commitments that are not over yet",)
        await bring(storage, put("schedules[3].priority", 1))
        assert (await kept(storage)).records[RecordKind.TECHNICIANS]["t2"] == TECHNICIAN

    on(database, work)


def test_edits_at_the_same_time_all_stand(database: Database) -> None:
    """Each waits for the one before, so that none puts back what another has changed."""

    async def work(storage: Storage) -> None:
        await bring(storage)
        hubs: list[dict[str, Any]] = [
            {"id": f"N{number}", "name": "", "lat": 43.5, "lng": -79.5} for number in range(8)
        ]

        await asyncio.gather(*(carry_out(storage, an_edit(RecordKind.HUBS, hub["id"], hub)) for hub in hubs))

        found = (await kept(storage)).records[RecordKind.HUBS]
        assert [found[hub["id"]] for hub in hubs] == hubs

    on(database, work)


def test_of_two_edits_of_one_version_one_is_refused(database: Database) -> None:
    async def work(storage: Storage) -> None:
        await bring(storage)
        edits = [
            an_edit(RecordKind.ZONES, "z1", {**ZONE, "priority": priority}, expected=version_of(ZONE))
            for priority in (60, 70)
        ]

        done = await asyncio.gather(*(carry_out(storage, edit) for edit in edits), return_exceptions=True)

        assert sorted(type(one).__name__ for one in done) == ["ChangedMeanwhileError", "Edited"]

    on(database, work)
