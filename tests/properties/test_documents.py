"""Businesses as documents: what is read and written again is the same, and a difference is just what was done."""

from __future__ import annotations

import asyncio
import copy
import json
import tomllib
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.clock import clock_of
from fieldfare.domain.configuration import RecordKind, changes_between
from fieldfare.entrypoints.files.writing import business_text
from fieldfare.entrypoints.scenario.business import read_business, read_commitments_of, write_commitment
from fieldfare.ports.storage import Storage
from fieldfare.usecases.businesses.edit_record import version_of
from fieldfare.usecases.businesses.import_business import Import, compare_business, export_business, import_business
from tests.conftest import SEARCH
from tests.databases import Database
from tests.questions import question_of
from tests.reading.strategies import worlds
from tests.reading.worlds import world

ROOT = Actor(kind=ActorKind.COMMAND_LINE, id="root")
NAMED = [kind for kind in RecordKind if kind not in {RecordKind.RESOURCES, RecordKind.BOUNDARIES, RecordKind.SCHEDULES}]


@settings(max_examples=SEARCH or 150)
@given(document=worlds())
def test_a_document_read_again_is_the_same(document: dict[str, Any]) -> None:
    found, business = read_business(document["business"])

    for toml in (False, True):
        text = business_text(found, toml=toml)
        again, business_again = read_business(tomllib.loads(text) if toml else json.loads(text))
        assert again == found
        assert business_again == business
        assert business_text(again, toml=toml) == text
        for kind in RecordKind:
            for id_, record in found.records[kind].items():
                assert version_of(again.records[kind][id_]) == version_of(record)


@settings(max_examples=SEARCH or 100)
@given(document=worlds())
def test_commitments_written_and_read_again_are_the_same(document: dict[str, Any]) -> None:
    question = question_of(document)
    _, business = read_business(document["business"])
    clock = clock_of(business.time_zone)

    found = read_commitments_of(document.get("commitments", []), business)

    assert found == question.commitments
    assert read_commitments_of([write_commitment(one, clock) for one in found], business) == found


@settings(max_examples=SEARCH or 100)
@given(document=worlds(), seed=st.integers(min_value=0, max_value=2**32 - 1))
def test_a_difference_is_what_was_done(document: dict[str, Any], seed: int) -> None:
    rng = Random(seed)
    changed = copy.deepcopy(document["business"])
    expected: set[tuple[RecordKind | None, str | None]] = set()
    if rng.random() < 0.5:
        changed["name"] += "!"
        expected.add((None, None))
    for kind in NAMED:
        for record in changed.get(kind.value, []):
            if rng.random() < 0.3:
                record["name"] = record.get("name", "") + "!"
                expected.add((kind, record["id"]))
        rng.shuffle(changed.get(kind.value, []))
    before, after = read_business(document["business"])[0], read_business(changed)[0]

    found = tuple(changes_between(before, after))

    assert {(change.kind, change.id) for change in found} == expected
    assert len(found) == len(expected)
    for change in found:
        assert change.before is not None
        assert change.after is not None
        assert {key for key in change.before if change.before[key] != change.after[key]} == {"name"}


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_what_is_exported_imports_as_no_change(database: Database, first: int) -> None:
    async def work(storage: Storage) -> None:
        for seed in range(first, first + 10):
            document = {**world(seed)["business"], "id": f"w{seed}"}
            new, _ = read_business(document)
            await import_business(storage, Import(business=new.id, configuration=new), actor=ROOT, now=0)

            exported = await export_business(storage, new.id)

            assert exported == new, seed
            for toml in (False, True):
                text = business_text(exported, toml=toml)
                assert text == business_text(new, toml=toml), seed
                again, _ = read_business(tomllib.loads(text) if toml else json.loads(text))
                assert await compare_business(storage, again) == (), seed

    async def opened() -> None:
        async with postgres_storage(database.application) as storage:
            await work(storage)

    asyncio.run(opened())
