"""Processes as an operator runs them: what they refuse, how they end, and how they live through a lost database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import psycopg
import pytest
from sqlalchemy import URL

from fieldfare.adapters.postgres.addresses import for_libpq
from tests.databases import APPLICATION, Database
from tests.servers import COMMAND, PATIENCE_SECONDS, Server, environment, fieldfare, serving, within
from tests.service.example import ASK, AVAILABILITY, PLACES, import_example, let_owner_in, with_key

pytestmark = pytest.mark.slow


def written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize("command", ["serve", "work"])
@pytest.mark.parametrize(
    ("role", "says"),
    [("superuser", "is a superuser"), ("owner", "owns tables"), ("bypassing", "bypasses row-level security")],
)
def test_a_role_that_could_see_every_business_is_refused(
    database: Database, command: str, role: str, says: str
) -> None:
    with bypassing(database) as stranger:
        url = {"superuser": database.superuser, "owner": database.owner, "bypassing": stranger}[role]
        done = fieldfare(command, env=environment(database, DATABASE_URL=written(url)))

    assert done.returncode == 2
    assert says in done.stderr
    assert "Name a role of the application's own in DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def bypassing(database: Database) -> Iterator[URL]:
    role = f"fieldfare_test_bypass_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(for_libpq(database.superuser), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'only for tests' BYPASSRLS IN ROLE {APPLICATION}")
        try:
            yield database.superuser.set(username=role, password="only for tests")
        finally:
            connection.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize("command", [["serve"], ["work"], ["business", "export", "somebody"], ["audit", "somebody"]])
def test_an_empty_database_says_what_to_run(empty_database: Database, command: list[str]) -> None:
    done = fieldfare(*command, env=environment(empty_database))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("the database is empty. Run: fieldfare migrate\n")


def test_a_port_that_is_taken_is_named(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = fieldfare("serve", "--port", str(port), env=environment(database))

    assert done.returncode == 2
    assert f"can't listen on 127.0.0.1, port {port}: Address already in use; choose another" in done.stderr


def test_every_wrong_setting_is_named_and_none_repeated() -> None:
    wrong = {
        "FIELDFARE_PORT": "eighty",
        "FIELDFARE_GEOCODERS": "bing",
        "FIELDFARE_RATE_KEY": "-1",
        "FIELDFARE_PUBLIC_URL": "book.example.com",
    }
    for command in ("serve", "work", "migrate"):
        done = fieldfare(command, env=environment(None, **wrong))

        assert (done.returncode, done.stdout) == (2, "")
        assert sorted(line.partition(":")[0] for line in done.stderr.splitlines()) == sorted(wrong)
        assert not [value for value in wrong.values() if value in done.stderr]


@pytest.mark.parametrize(
    "address",
    ["mysql://a:hidden@h/d", "nonsense hidden", "postgresql://app:hidden@127.0.0.1:1/none"],
    ids=["another", "nonsense", "unreachable"],
)
def test_an_address_that_leads_nowhere_is_not_repeated(address: str) -> None:
    done = fieldfare("serve", env=environment(None, DATABASE_URL=address))

    assert done.returncode in {1, 2}
    assert "DATABASE_URL" in done.stderr
    assert "hidden" not in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_makes_an_empty_database_fit(empty_database: Database, tmp_path: Path) -> None:
    env = environment(empty_database)

    first, second = fieldfare("migrate", env=env), fieldfare("migrate", env=env)

    assert (first.returncode, first.stdout[:12]) == (0, "Now at step ")
    assert (second.returncode, second.stdout[:28]) == (0, "The database was up to date:")
    import_example(env)
    with serving(env, log=tmp_path / "log") as server, server.client() as client:
        assert client.post(AVAILABILITY, json=ASK).status_code == 200


@pytest.mark.parametrize("owner", [None, "application"])
def test_migrate_wants_an_owner_of_its_own(database: Database, owner: str | None) -> None:
    env = environment(database)
    del env["DATABASE_OWNER_URL"]
    if owner:
        env["DATABASE_OWNER_URL"] = env["DATABASE_URL"]

    done = fieldfare("migrate", env=env)

    assert done.returncode == 2
    assert "DATABASE_OWNER_URL" in done.stderr


def test_ready_means_that_a_worker_is_at_work_too(database: Database, tmp_path: Path) -> None:
    env = environment(database)
    with serving(env, log=tmp_path / "serve.log") as server, server.client() as client:
        alone = client.get("/readyz")
        with working(env, tmp_path / "work.log"):
            assert within(PATIENCE_SECONDS, lambda: client.get("/readyz").status_code == 200)
        without = client.get("/readyz")

    assert (alone.status_code, alone.json()["code"]) == (503, "not_ready")
    assert alone.json()["checks"]["worker"] == "no worker is at work"
    assert without.status_code == 503, "a worker that has left is not waited for"


@contextmanager
def working(env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as file:
        process = subprocess.Popen([*COMMAND, "work"], env=env, stderr=file)
    try:
        yield process
        assert process.poll() is None, log.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


@dataclass(slots=True)
class Load:
    """Asks on and on, and keeps what was answered and when."""

    server: Server
    seen: list[tuple[float, int, str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        with self.server.client() as client:
            while not self.ended.is_set():
                answer = client.post(AVAILABILITY, json=ASK)
                self.seen.append((time.monotonic(), answer.status_code, answer.json().get("code", "")))
                time.sleep(0.01)

    def since(self, moment: float) -> set[tuple[int, str]]:
        return {(status, code) for at, status, code in list(self.seen) if at >= moment}

    @contextmanager
    def running(self) -> Iterator[None]:
        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(self.ask) for _ in range(4)]
            try:
                yield
            finally:
                self.ended.set()
            for one in asking:
                one.result()


def cut_off(superuser: psycopg.Connection, name: str) -> None:
    superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def test_sessions_that_are_cut_off_are_replaced(database: Database, tmp_path: Path) -> None:
    """O8: the pool holds no poisoned connection, and nobody restarts anything."""
    env, name = environment(database, FIELDFARE_RATE_ADDRESS="0"), str(database.owner.database)
    import_example(env)
    elsewhere = for_libpq(database.superuser.set(database="postgres"))
    with serving(env, "--with-worker", log=tmp_path / "log") as server, psycopg.connect(elsewhere) as superuser:
        superuser.autocommit = True
        load = Load(server)
        with load.running():
            for _ in range(5):
                cut_off(superuser, name)
                time.sleep(0.3)
            over = time.monotonic() + 5
            time.sleep(6)
        with server.client() as client:
            assert within(PATIENCE_SECONDS, lambda: client.get("/readyz").status_code == 200), client.get(
                "/readyz"
            ).text

    assert load.since(0) <= {(200, ""), (503, "database_unavailable")}
    assert load.since(over) == {(200, "")}


def test_a_database_that_is_gone_for_a_while_is_waited_for(database: Database, tmp_path: Path) -> None:
    """O8: 503 with a code while it is away, answers again within seconds, worker included."""
    env, name = environment(database, FIELDFARE_RATE_ADDRESS="0"), str(database.owner.database)
    import_example(env)
    elsewhere = for_libpq(database.superuser.set(database="postgres"))
    with serving(env, "--with-worker", log=tmp_path / "log") as server, psycopg.connect(elsewhere) as superuser:
        superuser.autocommit = True
        load = Load(server)
        with load.running(), server.client() as client:
            superuser.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            cut_off(superuser, name)
            assert within(PATIENCE_SECONDS, lambda: (503, "database_unavailable") in load.since(0))
            superuser.execute(f'ALTER DATABASE "{name}" RENAME TO "{name}_away"')
            gone = time.monotonic()
            time.sleep(1)
            refused = client.post(AVAILABILITY, json=ASK)
            alive, ready = client.get("/healthz"), client.get("/readyz")
            during = load.since(gone)
            superuser.execute(f'ALTER DATABASE "{name}_away" RENAME TO "{name}"')
            superuser.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            assert within(PATIENCE_SECONDS, lambda: client.post(AVAILABILITY, json=ASK).status_code == 200)
            over = time.monotonic() + 5
            time.sleep(6)
            assert within(PATIENCE_SECONDS, lambda: client.get("/readyz").status_code == 200), client.get(
                "/readyz"
            ).text

    assert during == {(503, "database_unavailable")}
    assert refused.headers["Retry-After"].isdecimal()
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert ready.json()["checks"]["database"] == "does not answer"
    assert load.since(0) <= {(200, ""), (503, "database_unavailable")}
    assert load.since(over) == {(200, "")}


class _Slow(BaseHTTPRequestHandler):
    """A Nominatim that takes its time."""

    asked = threading.Event()

    def do_GET(self) -> None:
        self.asked.set()
        time.sleep(2)
        body = b"[]"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_finishes_what_it_has_begun(
    database: Database, tmp_path: Path, number: signal.Signals
) -> None:
    _Slow.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Slow) as nominatim:
        threading.Thread(target=nominatim.serve_forever, daemon=True).start()
        env = environment(
            database,
            FIELDFARE_GEOCODERS="nominatim",
            FIELDFARE_GEOCODER_SECONDS="60",
            FIELDFARE_NOMINATIM_URL=f"http://127.0.0.1:{nominatim.server_port}",
            FIELDFARE_NOMINATIM_CONTACT="tests@example.com",
        )
        import_example(env)
        with (
            serving(env, "--with-worker", log=tmp_path / "log") as server,
            server.client() as client,
            ThreadPoolExecutor(1) as pool,
        ):
            asked = pool.submit(client.post, PLACES, json={"address": "1 Nowhere Street, Oakville"})
            assert _Slow.asked.wait(PATIENCE_SECONDS)
            server.process.send_signal(number)
            answer = asked.result(PATIENCE_SECONDS)
            assert server.process.wait(PATIENCE_SECONDS) == 0
            with pytest.raises(httpx2.ConnectError):
                client.get("/healthz")
        nominatim.shutdown()

    assert (answer.status_code, answer.json()["code"]) == (404, "address_not_found")


def test_two_servers_stay_in_step(database: Database, tmp_path: Path) -> None:
    env = environment(database)
    import_example(env)
    let_owner_in(env)
    with (
        serving(env, log=tmp_path / "one.log") as one,
        serving(env, log=tmp_path / "two.log") as two,
        with_key(one) as staff,
        two.client() as stranger,
    ):
        before = stranger.post(AVAILABILITY, json=ASK)
        zone = staff.get("/api/v1/staff/zones/z-oakville").json()
        (override,) = (known for known in zone["overrides"] if known["product"] == ASK["product"])
        override["price"] = 12_345
        edited = staff.put("/api/v1/staff/zones/z-oakville", json=zone)
        after = stranger.post(AVAILABILITY, json=ASK)
        stale = stranger.post(AVAILABILITY, json=ASK, headers={"If-None-Match": before.headers["ETag"]})

    assert edited.status_code == 200, edited.text
    assert before.json()["quote"]["price"] != 12_345
    assert after.json()["quote"]["price"] == 12_345
    assert stale.status_code == 200


LONG, ENDLESS = 65_536, 50_000_000


@pytest.mark.parametrize("form", ["one header", "many headers", "no line", "first line"])
def test_a_head_without_an_end_is_cut_off(database: Database, tmp_path: Path, form: str) -> None:
    begin, more = {
        "one header": (b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: ", b"a" * LONG),
        "many headers": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n" * (LONG // 6)),
        "no line": (b"", b"\r\n" * (LONG // 2)),
        "first line": (b"GET /", b"a" * LONG),
    }[form]
    with serving(environment(database), log=tmp_path / "log") as server, server.client() as client:
        before = memory_of(server.process.pid)
        with socket.create_connection(
            ("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=PATIENCE_SECONDS
        ) as connection:
            connection.sendall(begin)
            with pytest.raises(OSError):  # noqa: PT011 - the pipe breaks, or the connection is reset
                connection.sendall(more * (ENDLESS // LONG))
        assert client.get("/healthz").status_code == 200
        assert memory_of(server.process.pid) - before < 10_000_000


def test_a_head_of_some_length_is_taken(database: Database, tmp_path: Path) -> None:
    with serving(environment(database), log=tmp_path / "log") as server, server.client() as client:
        assert client.get("/healthz", headers={"X-Long": "a" * 40_000}).status_code == 200
        with socket.create_connection(
            ("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=PATIENCE_SECONDS
        ) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: ")
            time.sleep(0.2)
            connection.sendall(b"a" * LONG)
            time.sleep(0.2)
            assert connection.recv(1_000).startswith(b"HTTP/1.1 431 ")


def memory_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
