"""Killed at every step: each booking is whole or absent, and the request sent again is carried out once (O1, R8)."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import servers
from tests.databases import Database
from tests.reliability import faulty_server
from tests.reliability.amounts import amount
from tests.reliability.own_postgres import migrated, started
from tests.reliability.racing import (
    NO_LIMITS,
    PLACE,
    Rows,
    Track,
    at,
    bring_in,
    customer,
    racing_world,
    track,
)
from tests.servers import Server, environment, within

pytestmark = pytest.mark.slow

KILLS = amount(short=1, long=100)
DATABASE_KILLS = amount(short=1, long=20)
STOPS = amount(short=1, long=20)
CLIENTS = 8
CONFIRMS = 50

VERBS = ("confirm", "reschedule", "cancel")
CASES = [
    (verb, step) for verb in VERBS for step in faulty_server.STEPS if (verb, step) != ("cancel", "judge")
]  # a cancellation judges nothing

_LEFT = """
SELECT
    (SELECT count(*) FROM bookings WHERE id = %(id)s) AS bookings,
    (SELECT count(*) FROM messages WHERE booking_id = %(id)s AND kind = %(kind)s) AS messages,
    (SELECT count(*) FROM queue.procrastinate_jobs j JOIN messages m ON m.id = j.args ->> 'message'
        WHERE j.task_name = 'send_message' AND m.booking_id = %(id)s AND m.kind = %(kind)s) AS tasks,
    (SELECT count(*) FROM queue.procrastinate_jobs j WHERE j.task_name = 'send_message'
        AND NOT EXISTS (SELECT FROM messages m WHERE m.id = j.args ->> 'message')) AS orphans,
    (SELECT count(*) FROM events WHERE type = %(event)s AND data -> 'booking' ->> 'id' = %(id)s) AS events,
    (SELECT count(*) FROM audit WHERE subject_id = %(id)s AND action = %(verb)s) AS audited,
    (SELECT count(*) FROM links WHERE booking_id = %(id)s AND purpose = 'manage') AS links,
    (SELECT count(*) FROM answered WHERE business_id = %(business)s AND answer IS NULL) AS unanswered
"""
_PAST = {"confirm": "confirmed", "reschedule": "rescheduled", "cancel": "cancelled"}


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A business, somebody who writes to it through one server or another, and what is left in the database."""

    business: str
    key: str
    rows: Rows

    def send(self, url: str, path: str, body: object, key: str | None = None) -> httpx2.Response:
        """Send a request once."""
        headers = {"Authorization": f"Bearer {self.key}"} | ({} if key is None else {"Idempotency-Key": key})
        return httpx2.post(f"{url}{path}", json=body, headers=headers, timeout=30)

    def held(self, url: str, start: str) -> dict[str, Any]:
        """Hold a slot."""
        body = {"place": PLACE, "product": "tune-up", "start": start}
        answer = self.send(url, f"/api/v1/{self.business}/holds", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def confirmation(self, held: dict[str, Any], name: str = "Robin Doe") -> tuple[str, dict[str, Any]]:
        """Give the request that confirms a hold."""
        return f"/api/v1/{self.business}/bookings", {"hold": held["token"], "customer": customer(name)}

    def left(self, id_: str, verb: str) -> dict[str, Any]:
        """Count what stands in the database of one change of a booking."""
        past = _PAST[verb]
        [row] = self.rows.query(_LEFT, id=id_, kind=past, event=f"booking.{past}", verb=verb, business=self.business)
        return row

    def is_audited(self, id_: str, verb: str, *, times: int) -> bool:
        """Tell whether a change of a booking stands in the trail so often."""
        return bool(self.left(id_, verb)["audited"] == times)

    def status(self, id_: str) -> tuple[str, str]:
        """Give a booking's status and start."""
        [row] = self.rows.query("SELECT status, starts_at FROM bookings WHERE id = %(id)s", id=id_)
        return row["status"], row["starts_at"].isoformat()


class Faulty:
    """Servers that will not live long, one after the other."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        """Keep what forks them off."""
        self._process = process
        self._log = log

    @contextmanager
    def server(self, step: str) -> Iterator[str]:
        """Run a server until it dies after a step; gives its address."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{step}\n")
        self._process.stdin.flush()
        yield servers._address(self._process, self._log)
        line = self._process.stdout.readline()
        assert line.split() == ["ended", str(-signal.SIGKILL)], f"{line}\n{self._log.read_text()[-4_000:]}"


@pytest.fixture(scope="module")
def faulty(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    """Servers with faults, on the module's database."""
    log = tmp_path_factory.mktemp("faulty") / "log"
    with (
        log.open("w") as file,
        subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.faulty_server"],
            env=environment(shared_database, **NO_LIMITS),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        ) as process,
    ):
        yield Faulty(process, log)


@pytest.mark.parametrize(("verb", "step"), CASES, ids=[f"{verb}-{step}" for verb, step in CASES])
def test_killed_at_a_step(two_servers: Track, faulty: Faulty, verb: str, step: str) -> None:
    """O1, R8: before the retry all of it or nothing stands; after it everything once."""
    clean = two_servers.servers[0].url
    database = two_servers.rows.database
    business, key = asyncio.run(bring_in(database, racing_world()))
    bench = Bench(business=business, key=key, rows=two_servers.rows)
    for number in range(KILLS):
        start, later = at(number % 30 * 120), at(number % 30 * 120 + 15)
        held = bench.held(clean, start)
        path, body = bench.confirmation(held)
        if verb != "confirm":
            made = bench.send(clean, path, body).json()
            path = f"{httpx2.URL(made['manage_url']).path}/{verb}"
            body = {"start": later} if verb == "reschedule" else {"reason": "We are away."}
        before = bench.status(held["hold"])
        after = {"confirm": ("confirmed", start), "reschedule": ("confirmed", later), "cancel": ("cancelled", start)}
        once = uuid.uuid4().hex

        with faulty.server(step) as url, pytest.raises(httpx2.TransportError):
            bench.send(url, path, body, once)
        whole = step == "before reply"
        # A killed process's connection is noticed by the database in its own time.
        assert within(60, partial(bench.is_audited, held["hold"], verb, times=int(whole)))
        crashed = bench.left(held["hold"], verb)
        assert {crashed[what] for what in ("messages", "tasks", "events", "audited")} == {int(whole)}
        assert bench.status(held["hold"]) == (after[verb] if whole else before)

        answers = [bench.send(clean, path, body, once) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201 if verb == "confirm" else 200] * 2
        assert answers[0].content == answers[1].content
        assert bench.left(held["hold"], verb) == {
            **dict.fromkeys(("bookings", "messages", "tasks", "events", "audited", "links"), 1),
            "orphans": 0,
            "unanswered": 0,
        }
        assert bench.status(held["hold"]) == after[verb]
        if verb != "cancel":
            ended = bench.send(clean, f"/api/v1/staff/bookings/{held['hold']}/cancel", {})
            assert ended.status_code == 200, ended.text
    assert two_servers.rows.overlaps() == 0


def test_told_to_stop_in_the_middle(two_servers: Track, tmp_path: Path) -> None:
    """O20: SIGTERM during fifty confirmations: each is finished or rolled back, and sent again it is one booking."""
    clean, database = two_servers.servers[0].url, two_servers.rows.database
    for _ in range(STOPS):
        business, key = asyncio.run(bring_in(database, racing_world(5)))
        bench = Bench(business=business, key=key, rows=two_servers.rows)
        with ThreadPoolExecutor(CLIENTS) as pool:
            holds = list(pool.map(bench.held, [clean] * CONFIRMS, (at(number // 5 * 60) for number in range(CONFIRMS))))
        wanted = [
            (*bench.confirmation(held, f"Customer {number}"), uuid.uuid4().hex) for number, held in enumerate(holds)
        ]

        with servers.serving(environment(database, **NO_LIMITS), log=tmp_path / "stopped.log") as stopped:
            first = asyncio.run(_until_stopped(stopped, wanted, headers={"Authorization": f"Bearer {key}"}))
        with ThreadPoolExecutor(CLIENTS) as pool:
            again = list(pool.map(bench.send, [clean] * CONFIRMS, *zip(*wanted, strict=True)))

        assert {answer.status_code for answer in again} == {201}
        assert {status for status, _ in first} <= {201, 503, 0}
        assert all(body in {b"", answer.content} for (_, body), answer in zip(first, again, strict=True))
        assert two_servers.rows.statuses(business) == {"confirmed": CONFIRMS}
        for held in holds:
            left = bench.left(held["hold"], "confirm")
            assert (left["messages"], left["tasks"], left["audited"], left["orphans"]) == (1, 1, 1, 0)
    assert two_servers.rows.overlaps() == 0


async def _until_stopped(
    server: Server, wanted: list[tuple[str, dict[str, Any], str]], *, headers: dict[str, str]
) -> list[tuple[int, bytes]]:
    """Send everything at once, and tell the server to stop with the first answer; gives what came back, if anything."""
    async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=30) as client:

        async def one(path: str, body: dict[str, Any], key: str) -> tuple[int, bytes]:
            try:
                answer = await client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx2.TransportError:
                return 0, b""
            server.process.send_signal(signal.SIGTERM)
            return answer.status_code, answer.content if answer.status_code == 201 else b""

        return await asyncio.gather(*(one(*request) for request in wanted))


def test_the_database_is_killed_under_load(tmp_path: Path) -> None:
    """O7, O8, R8: kill -9 of the database server: what was acknowledged stands; ours are not restarted."""
    folder = Path(tempfile.mkdtemp(prefix="fieldfare-killed-")) / "data"
    try:
        with ExitStack() as stack:
            superuser = stack.enter_context(started(folder))
            assert superuser is not None
            database = migrated(superuser)
            running = stack.enter_context(track(database, tmp_path))
            business, key = asyncio.run(bring_in(database, racing_world(CLIENTS).lasting(15)))
            bench = Bench(business=business, key=key, rows=running.rows)
            load = Load(bench=bench, urls=[server.url for server in running.servers])
            with load.running():
                for _ in range(DATABASE_KILLS):
                    assert within(60, load.at_work())
                    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
                    assert within(60, lambda: _started_again(stack, folder))
                assert within(60, load.at_work())

            acknowledged, unknown = load.acknowledged, load.unknown
            rows = running.rows.query("SELECT reference FROM bookings WHERE status = 'confirmed'")
            assert set(acknowledged) <= {row["reference"] for row in rows}
            # Whoever got no answer asks again, with the same key, and has one booking or the slot's refusal.
            for path, body, once in unknown:
                answer = bench.send(running.servers[0].url, path, body, once)
                assert answer.status_code == 201, answer.text
                acknowledged.append(answer.json()["reference"])
            standing = running.rows.query("SELECT id, reference FROM bookings WHERE status = 'confirmed'")
            assert sorted(row["reference"] for row in standing) == sorted(acknowledged)
            for row in standing:
                left = bench.left(row["id"], "confirm")
                assert (left["messages"], left["tasks"], left["audited"], left["orphans"]) == (1, 1, 1, 0)
            assert running.rows.overlaps() == 0
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


@dataclass(kw_only=True)
class Load:
    """Clients who hold and confirm on and on, each with a technician of its own, and keep what they were told."""

    bench: Bench
    urls: list[str]
    acknowledged: list[str] = field(default_factory=list)
    unknown: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def at_work(self) -> Callable[[], bool]:
        """Make what tells whether a few more bookings were made since."""
        enough = len(self.acknowledged) + 2 * CLIENTS
        return lambda: len(self.acknowledged) >= enough

    @contextmanager
    def running(self) -> Iterator[None]:
        """Book until the block ends."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            working = [pool.submit(self._book, number) for number in range(CLIENTS)]
            try:
                yield
            finally:
                self.ended.set()
            for one in working:
                one.result()

    def _book(self, number: int) -> None:
        url = self.urls[number % len(self.urls)]
        for turn in itertools.count():
            if self.ended.is_set():
                return
            body = {"place": PLACE, "product": "tune-up", "start": at(turn % 280 * 15), "technician": f"t{number}"}
            held = self.bench.send(url, f"/api/v1/{self.bench.business}/holds", body)
            assert held.status_code in {201, 409, 503}, held.text
            if held.status_code != 201:
                time.sleep(0.05)
                continue
            path, wanted = self.bench.confirmation(held.json(), f"Customer {number} {turn}")
            once = uuid.uuid4().hex
            answer = self.bench.send(url, path, wanted, once)
            assert answer.status_code in {201, 503}, answer.text
            if answer.status_code == 201:
                self.acknowledged.append(answer.json()["reference"])
            else:
                self.unknown.append((path, wanted, once))


def _started_again(stack: ExitStack, folder: Path) -> bool:
    """Start the server of a folder anew, once the processes of the killed one have noticed."""
    return stack.enter_context(started(folder)) is not None
