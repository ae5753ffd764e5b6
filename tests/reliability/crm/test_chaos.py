"""Whatever happens while customers book, afterwards both sides say the same, once, and nobody's day is impossible."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.databases import Database
from tests.reliability.amounts import SOAK, amount
from tests.reliability.crm import invariants
from tests.reliability.crm.chaos import Chaos, Plan, chaos
from tests.reliability.crm.site import FURNACE_CHECK, LOCATION, TUNE_UP, site

pytestmark = pytest.mark.slow

PLAN = Plan(
    technicians=amount(short=4, long=14),
    normal=amount(short=10, long=300),
    outage=amount(short=12, long=600),
    trouble=amount(short=15, long=600),
    settles=amount(short=600, long=900),
    books_each=amount(short=10, long=20) / 10,
    edits_each=amount(short=8, long=60) / 10,
    kills_each=amount(short=5, long=60),
)
"""The long form takes less than 45 minutes, and its technicians could take twice as many visits as are booked."""
SLOWER_AT_MOST = 1.5
BOOKED_AT_LEAST = amount(short=2, long=100)


def test_chaos(database: Database, tmp_path: Path) -> None:
    """S13, S16 to S18, O4, O9, O12: hand edits, lost and doubled webhooks, an outage, throttling and kills."""
    seed = random.SystemRandom().randrange(10**6) if SOAK else 7

    async def story() -> None:
        async with site(database, tmp_path, technicians=PLAN.technicians) as one:
            run = await chaos(one, PLAN, seed=seed)
            before = {row["id"]: row for row in await one.account.ask("contacts", location=LOCATION)}

            await run.run()

            _tell(run, seed)
            _something_happened(run)
            seen = await invariants.look(one)
            complaints = [
                *invariants.kept_promises(seen, run.customers, run.hands),
                *invariants.in_the_crm_once(seen),
                *invariants.written_as_chosen(seen, run.customers),
                *invariants.noted_once(seen, run.customers),
                *invariants.mirrored(seen),
                *invariants.untouched(seen, before),
                *await invariants.drivable(one, seen),
                *invariants.silent(one, run.customers),
            ]
            assert not complaints, await invariants.story(one, complaints)
            assert invariants.most_in_ten_seconds([call.at for call in run.calls]) <= invariants.MOST_IN_TEN_SECONDS
            if SOAK:
                assert run.p95("outage") <= SLOWER_AT_MOST * run.p95("normal")

    asyncio.run(story())


def _something_happened(run: Chaos) -> None:
    """See that it was no idyll: else the rest says nothing."""
    phases = Counter(one.phase for one in run.customers.confirmed)
    assert phases["normal"] >= BOOKED_AT_LEAST
    assert phases["outage"] >= BOOKED_AT_LEAST
    assert any(promise.reason for promise in run.customers.promises)
    assert {promise.product for promise in run.customers.promises} == {TUNE_UP, FURNACE_CHECK}
    assert run.hands.touched
    assert run.hands.ended
    edits = Counter(edit.rpartition(" ")[2] for edit in run.hands.edits.elements() if "ours" in edit)
    assert edits["appointments"]
    assert edits["service_bookings"]
    statuses = Counter(call.status for call in run.calls)
    assert statuses[502]
    assert statuses[429] + statuses[500] + statuses[503]
    # The one with which it all begins comes before the calls that are counted.
    assert [call for call in run.calls if call.path == "/oauth/token" and call.status == 200]
    assert len(run.kills) > 1


def _tell(run: Chaos, seed: int) -> None:
    """Print what happened, and how long it took."""
    normal, outage = run.p95("normal"), run.p95("outage")
    statuses = Counter(call.status for call in run.calls)
    print(f"seed {seed}, load {os.getloadavg()[0]:.1f}")
    print(f"confirm p95 {normal:.3f} s, in the outage {outage:.3f} s: {outage / normal:.2f} times")
    print(f"bookings {Counter(one.phase for one in run.customers.confirmed)}, {dict(run.customers.outcomes)}")
    print(f"edits {dict(run.hands.edits)}, kills {dict(run.kills)}")
    print(f"calls {len(run.calls)} {dict(statuses)}, most in 10 s", end=" ")
    print(invariants.most_in_ten_seconds([call.at for call in run.calls]))
    print(f"tokens {Counter(call.status for call in run.calls if call.path == '/oauth/token')}")
    print(f"settled after {run.settled_after:.0f} s")
