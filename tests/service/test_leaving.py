"""Asked to leave at any moment of its life with a database of its own, a process leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import COMMAND, PATIENCE_SECONDS, environment, fieldfare

pytestmark = pytest.mark.slow


MOMENTS: dict[str, Callable[[Path, int], bool]] = {
    "its files are made": lambda folder, _: any(folder.parent.glob("postgres.new-*")),
    "it begins to start": lambda folder, _: (folder / "postmaster.pid").exists(),
    "it is ready": lambda folder, _: "ready" in text_of(folder / "postmaster.pid"),
    "it is used": lambda folder, pid: str(pid) in text_of(folder / ".handle_pids.json"),
    "it stops": lambda folder, pid: "stopping" in text_of(folder / "postmaster.pid"),
}
"""What is seen in the database's folder, in the order in which it happens."""


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def running_in(folder: Path) -> list[str]:
    """List the running commands that name a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in command:
            found.append(command)
    return found


def must_be_left(folder: Path) -> None:
    """Wait until nothing runs in a folder, and nothing pretends to."""
    end = time.monotonic() + PATIENCE_SECONDS
    while running_in(folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert running_in(folder) == []
    assert not (folder / "postmaster.pid").exists()


@pytest.mark.parametrize(
    ("send", "number"),
    [
        (os.killpg, signal.SIGTERM),
        (os.killpg, signal.SIGINT),
        (os.kill, signal.SIGTERM),
        (os.kill, signal.SIGHUP),
    ],
    ids=["ended", "interrupted", "ended alone", "its terminal closed"],
)
def test_no_server_is_left_behind(tmp_path: Path, send: Callable[[int, int], None], number: signal.Signals) -> None:
    folder = tmp_path / "data" / "postgres"
    env = environment(None, FIELDFARE_DATA=str(folder.parent))
    log = tmp_path / "log"
    statuses = {}
    for moment, has_come in MOMENTS.items():
        with log.open("wb") as file:
            process = subprocess.Popen([*COMMAND, "migrate"], env=env, stdout=file, stderr=file, start_new_session=True)
        while not has_come(folder, process.pid) and process.poll() is None:
            time.sleep(0.001)
        assert process.poll() is None, (moment, log.read_text())
        send(process.pid, number)
        statuses[moment] = process.wait(PATIENCE_SECONDS)
        must_be_left(folder)
        assert "Traceback" not in log.read_text(), (moment, log.read_text())
    done = fieldfare("migrate", env=env)
    must_be_left(folder)

    assert 0 not in statuses.values()
    assert -number not in statuses.values()
    assert done.returncode == 0, done.stderr
