"""The whole of it as processes: a simulated account, servers and workers on one database; any of them may be killed."""

from __future__ import annotations

import asyncio
import secrets
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests import servers as starting
from tests.databases import Database
from tests.reliability.amounts import amount
from tests.reliability.racing import NO_LIMITS, Rows, bring_in
from tests.servers import COMMAND, SECONDS_TO_START, SECONDS_TO_STOP, STOPPED, environment
from tests.worlds import EAST, HERE, WEST, World, world

LOCATION = "location-of-the-chaos"
VISITS, PRIVATE, IGNORED = "calendar-visits", "calendar-private", "calendar-ignored"
FURNACE, CLEANING, HOME = "service-furnace", "service-cleaning", "service-location-home"
"""Visits of the first service are bookings of a product of ours; the other one only takes its people's time."""
TUNE_UP, FURNACE_CHECK = "tune-up", "furnace-check"
"""The products: visits of one are written as appointments, those of the other as service bookings."""
THEIRS = "gate_code"
"""A field of theirs that is no business of ours."""
OURS = {"reference": "contact.fieldfare_reference", "manage_link": "contact.fieldfare_manage_link"}
HORIZON_DAYS = 6
"""All of it lies in this week and the next, which each sweep reads."""
SERVERS, WORKERS = ("serve-0", "serve-1"), ("work-0", "work-1")
HUBS = {"H07": HERE, "H08": EAST, "H09": WEST}
SWEPT_EVERY = amount(short=15, long=30)
APP = "app-of-the-chaos"
_API = "/api/v1/staff/integrations/ghl"
_LISTENS = "listens on "


def town(technicians: int) -> World:
    """Give a business that works day and night for some days, with three hubs and drives as the crow flies."""
    small = world(datetime.now(UTC).date().isoformat(), time_zone="America/New_York")
    small = small.policy(horizon_days=HORIZON_DAYS, change_cutoff_minutes=0).crow_flies().product(name="AC tune-up")
    check = {"id": FURNACE_CHECK, "name": "Furnace check", "industry": "hvac", "price": 9_900, "duration_minutes": 45}
    small = small.business(products=[*small.document["business"]["products"], check])
    for id_, spot in HUBS.items():
        small = small.hub(id_, spot)
    for number in range(technicians):
        small = small.technician(f"t{number}")
    return small


@dataclass(frozen=True, kw_only=True)
class Account:
    """The simulated account, by its switches for tests."""

    url: str
    client: httpx2.AsyncClient
    users: tuple[str, ...]
    app_secret: str = field(repr=False)

    async def ask(self, what: str, **given: Any) -> Any:
        """Do what the simulator's Python interface does by the same name."""
        answer = await self.client.post(f"{self.url}/_sim/api/{what}", json=given)
        assert answer.status_code == 200, f"{what}: {answer.text}"
        return answer.json()["result"]

    async def furnish(self) -> None:
        """Put there what an account has before anybody connects it."""
        await self.ask("add_location", id=LOCATION, name="Chaos")
        await self.ask("add_client", id=APP, secret=self.app_secret)
        for user in self.users:
            await self.ask("add_user", location=LOCATION, id=user, name=f"User {user}")
        for calendar in (VISITS, PRIVATE, IGNORED):
            given = {"location": LOCATION, "id": calendar, "kind": "personal", "users": self.users}
            await self.ask("add_calendar", **given)
        await self.ask("enable_services", location=LOCATION)
        for service in (FURNACE, CLEANING):
            await self.ask("add_service", location=LOCATION, id=service, name=service, users=self.users)
        await self.ask("add_service_location", location=LOCATION, id=HOME, name="At your home")
        for key in (THEIRS, *(key.removeprefix("contact.") for key in OURS.values())):
            await self.ask("add_field", location=LOCATION, key=key, name=key.replace("_", " "))


@dataclass(kw_only=True)
class Process:
    """One process of ours, with a log that goes on from one start to the next."""

    name: str
    arguments: tuple[str, ...]
    log: Path
    running: subprocess.Popen[str]
    url: str = ""


@dataclass(kw_only=True)
class Site:
    """A connected business, and the processes that serve it."""

    folder: Path
    database: Database
    env: Mapping[str, str]
    account: Account
    business: str
    key: str
    secret: str
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """What stands in the database."""
        return Rows(database=self.database)

    def urls(self) -> list[str]:
        """Name the servers that are there, whether they answer or not."""
        return [one.url for one in self.processes.values() if one.url]

    async def start(self, name: str, *arguments: str) -> None:
        """Start a process, or the one of this name again; a server listens where it did before."""
        before = self.processes.get(name)
        arguments = arguments or (before.arguments if before is not None else ())
        log = self.folder / f"{name}.log"
        serves = arguments[0] == "serve"
        with log.open("a") as file:
            running = subprocess.Popen(
                [*COMMAND, *arguments],
                env=dict(self.env),
                stdout=subprocess.PIPE if serves else file,
                stderr=file,
                text=True,
            )
        url = "" if before is None else before.url
        process = Process(name=name, arguments=arguments, log=log, running=running, url=url)
        self.processes[name] = process
        if serves:
            process.url = await asyncio.to_thread(starting._address, running, log)
            process.arguments = ("serve", "--port", process.url.rpartition(":")[2])

    def kill(self, name: str) -> None:
        """Kill a process as kill -9 does."""
        process = self.processes[name].running
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def stop(self) -> None:
        """Stop all that run: cleanly, or it is a fault."""
        running = [one for one in self.processes.values() if one.running.poll() is None]
        for one in running:
            one.running.send_signal(signal.SIGTERM)
        try:
            ends = {one.name: one.running.wait(SECONDS_TO_STOP) for one in running}
            assert set(ends.values()) <= STOPPED, ends
        finally:
            self.kill_all()

    def kill_all(self) -> None:
        """Leave nothing behind."""
        for name in self.processes:
            self.kill(name)

    def client(self, **options: Any) -> httpx2.AsyncClient:
        """Open a client that has every right."""
        return httpx2.AsyncClient(headers={"Authorization": f"Bearer {self.key}"}, timeout=30, **options)

    def secrets(self) -> dict[str, str]:
        """Name what no log may hold."""
        return {"app's secret": self.account.app_secret, "key": self.key, "secret": self.secret}


@asynccontextmanager
async def site(
    database: Database,
    folder: Path,
    *,
    technicians: int,
    servers: Sequence[str] = SERVERS,
    workers: Sequence[str] = WORKERS,
) -> AsyncIterator[Site]:
    """Start the account and the processes, and connect the business."""
    users = tuple(f"u{number}" for number in range(technicians))
    pem, app_secret, secret = folder / "webhooks.pem", str(uuid.uuid4()), secrets.token_hex(32)
    options = ["--port", "0", "--world", "empty", "--public-key", str(pem), "--until-parent-ends"]
    with (folder / "simulator.txt").open("w") as file:
        simulator = subprocess.Popen(
            [sys.executable, "-m", "fieldfare_ghl_sim", *options], stdout=subprocess.PIPE, stderr=file, text=True
        )
    try:
        assert simulator.stdout is not None
        line = await asyncio.to_thread(simulator.stdout.readline)
        assert _LISTENS in line, "the simulator did not start"
        async with httpx2.AsyncClient(timeout=60) as client:
            url = line.split(_LISTENS)[1].strip()
            account = Account(url=url, client=client, users=users, app_secret=app_secret)
            await account.furnish()
            settings = {
                "FIELDFARE_GHL_URL": account.url,
                "FIELDFARE_GHL_CLIENT_ID": APP,
                "FIELDFARE_GHL_CLIENT_SECRET": app_secret,
                "FIELDFARE_GHL_WEBHOOK_KEYS": str(pem),
                "FIELDFARE_SECRET_KEY": secret,
                "FIELDFARE_TRUSTED_PROXIES": "127.0.0.1",
            }
            business, key = await bring_in(database, town(technicians))
            made = Site(
                folder=folder,
                database=database,
                env=environment(database, **NO_LIMITS, **settings),
                account=account,
                business=business,
                key=key,
                secret=secret,
            )
            try:
                wanted = {**dict.fromkeys(servers, "serve"), **dict.fromkeys(workers, "work")}
                await asyncio.gather(*(made.start(name, command) for name, command in wanted.items()))
                await _connect(made)
                yield made
                made.stop()
            finally:
                made.kill_all()
    finally:
        simulator.kill()
        simulator.wait()
        assert simulator.stdout is not None
        simulator.stdout.close()


async def _connect(made: Site) -> None:
    """Let our app into the account, make the choices, and have webhooks sent."""
    account = made.account
    settings = {
        "technicians": {user: f"t{number}" for number, user in enumerate(account.users)},
        "calendars": {VISITS: "visits", PRIVATE: "busy", IGNORED: "ignored"},
        "products": {VISITS: TUNE_UP, FURNACE: FURNACE_CHECK},
        "targets": {"*": {"calendar": VISITS}, FURNACE_CHECK: {"service": FURNACE, "service_location": HOME}},
        "services": True,
        "fields": OURS,
        "poll_seconds": SWEPT_EVERY,
        "full_seconds": 60,
    }
    first = made.urls()[0]
    async with made.client() as client:
        begun = await client.post(f"{first}{_API}/authorise", json={"location": LOCATION})
        assert begun.status_code == 200, begun.text
        [state] = parse_qs(urlsplit(begun.json()["url"]).query)["state"]
        code = await account.ask("issue_oauth_code", account=LOCATION, client=APP)
        back = await client.get(f"{first}/api/v1/oauth/ghl/callback", params={"state": state, "code": code})
        assert (back.status_code, back.headers["location"]) == (303, "/desk/settings/ghl"), back.text
        answer = await client.put(f"{first}{_API}", json={"settings": settings})
        assert answer.status_code == 200, answer.text
        assert (answer.json()["state"], answer.json()["granted"]) == ("connected", "oauth")
    # Nobody's time is sold before all of it was read once (rule B13).
    async with asyncio.timeout(SECONDS_TO_START):
        while not made.rows.was_read(made.business):
            await asyncio.sleep(0.2)
    await account.ask("deliver_webhooks_to", url=f"{first}/api/v1/webhooks/ghl")
