"""An office whose calendar lies in a GoHighLevel location: server, worker and simulator, each in a process of its own.

Its business is Northern Comfort again, without the file of its calendar: what is there stands in the location, whose
entries are deleted first. The week of its days is the next one.
"""

from __future__ import annotations

import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from tests.databases import Database
from tests.desk.fleet import fleet
from tests.desk.office import (
    ROLES,
    Office,
    email_of,
    email_of_fleet,
    first_monday,
    hire,
    key_of,
    let_in,
    opened,
    session_of,
)
from tests.desk.office import eventually as seen
from tests.reliability.racing import NO_LIMITS, Rows
from tests.servers import environment, fieldfare, import_business, serving
from tests.service.example import BUSINESS, EMAIL, FOLDER
from tests.service.journey import ZONE, PostOffice
from tests.web.photon import photon
from tests.web.site import bring_in, free_port

LOCATION, TOKEN = "loc-northern-comfort", "pit-northern-comfort"
VISITS, PRIVATE = "cal-visits", "cal-private"
USERS = {"amara": "user-amara", "ben": "user-ben", "chloe": "user-chloe", "dev": "user-dev"}
SMALL = 3
"""The other business has so many technicians, and no CRM."""
SECONDS = 90
_LISTENS = re.compile(r"listens on (http://\S+)")


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """The other side, as its people know it."""

    url: str

    def do(self, what: str, **given: Any) -> Any:
        """Do something there by hand, or look at what is there."""
        with httpx2.Client(base_url=self.url, timeout=30) as client:
            answer = client.post(f"/_sim/api/{what}", json=given)
        assert answer.status_code == httpx2.codes.OK, answer.text
        return answer.json()["result"]

    def of(self, what: str) -> list[dict[str, Any]]:
        """List what there is of a kind in the location."""
        found: list[dict[str, Any]] = self.do(what, location=LOCATION)
        return found

    def contact(self, name: str, **more: Any) -> str:
        """Make a contact."""
        return str(self.do("add_contact", location=LOCATION, name=name, **more))

    def appointment_of(self, reference: str) -> dict[str, Any] | None:
        """Find what was written for a booking and stands."""
        found = [one for one in self.of("appointments") if reference in one["title"] and not one["deleted"]]
        assert len(found) <= 1, found
        return found[0] if found else None


@dataclass(frozen=True, kw_only=True)
class CrmOffice(Office):
    """The office, and the other side."""

    sim: Simulated

    def written(self, reference: str, until: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """Wait until a booking is written on the other side."""

        def look() -> dict[str, Any] | None:
            found = self.sim.appointment_of(reference)
            return found if found is not None and until(found) else None

        appointment: dict[str, Any] = seen(look, seconds=SECONDS)
        return appointment

    def at_rest(self) -> None:
        """Wait until nothing is to be written."""
        seen(lambda: not self.ask("GET", "integrations/ghl/writes")["items"], seconds=SECONDS)


def next_monday(today: date) -> date:
    """Give the Monday of the next week: what stands in it is read again with each poll."""
    return today + timedelta(days=7 - today.weekday())


@contextmanager
def simulating(log: Path, *arguments: str) -> Iterator[Simulated]:
    """Run a simulator until the block ends."""
    command = [sys.executable, "-m", "fieldfare_ghl_sim", "--until-parent-ends", *arguments]
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True)
    assert process.stdout is not None
    try:
        yield Simulated(url=_address(process, log))
    finally:
        process.terminate()
        process.wait(SECONDS)
        process.stdout.close()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        if select.select([process.stdout], [], [], 0.1)[0]:
            found = _LISTENS.search(process.stdout.readline())
            if found:
                return found[1]
    raise AssertionError(f"the simulator did not start: {log.read_text()}")


@contextmanager
def running_crm_office(database: Database, folder: Path, post: PostOffice) -> Iterator[CrmOffice]:
    """Run everything on a migrated database; Northern Comfort is connected, and the small business is not."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    url, today = f"http://127.0.0.1:{port}", datetime.now(ZONE).date()
    key = folder / "webhooks.pem"
    with ExitStack() as stack:
        hooks = ("--webhooks", f"{url}/api/v1/webhooks/ghl", "--public-key", str(key))
        sim = stack.enter_context(simulating(folder / "sim.log", "--world", "northern-comfort", *hooks))
        sim.do("set_quirks", contact_search_lag=0)
        for kind in ("appointments", "blocks", "service_bookings"):
            for one in sim.of(kind):
                sim.do("delete", id=one["id"])
        addresses = stack.enter_context(photon())
        env = environment(
            database,
            **NO_LIMITS,
            FIELDFARE_PORT=str(port),
            FIELDFARE_PUBLIC_URL=url,
            FIELDFARE_GEOCODERS="photon,postal",
            FIELDFARE_PHOTON_URL=addresses,
            FIELDFARE_GHL_URL=sim.url,
            FIELDFARE_GHL_WEBHOOK_KEYS=str(key),
            FIELDFARE_SECRET_KEY="5f" * 32,
        )
        bring_in(env, opened(today), folder, busy=False)
        let_in(env, BUSINESS, EMAIL)
        document, _ = fleet(SMALL, 1, monday=first_monday(today))
        import_business(env, document)
        let_in(env, document["id"], email_of_fleet(SMALL))
        settings = folder / "ghl.toml"
        text = (FOLDER / "ghl.toml").read_text(encoding="utf-8")
        settings.write_text(text.replace("poll_seconds = 30", "poll_seconds = 15\nfull_seconds = 60"), encoding="utf-8")
        words = ("connect", "ghl", "--business", BUSINESS, "--location", LOCATION, "--token-stdin")
        done = fieldfare(*words, "--settings", str(settings), env=env, given=f"{TOKEN}\n")
        assert done.returncode == 0, done.stderr
        server = stack.enter_context(serving(env, "--with-worker", log=folder / "serve.log"))
        hire(server)
        cookies = {role: session_of(server, email_of(role)) for role in ROLES}
        cookies |= {f"fleet-{SMALL}": session_of(server, email_of_fleet(SMALL))}
        rows = Rows(database=database)
        seen(lambda: rows.was_read(BUSINESS), seconds=SECONDS)
        yield CrmOffice(
            server=server,
            rows=rows,
            post=post,
            key=key_of(server, cookies["owner"]),
            cookies=cookies,
            monday=next_monday(today),
            sim=sim,
        )
