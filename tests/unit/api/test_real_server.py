"""A real server on loopback: what only happens when bytes travel."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import uvicorn

from fieldfare.entrypoints.api.app import Manners
from fieldfare.entrypoints.api.metrics import Metrics
from fieldfare.entrypoints.api.middleware.watch import Finished
from tests.unit.api.sample import build

ASK = "/api/v1/b1/places"
HEAD = "POST /api/v1/b1/places HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY_SECONDS = 1.5


class Seen(Metrics):
    """Remembers what has finished."""

    def __init__(self) -> None:
        super().__init__()
        self.finished: list[Finished] = []

    def observe(self, finished: Finished) -> None:
        super().observe(finished)
        self.finished.append(finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    port: int
    seen: Seen

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, *parts: bytes, pause: float = 0) -> bytes:
        """Send bytes as they are, and read until the server hangs up, or says no more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            connection.settimeout(3)
            return _read(connection)


def _read(connection: socket.socket) -> bytes:
    said = b""
    try:
        while part := connection.recv(65_536):
            said += part
    except (TimeoutError, ConnectionResetError):
        return said
    return said


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    seen = Seen()
    app = build(manners=Manners(body_bytes=100_000, body_seconds=BODY_SECONDS), metrics=seen)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, proxy_headers=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield Server(port=listener.getsockname()[1], seen=seen)
    running.should_exit = True
    thread.join()


def problem_in(said: bytes) -> dict[str, Any]:
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head, said
    problem: dict[str, Any] = json.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % problem["status"])
    return problem


def test_a_slow_body_is_given_up(server: Server) -> None:
    said = server.say(f"{HEAD}Content-Length: 50\r\n\r\n".encode(), b'{"place"')

    assert problem_in(said)["code"] == "request_timeout"
    assert b"connection: close" in said.lower()


def test_a_trickle_is_given_up_too(server: Server) -> None:
    started = time.perf_counter()

    said = server.say(f"{HEAD}Content-Length: 50\r\n\r\n".encode(), *[b" "] * 5, pause=BODY_SECONDS / 8)

    assert problem_in(said)["code"] == "request_timeout"
    assert time.perf_counter() - started < BODY_SECONDS * 1.5


def test_others_are_answered_meanwhile(server: Server) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(f"{HEAD}Content-Length: 50\r\n\r\n".encode())
    with ExitStack() as stack:
        for connection in slow:
            stack.enter_context(connection)

        answer = httpx2.post(f"{server.url}{ASK}", json={"place": {"lat": 1, "lng": 2}})

        assert answer.status_code == 200
        for connection in slow:
            assert problem_in(_read(connection))["code"] == "request_timeout"


@pytest.mark.parametrize("size", [100_001, 1_000_000, 20_000_000])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_long_body_is_refused_and_the_client_gets_to_know(server: Server, size: int, chunked: bool) -> None:
    body = b" " * size
    content = iter([body[at : at + 65_536] for at in range(0, size, 65_536)]) if chunked else body

    answer = httpx2.post(f"{server.url}{ASK}", content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_length_that_is_a_lie_costs_nothing(server: Server) -> None:
    said = server.say(f"{HEAD}Content-Length: 99999999999\r\n\r\n".encode(), b"{}")

    assert problem_in(said)["code"] == "body_too_large"


def test_a_bomb_stays_packed(server: Server) -> None:
    bomb = gzip.compress(b"[" * 50_000_000)

    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = httpx2.post(f"{server.url}{ASK}", content=bomb, headers=packed)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=lambda said: repr(said)[2:90],
)
def test_what_is_no_http_is_never_a_fault_of_ours(server: Server, said: bytes) -> None:
    answer = server.say(said)

    assert answer[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 404"}, answer
    assert httpx2.get(f"{server.url}/healthz").status_code == 200


@pytest.mark.parametrize(
    ("target", "status"),
    [("/%00", 404), ("/healthz?a=%00", 422), ("/%ff", 404), ("/" + "a" * 60_000, 404), ("//healthz", 404),
     ("/../healthz", 404), ("/%2e%2e/healthz", 404), ("http://other.example/healthz", 200), ("*", 404)],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_odd_targets(server: Server, target: str, status: int) -> None:
    said = server.say(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert status == 200 or problem_in(said)["status"] == status


def test_head_has_no_body(server: Server) -> None:
    said = server.say(b"HEAD /docs/errors HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: " in head
    assert body == b""
    assert b"server:" not in head.lower()


def test_an_answer_that_breaks_is_cut_off(server: Server) -> None:
    said = server.say(b"GET /broken/half HTTP/1.1\r\nHost: x\r\n\r\n")

    assert said.startswith(b"HTTP/1.1 200 ")
    assert said.endswith(b"3\r\none\r\n"), said


def test_a_client_that_leaves_is_no_fault(server: Server) -> None:
    before = len(server.seen.finished)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{HEAD}Content-Length: 50\r\n\r\n".encode())
        time.sleep(BODY_SECONDS / 4)

    until = time.perf_counter() + 60
    while len(server.seen.finished) == before and time.perf_counter() < until:
        time.sleep(0.01)

    assert [finished.status for finished in server.seen.finished[before:]] == [499]


def test_one_connection_serves_many(server: Server) -> None:
    with httpx2.Client(base_url=server.url) as client:
        answers = [client.post(ASK, json={"place": {"lat": 1, "lng": 2}}) for _ in range(5)]
        answers.append(client.post(ASK, content=b"{", headers={"Content-Type": "application/json"}))
        answers.append(client.get("/healthz"))

    assert [answer.status_code for answer in answers] == [200] * 5 + [422, 200]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 7
