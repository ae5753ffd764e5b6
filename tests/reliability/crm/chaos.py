"""What happens, phase by phase, while customers book: calm, an outage, trouble of every kind, and calm again."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from fieldfare.adapters.postgres.queue import open_queue
from tests.reliability.crm.customers import Customers
from tests.reliability.crm.hands import Hands
from tests.reliability.crm.site import LOCATION, SERVERS, THEIRS, WORKERS, Site

TROUBLES: tuple[dict[str, Any], ...] = (
    {"match": "*", "status": 429, "retry_after": 2, "share": 0.05},
    {"match": "*", "status": 503, "share": 0.04},
    {"match": "POST /c*", "status": 500, "after_commit": True, "share": 0.15},
    {"match": "PUT /c*", "status": 500, "after_commit": True, "share": 0.1},
    {"match": "POST /c*", "drop": True, "after_commit": True, "share": 0.06},
    {"match": "POST /c*", "slow": 10.0, "after_commit": True, "share": 0.03},
)
"""Throttling, failures, writes that are done though they seem not, and answers that come too late.

The answer that holds a new refresh token is never lost once it was given: the old one is worth nothing then, and
somebody has to let the app in anew, which nobody does here.
"""
WEBHOOKS = {"lose": 0.2, "duplicate": 0.3, "reorder": 0.3, "delay": 0.2, "delay_seconds": 4.0, "bad_signature": 0.05}
QUIET = """
    SELECT
        (SELECT count(*) FROM crm_writes WHERE business_id = %(business)s AND state = 'waiting') AS writes,
        (SELECT count(*) FROM received WHERE business_id = %(business)s AND processed_at IS NULL) AS received,
        (SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('todo', 'doing')
            AND task_name IN ('write_to_crm', 'received_from_crm', 'compensate_crm', 'sweep_crm',
                'reconcile_crm')) AS tasks,
        (SELECT extract(epoch FROM max(done_at))::float FROM crm_writes WHERE business_id = %(business)s) AS written,
        (SELECT extract(epoch FROM min(read_at))::float FROM watermarks WHERE business_id = %(business)s) AS read
"""


MARGIN_SECONDS = 3
"""What was read was begun so long after the last change, at least."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long each phase lasts in seconds, and how often somebody books, edits and is killed."""

    technicians: int
    normal: float
    outage: float
    trouble: float
    settles: float
    books_each: float
    edits_each: float
    kills_each: float


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call that the account has seen."""

    at: float
    path: str
    status: int


@dataclass(kw_only=True)
class Chaos:
    """One run: who books, who edits, what was killed, and every call that was made meanwhile."""

    site: Site
    plan: Plan
    dice: random.Random
    customers: Customers
    hands: Hands
    kills: Counter[str] = field(default_factory=Counter)
    calls: list[Call] = field(default_factory=list)
    settled_after: float = 0.0

    async def run(self) -> None:
        """Let it all happen, and wait until it has settled."""
        ask = self.site.account.ask
        began = await ask("now")
        booking = asyncio.create_task(self.customers.come(each=self.plan.books_each))
        editing = asyncio.create_task(self.hands.work(each=self.plan.edits_each))
        try:
            await asyncio.sleep(self.plan.normal)
            await self.outage()
            await self._trouble()
            self.customers.leave()
            self.hands.leave()
            await asyncio.gather(booking, editing)
        finally:
            for task in (booking, editing):
                task.cancel()
        await ask("clear_faults")
        self.settled_after = await settled(self.site, within=self.plan.settles)
        await compare(self.site)
        await settled(self.site, within=self.plan.settles)
        await self.listen(since=began)

    async def listen(self, *, since: float) -> None:
        """Ask which calls were made."""
        made = await self.site.account.ask("calls", since=since)
        self.calls = [Call(at=call["at"], path=call["path"], status=call["status"]) for call in made]

    async def outage(self, *, worse: bool = True) -> None:
        """Let nothing through: first it is answered so, then not at all.

        It may be worse: one of the workers dies meanwhile, and the token runs out with nobody to give a new one.
        """
        ask = self.site.account.ask
        self.customers.phase = "outage"
        await ask("outage", on=True)
        if worse:
            await ask("expire_tokens")
        await asyncio.sleep(self.plan.outage / 2)
        if worse:
            self._kill(self.dice.choice(WORKERS))
        await ask("outage", on=False)
        await ask("add_fault", match="*", status=504, slow=20.0)
        await asyncio.sleep(self.plan.outage / 2)
        self.customers.phase = "afterwards"
        await ask("clear_faults")

    async def _trouble(self) -> None:
        """Let everything go wrong now and then, and processes die."""
        ask = self.site.account.ask
        self.customers.phase = "trouble"
        await ask("spoil_webhooks", **WEBHOOKS)
        for one in TROUBLES:
            await ask("add_fault", **one)
        end = time.monotonic() + self.plan.trouble
        dies: list[str] = []
        while time.monotonic() < end:
            await self._start_again()
            await ask("expire_tokens")
            await asyncio.sleep(self.plan.kills_each)
            dies = dies or self.dice.sample([*WORKERS, self.dice.choice(SERVERS)], k=3)
            self._kill(dies.pop())
        await self._start_again()

    def _kill(self, name: str) -> None:
        self.site.kill(name)
        self.kills[name] += 1

    async def _start_again(self) -> None:
        dead = [one.name for one in self.site.processes.values() if one.running.poll() is not None]
        await asyncio.gather(*(self.site.start(name) for name in dead))

    def p95(self, phase: str) -> float:
        """Give the 95th percentile of what confirmations took in a phase, in seconds: never more than the longest."""
        took = [one.seconds for one in self.customers.confirmed if one.phase == phase]
        return quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else float("nan")


async def settled(site: Site, *, within: float) -> float:
    """Wait until nothing waits any more, and everything was read once more since; gives how many seconds that took."""
    begun = time.time()
    last: dict[str, Any] = {}
    while time.time() - begun < within:
        [last] = site.rows.query(QUIET, business=site.business)
        waits = last["writes"] + last["received"] + last["tasks"]
        if not waits and (last["read"] or 0.0) > max(begun, last["written"] or 0.0) + MARGIN_SECONDS:
            return time.time() - begun
        await asyncio.sleep(0.5)
    raise AssertionError(f"it has not settled within {within} s: {last}")


async def compare(site: Site) -> None:
    """Have both sides compared now, as is done each hour: what was deleted before any reading showed it is lost."""
    async with open_queue(site.database.application).open_async() as queue:
        task = queue.configure_task("reconcile_crm", lock=f"crm_sweep:{site.business}")
        await task.defer_async(business=site.business)


async def known_contacts(site: Site, *, count: int) -> list[str]:
    """Put contacts there that others have tagged and filled in; gives their emails."""
    emails = [f"known{number}@example.org" for number in range(count)]
    for number, email in enumerate(emails):
        await site.account.ask(
            "add_contact",
            location=LOCATION,
            name=f"Alex Known{number}",
            email=email,
            tags=["vip", f"since-{2000 + number}"],
            fields={THEIRS: f"gate {number}"},
        )
    return emails


async def chaos(site: Site, plan: Plan, *, seed: int) -> Chaos:
    """Make a run of it."""
    known = await known_contacts(site, count=5)
    return Chaos(
        site=site,
        plan=plan,
        dice=random.Random(seed),
        customers=Customers(site=site, dice=random.Random(seed + 1), known=tuple(known)),
        hands=Hands(account=site.account, dice=random.Random(seed + 2)),
    )
