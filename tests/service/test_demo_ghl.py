"""`make demo-ghl` as a newcomer runs it: a visit booked here stands on the other side, twice in a row, and all ends."""

from __future__ import annotations

import html
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.servers import environment
from tests.service.example import AVAILABILITY, OAKVILLE, ROOT
from tests.service.test_demo import SECONDS_TO_START, Demo, free_port
from tests.service.test_leaving import running_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("make") is None, reason="the demo is started by make"),
]

LOCATION = "loc-northern-comfort"
PASSWORD = "a long winter evening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """The other side of the demonstration."""

    port: int

    def of(self, what: str) -> list[dict[str, Any]]:
        with httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            answer = client.post(f"/_sim/api/{what}", json={"location": LOCATION})
        assert answer.status_code == httpx2.codes.OK, answer.text
        found: list[dict[str, Any]] = answer.json()["result"]
        return found


@contextmanager
def demo(folder: Path, log: Path, sim_port: int | None = None) -> Iterator[tuple[Demo, Other]]:
    """Start the demonstration with the Python that runs the tests; what is left of it at the end is killed."""
    port, sim_port = free_port(), sim_port or free_port()
    env = environment(None, FIELDFARE_PORT=str(port), FIELDFARE_DATA=str(folder), FIELDFARE_GHL_SIM_PORT=str(sim_port))
    programs = Path(sys.executable).parent
    if Path(sys.executable).is_relative_to(ROOT):
        # The target without its preparation: the tests run in what it prepares.
        words = ["make", "--no-print-directory", "-o", ".venv/.dev", "demo-ghl", f"BIN={programs.relative_to(ROOT)}"]
    else:
        env |= {"FIELDFARE": str(programs / "fieldfare"), "FIELDFARE_GHL_SIM": str(programs / "fieldfare-ghl-sim")}
        env |= {"PYTHON": sys.executable}
        words = ["examples/northern-comfort/demo_ghl.sh"]
    with log.open("ab") as file:
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=file, stderr=file, start_new_session=True)
    try:
        yield Demo(process=process, folder=folder, port=port, log=log), Other(port=sim_port)
    finally:
        if process.poll() is None or running_in(folder):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def seen(look: Callable[[], Any]) -> Any:
    end = time.monotonic() + SECONDS_TO_START
    while not (found := look()):
        assert time.monotonic() < end, "this never came about"
        time.sleep(0.2)
    return found


@contextmanager
def signed_in(running: Demo) -> Iterator[httpx2.Client]:
    """Sign in with the account that the demonstration prints."""
    with running.client() as client:
        client.headers["Origin"] = f"http://127.0.0.1:{running.port}"
        answer = client.post("/api/v1/staff/sessions", json={"email": "owner@example.com", "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        yield client


def booked(running: Demo) -> dict[str, Any]:
    """Book the last slot that is offered, as the office does."""
    with signed_in(running) as client:
        ask = {"place": OAKVILLE, "product": "furnace-tune-up"}
        # Nothing is sold before the other side was read for the first time.
        slots = seen(lambda: client.post(AVAILABILITY, json=ask).json()["slots"])
        body = ask | {"start": slots[-1]["start"], "customer": {"name": "Dora Demo", "email": "dora@example.com"}}
        made = client.post("/api/v1/staff/bookings", json=body)
        assert made.status_code == 201, made.text
        booking: dict[str, Any] = made.json()
        return booking


def rows_of(client: httpx2.Client, page: str) -> list[str]:
    """Read what each row of a list at the desk says."""
    answer = client.get(f"/desk/crm/{page}")
    assert answer.status_code == httpx2.codes.OK, answer.text
    rows = re.findall(r"<tr>(.*?)</tr>", answer.text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in rows]


def must_show_what_was_done_there(running: Demo, other: Other) -> None:
    """Look at the pages that the demonstration names, until they say what it promises."""

    def row(page: str, *words: str) -> Callable[[], bool]:
        return lambda: any(all(word in one for word in words) for one in rows_of(client, page))

    with signed_in(running) as client:
        seen(row("conflicts", "Team meeting", "Two things at the same time"))
        seen(row("proposals", "Priya Raman", "Booked", "The booking"))
        seen(row("proposals", "Hannah Vogt", "Link sent"))
        seen(row("proposals", "Nadia Petrov", "has no address"))
        (wrong,) = seen(lambda: [one["id"] for one in other.of("appointments") if one["title"] == "Call the supplier"])
        seen(row("entries", wrong, "It ends before it starts."))
        seen(lambda: "Heat pump check" in services_read(client))


def services_read(client: httpx2.Client) -> str:
    """Say what is known of bookings of services: time that is taken, or visits that were taken over."""
    entries = client.get("/api/v1/staff/integrations/ghl/entries/foreign").json()["items"]
    visits = client.get("/api/v1/staff/bookings", params={"limit": 100}).json()["items"]
    titles = [one["title"] for one in entries if one["source"] == "ghl.service"]
    return " ".join([*titles, *(one["product"]["name"] for one in visits)])


def must_have_ended(running: Demo) -> None:
    running.process.wait(60)
    end = time.monotonic() + 60
    while time.monotonic() < end and (running.members() or running_in(running.folder)):
        time.sleep(0.1)
    assert running.members() == []
    assert running_in(running.folder) == []


def test_both_sides_live_end_and_live_again(tmp_path: Path) -> None:
    folder, log = tmp_path / "data", tmp_path / "log"
    with demo(folder, log) as (running, other):
        running.must_become_ready()
        booking = booked(running)
        reference = booking["reference"]
        title = seen(lambda: [one["title"] for one in other.of("appointments") if reference in one["title"]])
        must_show_what_was_done_there(running, other)
        said, first, other_first = running.said, running, other
        os.killpg(running.process.pid, signal.SIGINT)
        must_have_ended(running)
    with demo(folder, log) as (running, other):
        running.must_become_ready()
        kept = [one["title"] for one in other.of("appointments") if reference in one["title"]]
        second = booked(running)["reference"]
        seen(lambda: any(second in one["title"] for one in other.of("appointments")))
        leads = [one["name"] for one in other.of("opportunities")]
        os.killpg(running.process.pid, signal.SIGTERM)
        must_have_ended(running)

    assert len(title) == 1
    assert title[0].endswith(f"D. Demo #{reference}")
    assert kept == title
    assert len(leads) == len(set(leads))
    for address in ("/desk/crm", "/desk/crm/conflicts", "/desk/crm/proposals", "/book/northern-comfort"):
        assert f"http://127.0.0.1:{first.port}{address}" in said
    assert f"http://127.0.0.1:{other_first.port}/_sim/" in said
    assert "Traceback" not in running.said


def test_a_port_that_is_taken_is_said_and_the_key_of_whoever_has_it_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    key = folder / "ghl-webhooks.pem"
    key.write_text("the key of the one that runs")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(folder, tmp_path / "log", sim_port=port) as (running, _):
            assert running.process.wait(SECONDS_TO_START) != 0

    assert f"has port {port}" in running.said
    assert "FIELDFARE_GHL_SIM_PORT" in running.said
    assert key.read_text() == "the key of the one that runs"
    assert [file.name for file in folder.glob("*.pem*")] == [key.name]
