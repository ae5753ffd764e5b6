"""Customers who book over the public API, and think again; what they were told is what has to be true afterwards."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2

from tests.reliability.crm.site import FURNACE_CHECK, HUBS, TUNE_UP, Site
from tests.worlds import NORTH

PATIENCE_SECONDS = 60
PLACES = [{"lat": spot.lat, "lng": spot.lng} for spot in (*HUBS.values(), NORTH)]


@dataclass(kw_only=True)
class Promise:
    """What a customer was told of a visit: `reason` is why they have cancelled it."""

    reference: str
    email: str
    path: str = field(repr=False)
    product: str
    start: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """How long somebody has waited for a confirmation, and in which phase."""

    phase: str
    seconds: float


@dataclass(kw_only=True)
class Customers:
    """Customers who come one after the other, whatever happens to those who serve them."""

    site: Site
    dice: random.Random
    known: tuple[str, ...] = ()
    products: tuple[str, ...] = (TUNE_UP, TUNE_UP, FURNACE_CHECK)
    thinks_again: float = 0.5
    phase: str = "normal"
    promises: list[Promise] = field(default_factory=list)
    confirmed: list[Confirmed] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    emails: list[str] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _leaving: bool = False

    async def come(self, *, each: float) -> None:
        """Let customers come, one after so many seconds, until this is cancelled."""
        async with httpx2.AsyncClient(timeout=30) as client:
            try:
                while not self._leaving:
                    task = asyncio.create_task(self.visit(client, len(self.emails)))
                    self._tasks.add(task)
                    await asyncio.sleep(each * self.dice.uniform(0.5, 1.5))
            finally:
                await asyncio.gather(*self._tasks)

    @property
    def _byte(self) -> int:
        return self.dice.randrange(1, 255)

    def leave(self) -> None:
        """Let nobody come any more."""
        self._leaving = True

    async def visit(self, client: httpx2.AsyncClient, number: int) -> None:
        """Book, and perhaps think again."""
        email = self.known[number % len(self.known)] if number % 3 == 0 and self.known else f"c{number}@example.org"
        self.emails.append(email)
        promise = await self._booked(client, number, email)
        if promise is None:
            return
        self.promises.append(promise)
        thought = self.dice.random()
        if thought < self.thinks_again:
            await asyncio.sleep(self.dice.uniform(0, 6))
            if thought < self.thinks_again * 0.75:
                await self._move(client, promise)
            if thought < self.thinks_again * 0.5:
                await self._cancel(client, promise)

    async def _booked(self, client: httpx2.AsyncClient, number: int, email: str) -> Promise | None:
        place, product = self.dice.choice(PLACES), self.dice.choice(self.products)
        base = f"/api/v1/{self.site.business}"
        for _ in range(5):
            asked = await self._send(client, f"{base}/availability", {"place": place, "product": product})
            slots = [] if asked is None or asked.status_code != 200 else asked.json()["slots"]
            if not slots:
                self.outcomes["nothing free"] += 1
                return None
            wanted = {"place": place, "product": product, "start": self.dice.choice(slots)["start"]}
            held = await self._send(client, f"{base}/holds", wanted)
            if held is None or held.status_code != 201:
                continue
            who = {"name": f"Robin Number{number}", "email": email, "phone": f"+1416555{number % 10_000:04d}"}
            address = {"street": f"{number + 1} Elm Street", "city": "Oakville"}
            body = {"hold": held.json()["token"], "customer": who, "address": address}
            phase, begun = self.phase, time.monotonic()
            answer = await self._send(client, f"{base}/bookings", body)
            if answer is not None and answer.status_code == 201:
                self.confirmed.append(Confirmed(phase=phase, seconds=time.monotonic() - begun))
                made = answer.json()
                path = httpx2.URL(made["manage_url"]).path
                return Promise(
                    reference=made["reference"], email=email, path=path, product=product, start=_instant(made["start"])
                )
        return None

    async def _move(self, client: httpx2.AsyncClient, promise: Promise) -> None:
        asked = await self._send(client, f"{promise.path}/availability", {})
        slots = [] if asked is None or asked.status_code != 200 else asked.json()["slots"]
        if not slots:
            return
        moved = await self._send(client, f"{promise.path}/reschedule", {"start": self.dice.choice(slots)["start"]})
        if moved is not None and moved.status_code == 200:
            promise.start = _instant(moved.json()["start"])

    async def _cancel(self, client: httpx2.AsyncClient, promise: Promise) -> None:
        reason = f"Reason {uuid.uuid4().hex[:8]}"
        done = await self._send(client, f"{promise.path}/cancel", {"reason": reason})
        if done is not None and done.status_code == 200:
            promise.reason = reason

    async def _send(self, client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> httpx2.Response | None:
        """Send it with a key, to one server and the other, until somebody answers; None if nobody does."""
        urls = self.site.urls()
        self.dice.shuffle(urls)
        # Each comes from an address of their own, through a proxy.
        headers = {"Idempotency-Key": uuid.uuid4().hex, "X-Forwarded-For": f"10.{self._byte}.{self._byte}.{self._byte}"}
        verb, end, tried = path.rpartition("/")[2], time.monotonic() + PATIENCE_SECONDS, 0
        while time.monotonic() < end:
            try:
                answer = await client.post(f"{urls[tried % len(urls)]}{path}", json=body, headers=headers)
            except httpx2.TransportError as error:
                self.outcomes[f"{verb} {type(error).__name__}"] += 1
            else:
                self.outcomes[f"{verb} {answer.status_code}"] += 1
                if answer.status_code < 500:
                    return answer
            tried += 1
            await asyncio.sleep(0.2)
        self.outcomes[f"{verb} in vain"] += 1
        return None


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
