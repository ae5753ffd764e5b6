"""What the worker needs to work the outbox off: the mail server, who calls webhooks, and where links lead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    import procrastinate

    from fieldfare.adapters.postgres.embedded import Addresses
    from fieldfare.adapters.postgres.storage import PostgresStorage
    from fieldfare.ports.bookings import LinkPurpose
    from fieldfare.ports.deliveries import Deliverer
    from fieldfare.ports.mail import Mailer
    from fieldfare.settings import Settings


@asynccontextmanager
async def open_outbox(
    settings: Settings, addresses: Addresses, storage: PostgresStorage
) -> AsyncIterator[procrastinate.App]:
    """Open the queue with all its tasks; raises `CommandError` for settings that can't be."""
    import time

    import httpx2

    from fieldfare.adapters.postgres.queue import open_queue
    from fieldfare.entrypoints.mail.writing import writer
    from fieldfare.entrypoints.worker.tasks import register_tasks
    from fieldfare.usecases.availability.in_memory import BusinessesInMemory
    from fieldfare.usecases.bookings.acting import Acting
    from fieldfare.wiring.engine import read_business, travel_times
    from fieldfare.wiring.geocoding import geocoders_of
    from fieldfare.wiring.integrations import crms_of, open_reports, outward_of

    queue = open_queue(addresses.application)
    businesses = BusinessesInMemory(storage=storage, read=read_business)
    acting = Acting(storage=storage, businesses=businesses, travel=travel_times, clock=lambda: int(time.time()))
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx2.AsyncClient(follow_redirects=False))
        reports = await stack.enter_async_context(open_reports(settings))
        crms = crms_of(settings, storage, client, reports=reports)
        stack.push_async_callback(crms.close)
        register_tasks(
            queue,
            storage=storage,
            businesses=storage.businesses,
            acting=acting,
            mailer=_mailer(settings),
            compose=writer(sender=settings.mail_from),
            link=links_of(settings),
            deliverer=_deliverer(settings),
            outward=outward_of(
                settings,
                storage,
                geocoders=geocoders_of(settings, client),
                businesses=businesses,
                acting=acting,
                crms=crms,
                reports=reports,
            ),
        )
        await stack.enter_async_context(queue.open_async())
        yield queue


def _mailer(settings: Settings) -> Mailer | None:
    from fieldfare.adapters.notifiers.smtp import SmtpMailer, SmtpSettings

    if not settings.smtp_host:
        return None
    password = settings.smtp_password
    try:
        return SmtpMailer(
            SmtpSettings(
                host=settings.smtp_host,
                port=settings.smtp_port,
                security=settings.smtp_security,
                username=settings.smtp_username or None,
                password=None if password is None else password.get_secret_value(),
                sender_address=settings.mail_from,
            )
        )
    except ValueError:
        raise CommandError("FIELDFARE_MAIL_FROM is no email address") from None


def _deliverer(settings: Settings) -> Deliverer:
    from ipaddress import ip_network

    from fieldfare.adapters.webhooks.delivering import HttpDeliverer

    try:
        trusted = [ip_network(network) for network in settings.webhook_networks]
    except ValueError as error:
        raise CommandError(f"FIELDFARE_WEBHOOK_NETWORKS: {error}") from None
    return HttpDeliverer(trusted=trusted, allow_http=settings.webhook_http)


def links_of(settings: Settings) -> Callable[[str, LinkPurpose, str], str]:
    """Give the address that a link opens: below the public one, or where the server of this machine listens."""
    from fieldfare.ports.bookings import LinkPurpose

    root = settings.public_url or f"http://{settings.host}:{settings.port}"
    rooms = {LinkPurpose.HOLD: "held", LinkPurpose.MANAGE: "visits", LinkPurpose.WAITING: "waiting"}

    def link(business: str, purpose: LinkPurpose, token: str) -> str:
        return f"{root}/book/{business}/{rooms[purpose]}/{token}"

    return link
