"""`make demo` as a newcomer runs it: it answers, it stops as a whole, it loses nothing, and it says what is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.servers import environment
from tests.service.example import AVAILABILITY, PLACES, ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("make") is None, reason="the demo is started by make"),
]

SECONDS_TO_START, SECONDS_TO_STOP = 180, 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demonstration that was started, in a process group of its own."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text()

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def must_become_ready(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        with self.client() as client:
            while time.monotonic() < end and self.process.poll() is None:
                try:
                    if client.get("/readyz").status_code == 200:
                        assert client.get("/healthz").json() == {"status": "alive"}
                        return
                except httpx2.TransportError:
                    pass
                time.sleep(0.1)
        raise AssertionError(self.said)

    def members(self) -> list[str]:
        """List what still runs in the group, zombies apart."""
        return [line for line in _processes() if _group_of(line) == self.process.pid]

    def postmaster(self) -> int:
        return int((self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def must_have_stopped(self, postmaster: int | None) -> None:
        self.process.wait(SECONDS_TO_STOP)
        end = time.monotonic() + SECONDS_TO_STOP
        while time.monotonic() < end and (self.members() or (postmaster and Path(f"/proc/{postmaster}").exists())):
            time.sleep(0.1)
        assert self.members() == []
        assert postmaster is None or not Path(f"/proc/{postmaster}").exists()


def _processes() -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found.append(stat.read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return [line for line in found if line.rpartition(")")[2].split()[0] != "Z"]


def _group_of(line: str) -> int:
    return int(line.rpartition(")")[2].split()[2])


@contextmanager
def demo(folder: Path, log: Path, **settings: str) -> Iterator[Demo]:
    """Start the demonstration with the Python that runs the tests; what is left of it at the end is killed."""
    port = free_port()
    env = environment(None, **{"FIELDFARE_PORT": str(port), "FIELDFARE_DATA": str(folder), **settings})
    # The target without its preparation: the tests run in what it prepares.
    words = ["make", "--no-print-directory", "-o", ".venv/.dev", "demo", f"BIN={Path(sys.executable).parent}"]
    if not Path(sys.executable).is_relative_to(ROOT):
        env |= {"FIELDFARE": str(Path(sys.executable).with_name("fieldfare")), "PYTHON": sys.executable}
        words = ["examples/northern-comfort/demo.sh"]
    else:
        words[-1] = f"BIN={Path(sys.executable).parent.relative_to(ROOT)}"
    with log.open("wb") as file:
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=file, stderr=file, start_new_session=True)
    running = Demo(process=process, folder=folder, port=port, log=log)
    try:
        yield running
    finally:
        if running.members():
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_the_printed_addresses_answer(tmp_path: Path) -> None:
    with demo(tmp_path / "data", tmp_path / "log") as running:
        running.must_become_ready()
        addresses = re.findall(
            r"^  (?:an ordinary one|another zone|too far to drive) +(.*)$", running.said, re.MULTILINE
        )
        outcomes = {}
        with running.client() as client:
            for address in addresses:
                place = client.post(PLACES, json={"address": address}).json()
                ask = {"place": coordinates(place), "product": "furnace-tune-up"}
                found = client.post(AVAILABILITY, json=ask).json()
                outcomes[place["resolution"]["zone"]] = (place["resolution"]["outcome"], len(found["slots"]) > 0)
            commands = re.findall(r"curl -s http.*\\\n.*", running.said)
            shown = [answer_of(command) for command in commands]
            described = client.get("/openapi.json").json()
        postmaster = running.postmaster()
        os.killpg(running.process.pid, signal.SIGINT)
        running.must_have_stopped(postmaster)

    assert outcomes == {
        "z-oakville": ("zone", True),
        "z-waterloo": ("zone", True),
        "z-elsewhere": ("default_zone", False),
    }
    assert [answer["resolution"]["outcome"] for answer in shown] == ["blocked"]
    assert described["openapi"].startswith("3.1")
    assert "Traceback" not in running.said


def coordinates(place: dict[str, Any]) -> dict[str, Any]:
    return {key: place["place"][key] for key in ("lat", "lng", "postal_code")}


def answer_of(command: str) -> dict[str, Any]:
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the journey that the demonstration prints, and what a shell said when its lines were pasted."""

    title: str
    commands: str
    said: str = ""

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said)
        return found


def journey(said: str) -> list[Step]:
    """Find the steps in what the demonstration has said."""
    found = re.findall(r"^  # (\d+)\. (.*)\n((?:  .*\n)+)", said, re.MULTILINE)
    assert [int(number) for number, _, _ in found] == list(range(1, len(found) + 1))
    return [Step(title=title, commands=commands) for _, title, commands in found]


def pasted(steps: list[Step], shell: str) -> list[Step]:
    """Paste the lines of all steps into one shell, in order."""
    mark = "next step of the journey"
    lines = f"echo '{mark}'\n".join(step.commands for step in steps)
    done = subprocess.run(
        [shell], input=lines, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=True
    )
    return [
        Step(title=step.title, commands=step.commands, said=said)
        for step, said in zip(steps, done.stdout.split(f"{mark}\n"), strict=True)
    ]


@pytest.mark.skipif(shutil.which("bash") is None, reason="the lines are for bash")
def test_the_printed_journey_can_be_pasted_again_and_again(tmp_path: Path) -> None:
    with demo(tmp_path / "data", tmp_path / "log") as running:
        running.must_become_ready()
        steps = journey(running.said)
        rounds = [pasted(steps, "bash") for _ in range(2)]
        page = pasted(blocks_of_the_page(running.port), "bash")
        postmaster = running.postmaster()
        os.killpg(running.process.pid, signal.SIGTERM)
        running.must_have_stopped(postmaster)

    assert steps
    assert all("curl " in step.commands for step in steps[1:])
    for said in rounds:
        must_be_the_life_of_a_visit(said)
    assert {step.title: codes for step in page if (codes := re.findall(r'"code":"(\w+)"', step.said))} == {
        "Override rules": ["needs_override"]
    }
    assert "Traceback" not in running.said


def blocks_of_the_page(port: int) -> list[Step]:
    """Give the lines that docs/bookings.md shows, in order, for the demonstration at a port."""
    page = (ROOT / "docs" / "bookings.md").read_text(encoding="utf-8").replace(":8000/", f":{port}/")
    found = re.findall(r"^#+ ([^\n]*)\n((?:(?!^#+ ).*\n)*)", page, re.MULTILINE)
    return [
        Step(title=title, commands=block)
        for title, text in found
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    ]


def must_be_the_life_of_a_visit(steps: list[Step]) -> None:
    """Look at the effect of each step."""
    setting_up, address, times, *rest = steps
    assert not setting_up.said
    assert address.answer["resolution"]["zone"] == "z-oakville"
    assert '"slots":[{"start":"' in times.said  # which is long, and cut off
    held, booked, shown, others, moved, cancelled, waits, *desk = rest
    assert held.answer["status"] == "held"
    assert booked.answer["status"] == shown.answer["status"] == "confirmed"
    assert shown.answer["reference"] == booked.answer["reference"]
    assert booked.answer["start"] == held.answer["start"]
    assert '"slots":[{"start":"' in others.said
    assert moved.answer["start"] > booked.answer["start"]
    assert (cancelled.answer["status"], cancelled.answer["reference"]) == ("cancelled", booked.answer["reference"])
    assert waits.answer["wishes"] == [{"from": booked.answer["start"], "to": moved.answer["start"]}]
    must_be_the_day_of_a_desk(desk, waits=waits, cancelled=cancelled)


def must_be_the_day_of_a_desk(desk: list[Step], *, waits: Step, cancelled: Step) -> None:
    signed_in, listed, booked, shown, refused, moved, waitlist, on_the_way, undone, called_off, messages, audit = desk
    assert signed_in.answer["role"] == "owner"
    found = {one["reference"]: one["status"] for one in listed.answer["items"]}
    assert found[cancelled.answer["reference"]] == "cancelled"
    assert (booked.answer["status"], booked.answer["source"]) == ("confirmed", "staff")
    assert (shown.answer["id"], shown.answer["start"]) == (booked.answer["id"], waits.answer["wishes"][0]["from"])
    assert refused.answer["code"] == "needs_override"
    assert moved.answer["start"][11:16] == "06:00"
    assert moved.answer["reasons"]["overridden"] == refused.answer["rules"]
    offered = {one["id"]: one["status"] for one in waitlist.answer["items"]}
    assert offered[waits.answer["id"]] == "offered"
    assert [step.answer["status"] for step in (on_the_way, undone, called_off)] == [
        "en_route",
        "confirmed",
        "cancelled",
    ]
    assert {one["failure"] for one in messages.answer["items"]} <= {"no_mailer", "no_email"}
    assert called_off.answer["id"] in {one["booking"] for one in messages.answer["items"]}
    done = [(one["action"], one["reason"]) for one in audit.answer["items"] if one["id"] == called_off.answer["id"]]
    assert done[:3] == [("cancel", None), ("undo", None), ("en_route", None)]
    assert done[3] == ("reschedule", "No heat since last night, and the drive is agreed.")


def test_a_signal_to_make_alone_stops_everything(tmp_path: Path) -> None:
    """SIGTERM: it passes that on. SIGINT it takes to have gone to all, as it does from a terminal."""
    with demo(tmp_path / "data", tmp_path / "log") as running:
        running.must_become_ready()
        postmaster = running.postmaster()
        running.process.send_signal(signal.SIGTERM)
        running.must_have_stopped(postmaster)


@pytest.mark.parametrize("after", [0.2, 1.0, 2.0, 3.5])
def test_a_signal_while_it_starts_stops_everything(tmp_path: Path, after: float) -> None:
    with demo(tmp_path / "data", tmp_path / "log") as running:
        time.sleep(after)
        os.killpg(running.process.pid, signal.SIGTERM)
        running.must_have_stopped(None)
        postmaster_file = tmp_path / "data" / "postgres" / "postmaster.pid"
        assert not postmaster_file.exists()
    with demo(tmp_path / "data", tmp_path / "again") as running:
        running.must_become_ready()
        postmaster = running.postmaster()
        os.killpg(running.process.pid, signal.SIGTERM)
        running.must_have_stopped(postmaster)


def test_a_second_one_joins_the_first(tmp_path: Path) -> None:
    with demo(tmp_path / "data", tmp_path / "first") as first:
        first.must_become_ready()
        postmaster = first.postmaster()
        with demo(tmp_path / "data", tmp_path / "second") as second:
            second.must_become_ready()
            assert second.postmaster() == postmaster
            os.killpg(first.process.pid, signal.SIGTERM)
            first.must_have_stopped(None)
            with second.client() as client:
                assert client.get("/readyz").status_code == 200
            os.killpg(second.process.pid, signal.SIGTERM)
            second.must_have_stopped(postmaster)


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    """O23: everything is killed, the database, too; started again, it holds what it held."""
    address = {"postal_code": "L6H 0H3"}
    with demo(tmp_path / "data", tmp_path / "first") as first:
        first.must_become_ready()
        before = asked(first, address)
        postmaster = first.postmaster()
        os.killpg(first.process.pid, signal.SIGKILL)
        os.kill(postmaster, signal.SIGKILL)
        first.must_have_stopped(postmaster)
    began = time.monotonic()
    with demo(tmp_path / "data", tmp_path / "second") as second:
        second.must_become_ready()
        took = time.monotonic() - began
        after = asked(second, address)
        postmaster = second.postmaster()
        os.killpg(second.process.pid, signal.SIGTERM)
        second.must_have_stopped(postmaster)

    assert took < SECONDS_TO_START
    assert after == before
    assert "northern-comfort: nothing to change" in second.said or "0 changed, 154 as they were" in second.said


def asked(running: Demo, address: dict[str, str]) -> object:
    with running.client() as client:
        return client.post(PLACES, json=address).json()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    with demo(taken, tmp_path / "log") as running:
        assert running.process.wait(SECONDS_TO_START) != 0

    assert str(taken) in running.said
    assert "Traceback" not in running.said


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    # Nothing is read-only to root but what the kernel shows.
    closed = Path("/sys/fieldfare") if os.geteuid() == 0 else tmp_path / "closed"
    if os.geteuid() != 0:
        closed.mkdir(mode=0o500)
    with demo(closed, tmp_path / "log") as running:
        assert running.process.wait(SECONDS_TO_START) != 0

    assert str(closed) in running.said
    assert "set FIELDFARE_DATA to one that can" in running.said
    assert "Traceback" not in running.said


def test_a_port_that_is_taken_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(tmp_path / "data", tmp_path / "log", FIELDFARE_PORT=str(port)) as running:
            assert running.process.wait(SECONDS_TO_START) != 0
            running.must_have_stopped(None)

    assert f"can't listen on 127.0.0.1, port {port}: Address already in use" in running.said
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()
