"""What a booking page needs around it: server and worker, a business, an address book, mail, and the sites of hosts."""

from __future__ import annotations

import json
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from tests.databases import Database
from tests.reliability.racing import NO_LIMITS, Field, Rows
from tests.servers import PATIENCE_SECONDS, Server, environment, fieldfare, serving
from tests.service.example import BUSINESS, FOLDER, OAKVILLE, key_of, let_owner_in
from tests.service.journey import PostOffice, post_office
from tests.web.photon import photon

T = TypeVar("T")

BRAND = "#0b5cad"
PHONE, EMAIL = "+1 905 555 0100", "office@example.com"
LOCAL = f"{BUSINESS}-local"
"""Northern Comfort without its zone for everywhere else, so that there is an out of area."""
PRODUCT = "furnace-tune-up"
MOST_TECHNICIANS = 9
SECONDS_TO_START = 90
_LINK = re.compile(r"http://\S+/book/\S+")


@dataclass(frozen=True, kw_only=True)
class Site:
    """A booking page that answers, a site that embeds it, one that may not, and all that stands behind."""

    server: Server
    host: str
    stranger: str
    rows: Rows
    post: PostOffice
    key: str

    @property
    def book(self) -> str:
        """The address of the booking page."""
        return f"{self.server.url}/book/{BUSINESS}"

    @property
    def origins(self) -> set[str]:
        """Whom the pages may ask for anything."""
        return {self.server.url, self.host, self.stranger}

    def desk(self) -> httpx2.Client:
        """Open a client that may do everything."""
        return self.server.client(headers={"Authorization": f"Bearer {self.key}"})

    def bookings(self, email: str) -> list[dict[str, Any]]:
        """List somebody's bookings as the desk sees them, the newest first."""
        with self.desk() as desk:
            answer = desk.get("/api/v1/staff/bookings", params={"limit": 100})
            assert answer.status_code == 200, answer.text
            items: list[dict[str, Any]] = answer.json()["items"]
        return [one for one in items if (one.get("customer") or {}).get("email") == email]

    def statuses(self) -> dict[str, int]:
        """Count the bookings by their status."""
        return dict(self.rows.statuses(BUSINESS))

    def shorten_holds(self, milliseconds: int) -> None:
        """Let what is held now run out so soon."""
        Field(business=BUSINESS, clients=(), rows=self.rows).shorten_holds(milliseconds)

    def take_all(self, start: str) -> int:
        """Book a start as the desk until no technician is left who could come; gives how many were."""
        with self.desk() as desk:
            for taken in range(MOST_TECHNICIANS):
                person = {"name": f"Quick {taken}", "email": f"quick.{taken}@example.com"}
                asked = {"place": OAKVILLE, "product": PRODUCT, "start": start, "customer": person}
                answer = desk.post("/api/v1/staff/bookings", json=asked)
                if answer.status_code == 409:
                    return taken
                assert answer.status_code == 201, answer.text
        raise AssertionError("this start never ends")

    def clear(self) -> None:
        """Give back all time that the tests took: what is held, and what is booked.

        Nobody waits any longer then, either: whoever does would be offered what becomes free, in the next test's way.
        """
        self.rows.write("UPDATE waiting SET status = 'withdrawn' WHERE status = 'waiting'")
        self.shorten_holds(0)
        with self.desk() as desk:
            for one in self.rows.standing(BUSINESS):
                if one["status"] == "confirmed":
                    answer = desk.post(
                        f"/api/v1/staff/bookings/{one['id']}/cancel", json={"reason": "A test has ended."}
                    )
                    assert answer.status_code == 200, answer.text

    def link_to(self, email: str) -> str:
        """Wait for a mail to somebody, and give the address of the page that the newest one leads to."""
        letters = eventually(lambda: self.post.to(email, of=BUSINESS))
        links = _LINK.findall(letters[-1].text)
        assert links, letters[-1].text
        return str(links[0])


def eventually(look: Callable[[], T]) -> T:
    """Look until there is something to see, and give it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (seen := look()):
        assert time.monotonic() < end, "this never came about"
        time.sleep(0.05)
    return seen


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def hosting(*, on: str, business: str = BUSINESS) -> Iterator[str]:
    """Run the example's host page in front of a Fieldfare, and give its address.

    It is named `localhost`: to browsers that is another site than 127.0.0.1, where the same name would not be.
    """
    words = [sys.executable, str(FOLDER / "host_page.py"), "--port", "0", "--fieldfare", on, "--business", business]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], SECONDS_TO_START)
        found = re.search(r"http://127.0.0.1:(\d+)", process.stdout.readline() if ready else "")
        assert found, "the host page did not start"
        yield f"http://localhost:{found[1]}"
        process.terminate()
        assert process.wait(SECONDS_TO_START) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def comfort(*, origins: list[str]) -> dict[str, Any]:
    """Give Northern Comfort's document, with what its booking page shows."""
    document: dict[str, Any] = json.loads((FOLDER / "business.json").read_text(encoding="utf-8"))
    page = {"brand": BRAND, "logo": None, "phone": PHONE, "email": EMAIL, "origins": origins}
    return {**document, "booking_page": {**document.get("booking_page", {}), **page}}


def without_elsewhere(document: dict[str, Any]) -> dict[str, Any]:
    """Give the same business, which serves no place outside of its zones."""
    zones = [zone for zone in document["zones"] if not zone.get("default")]
    gone = {zone["id"] for zone in document["zones"]} - {zone["id"] for zone in zones}
    people = [
        {**each, "zones": [zone for zone in each["zones"] if zone not in gone]} for each in document["technicians"]
    ]
    schedules = [each for each in document["schedules"] if each["owner"].get("zone") not in gone]
    return {**document, "id": LOCAL, "zones": zones, "technicians": people, "schedules": schedules}


def bring_in(env: dict[str, str], document: dict[str, Any], folder: Path, *, busy: bool) -> None:
    """Import a business whose boundaries lie in the example's folder; a `busy` one with this week's calendar."""
    home = folder / document["id"]
    shutil.copytree(FOLDER / "boundaries", home / "boundaries")
    (home / "business.json").write_text(json.dumps(document), encoding="utf-8")
    arguments = ["business", "import", str(home / "business.json")]
    if busy:
        made = subprocess.run([sys.executable, str(FOLDER / "living.py")], capture_output=True, text=True, check=True)
        (home / "commitments.json").write_text(made.stdout, encoding="utf-8")
        arguments += ["--commitments", str(home / "commitments.json")]
    done = fieldfare(*arguments, env=env)
    assert done.returncode == 0, done.stderr


@contextmanager
def running_site(database: Database, folder: Path) -> Iterator[Site]:
    """Run everything on a migrated database."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        post, addresses = stack.enter_context(post_office()), stack.enter_context(photon())
        host, stranger = (stack.enter_context(hosting(on=url)) for _ in range(2))
        env = environment(
            database,
            **NO_LIMITS,
            FIELDFARE_PORT=str(port),
            FIELDFARE_PUBLIC_URL=url,
            FIELDFARE_GEOCODERS="photon,postal",
            FIELDFARE_PHOTON_URL=addresses,
            FIELDFARE_SMTP_HOST="127.0.0.1",
            FIELDFARE_SMTP_PORT=str(post.port),
            FIELDFARE_SMTP_SECURITY="none",
            FIELDFARE_MAIL_FROM="visits@fieldfare.example",
        )
        document = comfort(origins=[host])
        bring_in(env, document, folder, busy=True)
        bring_in(env, without_elsewhere(document), folder, busy=False)
        let_owner_in(env)
        server = stack.enter_context(serving(env, "--with-worker", log=folder / "serve.log"))
        yield Site(
            server=server, host=host, stranger=stranger, rows=Rows(database=database), post=post, key=key_of(server)
        )
