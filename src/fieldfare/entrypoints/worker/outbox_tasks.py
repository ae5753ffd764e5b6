"""The tasks of the outbox: what follows from a change, once it is committed.

Each may run twice, because a worker was killed when it was all but done; none does anything twice by that.
"""

from __future__ import annotations

from dataclasses import dataclass

import procrastinate

from fieldfare.domain.bookings import Booking
from fieldfare.entrypoints.worker.backoff import Backoff
from fieldfare.ports.deliveries import Deliverer
from fieldfare.ports.mail import Mailer
from fieldfare.ports.storage import Storage
from fieldfare.usecases.bookings.acting import Act, Acting, Desk, Plan
from fieldfare.usecases.messages.letter import Compose, LinkTo
from fieldfare.usecases.messages.send import send_message
from fieldfare.usecases.reactions import DELIVER, END_HOLD, OFFER_FREED, SEND_MESSAGE
from fieldfare.usecases.waitlist.offer import end_offer, offer_freed
from fieldfare.usecases.webhooks.deliver import deliver

MOST_OFFERS = 10
"""So many who wait are offered a place in one day that became free."""
PATIENT = Backoff(most=50)
"""For some two days; what mails and webhooks answer is counted and ended by the messages and deliveries themselves."""
BRIEF = Backoff(most=5)
"""For some minutes: nobody else of the business is offered anything until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How mails are written and sent; no mailer: every message is left to the desk."""

    mailer: Mailer | None
    compose: Compose
    link: LinkTo


def register_outbox(
    queue: procrastinate.App, *, storage: Storage, acting: Acting, post: Post, deliverer: Deliverer
) -> None:
    """Teach a queue the tasks that `usecases.reactions` writes down."""

    @queue.task(name=SEND_MESSAGE, retry=PATIENT)
    async def send(business: str, message: str) -> None:
        await send_message(storage, business, message, mailer=post.mailer, compose=post.compose, link=post.link)

    @queue.task(name=DELIVER, retry=PATIENT)
    async def tell(business: str, delivery: str) -> None:
        await deliver(storage, business, delivery, deliverer=deliverer)

    @queue.task(name=OFFER_FREED, retry=BRIEF)
    async def offer(business: str, technician: str, start: str) -> None:
        for _ in range(MOST_OFFERS):
            if not await acting.run(business, _offering(technician, int(start)), write=_id_of):
                break

    @queue.task(name=END_HOLD, retry=PATIENT)
    async def end(business: str, booking: str) -> None:
        await acting.run(business, _ending(booking), write=_id_of)


def _offering(technician: str, start: int) -> Plan[Booking | None]:
    async def plan(desk: Desk) -> Act[Booking | None]:
        return await offer_freed(desk, technician, start)

    return plan


def _ending(booking: str) -> Plan[Booking | None]:
    async def plan(desk: Desk) -> Act[Booking | None]:
        return await end_offer(desk, booking)

    return plan


def _id_of(booking: Booking | None) -> bytes:
    return b"" if booking is None else booking.id.encode()
