"""A small business that books, with its worker, on a real database; and a mail server that keeps what it is given."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, TypeVar

import procrastinate
from aiosmtpd.smtp import SMTP, Envelope, Session

from fieldfare.adapters.notifiers.smtp import SmtpMailer, SmtpSettings
from fieldfare.adapters.postgres.queue import open_queue
from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.adapters.webhooks.delivering import HttpDeliverer
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Request
from fieldfare.domain.customers import Contact
from fieldfare.domain.places import Place
from fieldfare.entrypoints.scenario.business import read_business as read_document
from fieldfare.entrypoints.worker.tasks import register_tasks
from fieldfare.ports.bookings import LinkPurpose
from fieldfare.ports.customers import Message
from fieldfare.ports.mail import Mail, Mailer
from fieldfare.ports.storage import KeptEntry
from fieldfare.usecases.availability.in_memory import BusinessesInMemory
from fieldfare.usecases.bookings.acting import Acting, Plan
from fieldfare.usecases.bookings.book import Book, book
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.confirm import Confirm, Confirmed
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule
from fieldfare.usecases.businesses.import_business import Import, import_business
from fieldfare.usecases.messages.letter import Compose, Letter
from fieldfare.usecases.people.tokens import new_token
from fieldfare.wiring.engine import read_business, travel_times
from tests.databases import Database
from tests.unit.webhooks.receiver import LOOPBACK
from tests.worlds import HERE, world

T = TypeVar("T")

BUSINESS = "small-world"
DESK = Actor(kind=ActorKind.COMMAND_LINE, id="desk")
ROBIN = Contact(name="Robin Tremblay", email="robin@example.com", phone="+14165550123")
PLACE = Place(lat=HERE.lat, lng=HERE.lng)
HOUR = 3_600


@dataclass(kw_only=True)
class MailServer:
    """A mail server, what it was given, and what it answers instead, one answer a mail, until there is none left."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    received: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.received.append(message_from_bytes(envelope.content, policy=default))
        return answer

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.received]

    @property
    def links(self) -> list[str]:
        """What each mail says as text, which is its link."""
        texts = [mail.get_body(("plain",)) for mail in self.received]
        return [str(text.get_content()).strip() for text in texts if text is not None]

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.received]


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Run a mail server on loopback."""
    running = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(running, hostname="mail.test", loop=loop), "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()


def mailer_of(server: MailServer) -> Mailer:
    """Send by a mail server."""
    settings = SmtpSettings(
        host="127.0.0.1", port=server.port, security="none", sender_address="visits@fieldfare.example"
    )
    return SmtpMailer(settings)


def compose(letter: Letter) -> Mail:
    """Write the shortest letter that says what it is about, and shows its link."""
    assert letter.contact.email is not None
    return Mail(
        message_id=letter.id,
        to_name=letter.contact.name,
        to_address=letter.contact.email,
        from_name=letter.business_name,
        subject=letter.message.kind.value,
        text=letter.link,
        html=f"<p>{letter.link}</p>",
    )


def link(business: str, purpose: LinkPurpose, token: str) -> str:
    """Give the address of a link."""
    return f"https://fieldfare.example/{business}/{purpose.value}/{token}"


@dataclass(frozen=True, kw_only=True)
class Office:
    """A business with two technicians that works day and night, and the shortest way to its use cases."""

    storage: PostgresStorage
    acting: Acting
    database: Database

    async def run(self, plan: Plan[T]) -> T:
        """Carry a plan out, and give its answer itself."""
        kept: list[T] = []

        def keep(answer: T) -> bytes:
            kept.append(answer)
            return b"done"

        await self.acting.run(BUSINESS, plan, write=keep)
        return kept[-1]

    async def booked(self, *, hours: int = 24, contact: Contact = ROBIN, technician: str | None = None) -> Booking:
        """Book the start of an hour, so many hours ahead."""
        request = Request(place=PLACE, product="tune-up", technician=technician)
        who = Confirm(token=new_token(), contact=contact, actor=DESK)
        wanted = Book(request=request, start=ahead(hours), who=who, source="staff")

        async def plan(desk: Any) -> Any:
            return await book(desk, wanted)

        done: Confirmed = await self.run(plan)
        return done.booking

    async def moved(self, booking: Booking, *, hours: int) -> Booking:
        wanted = Reschedule(booking=booking.id, start=ahead(hours), actor=DESK)
        return await self.run(lambda desk: reschedule(desk, wanted))

    async def cancelled(self, booking: Booking, *, reason: str | None = None) -> Booking:
        return await self.run(lambda desk: cancel(desk, Cancel(booking=booking.id, actor=DESK, reason=reason)))

    async def messages(self, booking: Booking | None = None) -> list[Message]:
        """List messages in the order in which they were written."""
        async with self.storage.open(BUSINESS) as books:
            of = None if booking is None else booking.id
            found = await books.messages.page(statuses=None, booking=of, unsettled=False, before=None, limit=100)
        return sorted(found, key=lambda one: (one.created_at, one.sequence))

    async def trail(self, subject: str) -> list[KeptEntry]:
        """Give what the trail says about something, the oldest line first."""
        async with self.storage.open(BUSINESS) as books:
            return list(reversed(await books.audit.page(before=None, limit=100, subject=subject)))

    @asynccontextmanager
    async def queue(
        self, *, mailer: Mailer | None = None, compose: Compose = compose
    ) -> AsyncIterator[procrastinate.App]:
        """Open the queue with all its tasks."""
        queue = open_queue(self.database.application)
        register_tasks(
            queue,
            storage=self.storage,
            businesses=self.storage.businesses,
            acting=self.acting,
            mailer=mailer,
            compose=compose,
            link=link,
            deliverer=HttpDeliverer(trusted=LOOPBACK, allow_http=True),
        )
        async with queue.open_async():
            yield queue

    async def work_off(self, *, mailer: Mailer | None = None, compose: Compose = compose) -> None:
        """Work off whatever is due."""
        async with self.queue(mailer=mailer, compose=compose) as queue:
            await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")


def ahead(hours: int) -> int:
    """Give the start of an hour to come."""
    return (int(time.time()) // HOUR + hours) * HOUR


def on(database: Database, work: Callable[[Office], Awaitable[T]]) -> T:
    """Run some work in a new office."""

    async def opened() -> T:
        async with postgres_storage(database.application, connections=6) as storage:
            await _move_in(storage)
            businesses = BusinessesInMemory(storage=storage, read=read_business)
            acting = Acting(storage=storage, businesses=businesses, travel=travel_times, clock=lambda: int(time.time()))
            return await work(Office(storage=storage, acting=acting, database=database))

    return asyncio.run(opened())


async def _move_in(storage: PostgresStorage) -> None:
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    small = (
        world(day, time_zone="UTC")
        .policy(horizon_days=7, blocks=[_ALL_DAY])
        .technician("t1", name="Sam Roy")
        .technician("t2", name="Lee Chan")
    )
    configuration, _ = read_document(json.loads(small.text())["business"])
    wanted = Import(business=BUSINESS, configuration=configuration, commitments=None)
    await import_business(storage, wanted, actor=DESK, now=int(time.time()))


_ALL_DAY = {"id": "DAY", "start": "00:00", "end": "00:00", "step_minutes": 60}
