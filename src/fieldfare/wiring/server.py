"""The server and the worker: every room of the house put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from fieldfare.entrypoints.cli.failures import CommandError
from fieldfare.wiring.database import database, fit_storage, spoken
from fieldfare.wiring.outbox import open_outbox

if TYPE_CHECKING:
    from fastapi import FastAPI

    from fieldfare.adapters.postgres.embedded import Addresses
    from fieldfare.adapters.postgres.storage import PostgresStorage
    from fieldfare.domain.business import Business
    from fieldfare.entrypoints.api.health import Check
    from fieldfare.entrypoints.api.rooms import Rooms
    from fieldfare.ports.error_sinks import ErrorReports
    from fieldfare.ports.geocode_cache import GeocodeCache
    from fieldfare.ports.geocoder import Bias
    from fieldfare.settings import Settings


def serve(*, host: str | None, port: int | None, with_worker: bool) -> None:
    """Serve until a signal ends it; raises `CommandError`."""
    from fieldfare.entrypoints.logs import configure_logs
    from fieldfare.entrypoints.serving import bind
    from fieldfare.settings import read_settings

    with spoken(), _stopping_cleanly():
        settings = read_settings()
        host = settings.host if host is None else host
        port = settings.port if port is None else port
        configure_logs(level=settings.log_level.upper())
        try:
            listener = bind(host, port)
        except OSError as error:
            raise CommandError(
                f"can't listen on {host}, port {port}: {error.strerror}; choose another by FIELDFARE_PORT"
            ) from error
        with listener, database(settings) as addresses:
            _run(_serving(settings, addresses, listener, with_worker=with_worker))


def work() -> None:
    """Work off tasks until a signal ends it; raises `CommandError`."""
    from fieldfare.entrypoints.logs import configure_logs
    from fieldfare.settings import read_settings

    with spoken(), _stopping_cleanly():
        settings = read_settings()
        configure_logs(level=settings.log_level.upper())
        with database(settings) as addresses:
            _run(_working_alone(settings, addresses))


@contextmanager
def _stopping_cleanly() -> Iterator[None]:
    """Let a process that is asked to stop while it starts or ends leave as it should, and stop the database."""
    import signal

    from fieldfare.adapters.postgres.leaving import leaving_by_exception

    with leaving_by_exception():
        try:
            yield
        except KeyboardInterrupt:
            raise SystemExit(128 + signal.SIGINT) from None


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run on the fast event loop, where there is one."""
    import asyncio
    import sys

    if sys.platform == "win32":
        loop_factory = asyncio.new_event_loop
    else:
        import uvloop

        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(work)


async def _serving(settings: Settings, addresses: Addresses, listener: Any, *, with_worker: bool) -> None:
    from fieldfare.entrypoints.serving import serve as run_server
    from fieldfare.entrypoints.worker.running import work_off

    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(fit_storage(settings, addresses, connections=settings.connections))
        app = await stack.enter_async_context(house(settings, storage))
        worker = None
        if with_worker:
            queue = await stack.enter_async_context(open_outbox(settings, addresses, storage))
            worker = work_off(queue)
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        await run_server(
            app,
            listener=listener,
            ready=lambda: print(f"Fieldfare listens on http://{shown}:{port}", flush=True),  # noqa: T201
            beside=worker,
            stopping=app.state.stop_watching,
        )


async def _working_alone(settings: Settings, addresses: Addresses) -> None:
    from fieldfare.entrypoints.serving import until_stopped
    from fieldfare.entrypoints.worker.running import work_off

    async with (
        fit_storage(settings, addresses, connections=settings.connections) as storage,
        open_outbox(settings, addresses, storage) as queue,
    ):
        await until_stopped(work_off(queue))


@asynccontextmanager
async def house(settings: Settings, storage: PostgresStorage) -> AsyncIterator[FastAPI]:
    """Put the API together around a database; raises `CommandError` for settings that contradict each other."""
    import httpx2

    from fieldfare.adapters.error_sinks.figures import ReportFigures
    from fieldfare.entrypoints.api.app import Manners, build_app
    from fieldfare.entrypoints.api.limits import Limits, Rates
    from fieldfare.entrypoints.api.metrics import Metrics
    from fieldfare.entrypoints.api.routes import all_routers, guarded_paths
    from fieldfare.entrypoints.desk.routes import desk_routes
    from fieldfare.entrypoints.desk.sessions import SIGN_IN_PATH
    from fieldfare.entrypoints.web.live import Watchers
    from fieldfare.entrypoints.web.routes import web_routes
    from fieldfare.wiring.integrations import open_reports

    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx2.AsyncClient(follow_redirects=False))
        reports = await stack.enter_async_context(open_reports(settings))
        rooms = _rooms(settings, storage, client=client, reports=reports)
        stack.push_async_callback(rooms.answers.close)
        await stack.enter_async_context(rooms.counting)
        if rooms.outward is not None:
            stack.push_async_callback(rooms.outward.crms.close)
        if rooms.keep_fresh is not None:
            await stack.enter_async_context(rooms.keep_fresh)
        provider = None
        if settings.traces_url:
            provider = _tracing(settings.traces_url)
            stack.callback(provider.shutdown)
        metrics = Metrics() if settings.metrics else None
        if metrics is not None:
            metrics.registry.register(ReportFigures(reports))
            metrics.registry.register(rooms.inbound.counter)
        watchers = Watchers()
        app = build_app(
            state=rooms,
            routers=all_routers(),
            checks=_checks(storage),
            limits=Limits(
                Rates(
                    address=settings.rate_address,
                    key=settings.rate_key,
                    business=settings.rate_business,
                    sign_in=settings.rate_sign_in,
                    wrong_key=settings.rate_wrong_key,
                    geocode=settings.rate_geocode,
                )
            ),
            manners=Manners(
                public_url=settings.public_url or None,
                trusted_proxies=settings.trusted_proxies,
                guarded_paths=guarded_paths() | {SIGN_IN_PATH},
            ),
            metrics=metrics,
            tracer_provider=provider,
            mounts=[*web_routes(watchers), *desk_routes(watchers)],
        )
        app.state.stop_watching = watchers.stop
        yield app


def _tracing(url: str) -> Any:
    from fieldfare.entrypoints.telemetry import TelemetryMissingError, tracing

    try:
        return tracing(endpoint=url)
    except TelemetryMissingError as error:
        raise CommandError(str(error)) from None


def _rooms(settings: Settings, storage: PostgresStorage, *, client: Any, reports: ErrorReports) -> Rooms:
    import time

    from fieldfare.adapters.passwords import Argon2Passwords
    from fieldfare.adapters.postgres.geocode_cache import PostgresGeocodeCache
    from fieldfare.adapters.postgres.integrations import PostgresAccounts
    from fieldfare.adapters.postgres.people import PostgresLookUps
    from fieldfare.entrypoints.api.answers import Answers
    from fieldfare.entrypoints.api.rooms import Ground, Rooms
    from fieldfare.entrypoints.api.security import PeopleRoom
    from fieldfare.entrypoints.scenario.business import read_business as read_document
    from fieldfare.usecases.availability.in_memory import BusinessesInMemory
    from fieldfare.usecases.bookings.acting import Acting
    from fieldfare.usecases.integrations.keep_fresh import KeepFresh
    from fieldfare.usecases.reports.counting import Counting
    from fieldfare.wiring.engine import read_business, travel_times
    from fieldfare.wiring.geocoding import bias_of, geocoders_of
    from fieldfare.wiring.integrations import crms_of, granting_of, outward_of, webhook_keys_of

    geocoders = geocoders_of(settings, client)

    def geocode_cache(business: str) -> GeocodeCache:
        return PostgresGeocodeCache(storage, business)

    def bias(business: Business) -> Bias:
        return bias_of(business, settings.geocoder_countries)

    def clock() -> int:
        return int(time.time())

    businesses = BusinessesInMemory(storage=storage, read=read_business)
    acting = Acting(storage=storage, businesses=businesses, travel=travel_times, clock=clock)
    outward = outward_of(
        settings,
        storage,
        geocoders=geocoders,
        businesses=businesses,
        acting=acting,
        crms=crms_of(settings, storage, client, reports=reports),
        reports=reports,
    )
    keep_fresh = KeepFresh(outward)
    acting.read_again = keep_fresh.read_again
    return Rooms(
        clock=clock,
        storage=storage,
        people=PeopleRoom(
            storage=storage,
            look_ups=PostgresLookUps(storage.at_once),
            passwords=Argon2Passwords(),
            secure=settings.public_url.startswith("https://"),
        ),
        read_document=read_document,
        read_business=read_business,
        businesses=businesses,
        answers=Answers(),
        geocoders=geocoders,
        geocode_cache=geocode_cache,
        bias=bias,
        travel=travel_times,
        acting=acting,
        outward=outward,
        keep_fresh=keep_fresh,
        accounts=PostgresAccounts(storage.at_once),
        granting=granting_of(settings, client),
        ghl_keys=webhook_keys_of(settings),
        counting=Counting(storage),
        public_url=settings.public_url,
        mail_from=settings.mail_from,
        webhook_http=settings.webhook_http,
        ground=Ground(tiles=settings.map_tiles, attribution=settings.map_attribution, file=settings.map_pmtiles),
    )


def _checks(storage: PostgresStorage) -> dict[str, Check]:
    from fieldfare.adapters.postgres.condition import condition_of
    from fieldfare.adapters.postgres.queue import queue_condition
    from fieldfare.entrypoints.api.health import NotReadyError
    from fieldfare.ports.storage import StorageUnavailableError

    async def database_answers() -> str:
        try:
            async with storage.transaction() as connection:
                condition = await condition_of(connection)
        except StorageUnavailableError:
            raise NotReadyError("does not answer") from None
        return f"PostgreSQL {condition.version}"

    async def migrations_done() -> str:
        async with storage.transaction() as connection:
            condition = await condition_of(connection)
        if condition.step != condition.newest:
            raise NotReadyError(f"at step {condition.step}, this version needs {condition.newest}")
        return f"at step {condition.step}"

    async def worker_alive() -> str:
        async with storage.transaction() as connection:
            queue = await queue_condition(connection)
        if not queue.alive or queue.silent_seconds is None:
            raise NotReadyError("no worker is at work")
        return f"seen {queue.silent_seconds:.0f} s ago"

    return {"database": database_answers, "migrations": migrations_done, "worker": worker_alive}
