"""A business that reads a simulated account: a shop with three calendars, two hubs, and a geocoder that counts."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from fieldfare_ghl_sim.simulator import Simulator

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm, refresher
from fieldfare.adapters.crms.ghl.pace import Pace, Ticker
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.adapters.sealing import Sealer
from fieldfare.domain.bookings import Booking
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.connections import (
    CalendarUse,
    Connection,
    ConnectionSettings,
    ConnectionState,
    Target,
)
from fieldfare.domain.places import Place
from fieldfare.entrypoints.scenario.business import read_business as read_file
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.integrations import Conflict, Credentials, CrmLink, IntegrationFailure, Mirrored
from fieldfare.ports.storage import Books, KeptEntry
from fieldfare.usecases.availability.in_memory import BusinessesInMemory
from fieldfare.usecases.bookings.acting import Acting
from fieldfare.usecases.businesses.import_business import Import, import_business
from fieldfare.usecases.integrations.crms import Crms
from fieldfare.usecases.integrations.memory import Memory
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.sweep import Swept, sweep
from fieldfare.wiring.engine import read_business, travel_times
from tests.databases import Database
from tests.integration_crm.writing.shop import (
    CALENDAR,
    LOCATION,
    OFFICE,
    TOKEN,
    Shop,
    Time,
    Told,
    Unread,
    _link,
    as_if_read,
)
from tests.worlds import EAST, HERE, WEST, Spot, World, world

__all__ = ["LOCATION", "Kit", "kit", "run"]

VISITS = CALENDAR
OTHER = "calendar-other"
IGNORED = "calendar-ignored"
SERVICE = "service-1"
AT_HOME = "at-the-customers"
HOUR = 60 * MINUTE

ADDRESSES = {"Elm Street": HERE, "Oak Street": EAST, "Ash Street": WEST}
"""The streets that the geocoder knows."""

LIVELY = Pace(burst=10_000, per_second=10_000.0, kept_back=0, at_once=8)
"""The account is asked as fast as it answers; how patiently is the client's own test."""


@dataclass
class Geocoder:
    """Finds streets by their names, and counts how often it was asked; it can be down."""

    asked: list[str] = field(default_factory=list)
    down: bool = False

    async def locate(self, _: str, text: str) -> Place | None:
        self.asked.append(text)
        spot = next((spot for street, spot in ADDRESSES.items() if street in text), None)
        return None if self.down or spot is None else place_of(spot)


@dataclass(kw_only=True)
class Kit(Shop):
    """The shop, and what it reads."""

    geocoder: Geocoder

    async def sweep(self, *, full: bool = True, seconds: int = 60) -> Swept:
        """Sweep, so many seconds after whatever was before."""
        self.time.now += seconds
        swept = await sweep(self.outward, self.id, full=full, now=self.now)
        assert swept is not None
        return swept

    async def commitments(self, technician: str | None = None) -> list[Commitment]:
        """List what takes technicians' time and is no booking of ours, by start."""
        async with self.storage.open(self.id) as books:
            standing = await books.commitments.standing(since=0)
        found = [one for one in standing if one.id.startswith("ghl.")]
        return sorted(
            (one for one in found if technician in {None, one.technician}),
            key=lambda one: (one.start, one.technician or "", one.id),
        )

    async def spans(self, technician: str | None = None) -> list[tuple[str | None, int, int]]:
        """List whose time is taken by what is no booking of ours, and when, in minutes of the shop's day."""
        zero = self.at(0)
        return [
            (one.technician, (one.start - zero) // MINUTE, (one.end - zero) // MINUTE)
            for one in await self.commitments(technician)
        ]

    async def mirrored(self, id_: str) -> Mirrored:
        """Give the one entry of an id."""
        (entry,) = await self.entries_of(id_)
        return entry

    async def entries_of(self, id_: str) -> list[Mirrored]:
        """Give the entries of an id, of whatever kind."""
        keys = [f"{source}:{id_}:{leg}" for source in ("ghl.appointment", "ghl.block") for leg in ("",)]
        keys += [f"ghl.service:{id_}:{leg}" for leg in range(5)]
        async with self.storage.open(self.id) as books:
            found = await books.integrations.mirror.find(keys)
        return [found[key] for key in sorted(found)]

    async def bookings(self) -> list[Booking]:
        """List all bookings."""
        async with self.storage.open(self.id) as books:
            return list(await books.bookings.page(BookingFilter(), after=None, limit=500))

    async def conflicts(self) -> list[Conflict]:
        """List the open conflicts."""
        async with self.storage.open(self.id) as books:
            return list(await books.integrations.conflicts.open(limit=100))

    async def failures(self) -> list[IntegrationFailure]:
        """List the failures that last."""
        async with self.storage.open(self.id) as books:
            recent = await books.integrations.failures.recent(limit=100)
        return [one for one in recent if one.over_at is None]

    async def trail(self, booking: Booking) -> list[KeptEntry]:
        """List the lines of the trail about a booking, the newest first."""
        async with self.storage.open(self.id) as books:
            return list(await books.audit.page(before=None, limit=50, subject="bookings", subject_id=booking.id))

    async def revision(self) -> int:
        """Tell how often the business has changed."""
        revisions = await self.storage.revisions(self.id)
        assert revisions is not None
        return revisions.revision

    async def read_at(self) -> dict[tuple[str, str], int]:
        """Tell as of when each source is known, technician by technician."""
        async with self.storage.open(self.id) as books:
            marks = await books.integrations.mirror.read_at()
        return {(source.value, technician): at for (source, technician), at in marks.items()}

    async def written(self, minutes: int = 600, **more: Any) -> tuple[Booking, CrmLink, str]:
        """Book a visit and write it to the CRM; gives the booking, its link and its entry's id."""
        booking = await self.book(minutes, **more)
        await self.write_all()
        link = await self.link(booking)
        assert link is not None
        return booking, link, link.written.source_id

    async def look(self, look: Callable[[Books], Awaitable[Any]]) -> Any:
        """Look something up in the books."""
        async with self.storage.open(self.id) as books:
            return await look(books)

    def contact_id(self, **more: Any) -> str:
        """Add a contact by hand."""
        return self.sim.add_contact(LOCATION, **({"name": "Alex Roy", "email": "alex.roy@example.com"} | more))

    def appointment(
        self, minutes: int, *, user: str = "u0", calendar: str = OTHER, length: int = 60, **more: Any
    ) -> str:
        """Add an appointment by hand."""
        contact = more.pop("contact", None) or self.contact_id(email="", phone="+14165550100")
        start = self.at(minutes)
        return self.sim.add_appointment(
            LOCATION, calendar=calendar, contact=contact, user=user, start=start, end=start + length * MINUTE, **more
        )

    def block(self, minutes: int, *, user: str = "u0", length: int = 60, **more: Any) -> str:
        """Block a user's time by hand."""
        start = self.at(minutes)
        return self.sim.add_block(LOCATION, user=user, start=start, end=start + length * MINUTE, **more)


def place_of(spot: Spot) -> Place:
    """Make a place of a point."""
    return Place(lat=spot.lat, lng=spot.lng)


def small_town(technicians: int) -> World:
    """Give a business that works day and night for some weeks: two hubs, and drives as the crow flies."""
    small = world(datetime.now(UTC).date().isoformat(), time_zone="America/New_York")
    small = small.policy(horizon_days=30, change_cutoff_minutes=0).crow_flies()
    small = small.hub("H07", HERE).hub("H08", EAST).product(name="AC tune-up")
    for number in range(technicians):
        small = small.technician(f"t{number}")
    return small


def account(clock: Time, technicians: int) -> Simulator:
    """Make the account: a user for each technician and one who is none, and calendars of each use."""
    sim = Simulator(clock=clock, sleep=clock.sleep)
    sim.add_location(LOCATION)
    sim.add_token(TOKEN, LOCATION)
    users = [sim.add_user(LOCATION, f"u{number}", name=f"User {number}") for number in range(technicians)]
    sim.add_user(LOCATION, "u-office", name="Office")
    for calendar in (VISITS, OTHER, IGNORED):
        sim.add_calendar(LOCATION, calendar, kind="personal", users=users)
    return sim


@asynccontextmanager
async def kit(
    database: Database,
    *,
    technicians: int = 2,
    town: Callable[[World], World] = lambda small: small,
    read: bool = True,
    **chosen: Any,
) -> AsyncIterator[Kit]:
    """Open a business and its account, which was `read` or not; `chosen` are choices of whoever connected them."""
    clock, told, geocoder = Time(float(int(datetime.now(UTC).timestamp()))), Told(), Geocoder()
    sim = account(clock, technicians)
    business = f"kit-{uuid.uuid4().hex[:10]}"
    configuration, _ = read_file(town(small_town(technicians)).business(id=business).document["business"])
    async with (
        postgres_storage(database.application, connections=6, sealer=Sealer(bytes(32))) as storage,
        httpx2.AsyncClient(transport=Unread(sim)) as client,
    ):
        wanted = Import(business=business, configuration=configuration, commitments=lambda _: ())
        await import_business(storage, wanted, actor=OFFICE, now=int(clock()))
        ghl = GhlSettings(url="http://ghl.test", pace=LIVELY)
        businesses = BusinessesInMemory(storage=storage, read=read_business)
        outward = Outward(
            storage=storage,
            crms=Crms(
                storage=storage,
                build=build_crm(
                    ghl, client=client, ticker=Ticker(clock=clock, sleep=clock.sleep), now=lambda: int(clock())
                ),
                refresh=refresher(ghl, client=client),
                reports=told,
                clock=lambda: int(clock()),
            ),
            businesses=businesses,
            acting=Acting(storage=storage, businesses=businesses, travel=travel_times, clock=lambda: int(clock())),
            locate=geocoder.locate,
            link=_link,
            reports=told,
            clock=lambda: int(clock()),
        )
        settings = ConnectionSettings(
            technicians={f"u{number}": f"t{number}" for number in range(technicians)},
            calendars={VISITS: CalendarUse.VISITS, OTHER: CalendarUse.BUSY, IGNORED: CalendarUse.IGNORED},
            targets={"*": Target(calendar=VISITS)},
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
            if read:
                await as_if_read(books, connection)
        yield Kit(
            id=business,
            storage=storage,
            database=database,
            outward=outward,
            sim=sim,
            time=clock,
            told=told,
            fields={},
            geocoder=geocoder,
        )


def forgetful(one: Kit) -> None:
    """Let the process forget all that it remembers, as after a restart."""
    one.outward = replace(one.outward, memory=Memory())


Story = Callable[[Kit], Awaitable[None]]


def run(database: Database, story: Story, **chosen: Any) -> None:
    """Tell a story of one business and its account."""

    async def telling() -> None:
        async with kit(database, **chosen) as one:
            await story(one)

    asyncio.run(telling())


def days(count: int) -> int:
    """Give so many days in minutes."""
    return int(timedelta(days=count).total_seconds()) // MINUTE
