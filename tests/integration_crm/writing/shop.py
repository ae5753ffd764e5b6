"""A business on a real database, connected to a simulated account: by whose clock things are written is the test's."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import psycopg
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.transport import SimulatorTransport
from psycopg.rows import dict_row

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm, refresher
from fieldfare.adapters.crms.ghl.pace import Ticker
from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.adapters.sealing import Sealer
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Request
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.connections import (
    BookingField,
    CalendarUse,
    Connection,
    ConnectionSettings,
    ConnectionState,
    Target,
)
from fieldfare.domain.customers import Contact, ServiceAddress
from fieldfare.domain.places import Place
from fieldfare.entrypoints.scenario.business import read_business as read_file
from fieldfare.ports.bookings import LinkPurpose
from fieldfare.ports.crm import Crm, SourceKind, TokenSource, Turns
from fieldfare.ports.integrations import Credentials, CrmLink, CrmWrite, WriteState
from fieldfare.ports.storage import Books
from fieldfare.usecases.availability.in_memory import BusinessesInMemory
from fieldfare.usecases.bookings.acting import Act, Acting, Desk
from fieldfare.usecases.bookings.assign import Assign, assign
from fieldfare.usecases.bookings.book import Book, book
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.confirm import Confirm, Served
from fieldfare.usecases.bookings.judging import Override
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule
from fieldfare.usecases.businesses.import_business import Import, import_business
from fieldfare.usecases.integrations.crms import BuildCrm, Crms
from fieldfare.usecases.integrations.drain import attempt, drain
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.write_visit import Written
from fieldfare.usecases.people.tokens import new_token
from fieldfare.wiring.engine import read_business, travel_times
from tests.databases import Database
from tests.worlds import HERE, World, world

LOCATION = "location-1"
TOKEN = "pit-of-the-tests"
CALENDAR = "calendar-visits"
OFFICE = Actor(kind=ActorKind.ACCOUNT, id="office-1")
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="link")
HALF_AN_HOUR = 30 * MINUTE


class KilledError(BaseException):
    """The worker is no more."""


class Time:
    """A clock that goes on when it is told to, or when somebody waits by it."""

    def __init__(self, start: float) -> None:
        self.now = start

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class Told:
    """What was reported."""

    codes: list[str] = field(default_factory=list)

    def tell(
        self,
        code: str,
        message: str,
        *,
        level: str = "error",
        business: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.codes.append(code)


def shop_world(technicians: int) -> World:
    """Give a business that works day and night for some weeks, with nothing in the way."""
    small = world(datetime.now(UTC).date().isoformat(), time_zone="America/New_York")
    small = small.policy(horizon_days=21, change_cutoff_minutes=0)
    small = small.hub("H07", HERE).product(name="AC tune-up")
    for number in range(technicians):
        small = small.technician(f"t{number}")
    return small


@dataclass(kw_only=True)
class Shop:
    """The business, the account, and the ways from one to the other."""

    id: str
    storage: PostgresStorage
    database: Database
    outward: Outward
    sim: Simulator
    time: Time
    told: Told
    fields: Mapping[BookingField, str]
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    queued: dict[str, None] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The instant that it is."""
        return int(self.time.now)

    def at(self, minutes: int) -> int:
        """Give an instant so many minutes into the day after tomorrow, by UTC."""
        first = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
        return int(first.timestamp()) + minutes * MINUTE

    async def act(self, plan: Callable[[Desk], Awaitable[Act[Any]]]) -> Any:
        """Carry a plan out, and give what it gave."""
        given: list[Any] = []

        def write(made: Any) -> bytes:
            given.append(made)
            return b""

        await self.outward.acting.run(self.id, plan, write=write)
        return given[-1]

    async def book(
        self,
        minutes: int = 600,
        *,
        name: str = "Jamie Tremblay",
        email: str | None = None,
        technician: str = "t0",
        actor: Actor = OFFICE,
        street: str = "12 Elm Street, Toronto",
    ) -> Booking:
        """Book a visit for a customer of this name; nobody else has their email."""
        place = Place(lat=HERE.lat, lng=HERE.lng)
        email = email or f"{name.lower().replace(' ', '.')}.{next(self.numbers)}@example.com"
        who = Confirm(
            token=new_token(),
            contact=Contact(name=name, email=email),
            actor=actor,
            served=Served(address=ServiceAddress(street=street, unit="Unit 4", notes="Dog bites"), place=place),
        )
        wanted = Book(
            request=Request(place=place, product="tune-up", technician=technician),
            start=self.at(minutes),
            who=who,
            source="staff",
            override=Override(actor=actor),
        )
        made = await self.act(lambda desk: book(desk, wanted))
        booking: Booking = made.booking
        return booking

    async def cancel(self, booking: Booking, reason: str | None = "Moved away", *, actor: Actor = CUSTOMER) -> Booking:
        """Cancel a visit."""
        done: Booking = await self.act(
            lambda desk: cancel(desk, Cancel(booking=booking.id, actor=actor, reason=reason))
        )
        return done

    async def move(self, booking: Booking, minutes: int, *, actor: Actor = OFFICE) -> Booking:
        """Move a visit, by the same technician."""
        wanted = Reschedule(
            booking=booking.id,
            start=self.at(minutes),
            actor=actor,
            technician=booking.technician,
            override=Override(actor=actor),
        )
        done: Booking = await self.act(lambda desk: reschedule(desk, wanted))
        return done

    async def give(self, booking: Booking, technician: str) -> Booking:
        """Give a visit to somebody else."""
        wanted = Assign(booking=booking.id, technician=technician, actor=OFFICE, override=Override(actor=OFFICE))
        done: Booking = await self.act(lambda desk: assign(desk, wanted))
        return done

    async def find(self, booking: Booking) -> Booking:
        """Read a booking again."""
        async with self.storage.open(self.id) as books:
            found = await books.bookings.find(booking.id)
        assert found is not None
        return found

    async def link(self, booking: Booking) -> CrmLink | None:
        """Tell what a booking is in the CRM."""
        async with self.storage.open(self.id) as books:
            return await books.integrations.writes.link(booking.id)

    async def writes(self, *states: WriteState) -> tuple[CrmWrite, ...]:
        """List what is to be written, or was."""
        async with self.storage.open(self.id) as books:
            return await books.integrations.writes.page(states=states or tuple(WriteState), after=None, limit=5_000)

    async def attempt(self, write: CrmWrite | str) -> Written:
        """Make one attempt."""
        id_ = write if isinstance(write, str) else write.id
        return await attempt(self.outward, self.id, id_, now=self.now, defer=self.defer)

    async def defer(self, write: CrmWrite) -> None:
        """Put something into the queue, unless it is there."""
        self.queued.setdefault(write.id)

    async def drain(self) -> int:
        """Take up what is due, and work the queue off; whoever dies at it is followed by another."""
        count = await drain(self.outward, self.id, now=self.now, defer=self.defer)
        while self.queued:
            first = next(iter(self.queued))
            del self.queued[first]
            with suppress(KilledError):
                await self.attempt(first)
        return count

    async def write_all(self, *, seconds: int = 900) -> None:
        """Take up what waits again and again, until nothing does."""
        ends = self.now + seconds
        while await self.writes(WriteState.WAITING):
            assert self.now < ends, [
                (one.kind, one.failure, one.facts) for one in await self.writes(WriteState.WAITING)
            ]
            self.time.now += 15
            await self.drain()

    def entries(self, *, standing: bool = True) -> list[dict[str, Any]]:
        """List the appointments of the account, those alone that stand."""
        rows = self.sim.appointments(LOCATION)
        over = {"cancelled", "invalid"}
        return [row for row in rows if not standing or not (row["deleted"] or row["appointmentStatus"] in over)]

    def contact(self, id_: str) -> dict[str, Any]:
        """Give a contact as the account has it."""
        return next(row for row in self.sim.contacts(LOCATION) if row["id"] == id_)

    def shown(self, contact: str, one: BookingField) -> str | None:
        """Give what a contact's field says."""
        fields = {row["id"]: row["value"] for row in self.contact(contact).get("customFields", [])}
        return fields.get(self.fields[one])

    def calls(self, method: str = "", path: str = "") -> int:
        """Count the calls that were made."""
        return sum(call.method.startswith(method) and path in call.path for call in self.sim.calls)

    def query(self, text: str, **values: Any) -> list[dict[str, Any]]:
        """Ask the database itself."""
        with psycopg.connect(for_libpq(self.database.superuser), row_factory=dict_row) as connection:
            return connection.execute(text, {"business": self.id, **values}).fetchall()

    async def settings(self, **changes: Any) -> None:
        """Change the choices of whoever connected."""
        async with self.storage.open(self.id) as books:
            connection = await books.integrations.connections.find(for_change=True)
            assert connection is not None
            settings = replace(connection.settings, **changes)
            await books.integrations.connections.save(replace(connection, settings=settings))


def simulate(clock: Time, technicians: int) -> tuple[Simulator, dict[BookingField, str]]:
    """Make the account: a user for each technician, one calendar, a field for each thing that is written."""
    sim = Simulator(clock=clock, sleep=clock.sleep)
    sim.add_location(LOCATION)
    sim.add_token(TOKEN, LOCATION)
    users = [sim.add_user(LOCATION, f"u{number}", name=f"User {number}") for number in range(technicians)]
    sim.add_calendar(LOCATION, CALENDAR, kind="personal", users=users)
    fields = {one: sim.add_field(LOCATION, one.value, name=one.value) for one in BookingField}
    return sim, fields


class Unread(httpx2.AsyncBaseTransport):
    """Answers as the simulator does, in answers whose content is still to be read."""

    def __init__(self, sim: Simulator) -> None:
        self._inner = SimulatorTransport(sim)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inner.handle_async_request(request)
        content = httpx2.ByteStream(await answer.aread())
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=content, request=request)


@asynccontextmanager
async def shop(database: Database, *, technicians: int = 2, **chosen: Any) -> AsyncIterator[Shop]:
    """Open the business and the account; `chosen` are choices of whoever connected them."""
    clock, told = Time(float(int(datetime.now(UTC).timestamp()))), Told()
    sim, fields = simulate(clock, technicians)
    business = f"shop-{uuid.uuid4().hex[:10]}"
    configuration, _ = read_file(shop_world(technicians).business(id=business)._with_travel()["business"])
    ticker = Ticker(clock=clock, sleep=clock.sleep)
    async with (
        postgres_storage(database.application, connections=6, sealer=Sealer(bytes(32))) as storage,
        httpx2.AsyncClient(transport=Unread(sim)) as client,
    ):
        wanted = Import(business=business, configuration=configuration, commitments=lambda _: ())
        await import_business(storage, wanted, actor=OFFICE, now=int(clock()))
        ghl = GhlSettings(url="http://ghl.test")
        businesses = BusinessesInMemory(storage=storage, read=read_business)
        outward = Outward(
            storage=storage,
            crms=Crms(
                storage=storage,
                build=by_its_own_clock(build_crm(ghl, client=client, ticker=ticker, now=lambda: int(clock()))),
                refresh=refresher(ghl, client=client),
                reports=told,
                clock=lambda: int(clock()),
            ),
            businesses=businesses,
            acting=Acting(storage=storage, businesses=businesses, travel=travel_times, clock=lambda: int(clock())),
            locate=_locate,
            link=_link,
            reports=told,
            clock=lambda: int(clock()),
        )
        settings = ConnectionSettings(
            technicians={f"u{number}": f"t{number}" for number in range(technicians)},
            calendars={CALENDAR: CalendarUse.VISITS},
            products={CALENDAR: "tune-up"},
            targets={"*": Target(calendar=CALENDAR)},
            fields=fields,
        )
        connection = Connection(
            provider="ghl",
            account=LOCATION,
            name="Simulated",
            time_zone="America/New_York",
            state=ConnectionState.CONNECTED,
            settings=replace(settings, **chosen),
            created_at=int(clock()),
        )
        async with storage.open(business) as books:
            await books.integrations.connections.save(connection, credentials=Credentials(token=TOKEN))
            await as_if_read(books, connection)
        yield Shop(
            id=business,
            storage=storage,
            database=database,
            outward=outward,
            sim=sim,
            time=clock,
            told=told,
            fields=fields,
        )


def by_its_own_clock(build: BuildCrm) -> BuildCrm:
    """Leave out the turns that all processes share: they come by the database's clock, and here it is the test's."""

    def build_alone(connection: Connection, tokens: TokenSource, _: Turns | None = None) -> Crm:
        return build(connection, tokens)

    return build_alone


async def as_if_read(books: Books, connection: Connection) -> None:
    """Note that all was read of everybody just when it was connected: before, nobody's time is sold (rule B13)."""
    everybody = dict.fromkeys(connection.settings.technicians.values(), connection.created_at)
    for source in SourceKind:
        if source is not SourceKind.SERVICES or connection.settings.services:
            await books.integrations.mirror.mark_read(everybody, source=source)


async def _locate(_: str, text: str) -> Place | None:
    return Place(lat=HERE.lat, lng=HERE.lng) if "Elm" in text else None


def _link(business: str, purpose: LinkPurpose, token: str) -> str:
    return f"https://book.example/book/{business}/visits/{token}"


Story = Callable[[Shop], Awaitable[None]]


def run(database: Database, story: Story, **chosen: Any) -> None:
    """Tell a story of one business and its account."""

    async def telling() -> None:
        async with shop(database, **chosen) as one:
            await story(one)

    asyncio.run(telling())
