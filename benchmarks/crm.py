"""What a CRM costs: confirmations while it is down beside those while it is up, reading it, and catching up.

    python -m benchmarks.crm    # prints; the goals stand beside the figures

The processes, the database and the pace at which the CRM is asked are real, the CRM is the simulator.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm, refresher
from fieldfare.usecases.integrations.crms import Crms
from fieldfare.usecases.integrations.sweep import sweep
from tests import databases
from tests.databases import Database
from tests.integration_crm.kit import LOCATION, OTHER, VISITS, days, kit
from tests.integration_crm.writing.shop import Unread
from tests.reliability.crm.chaos import Chaos, Plan, chaos, settled
from tests.reliability.crm.invariants import most_in_ten_seconds
from tests.reliability.crm.site import site

SECONDS = float(os.environ.get("FIELDFARE_BENCH_SECONDS", "60"))
PLAN = Plan(
    technicians=6,
    normal=SECONDS,
    outage=SECONDS,
    trouble=0,
    settles=900,
    books_each=1.0,
    edits_each=2.0,
    kills_each=SECONDS,
)
TECHNICIANS, DAYS, ENTRIES_A_DAY = 10, 30, 4
SLOWER_AT_MOST = 1.5


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, databases.server(Path(folder) / "server") as superuser:
        template = databases.template(superuser)
        with databases.clone(superuser, template) as database:
            read = asyncio.run(reading(database))
        with databases.clone(superuser, template) as database:
            run, caught_up = asyncio.run(outage(database, Path(folder)))
    normal, down = run.p95("normal"), run.p95("outage")
    counts = {phase: sum(one.phase == phase for one in run.customers.confirmed) for phase in ("normal", "outage")}
    print("| what | figure | goal |")
    print("| --- | --- | --- |")
    print(f"| confirm p95, the CRM is up ({counts['normal']} bookings) | {normal * 1_000:.0f} ms | |")
    print(f"| confirm p95, the CRM is down ({counts['outage']} bookings) | {down * 1_000:.0f} ms | |")
    print(f"| down / up | {down / normal:.2f} | {SLOWER_AT_MOST} |")
    print(f"| caught up after an outage of {SECONDS:.0f} s | {caught_up:.0f} s | |")
    print(f"| most calls in 10 s | {most_in_ten_seconds([call.at for call in run.calls])} | 100 |")
    what = f"a sweep of {TECHNICIANS} technicians over {DAYS} days, {read.entries} entries"
    print(f"| {what}: calls | {read.calls} | 100 |")
    print(f"| its seconds | {read.seconds:.1f} s | |")
    print(f"| calls of the geocoder, all titles tagged | {read.geocoded} | 0 |")
    print(f"\nLoad of the machine: {os.getloadavg()[0]:.1f}.")


async def outage(database: Database, folder: Path) -> tuple[Chaos, float]:
    """Let customers book while the CRM is up, and while it is down; gives how long it took to catch up, too."""
    async with site(database, folder, technicians=PLAN.technicians) as one:
        run = await chaos(one, PLAN, seed=7)
        began = await one.account.ask("now")
        booking = asyncio.create_task(run.customers.come(each=PLAN.books_each))
        editing = asyncio.create_task(run.hands.work(each=PLAN.edits_each))
        await asyncio.sleep(PLAN.normal)
        await run.outage(worse=False)
        run.customers.leave()
        run.hands.leave()
        await asyncio.gather(booking, editing)
        caught_up = await settled(one, within=PLAN.settles)
        await run.listen(since=began)
    return run, caught_up


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a sweep has cost."""

    calls: int
    seconds: float
    geocoded: int
    entries: int


async def reading(database: Database) -> Read:
    """Read ten technicians' month for the first time, with all titles tagged."""
    dice = random.Random(10)
    async with kit(database, technicians=TECHNICIANS) as one, httpx2.AsyncClient(transport=Unread(one.sim)) as client:
        one.sim.clock = time.time
        for day in range(DAYS):
            for number in range(TECHNICIANS * ENTRIES_A_DAY):
                user = f"u{number % TECHNICIANS}"
                at = days(day) + 480 + 120 * (number // TECHNICIANS) + dice.randrange(30)
                if dice.random() < 0.2:
                    one.block(at, user=user, title=f"Away {day} {number}")
                else:
                    street, title = f"{number} Oak Street", f"[{dice.choice(('H07', 'H08'))}] Visit {day} {number}"
                    calendar = dice.choice((VISITS, OTHER))
                    one.appointment(at, user=user, calendar=calendar, title=title, address=street)
        ghl = GhlSettings(url="http://ghl.test")
        crms = Crms(
            storage=one.storage,
            build=build_crm(ghl, client=client),
            refresh=refresher(ghl, client=client),
            reports=one.outward.reports,
            clock=lambda: int(time.time()),
        )
        outward = replace(one.outward, crms=crms)
        before, begun = len(one.sim.calls), time.monotonic()
        swept = await sweep(outward, one.id, full=True, now=int(time.time()))
        assert swept is not None
        assert not swept.failed
        assert {call.location for call in one.sim.calls[before:]} == {LOCATION}
        return Read(
            calls=len(one.sim.calls) - before,
            seconds=time.monotonic() - begun,
            geocoded=len(one.geocoder.asked),
            entries=swept.entries,
        )


if __name__ == "__main__":
    main()
