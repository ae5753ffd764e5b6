"""A stage for journeys: a server, a worker that can be killed, a mail server, and a receiver of webhooks, all real."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx2
import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar, Event

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.security import QUEUE_SCHEMA
from fieldfare.domain.webhooks import read_secret, verify
from tests.databases import Database
from tests.reliability.racing import NO_LIMITS, Field, Rows, bring_in
from tests.servers import COMMAND, PATIENCE_SECONDS, Server, environment, serving
from tests.worlds import HERE, World, world

T = TypeVar("T")

ZONE = ZoneInfo("America/Toronto")
PLACE = {"lat": HERE.lat, "lng": HERE.lng, "postal_code": None}
"""What a dead worker was at is begun again after half a minute or so."""

_LINK = re.compile(r"(http://\S+)/book/([^/\s]+)/(visits|held)/([A-Za-z0-9_-]+)")
_ROOMS = {"visits": "bookings", "held": "holds"}
"""Where the API has what a page of a link shows."""
_UNDER_WAY = f"""
    SELECT count(*) AS count FROM {QUEUE_SCHEMA}.procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND args ->> 'business' = %(business)s
        AND task_name IN ('send_message', 'deliver', 'offer_freed')
"""
_OFFERS_ARE_DUE = """
    UPDATE procrastinate_jobs SET scheduled_at = now()
    WHERE task_name = 'end_hold' AND args ->> 'business' = %(business)s AND status = 'todo'
"""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as its customer reads it."""

    mail: EmailMessage

    @property
    def id(self) -> str:
        return str(self.mail["Message-ID"])

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def link(self) -> str:
        """The address of the API behind the one page to which it leads."""
        ((root, business, page, token),) = set(_LINK.findall(self.text))
        return f"{root}/api/v1/{business}/{_ROOMS[page]}/{token}"

    @property
    def method(self) -> str:
        return str(self._calendar["METHOD"])

    @property
    def uid(self) -> str:
        """The name under which calendars keep the visit."""
        return str(self._event["UID"])

    @property
    def sequence(self) -> int:
        return int(str(self._event["SEQUENCE"]))

    @property
    def status(self) -> str:
        return str(self._event["STATUS"])

    @property
    def start(self) -> datetime:
        start = self._event.start
        assert isinstance(start, datetime)
        return start

    @property
    def _event(self) -> Event:
        (event,) = self._calendar.walk("VEVENT")
        assert isinstance(event, Event)
        return event

    @property
    def _calendar(self) -> Calendar:
        (part,) = {part.get_payload(decode=True) for part in self.mail.walk() if part.get_content_subtype() in _ICS}
        assert isinstance(part, bytes)
        read = Calendar.from_ical(part)
        assert isinstance(read, Calendar)
        return read


_ICS = {"calendar", "ics"}


@dataclass(kw_only=True)
class PostOffice:
    """A mail server, and all that it has taken."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"

    def of(self, business: str) -> list[Letter]:
        """List the letters of a business, as they came."""
        return [Letter(mail=mail) for mail in list(self.taken) if f".{business}@" in str(mail["Message-ID"])]

    def to(self, address: str, *, of: str) -> list[Letter]:
        """List a business's letters to somebody, each once: one that a worker died over comes again, as the same."""
        theirs = [letter for letter in self.of(of) if address in str(letter.mail["To"])]
        return list({letter.id: letter for letter in theirs}.values())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Run a mail server in a thread of its own."""
    office, loop = PostOffice(), asyncio.new_event_loop()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(office, hostname="mail.test", loop=loop), "127.0.0.1", 0)

    server = loop.run_until_complete(listen())
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    here = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not here]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A webhook as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read

    def signed_with(self, secret: str) -> bool:
        """Check the signature as a receiver does."""
        return verify(
            [read_secret(secret)],
            id_=self.id,
            timestamp=self.headers["webhook-timestamp"],
            signatures=self.headers["webhook-signature"],
            body=self.body,
            now=int(time.time()),
        )


@dataclass(kw_only=True)
class Listener:
    """A receiver of webhooks on loopback, and all that it was told."""

    port: int = 0
    told: list[Told] = field(default_factory=list)

    def at(self, path: str) -> list[Told]:
        return [one for one in list(self.told) if one.path == path]


@contextmanager
def listener() -> Iterator[Listener]:
    """Run a receiver of webhooks in threads of its own."""
    listening = Listener()

    class Hearing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listening.told.append(Told(path=self.path, headers=headers, body=body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hearing) as server:
        listening.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield listening
        finally:
            server.shutdown()
            thread.join(10)


@dataclass(kw_only=True)
class Worker:
    """`fieldfare work`, which may be killed at any moment and started anew."""

    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as file:
            self.process = subprocess.Popen([*COMMAND, "work"], env=dict(self.env), stderr=file)

    def kill(self) -> None:
        """Let it die without a word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass(kw_only=True)
class Stage:
    """Everything that journeys need, on one database."""

    server: Server
    worker: Worker
    rows: Rows
    post: PostOffice
    hooks: Listener

    @contextmanager
    def house(self, small: World, *, restless: bool = False) -> Iterator[House]:
        """Bring a business in; in a `restless` one the worker is dead at every write, and another one follows it."""
        business, key = asyncio.run(bring_in(self.rows.database, small))
        with self.server.client(headers={"Authorization": f"Bearer {key}"}) as desk, self.server.client() as anybody:
            yield House(stage=self, business=business, desk=desk, anybody=anybody, restless=restless)


@contextmanager
def stage(database: Database, folder: Path, *, mails: bool = True) -> Iterator[Stage]:
    """Run a server and a worker on a database, with a mail server unless told otherwise."""
    with ExitStack() as stack:
        post, hooks = stack.enter_context(post_office()), stack.enter_context(listener())
        settings = {"FIELDFARE_WEBHOOK_NETWORKS": "127.0.0.0/8", "FIELDFARE_WEBHOOK_HTTP": "true", **NO_LIMITS}
        if mails:
            settings |= {
                "FIELDFARE_SMTP_HOST": "127.0.0.1",
                "FIELDFARE_SMTP_PORT": str(post.port),
                "FIELDFARE_SMTP_SECURITY": "none",
                "FIELDFARE_MAIL_FROM": "visits@fieldfare.example",
            }
        env = environment(database, **settings)
        server = stack.enter_context(serving(env, log=folder / "serve.log"))
        # The links in mails lead to this server, wherever it listens.
        worker = Worker(env={**env, "FIELDFARE_PUBLIC_URL": server.url}, log=folder / "work.log")
        stack.callback(worker.kill)
        worker.start()
        yield Stage(server=server, worker=worker, rows=Rows(database=database), post=post, hooks=hooks)


@dataclass(kw_only=True)
class House:
    """One business of the stage: its desk, which may do everything, and anybody else."""

    stage: Stage
    business: str
    desk: httpx2.Client
    anybody: httpx2.Client
    restless: bool

    def write(self, method: str, path: str, body: object = None, *, desk: bool = False) -> Any:
        """Write something, with the worker away if the house is restless; gives the response."""
        if self.restless:
            self.stage.worker.kill()
        client = self.desk if desk else self.anybody
        answer = client.request(method, self._path(path, desk=desk), json=body)
        if self.restless:
            self.stage.worker.start()
        return answer

    def post(self, path: str, body: object = None, *, desk: bool = False, status: int = 0) -> Any:
        """Post something that is to succeed, or to be answered with a status; gives the document."""
        answer = self.write("POST", path, {} if body is None else body, desk=desk)
        assert answer.status_code == status if status else answer.is_success, answer.text
        return answer.json()

    def get(self, path: str, *, desk: bool = False, **query: Any) -> Any:
        """Get a document."""
        answer = (self.desk if desk else self.anybody).get(self._path(path, desk=desk), params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _path(self, path: str, *, desk: bool) -> str:
        if path.startswith("http"):
            return path
        return f"/api/v1/{'staff' if desk else self.business}/{path}"

    def free(self, **more: Any) -> list[str]:
        """List the starts that anybody is offered."""
        ask = {"place": PLACE, "product": "tune-up", **more}
        answer = self.anybody.post(self._path("availability", desk=False), json=ask)
        assert answer.status_code == 200, answer.text
        return [slot["start"] for slot in answer.json()["slots"]]

    def booked(self, start: str, name: str, **more: Any) -> dict[str, Any]:
        """Book for somebody, as the desk."""
        body = {"place": PLACE, "product": "tune-up", "start": start, "customer": customer(name), **more}
        made: dict[str, Any] = self.post("bookings", body, desk=True, status=201)
        return made

    def to(self, booking: Mapping[str, Any], verb: str, body: object = None, *, status: int = 200) -> Any:
        """Do something to a booking, as the desk."""
        return self.post(f"bookings/{booking['id']}/{verb}", body, desk=True, status=status)

    def letter(self, name: str, number: int) -> Letter:
        """Wait for somebody's letter of a number, counted from one."""
        return eventually(lambda: self.stage.post.to(email(name), of=self.business)[number - 1 :])[0]

    def settle(self) -> None:
        """Wait until all that follows from what was written was done."""
        eventually(lambda: self.stage.rows.query(_UNDER_WAY, business=self.business)[0]["count"] == 0)

    def letters(self, name: str) -> list[Letter]:
        """List somebody's letters once all were sent."""
        self.settle()
        return self.stage.post.to(email(name), of=self.business)

    def lapse(self) -> None:
        """Let what is held now run out."""
        Field(business=self.business, clients=(), rows=self.stage.rows).shorten_holds(0)
        queue = f"-c search_path={QUEUE_SCHEMA}"
        with psycopg.connect(for_libpq(self.stage.rows.database.superuser), options=queue) as connection:
            connection.execute(_OFFERS_ARE_DUE, {"business": self.business})

    def trail(self, booking: Mapping[str, Any]) -> list[dict[str, Any]]:
        """List what the trail says about a booking, the oldest first."""
        items: list[dict[str, Any]] = self.get("audit", desk=True, subject="bookings", id=booking["id"])["items"]
        return items[::-1]


def eventually(look: Callable[[], T]) -> T:
    """Look until there is something to see, and give it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (seen := look()):
        assert time.monotonic() < end, "this never came about"
        time.sleep(0.05)
    return seen


def customer(name: str) -> dict[str, Any]:
    """Give somebody of this name, with an email of their own."""
    return {"name": name, "email": email(name), "language": "en", "consent": False}


def email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.com"


def at(clock: str, *, days: int = 2) -> str:
    """Write a time on the wall clock so many days ahead, as the API does."""
    day = datetime.now(ZONE).date() + timedelta(days=days)
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE).isoformat()


def small_world(*technicians: str) -> World:
    """Give a business with a start each hour of five days, whose technicians drive as the crow flies."""
    small = world(datetime.now(ZONE).date().isoformat(), time_zone=str(ZONE)).policy(horizon_days=5).every(60)
    for technician in technicians or ("t1",):
        small = small.technician(technician, name=technician.upper())
    return small.crow_flies()
