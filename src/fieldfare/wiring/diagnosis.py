"""What `fieldfare doctor` looks at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fieldfare.entrypoints.cli.doctor import Finding
from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    from fieldfare.adapters.postgres.condition import Condition
    from fieldfare.adapters.postgres.queue import QueueCondition
    from fieldfare.settings import Settings

LONG_WAIT_SECONDS = 60

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def diagnose() -> Iterator[Finding]:
    """Look at configuration, time zones, travel model, database, role, schema and worker, in this order."""
    from fieldfare.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        yield Finding(name="configuration", well=False, found=str(error), cure="See docs/settings.md.")
        return
    yield _configuration(settings)
    yield _time_zones()
    yield _travel()
    yield from _database(settings)


def _configuration(settings: Settings) -> Finding:
    where = "DATABASE_URL" if settings.database_url else f"embedded in {settings.data / 'postgres'}"
    found = f"database {where}, geocoders {', '.join(settings.geocoders)}, address {settings.public_url or 'not set'}"
    url = urlsplit(settings.public_url)
    insecure = url.scheme == "http" and url.hostname not in _THIS_MACHINE
    return Finding(
        name="configuration",
        well=not insecure,
        found=found,
        cure="FIELDFARE_PUBLIC_URL begins with http://: sign-in would travel in the clear; use https"
        if insecure
        else "",
    )


def _time_zones() -> Finding:
    from importlib.metadata import version

    from fieldfare.domain.clock import clock_of

    clock_of("America/St_Johns")
    return Finding(name="time zones", well=True, found=f"tzdata {version('tzdata')}")


def _travel() -> Finding:
    import asyncio

    import numpy as np

    from fieldfare.domain.travel import CrowFlies
    from fieldfare.ports.travel import DriveRequest
    from fieldfare.wiring.engine import travel_times

    model = travel_times(CrowFlies())
    pair = np.array([[43.4675, -79.6877], [43.3255, -79.799]])
    row = np.array([0])
    request = DriveRequest(points=pair, target=1, origins=row, destinations=row, pairs=np.array([[0, 1]]))
    minutes = int(asyncio.run(model.drives(request)).between[0]) // 60
    return Finding(
        name="travel model", well=minutes > 0, found=f"{model.source}: Oakville to Burlington in {minutes} min"
    )


def _database(settings: Settings) -> Iterator[Finding]:
    import asyncio

    try:
        condition, queue = asyncio.run(_look(settings))
    except CommandError as error:
        yield Finding(
            name="database",
            well=False,
            found=str(error),
            cure="Start the server, or set DATABASE_URL; without it an embedded one is used.",
        )
        return
    yield Finding(name="database", well=True, found=f"PostgreSQL {condition.version}")
    danger = " and ".join(condition.dangers)
    yield Finding(
        name="role",
        well=not condition.dangers,
        found=f"{condition.role} {danger}" if danger else f"{condition.role}, held by row-level security",
        cure="Name a role of the application's own in DATABASE_URL." if danger else "",
    )
    current = condition.step == condition.newest
    yield Finding(
        name="migrations",
        well=current,
        found=f"step {condition.step}" if current else f"step {condition.step} of {condition.newest}",
        cure="" if current else "Run: fieldfare migrate",
    )
    if queue is not None:
        yield _worker(queue)


def _worker(queue: QueueCondition) -> Finding:
    if not queue.alive:
        return Finding(
            name="worker", well=False, found="none is at work", cure="Run: fieldfare work, or serve --with-worker"
        )
    late = queue.waiting_seconds > LONG_WAIT_SECONDS
    return Finding(
        name="worker",
        well=not late,
        found=f"at work, the oldest task that is due has waited {queue.waiting_seconds:.0f} s",
        cure="Start a second worker, or look at the log of the first." if late else "",
    )


async def _look(settings: Settings) -> tuple[Condition, QueueCondition | None]:
    from fieldfare.adapters.postgres.condition import condition_of
    from fieldfare.adapters.postgres.queue import queue_condition
    from fieldfare.adapters.postgres.storage import postgres_storage
    from fieldfare.wiring.database import database, spoken

    async with AsyncExitStack() as stack:
        stack.enter_context(spoken())
        addresses = stack.enter_context(database(settings))
        storage = await stack.enter_async_context(postgres_storage(addresses.application, connections=1))
        async with storage.transaction() as connection:
            condition = await condition_of(connection)
        if condition.step != condition.newest:
            return condition, None
        async with storage.transaction() as connection:
            return condition, await queue_condition(connection)
