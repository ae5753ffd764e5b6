"""A server that takes longer to start than its package waits is waited for, and one that never does is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fieldfare.adapters.postgres import embedded

ENDED = 2**22 + 1
"""More than any process id of Linux."""


def postmaster(file: Path, pid: int, status: str) -> Path:
    """Write what PostgreSQL writes about itself; nobody sees half of it."""
    whole = file.with_suffix(".whole")
    whole.write_text("\n".join([str(pid), str(file.parent), "1795000000", "5432", "", "", "0", status]))
    return whole.replace(file)


def test_one_that_becomes_ready_is_waited_for(tmp_path: Path) -> None:
    file = postmaster(tmp_path / "postmaster.pid", os.getpid(), "starting")
    threading.Timer(0.3, postmaster, (file, os.getpid(), "ready   ")).start()

    assert embedded._becomes_ready(file)


@pytest.mark.parametrize("left", [True, False], ids=["its file is left", "its file is gone"])
def test_one_that_has_ended_is_not(tmp_path: Path, left: bool) -> None:
    file = tmp_path / "postmaster.pid"
    if left:
        postmaster(file, ENDED, "starting")

    assert not embedded._becomes_ready(file)


def test_one_that_never_becomes_ready_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "SECONDS_TO_START", 0)
    waits = "import signal; signal.signal(2, signal.SIG_DFL); print('waits', flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", waits], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "waits\n"
        file = postmaster(tmp_path / "postmaster.pid", one.pid, "starting")

        assert not embedded._becomes_ready(file)
        assert one.wait(60) == -signal.SIGINT
