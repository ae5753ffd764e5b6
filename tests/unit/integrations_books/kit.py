"""A business with two technicians, a customer and visits, and the books of its connection to a CRM."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import text

from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.adapters.sealing import Sealer
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.configuration import Configuration, RecordKind, changes_between
from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.domain.customers import Contact
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.places import Place
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import Conflict, ConflictKind, Credentials, CrmWrite, Mirrored, Proposal, WriteKind
from fieldfare.ports.storage import Changed
from tests.databases import Database

T = TypeVar("T")

NOW = 1_800_000_000
OLD_KEY = bytes(range(32))
SEALER = Sealer(OLD_KEY)
HOUSE = Place(lat=43.51237, lng=-79.62345, postal_code="L6H0H3")
CREDENTIALS = Credentials(token="pit-canary", scopes=("calendars.readonly",))
CONNECTED = Connection(
    provider="ghl",
    account="loc-1",
    name="Northern",
    time_zone="America/Toronto",
    state=ConnectionState.CONNECTED,
    created_at=NOW,
)
ENTRY = Mirrored(
    key="ghl.appointment:e1:",
    source=SourceKind.APPOINTMENTS,
    source_id="e1",
    scope="ghl.appointment/calendar=c1",
    start=NOW,
    end=NOW + 3_600,
    status=OutsideStatus.CONFIRMED,
    takes_time=True,
    technicians=("t1",),
    seen_at=NOW,
    calendar="c1",
    contact="contact-1",
    title="[H01] Zebulon",
    place_text="77 Canary Lane",
    hub="H01",
    place=HOUSE,
    placed_by="tag",
    changed_at=NOW - 60,
)
CONFLICT = Conflict(id="x1", kind=ConflictKind.OVERLAP, subject="overlap:b1", found_at=NOW, technician="t1", start=NOW)
PROPOSAL = Proposal(id="p1", opportunity="o1", mode="book", product="tune-up", created_at=NOW, contact="contact-1")


def visit(number: int = 1, **changes: object) -> Booking:
    """Make a visit of the customer, each at an hour of its own."""
    made = Booking(
        id=f"b{number}",
        reference=f"FF-{number}",
        status=Status.CONFIRMED,
        technician="t1",
        start=NOW + number * 7_200,
        end=NOW + number * 7_200 + 3_600,
        place=HOUSE,
        hub="H01",
        zone=None,
        schedule=None,
        product="tune-up",
        product_name="Tune-up",
        price=10_000,
        currency="CAD",
        created_at=NOW,
        customer="k1",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def write(id_: str = "w1", **changes: object) -> CrmWrite:
    """Make something to be written about the first visit."""
    return replace(CrmWrite(id=id_, kind=WriteKind.VISIT, booking="b1", created_at=NOW), **changes)  # type: ignore[arg-type]


def run(database: Database, work: Callable[[PostgresStorage], Awaitable[T]], *, sealer: Sealer | None = SEALER) -> T:
    """Do something with a storage that seals."""

    async def opened() -> T:
        # Long, but not for ever: who waits for somebody who has failed would not end.
        async with asyncio.timeout(120), postgres_storage(database.application, sealer=sealer) as storage:
            return await work(storage)

    return asyncio.run(opened())


async def create(storage: PostgresStorage, business: str = "b", *, visits: int = 2) -> None:
    """Make a business with its people, a customer and visits."""
    records = {
        RecordKind.HUBS: {"H01": {"id": "H01"}},
        RecordKind.TECHNICIANS: {"t1": {"id": "t1"}, "t2": {"id": "t2"}},
        RecordKind.PRODUCTS: {"tune-up": {"id": "tune-up"}},
    }
    new = Configuration(id=business, own={"name": "B"}, records={kind: records.get(kind, {}) for kind in RecordKind})
    async with storage.open(business) as books:
        await books.configuration.save(list(changes_between(None, new)))
        await books.customers.known(
            Contact(name="Zebulon Quillfeather", email=f"z@{business}.example"), new_id="k1", at=NOW
        )
        for number in range(1, visits + 1):
            await books.bookings.add(visit(number))


async def connect(storage: PostgresStorage, business: str = "b", **changes: object) -> Connection:
    """Connect the business to an account."""
    async with storage.open(business) as books:
        return await books.integrations.connections.save(
            replace(CONNECTED, **changes),  # type: ignore[arg-type]
            credentials=CREDENTIALS,
        )


async def made(storage: PostgresStorage, business: str = "b") -> None:
    """Make the business and connect it."""
    await create(storage, business)
    await connect(storage, business)


async def change_by(storage: PostgresStorage, work: Callable[..., Awaitable[object]]) -> Changed:
    """Do something with the books of connections, and tell what open desks and maps notice of it."""
    async with storage.open("b") as books:
        before = await books.revisions()
    async with storage.open("b") as books:
        await work(books.integrations)
    async with storage.open("b") as books:
        assert before is not None
        changed = await books.changed_since(before.revision)
    return replace(changed, revisions=replace(changed.revisions, revision=changed.revisions.revision - before.revision))


async def until_somebody_waits(storage: PostgresStorage) -> None:
    """Wait until another transaction waits for a lock: then it is known who came first."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while True:
        async with storage.transaction() as connection:
            if (await connection.execute(query)).scalar_one():
                return
        await asyncio.sleep(0.01)
