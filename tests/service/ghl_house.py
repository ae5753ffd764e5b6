"""The whole API of a business, with a simulated GoHighLevel location in the same process; nobody waits in it."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx2
import orjson
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.transport import SimulatorTransport
from sqlalchemy import URL
from structlog.testing import capture_logs

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm, refresher
from fieldfare.adapters.crms.ghl.granting import GhlGranting
from fieldfare.adapters.crms.ghl.oauth import App
from fieldfare.adapters.crms.ghl.pace import Ticker
from fieldfare.adapters.crms.ghl.signatures import read_keys
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.adapters.sealing import Sealer
from fieldfare.domain.connections import Connection
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.settings import Settings
from fieldfare.usecases.integrations.crms import Crms
from fieldfare.usecases.integrations.keep_fresh import KeepFresh
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.process_received import process_received
from fieldfare.usecases.integrations.sweep import sweep
from fieldfare.usecases.reactions import RECEIVED_FROM_CRM
from fieldfare.wiring.server import house
from tests import databases
from tests.databases import Database
from tests.integration_crm.writing.shop import by_its_own_clock
from tests.service.whole import UNLIMITED, Whole
from tests.unit.customers.kit import BUSINESS, open_business

T = TypeVar("T")

LOCATION, TOKEN = "ve9EPM428h8vShlRW1KT", "pit-11111111-2222-3333-4444-555555555555"
VISITS, PRIVATE, EVENTS = "calVisits", "calPrivate", "calEvents"
USERS = {"userOne": "t1", "userTwo": "t2"}
GHL = "/api/v1/staff/integrations/ghl"
WEBHOOK = "/api/v1/webhooks/ghl"
SETTINGS: dict[str, Any] = {
    "technicians": USERS,
    "calendars": {VISITS: "visits", PRIVATE: "busy"},
    "targets": {"*": {"calendar": VISITS}},
}


@dataclass
class Told:
    """What was reported, with all that was said."""

    reports: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, code: str, message: str, **more: Any) -> None:
        self.reports.append({"code": code, "message": message, **more})

    @property
    def codes(self) -> list[str]:
        return [report["code"] for report in self.reports]


@dataclass(frozen=True, kw_only=True)
class GhlHouse:
    """A house beside a simulated location."""

    whole: Whole
    sim: Simulator
    told: Told
    database: Database

    @property
    def rooms(self) -> Rooms:
        """What the routes are given."""
        rooms: Rooms = self.whole.app.state.given
        return rooms

    @property
    def outward(self) -> Outward:
        """The way to the simulator."""
        outward = self.rooms.outward
        assert outward is not None
        return outward

    async def connection(self, business: str = BUSINESS) -> Connection | None:
        """Read the connection."""
        async with self.whole.storage.open(business) as books:
            return await books.integrations.connections.find()

    async def connect(self, client: httpx2.AsyncClient, **settings: Any) -> dict[str, Any]:
        """Connect by the token, with choices; no worker reads it here."""
        body = {"location": LOCATION, "token": TOKEN, "settings": SETTINGS | settings}
        answer = await client.put(GHL, json=body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def read(self, *, business: str = BUSINESS) -> None:
        """Read all that stands there, as the worker does at once: nothing is sold before."""
        await sweep(self.outward, business, full=True, now=int(time.time()))

    def webhook(self, **values: Any) -> bytes:
        """Write a webhook as of now."""
        body = {
            "type": "AppointmentUpdate",
            "locationId": LOCATION,
            "timestamp": moment(time.time()),
            "webhookId": new_id(),
        } | values
        return orjson.dumps({key: value for key, value in body.items() if value is not None})

    async def send(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """Send a webhook, signed unless other headers are given."""
        async with self.whole.client() as client:
            signed = self.sim.sign(body) if headers is None else dict(headers)
            return await client.post(WEBHOOK, content=body, headers={"Content-Type": "application/json"} | signed)

    async def tasks(self, name: str = RECEIVED_FROM_CRM) -> list[dict[str, Any]]:
        """Read the tasks of a name that wait, those to go after webhooks unless another is given."""
        async with self.whole.storage.transaction() as connection:
            rows = await connection.exec_driver_sql(
                "SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", (name,)
            )
            return [row[0] for row in rows]

    async def go_after(self, *, business: str = BUSINESS) -> None:
        """Do what the worker would, each task once."""
        for task in await self.tasks():
            await process_received(self.outward, business, task["received"], now=int(time.time()))


def new_id() -> str:
    """Make the id of a webhook."""
    return f"wh-{uuid.uuid4()}"


def moment(instant: float) -> str:
    """Write an instant as the vendor does."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(instant)) + ".000Z"


def simulated() -> Simulator:
    """Make a location with two users and three calendars."""
    sim = Simulator(clock=time.time)
    sim.add_location(LOCATION, name="Small World", time_zone="America/Toronto")
    sim.add_token(TOKEN, location=LOCATION)
    for user in USERS:
        sim.add_user(LOCATION, id=user, name=user, email=f"{user}@example.com")
    sim.add_calendar(LOCATION, id=VISITS, name="Visits", kind="personal", users=tuple(USERS))
    sim.add_calendar(LOCATION, id=PRIVATE, name="Private", kind="personal", users=tuple(USERS))
    sim.add_calendar(LOCATION, id=EVENTS, name="Events", kind="event", users=())
    return sim


@asynccontextmanager
async def opened(
    database: Database, *, with_app: bool = False, sim: Simulator | None = None, **settings: Any
) -> AsyncIterator[GhlHouse]:
    """Open the house, beside a location that is new or known."""
    sim, told = sim or simulated(), Told()

    async def at_once(_: float) -> None:
        await asyncio.sleep(0)

    ticker = Ticker(clock=time.monotonic, sleep=at_once)
    async with (
        postgres_storage(database.application, connections=4, sealer=Sealer(bytes(32))) as storage,
        httpx2.AsyncClient(transport=SimulatorTransport(sim)) as client,
        house(Settings(**UNLIMITED | settings), storage) as app,
        AsyncExitStack() as stack,
    ):
        whole = Whole(app=app, storage=storage)
        await open_business(whole)
        rooms: Rooms = app.state.given
        assert rooms.outward is not None
        ghl = GhlSettings(url="http://ghl.test")
        crms = Crms(
            storage=storage,
            build=by_its_own_clock(build_crm(ghl, client=client, ticker=ticker)),
            refresh=refresher(ghl, client=client),
            reports=told,
            clock=rooms.clock,
        )
        outward = replace(rooms.outward, crms=crms, reports=told)
        keep_fresh = await stack.enter_async_context(KeepFresh(outward))
        rooms.acting.read_again = keep_fresh.read_again
        id_, secret = sim.add_client()
        vendor = App(
            url="http://ghl.test", authorise_url="http://ghl.test/v2/choose", client_id=id_, client_secret=secret
        )
        app.state.given = replace(
            rooms,
            outward=outward,
            keep_fresh=keep_fresh,
            granting=GhlGranting(vendor, client=client) if with_app else None,
            ghl_keys=read_keys([sim.webhook_public_key_pem.encode(), sim.webhook_old_public_key_pem.encode()]),
        )
        yield GhlHouse(whole=whole, sim=sim, told=told, database=database)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A house that several tests share, each with webhooks of its own."""

    runner: asyncio.Runner
    house: GhlHouse

    def on(self, work: Callable[[GhlHouse], Awaitable[T]]) -> T:
        """Run some work with the house, and put its rooms back as they were."""

        async def working() -> T:
            before = self.house.rooms
            self.house.told.reports.clear()
            try:
                return await work(self.house)
            finally:
                self.house.whole.app.state.given = before

        return self.runner.run(working())


@contextmanager
def shared(superuser: URL, template: str, **settings: Any) -> Iterator[Shared]:
    """Open a house, connected, for as long as the block lasts."""
    with databases.clone(superuser, template) as database, asyncio.Runner() as runner, capture_logs():
        stack = AsyncExitStack()
        house_ = runner.run(stack.enter_async_context(opened(database, **settings)))

        async def connect() -> None:
            async with await house_.whole.key(BUSINESS) as client:
                await house_.connect(client)

        runner.run(connect())
        yield Shared(runner=runner, house=house_)
        runner.run(stack.aclose())


def on(database: Database, work: Callable[[GhlHouse], Awaitable[T]], **settings: Any) -> T:
    """Run some work with the house."""

    async def running() -> T:
        async with opened(database, **settings) as house_:
            return await work(house_)

    # structlog's own way of showing them takes its time over a traceback.
    with capture_logs():
        return asyncio.run(running())
