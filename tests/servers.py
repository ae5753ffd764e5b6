"""The product as its users run it: `fieldfare` in processes of its own, on a database of the test's own."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.databases import Database

PATIENCE_SECONDS = 90
"""How long to wait for what shall come; nothing is measured by it."""
SECONDS_TO_START = 180
SECONDS_TO_STOP = 90
STOPPED = frozenset({0, -signal.SIGTERM, 128 + signal.SIGTERM})
"""How a process ends that was told to stop: once its own work is done, the signal or what shells call it."""
COMMAND = (sys.executable, "-m", "fieldfare")
_LISTENS = re.compile(r"Fieldfare listens on (http://\S+)")


def environment(database: Database | None, **settings: str) -> dict[str, str]:
    """Give the environment of a process: the test's database, any free port, and nothing that happens to be set."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FIELDFARE_", "DATABASE_"))}
    found = {} if database is None else database.environment()
    return {**inherited, **found, "FIELDFARE_PORT": "0", **settings}


def fieldfare(
    *arguments: str, env: Mapping[str, str], given: str | bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=dict(env),
        input=given if isinstance(given, str) else given.decode(),
        text=True,
        capture_output=True,
        timeout=300,
        check=False,
        cwd=cwd,
    )


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Wait until something holds; tells whether it came to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that answers."""

    url: str
    process: subprocess.Popen[str]
    env: Mapping[str, str] = field(repr=False)

    def client(self, **options: Any) -> httpx2.Client:
        """Open a client of this server."""
        return httpx2.Client(base_url=self.url, timeout=90, **options)


@contextmanager
def serving(env: Mapping[str, str], *arguments: str, log: Path) -> Iterator[Server]:
    """Run `fieldfare serve`, with its log in a file, until the block ends; a server that doesn't stop cleanly fails."""
    with log.open("w") as log_file:
        process = subprocess.Popen(
            [*COMMAND, "serve", *arguments], env=dict(env), stdout=subprocess.PIPE, stderr=log_file, text=True
        )
    try:
        yield Server(url=_address(process, log), process=process, env=env)
        process.send_signal(signal.SIGTERM)
        status = process.wait(SECONDS_TO_STOP)
        assert status in STOPPED, f"the server ended with {status}:\n{log.read_text()[-4_000:]}"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        ready, _, _ = select.select([process.stdout], [], [], 0.1)
        if ready:
            line = process.stdout.readline()
            found = _LISTENS.search(line)
            if found:
                return found[1]
            if not line:
                break
    process.kill()
    process.wait()
    raise AssertionError(f"the server did not start:\n{log.read_text()[-4_000:]}")


def import_business(env: Mapping[str, str], document: object, *, commitments: object = None) -> None:
    """Import a business, and commitments beside it, from documents in the scenario's form."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "business.json"
        file.write_text(json.dumps(document))
        arguments = ["business", "import", str(file)]
        if commitments is not None:
            (Path(folder) / "commitments.json").write_text(json.dumps(commitments))
            arguments += ["--commitments", str(Path(folder) / "commitments.json")]
        done = fieldfare(*arguments, env=env)
    assert done.returncode == 0, done.stderr
