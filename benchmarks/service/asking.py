"""Eight clients who ask for availability, and how long each of them waits."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from benchmarks.service.running import Brought
from benchmarks.worlds import HQ
from tests.servers import Server

CLIENTS = 8
REQUESTS = 400
SPREAD = 0.15
"""In degrees: the places lie in the region of the fleet."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How long requests took, in milliseconds."""

    sorted: list[float]

    def at(self, share: float) -> float:
        """Give a quantile."""
        return self.sorted[min(len(self.sorted) - 1, int(share * len(self.sorted)))]


Ask = Callable[[httpx2.AsyncClient, int], Awaitable[httpx2.Response]]
"""Sends one request; the number tells requests apart."""


def wait_for(server: Server, ask: Ask, *, before: Ask | None = None, requests: int = REQUESTS) -> Waits:
    """Let eight clients ask so many times in all; what is asked `before` each request is not timed.

    Nor is the first request of each client: it opens the connection, while others are still being made.
    """
    all_are_here = asyncio.Barrier(CLIENTS)

    async def client_of(number: int, waits: list[float]) -> None:
        async with httpx2.AsyncClient(base_url=server.url, timeout=60) as client:
            await ask(client, -1)
            await all_are_here.wait()
            for turn in range(requests // CLIENTS):
                which = number * requests + turn
                if before is not None:
                    (await before(client, which)).raise_for_status()
                begun = time.perf_counter()
                answer = await ask(client, which)
                waits.append((time.perf_counter() - begun) * 1_000)
                if answer.status_code not in {200, 304}:
                    raise RuntimeError(answer.text)

    async def all_clients() -> list[float]:
        waits: list[float] = []
        await asyncio.gather(*(client_of(number, waits) for number in range(CLIENTS)))
        return waits

    return Waits(sorted=sorted(asyncio.run(all_clients())))


def another_place(brought: Brought) -> Ask:
    """Ask for a place that nobody has asked for."""
    dice = random.Random(brought.id)

    async def ask(client: httpx2.AsyncClient, _: int) -> httpx2.Response:
        place = {"lat": HQ[0] + dice.uniform(-SPREAD, SPREAD), "lng": HQ[1] + dice.uniform(-SPREAD, SPREAD)}
        return await client.post(_path(brought), json={"place": place, "product": "tune-up"})

    return ask


def same_place(brought: Brought, *, tag: str | None = None) -> Ask:
    """Ask for one place again and again; with a tag, whether its answer is another."""

    async def ask(client: httpx2.AsyncClient, _: int) -> httpx2.Response:
        headers = {} if tag is None else {"If-None-Match": tag}
        return await client.post(_path(brought), json=_ask(), headers=headers)

    return ask


def tag_of(server: Server, brought: Brought) -> str:
    """Ask once, and give the answer's ETag."""
    with server.client() as client:
        return client.post(_path(brought), json=_ask()).raise_for_status().headers["ETag"]


def a_change(brought: Brought, key: str) -> Ask:
    """Change one technician's day: a coffee that lasts longer each time."""
    people = [person["id"] for person in brought.scenario["business"]["technicians"]]

    async def change(client: httpx2.AsyncClient, which: int) -> httpx2.Response:
        person = people[which % len(people)]
        return await client.put(
            f"/api/v1/staff/commitments/coffee-{which}",
            json={
                "id": f"coffee-{which}",
                "technician": person,
                "kind": "busy",
                "start": f"{brought.some_day}T09:00",
                "end": f"{brought.some_day}T09:{15 + which % 40}",
            },
            headers={"Authorization": f"Bearer {key}"},
        )

    return change


def seconds_until_seen(one: Server, two: Server, brought: Brought, key: str, *, rounds: int = 12) -> list[float]:
    """Change something through one server, and tell when the other's answer is another one."""
    took = []
    with one.client(headers={"Authorization": f"Bearer {key}"}) as writer, two.client() as reader:
        for number in range(rounds):
            before = reader.post(_path(brought), json=_ask()).headers["ETag"]
            document: dict[str, Any] = {
                "id": f"seen-{number}",
                "technician": brought.scenario["business"]["technicians"][0]["id"],
                "kind": "busy",
                "start": f"{brought.some_day}T09:00",
                "end": f"{brought.some_day}T09:30",
            }
            writer.put(f"/api/v1/staff/commitments/seen-{number}", json=document).raise_for_status()
            begun = time.perf_counter()
            while reader.post(_path(brought), json=_ask()).headers["ETag"] == before:
                pass
            took.append(time.perf_counter() - begun)
    return took


def _path(brought: Brought) -> str:
    return f"/api/v1/{brought.id}/availability"


def _ask() -> dict[str, Any]:
    return {"place": {"lat": HQ[0], "lng": HQ[1]}, "product": "tune-up"}
