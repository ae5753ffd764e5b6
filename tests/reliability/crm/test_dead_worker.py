"""O4: a worker dies while it writes for a customer; whatever else is to be written for them follows all the same."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import httpx2
import pytest

from tests.databases import Database
from tests.reliability.crm import invariants
from tests.reliability.crm.chaos import settled
from tests.reliability.crm.customers import Customers
from tests.reliability.crm.hands import Hands
from tests.reliability.crm.site import SERVERS, TUNE_UP, WORKERS, Site, site

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 240
"""The rescue of what a dead worker was at takes well under a minute on a machine that does nothing else."""
HANGS = {"match": "POST /calendars/events/appointments", "slow": 60.0, "after_commit": True, "times": 1}
_AT_IT = "SELECT count(*) AS jobs FROM queue.procrastinate_jobs WHERE task_name = 'write_to_crm' AND status = 'doing'"


def test_a_dead_worker_keeps_nobody_waiting_for_long(database: Database, tmp_path: Path) -> None:
    async def story() -> None:
        async with site(database, tmp_path, technicians=2, servers=SERVERS[:1], workers=WORKERS[:1]) as one:
            customers = Customers(
                site=one, dice=random.Random(4), known=("robin@example.org",), products=(TUNE_UP,), thinks_again=0
            )
            await one.account.ask("add_fault", **HANGS)
            async with httpx2.AsyncClient(timeout=60) as client:
                await customers.visit(client, 0)
                await _at_it(one)
                one.kill(WORKERS[0])
                await customers.visit(client, 3)
                await one.start(WORKERS[1], "work")

                took = await settled(one, within=PATIENCE_SECONDS)

            print(f"settled {took:.0f} s after the kill")
            assert len(customers.promises) == 2
            seen = await invariants.look(one)
            hands = Hands(account=one.account, dice=random.Random(4))
            assert list(invariants.kept_promises(seen, customers, hands)) == []
            assert list(invariants.in_the_crm_once(seen)) == []

    asyncio.run(story())


async def _at_it(one: Site) -> None:
    """Wait until the worker has begun to write."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        [row] = one.rows.query(_AT_IT)
        calls = await one.account.ask("calls")
        if row["jobs"] and any(call["path"].endswith("/events/appointments") for call in calls):
            return
        await asyncio.sleep(0.2)
    raise AssertionError("nothing was written")
