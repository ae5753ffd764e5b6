"""The tasks by name. A task's arguments are ids alone, and each acts for one business."""

from __future__ import annotations

import procrastinate

from fieldfare.entrypoints.worker.clock_tasks import Businesses, register_clock, register_rescue
from fieldfare.entrypoints.worker.crm_tasks import register_crm
from fieldfare.entrypoints.worker.outbox_tasks import Post, register_outbox
from fieldfare.ports.deliveries import Deliverer
from fieldfare.ports.mail import Mailer
from fieldfare.ports.storage import Storage
from fieldfare.usecases.bookings.acting import Acting
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.messages.letter import Compose, LinkTo


def register_tasks(
    queue: procrastinate.App,
    *,
    storage: Storage,
    businesses: Businesses,
    acting: Acting,
    mailer: Mailer | None,
    compose: Compose,
    link: LinkTo,
    deliverer: Deliverer,
    outward: Outward | None = None,
) -> None:
    """Teach a queue its tasks.

    `businesses` names all of them, one after the other. Without a `mailer` every message is left to the desk; `compose`
    writes a letter out, and `link` gives the address that a token of a business opens. Without `outward` no CRM is read
    and written.
    """
    post = Post(mailer=mailer, compose=compose, link=link)
    register_outbox(queue, storage=storage, acting=acting, post=post, deliverer=deliverer)
    register_clock(queue, storage=storage, businesses=businesses, acting=acting)
    if outward is not None:
        register_crm(queue, outward=outward, businesses=businesses)
    register_rescue(queue)
