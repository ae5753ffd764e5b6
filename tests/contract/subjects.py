"""Whom the contract is held against: the simulator always, and a real account whose credentials are in the environment.

A real account is only read, unless FIELDFARE_GHL_WRITE=1 allows to write a contact, visits and a note into it. By the
simulator's clock nobody waits; a real account is asked at the pace that it is asked at in daily life.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.transport import SimulatorTransport

from fieldfare.adapters.crms.ghl.build import URL, GhlSettings, build_crm
from fieldfare.adapters.crms.ghl.pace import Ticker
from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.ports.crm import Crm, CrmUnauthorisedError
from tests.contract.clocks import Clock

HOUR, DAY = 3_600, 86_400
TECHNICIANS = 10
REAL_TOKEN, REAL_LOCATION = os.environ.get("FIELDFARE_GHL_TOKEN"), os.environ.get("FIELDFARE_GHL_LOCATION")
REAL_WRITES = os.environ.get("FIELDFARE_GHL_WRITE") == "1"
NAMES = ("simulator", *(("real",) if REAL_TOKEN and REAL_LOCATION else ()))
SIMULATED_URL, SIMULATED_TOKEN, SIMULATED_LOCATION = "https://ghl.example", "pit-simulated", "loc-1"


@dataclass(frozen=True, slots=True)
class OneToken:
    """A private integration's token: there is never a newer one."""

    text: str = field(repr=False)

    async def token(self) -> str:
        return self.text

    async def renewed(self, rejected: str) -> str:
        raise CrmUnauthorisedError("the token is not taken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A call that was made, by when and with what status."""

    at: float
    path: str
    status: int
    remaining: int | None


class CountingTransport(httpx2.AsyncBaseTransport):
    """Passes calls on and counts them, with what the answers say is left of the limit."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._clock = clock
        self.calls: list[Counted] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        at = self._clock()
        response = await self._inner.handle_async_request(request)
        left = response.headers.get("x-ratelimit-remaining")
        self.calls.append(
            Counted(
                at=at,
                path=request.url.path,
                status=response.status_code,
                remaining=None if left is None else int(left),
            )
        )
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An account, ready to be asked. `writes` tells whether it may be written to."""

    crm: Crm
    account: str
    calls: list[Counted]
    writes: bool
    now: int
    user: str | None = None


@asynccontextmanager
async def subject(name: str) -> AsyncIterator[Subject]:
    """Open one of the subjects."""
    if name == "simulator":
        clock = Clock(time.time())
        async with simulated(fleet(clock), clock, SIMULATED_TOKEN) as opened:
            yield opened
        return
    assert REAL_TOKEN is not None
    assert REAL_LOCATION is not None
    transport = CountingTransport(httpx2.AsyncHTTPTransport(trust_env=False), time.monotonic)
    url = os.environ.get("FIELDFARE_GHL_URL", URL)
    async with httpx2.AsyncClient(transport=transport) as client:
        crm = build_crm(GhlSettings(url=url), client=client)(connection_to(REAL_LOCATION), OneToken(REAL_TOKEN))
        yield Subject(crm=crm, account=REAL_LOCATION, calls=transport.calls, writes=REAL_WRITES, now=int(time.time()))


@asynccontextmanager
async def simulated(sim: Simulator, clock: Clock, token: str) -> AsyncIterator[Subject]:
    """Open the simulated account with some token."""
    transport = CountingTransport(SimulatorTransport(sim), clock)
    ticker = Ticker(clock=clock, sleep=clock.sleep)
    async with httpx2.AsyncClient(transport=transport) as client:
        build = build_crm(GhlSettings(url=SIMULATED_URL), client=client, ticker=ticker, now=lambda: int(clock()))
        crm = build(connection_to(SIMULATED_LOCATION), OneToken(token))
        yield Subject(crm=crm, account=SIMULATED_LOCATION, calls=transport.calls, writes=True, now=int(clock()))


def connection_to(account: str) -> Connection:
    """Give a connection of which nothing is known but the account."""
    return Connection(
        provider="ghl", account=account, name="", time_zone="", state=ConnectionState.SETTING_UP, created_at=0
    )


def fleet(clock: Clock) -> Simulator:
    """Make an account of ten technicians, busy for a month, with services and a pipeline."""
    sim = Simulator(clock=clock, sleep=clock.sleep)
    now = int(clock())
    location = sim.add_location(id=SIMULATED_LOCATION, name="Northern Comfort", time_zone="America/Toronto")
    sim.add_token(SIMULATED_TOKEN, location=location)
    contact = sim.add_contact(location, name="Jo Tremblay", email="jo@example.com", phone="+15185550100")
    for number in range(TECHNICIANS):
        user, calendar = f"u{number}", f"c{number}"
        sim.add_user(location, id=user, name=f"Tech {number}")
        sim.add_calendar(location, id=calendar, users=(user,))
        for day in range(30):
            start = now + day * DAY + number * HOUR
            sim.add_appointment(location, calendar, contact, user, start, start + HOUR, "[H07] Visit")
        sim.add_block(location, user=user, start=now + 5 * DAY, end=now + 6 * DAY)
    sim.enable_services(location)
    sim.add_service(location, id="s1", users=("u0",))
    sim.add_service_location(location, id="home")
    sim.add_service_booking(
        location, contact, "home", [("s1", "u0", now + 40 * HOUR, now + 41 * HOUR)], place="9 Elm Road"
    )
    sim.add_field(location, "manage_link")
    sim.add_pipeline(location, id="p1", stages=(("new", "New"), ("won", "Won")))
    sim.add_opportunity(location, "p1", "new", contact, "Job")
    sim.add_opportunity(location, "p1", "won", contact, "Another job")
    return sim
