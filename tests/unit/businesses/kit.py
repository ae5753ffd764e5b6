"""A small business as a document, and use cases run on a real database."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.business import Business
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Configuration
from fieldfare.entrypoints.scenario.business import read_business, read_commitments_of
from fieldfare.ports.storage import KeptEntry, Storage
from fieldfare.usecases.businesses.import_business import Import, Imported, export_business, import_business
from tests.databases import Database
from tests.unit.scenario.documents import EXAMPLE, Edit, steps_of

T = TypeVar("T")
Document = dict[str, Any]

KIM = Actor(kind=ActorKind.COMMAND_LINE, id="kim")
NOW = int(datetime.fromisoformat("2026-11-23T08:00:00-05:00").timestamp())
BUSINESS = "northern-comfort"


def business(*edits: Edit) -> Document:
    """Give the worked example's business, with some edits made."""
    document: Document = copy.deepcopy(EXAMPLE["business"])
    for edit in edits:
        edit(document)
    return document


def remove(path: str, id_: str) -> Edit:
    """Take the record with an id out of a list."""
    key = "kind" if path == "resources" else "id"

    def edit(document: Document) -> None:
        (step,) = steps_of(path)
        document[str(step)] = [record for record in document[str(step)] if record[key] != id_]

    return edit


def configuration(*edits: Edit) -> Configuration:
    return read_business(business(*edits))[0]


def whole(*edits: Edit) -> Business:
    return read_business(business(*edits))[1]


def commitment(id_: str = "c1", **fields: Any) -> Document:
    """Give a commitment of Sam's on the Tuesday, with other fields if need be."""
    return {
        "id": id_,
        "technician": "t1",
        "kind": "busy",
        "start": "2026-11-24T12:00:00-05:00",
        "end": "2026-11-24T13:00:00-05:00",
        **fields,
    }


def reading(*documents: Document) -> Callable[[Configuration], tuple[Commitment, ...]]:
    """Give what reads commitments against a business."""

    def read(found: Configuration) -> tuple[Commitment, ...]:
        return read_commitments_of(list(documents), read_business(found.document())[1])

    return read


def on(database: Database, work: Callable[[Storage], Awaitable[T]]) -> T:
    """Run work on the database as the application."""

    async def opened() -> T:
        async with postgres_storage(database.application, connections=4) as storage:
            return await work(storage)

    return asyncio.run(opened())


async def bring(storage: Storage, *edits: Edit, commitments: tuple[Document, ...] = (), now: int = NOW) -> Imported:
    """Import the example, and commitments beside it."""
    read = reading(*commitments) if commitments else None
    wanted = Import(business=BUSINESS, configuration=configuration(*edits), commitments=read)
    return await import_business(storage, wanted, actor=KIM, now=now)


async def kept(storage: Storage) -> Configuration:
    """Give the business as it stands in the database, which has to be valid."""
    found = await export_business(storage, BUSINESS)
    assert found is not None
    assert read_business(found.document())[0] == found
    return found


async def trail(storage: Storage) -> list[KeptEntry]:
    """Give the audit trail, the oldest line first."""
    async with storage.open(BUSINESS) as books:
        return list(reversed(await books.audit.page(before=None, limit=1_000)))
