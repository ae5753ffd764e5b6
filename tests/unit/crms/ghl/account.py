"""An account in the simulator, on a clock that tests turn, and the client that asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
from fieldfare_ghl_sim.simulator import Call, Simulator
from fieldfare_ghl_sim.transport import SimulatorTransport
from fieldfare_ghl_sim.world import Quirks

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm
from fieldfare.adapters.crms.ghl.pace import Pace, Ticker
from fieldfare.domain.connections import Connection, ConnectionSettings, ConnectionState
from fieldfare.ports.crm import Allowance, Crm, CrmScope, CrmTarget, CrmUnauthorisedError, CrmVisit, SourceKind

T = TypeVar("T")

LOCATION = "loc-1"
TOKEN = "pit-0123456789abcdef"
NEW_YORK = "America/New_York"
NOON = 1_790_870_400
"""2026-10-01T12:00:00-04:00, a Thursday."""
HOUR, DAY = 3_600, 86_400
TITLE = "[H07] AC tune-up - J. Tremblay #FF-7K3QX9H"
REFERENCE = "FF-7K3QX9H"


@dataclass(slots=True)
class Clockwork:
    """Time that passes only while somebody waits."""

    now: float = float(NOON)
    waited: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)

    @property
    def ticker(self) -> Ticker:
        return Ticker(clock=self.clock, sleep=self.sleep)


@dataclass(slots=True)
class Tokens:
    """A token, and those that follow it, each once its predecessor is rejected."""

    current: str = TOKEN
    next: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)

    async def token(self) -> str:
        return self.current

    async def renewed(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if not self.next:
            raise CrmUnauthorisedError("there is no newer token")
        self.current = self.next.pop(0)
        return self.current


@dataclass(slots=True)
class Turns:
    """Leave for each call, after the waits that there are to be told first."""

    waits: list[float] = field(default_factory=list)
    asked: list[bool] = field(default_factory=list)
    """By who asked: whether they were pressing."""

    async def take(self, allowance: Allowance, *, pressing: bool) -> float:
        assert allowance == Pace().allowance
        self.asked.append(pressing)
        return self.waits.pop(0) if self.waits else 0.0


@dataclass(slots=True, kw_only=True)
class World:
    """The simulator with one account in it, and the client."""

    sim: Simulator
    crm: Crm
    time: Clockwork
    tokens: Tokens

    def calls(self, start: str = "") -> list[Call]:
        return [call for call in self.sim.calls if f"{call.method} {call.template}".startswith(start)]


def simulator(time: Clockwork, *, quirks: Quirks | None = None, time_zone: str = NEW_YORK) -> Simulator:
    sim = Simulator(clock=time.clock, quirks=quirks, sleep=time.sleep)
    sim.add_location(id=LOCATION, name="Northern Comfort", time_zone=time_zone)
    sim.add_token(TOKEN, location=LOCATION)
    for number in (1, 2):
        sim.add_user(LOCATION, id=f"u{number}", name=f"Tech {number}")
        sim.add_calendar(LOCATION, id=f"c{number}", name=f"Van {number}", users=(f"u{number}",))
    return sim


def connection(*, account: str = LOCATION, time_zone: str = NEW_YORK, agency: str | None = None) -> Connection:
    return Connection(
        provider="ghl",
        account=account,
        name="Northern Comfort",
        time_zone=time_zone,
        state=ConnectionState.CONNECTED,
        settings=ConnectionSettings(),
        agency=agency,
        created_at=0,
    )


def with_world(
    work: Callable[[World], Awaitable[T]],
    *,
    quirks: Quirks | None = None,
    pace: Pace | None = None,
    time_zone: str = NEW_YORK,
) -> T:
    """Do something in a fresh world."""

    async def run() -> T:
        time = Clockwork()
        sim = simulator(time, quirks=quirks, time_zone=time_zone)
        async with httpx2.AsyncClient(transport=SimulatorTransport(sim)) as client:
            tokens = Tokens()
            settings = GhlSettings(url="https://ghl.example", pace=pace or Pace())
            build = build_crm(settings, client=client, ticker=time.ticker, now=lambda: int(time.now))
            crm = build(connection(time_zone=time_zone), tokens)
            return await work(World(sim=sim, crm=crm, time=time, tokens=tokens))

    return asyncio.run(run())


def appointments(*calendars: str) -> list[CrmScope]:
    return [CrmScope(source=SourceKind.APPOINTMENTS, calendar=calendar) for calendar in calendars]


def blocks(*users: str) -> list[CrmScope]:
    return [CrmScope(source=SourceKind.BLOCKS, user=user) for user in users]


SERVICES = CrmScope(source=SourceKind.SERVICES)


def visit(contact: str, **changes: Any) -> CrmVisit:
    """Make a visit of an hour, tomorrow at noon, by the first technician."""
    given: dict[str, Any] = {
        "target": CrmTarget(calendar="c1"),
        "contact": contact,
        "user": "u1",
        "start": NOON + DAY,
        "end": NOON + DAY + HOUR,
        "title": TITLE,
        "description": "Booked online.",
        "place_text": "12 Sparrow Street, Albany, NY 12207",
        "time_zone": NEW_YORK,
    }
    return CrmVisit(**{**given, **changes})


def bodies(calls: Iterable[Call]) -> list[bytes]:
    return [bytes(call.body) for call in calls]
