"""The driver of races: two server processes on one database, and clients that all want the same at once."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import psycopg
from psycopg.rows import dict_row

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import EXCLUSIVE
from fieldfare.domain.permissions import Scope
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.usecases.businesses.import_business import Import, import_business
from fieldfare.usecases.people.create_key import CreateKey, create_key
from tests.databases import Database
from tests.servers import Server, environment, serving
from tests.worlds import HERE, World, world

T = TypeVar("T")

CLIENTS = 64
TESTER = Actor(kind=ActorKind.COMMAND_LINE, id="tester")
PLACE = {"lat": HERE.lat, "lng": HERE.lng}
NO_LIMITS = {
    f"FIELDFARE_RATE_{bucket}": "0" for bucket in ("ADDRESS", "KEY", "BUSINESS", "GEOCODE", "SIGN_IN", "WRONG_KEY")
}
DAY = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
"""The first day on which the tests book, tomorrow."""

_SHORTEN = """
    WITH shorter AS (
        UPDATE bookings SET expires_at = clock_timestamp() + %(left)s * interval '1 ms'
        WHERE business_id = %(business)s AND status = 'held' RETURNING technician_id
    ), raised AS (
        UPDATE businesses SET revision = revision + 1 WHERE business_id = %(business)s RETURNING revision
    )
    INSERT INTO changes (business_id, revision, number, technician_id)
    SELECT %(business)s, revision, row_number() OVER (), technician_id
    FROM raised, (SELECT DISTINCT technician_id FROM shorter) AS touched
"""
_OVERLAPS = """
    SELECT a.id, b.id FROM bookings a JOIN bookings b
    ON a.business_id = b.business_id AND a.technician_id = b.technician_id AND a.id < b.id
        AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    WHERE a.status = ANY(%(taking)s) AND b.status = ANY(%(taking)s)
"""


def racing_world(technicians: int = 1) -> World:
    """Give a business that works day and night for four days, with some technicians and nothing in the way."""
    small = world(datetime.now(UTC).date().isoformat(), time_zone="UTC").policy(horizon_days=4, change_cutoff_minutes=0)
    for number in range(technicians):
        small = small.technician(f"t{number}")
    return small


def at(minute: int) -> str:
    """Give the start so many minutes into the first day."""
    return (datetime.fromisoformat(f"{DAY}T00:00+00:00") + timedelta(minutes=minute)).isoformat()


def customer(name: str = "Robin Doe") -> dict[str, Any]:
    """Give somebody of this name, with an email of their own."""
    return {"name": name, "email": f"{name.lower().replace(' ', '.')}@example.com"}


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    """Give what matters of an answer: its status, and its code if it is a problem."""
    return answer.status_code, answer.json().get("code", "") if answer.status_code >= 400 else ""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What stands in the database, as its superuser sees it."""

    database: Database

    def query(self, text: str, **values: Any) -> list[dict[str, Any]]:
        """Ask the database itself."""
        with psycopg.connect(for_libpq(self.database.superuser), row_factory=dict_row) as connection:
            return connection.execute(text, values).fetchall()

    def write(self, text: str, **values: Any) -> None:
        """Change the database behind the product's back."""
        with psycopg.connect(for_libpq(self.database.superuser), autocommit=True) as connection:
            connection.execute(text, values)

    def overlaps(self) -> int:
        """Count the pairs of visits of one technician that overlap, in all businesses."""
        return len(self.query(_OVERLAPS, taking=list(EXCLUSIVE)))

    def statuses(self, business: str) -> Counter[str]:
        """Count a business's bookings by their status."""
        rows = self.query("SELECT status FROM bookings WHERE business_id = %(business)s", business=business)
        return Counter(row["status"] for row in rows)

    def was_read(self, business: str) -> bool:
        """Tell whether all was read in the CRM of everybody; before, nobody's time is sold (rule B13)."""
        (known,) = self.query("SELECT read_at FROM revisions_of(%(business)s)", business=business)
        return bool(known["read_at"])

    def standing(self, business: str) -> list[dict[str, Any]]:
        """List a business's bookings that take time, by start."""
        text = "SELECT * FROM bookings WHERE business_id = %(business)s AND status = ANY(%(taking)s) ORDER BY starts_at"
        return self.query(text, business=business, taking=list(EXCLUSIVE))


@dataclass(frozen=True, kw_only=True)
class Field:
    """Many clients of one business, spread over the server processes, each with a connection of its own."""

    business: str
    clients: Sequence[httpx2.AsyncClient]
    rows: Rows

    async def at_once(
        self, ask: Callable[[httpx2.AsyncClient, int], Awaitable[httpx2.Response]], *, most: int = CLIENTS
    ) -> list[httpx2.Response]:
        """Let clients ask at once: all stand ready, then all go. None is ever answered with a server's error."""
        ready = asyncio.Event()

        async def one(client: httpx2.AsyncClient, number: int) -> httpx2.Response:
            await ready.wait()
            return await ask(client, number)

        waiting = [asyncio.create_task(one(client, number)) for number, client in enumerate(self.clients[:most])]
        await asyncio.sleep(0)
        ready.set()
        answers = await asyncio.gather(*waiting)
        assert not [code_of(answer) for answer in answers if answer.status_code >= 500]
        return answers

    async def hold(self, client: httpx2.AsyncClient, start: str, **more: Any) -> httpx2.Response:
        """Hold a slot."""
        return await client.post(
            f"/api/v1/{self.business}/holds", json={"place": PLACE, "product": "tune-up", "start": start} | more
        )

    async def release_all(self, holds: Sequence[httpx2.Response]) -> None:
        """Give back what of some answers was held."""
        for held in holds:
            if held.status_code == 201:
                gone = await self.clients[0].delete(f"/api/v1/{self.business}/holds/{held.json()['token']}")
                assert gone.status_code == 200, gone.text

    async def confirm(
        self, client: httpx2.AsyncClient, token: str, name: str = "Robin Doe", *, key: str | None = None
    ) -> httpx2.Response:
        """Make a hold a booking."""
        return await client.post(
            f"/api/v1/{self.business}/bookings",
            json={"hold": token, "customer": customer(name)},
            headers={} if key is None else {"Idempotency-Key": key},
        )

    async def book(
        self, client: httpx2.AsyncClient, start: str, name: str, *, key: str | None = None, **more: Any
    ) -> httpx2.Response:
        """Book in one go, as the desk does."""
        return await client.post(
            "/api/v1/staff/bookings",
            json={"place": PLACE, "product": "tune-up", "start": start, "customer": customer(name), **more},
            headers={} if key is None else {"Idempotency-Key": key},
        )

    def shorten_holds(self, milliseconds: int) -> None:
        """Let the holds that live run out so soon, as if they had been made with that deadline."""
        self.rows.write(_SHORTEN, business=self.business, left=milliseconds)

    async def booked(self, start: str, name: str = "Robin Doe", **more: Any) -> dict[str, Any]:
        """Book, and give the booking."""
        answer = await self.book(self.clients[0], start, name, **more)
        assert answer.status_code == 201, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def to(self, booking: Mapping[str, Any], verb: str, body: object = None) -> httpx2.Response:
        """Do something to a booking, as the desk."""
        return await self.clients[0].post(f"/api/v1/staff/bookings/{booking['id']}/{verb}", json=body or {})


@dataclass(frozen=True, kw_only=True)
class Track:
    """Server processes on one database, and how to bring a business there."""

    servers: Sequence[Server]
    rows: Rows

    def run(self, small: World, race: Callable[[Field], Awaitable[T]], *, clients: int = CLIENTS) -> T:
        """Import a business of its own, and run a race for it."""

        async def running() -> T:
            business, key = await bring_in(self.rows.database, small)
            async with _clients([server.url for server in self.servers], key, count=clients) as many:
                return await race(Field(business=business, clients=many, rows=self.rows))

        return asyncio.run(running())


@contextmanager
def track(database: Database, folder: Path, *, servers: int = 2, **settings: str) -> Iterator[Track]:
    """Run server processes on a database."""
    env = environment(database, **NO_LIMITS, **settings)
    with ExitStack() as stack:
        running = [stack.enter_context(serving(env, log=folder / f"serve-{number}.log")) for number in range(servers)]
        yield Track(servers=running, rows=Rows(database=database))


async def bring_in(database: Database, small: World) -> tuple[str, str]:
    """Import a business under a name of its own; gives the name, and a key of every scope."""
    business = f"race-{uuid.uuid4().hex[:12]}"
    document = small.business(id=business).document
    configuration, _ = read_business(small.business(id=business)._with_travel()["business"])
    assert not document["commitments"]
    now = int(datetime.now(UTC).timestamp())
    async with postgres_storage(database.application, connections=1) as storage:
        wanted = Import(business=business, configuration=configuration, commitments=lambda _: ())
        await import_business(storage, wanted, actor=TESTER, now=now)
        command = CreateKey(business=business, name="races", scopes=frozenset(Scope))
        made = await create_key(command, actor=TESTER, storage=storage, now=now)
    return business, made.token


@asynccontextmanager
async def _clients(urls: Sequence[str], key: str, *, count: int) -> AsyncIterator[list[httpx2.AsyncClient]]:
    many = [
        httpx2.AsyncClient(
            base_url=urls[number % len(urls)],
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
            limits=httpx2.Limits(max_connections=1),
        )
        for number in range(count)
    ]
    try:
        await asyncio.gather(*(client.get("/healthz") for client in many))
        yield many
    finally:
        await asyncio.gather(*(client.aclose() for client in many))
