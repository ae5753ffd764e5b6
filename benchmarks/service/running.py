"""A server on a database of its own, with the seeded worlds as businesses in it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.scenarios import scenario_of
from benchmarks.worlds import world
from tests.servers import Server, environment, fieldfare, serving

OWNER, PASSWORD = "owner@example.com", "only for benchmarks"
_BUCKETS = ("ADDRESS", "KEY", "BUSINESS", "GEOCODE", "SIGN_IN", "WRONG_KEY")


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A business that was imported: its scenario, and how long its first and second import took, in seconds."""

    scenario: dict[str, Any]
    first_import: float
    second_import: float

    @property
    def id(self) -> str:
        """The business's id."""
        return str(self.scenario["business"]["id"])

    @property
    def some_day(self) -> str:
        """A date inside the horizon."""
        return (datetime.fromisoformat(self.scenario["now"]) + timedelta(days=9)).date().isoformat()


def settings(folder: Path) -> dict[str, str]:
    """Give the environment of a server without limits, on an embedded database in a folder."""
    return environment(None, FIELDFARE_DATA=str(folder), **{f"FIELDFARE_RATE_{name}": "0" for name in _BUCKETS})


def bring_in(technicians: int, env: dict[str, str], folder: Path) -> Brought:
    """Import a world as a business with its commitments, twice, and make its owner."""
    scenario = _of_this_week(json.loads(scenario_of(world(technicians))))
    scenario["business"]["id"] = f"fleet-{technicians}"
    file = folder / f"{technicians}.json"
    file.write_text(json.dumps(scenario))
    took = []
    for _ in range(2):
        begun = time.perf_counter()
        _run("business", "import", str(file), "--commitments", str(file), env=env)
        took.append(time.perf_counter() - begun)
    owner = ("business", "create-owner", f"fleet-{technicians}", "--email", OWNER, "--password-stdin")
    _run(*owner, env=env, given=f"{PASSWORD}\n")
    return Brought(scenario=scenario, first_import=took[0], second_import=took[1])


def key_for(server: Server, business: str) -> str:
    """Make a key of a business."""
    with server.client() as client:
        sign_in = {"email": OWNER, "password": PASSWORD, "business": business}
        client.post("/api/v1/staff/sessions", json=sign_in).raise_for_status()
        wanted = {"name": "benchmarks", "scopes": ["commitments", "availability"]}
        return str(client.post("/api/v1/staff/keys", json=wanted).raise_for_status().json()["key"])


def _of_this_week(scenario: dict[str, Any]) -> dict[str, Any]:
    """Move a scenario by whole weeks to where the server's horizon is; times keep their hour on the wall clock."""
    written_for = datetime.fromisoformat(scenario["now"])
    weeks = timedelta(weeks=(datetime.now(written_for.tzinfo) - written_for) // timedelta(weeks=1))

    def moved(text: str) -> str:
        return (datetime.fromisoformat(text).replace(tzinfo=None) + weeks).isoformat()

    commitments = [{**c, "start": moved(c["start"]), "end": moved(c["end"])} for c in scenario["commitments"]]
    return {**scenario, "now": moved(scenario["now"]), "commitments": commitments}


@contextmanager
def two_servers(env: dict[str, str], folder: Path) -> Iterator[tuple[Server, Server]]:
    """Run two servers on one database."""
    with serving(env, log=folder / "one.log") as one, serving(env, log=folder / "two.log") as two:
        yield one, two


def resident_mb(server: Server) -> float:
    """Tell how much memory a server's process holds."""
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("the system doesn't tell")


def load() -> float:
    """Tell how busy the machine is with other things."""
    return os.getloadavg()[0]


def _run(*arguments: str, env: dict[str, str], given: str = "") -> None:
    done = fieldfare(*arguments, env=env, given=given)
    if done.returncode:
        raise RuntimeError(done.stderr)
