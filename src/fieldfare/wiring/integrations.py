"""The way out of the house: CRMs, and whoever is told of what goes wrong with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    import httpx2

    from fieldfare.adapters.crms.ghl.build import GhlSettings
    from fieldfare.adapters.crms.ghl.signatures import WebhookKeys
    from fieldfare.adapters.error_sinks.queue import ReportQueue
    from fieldfare.adapters.postgres.storage import PostgresStorage
    from fieldfare.adapters.sealing import Sealer
    from fieldfare.ports.error_sinks import ErrorReports, ErrorSink
    from fieldfare.ports.geocoder import Geocoders
    from fieldfare.settings import Settings
    from fieldfare.usecases.availability.in_memory import BusinessesInMemory
    from fieldfare.usecases.bookings.acting import Acting
    from fieldfare.usecases.integrations.crms import Crms
    from fieldfare.usecases.integrations.granting import Granting
    from fieldfare.usecases.integrations.outward import Outward


def sealer_of(settings: Settings) -> Sealer | None:
    """Give what seals credentials: by the key that is set, or with the embedded database by one in a file beside it.

    Raises `CommandError` for a key that is none.
    """
    from fieldfare.adapters.sealing import BadSecretKeyError, Sealer, secret_key_from, secret_key_in

    try:
        before = [secret_key_from(key.get_secret_value()) for key in settings.secret_keys_before]
        if settings.secret_key is not None:
            return Sealer(secret_key_from(settings.secret_key.get_secret_value()), before=before)
    except BadSecretKeyError as error:
        raise CommandError(f"FIELDFARE_SECRET_KEY: {error}") from None
    if settings.database_url is not None:
        return None
    try:
        return Sealer(secret_key_in(settings.data), before=before)
    except OSError as error:
        raise CommandError(
            f"can't keep a secret key in {settings.data}: {error.strerror}; "
            "set FIELDFARE_DATA to a folder that can be written to, or FIELDFARE_SECRET_KEY"
        ) from None


@asynccontextmanager
async def open_reports(settings: Settings) -> AsyncIterator[ReportQueue]:
    """Open the queue of reports, which is emptied for a moment at the end; raises `CommandError`."""
    from fieldfare.adapters.error_sinks.queue import ReportQueue

    async with ReportQueue(_sinks(settings)) as queue:
        yield queue


def _sinks(settings: Settings) -> list[ErrorSink]:
    from fieldfare.adapters.error_sinks.log import LogSink
    from fieldfare.adapters.error_sinks.sentry import SentrySink
    from fieldfare.adapters.error_sinks.supabase import SupabaseSink

    sinks: list[ErrorSink] = []
    for name in settings.error_sinks:
        try:
            match name:
                case "log":
                    sinks.append(LogSink())
                case "supabase" if settings.supabase_key is not None:
                    key = settings.supabase_key.get_secret_value()
                    sinks.append(SupabaseSink(url=settings.supabase_url, key=key, table=settings.supabase_table))
                case "sentry" if settings.sentry_dsn is not None:
                    sinks.append(SentrySink(dsn=settings.sentry_dsn.get_secret_value()))
        except ValueError as error:
            raise CommandError(f"FIELDFARE_ERROR_SINKS, {name}: {error}") from None
    return sinks


def crms_of(settings: Settings, storage: PostgresStorage, client: httpx2.AsyncClient, *, reports: ErrorReports) -> Crms:
    """Build what opens CRMs."""
    import time

    from fieldfare.adapters.crms.ghl.build import build_crm, refresher
    from fieldfare.usecases.integrations.crms import Crms

    ghl = _ghl(settings)
    return Crms(
        storage=storage,
        build=build_crm(ghl, client=client),
        refresh=refresher(ghl, client=client),
        reports=reports,
        clock=lambda: int(time.time()),
    )


def granting_of(settings: Settings, client: httpx2.AsyncClient) -> Granting | None:
    """Build what lets our app into accounts; None where this installation has none."""
    from fieldfare.adapters.crms.ghl.granting import GhlGranting

    app = _ghl(settings).app
    return None if app is None else GhlGranting(app, client=client)


def webhook_keys_of(settings: Settings) -> WebhookKeys:
    """Read the keys that webhooks are signed with; raises `CommandError`."""
    from fieldfare.adapters.crms.ghl.signatures import WebhookKeyError, load_keys

    try:
        return load_keys(settings.ghl_webhook_keys)
    except WebhookKeyError as error:
        raise CommandError(f"FIELDFARE_GHL_WEBHOOK_KEYS: {error}") from None
    except OSError as error:
        raise CommandError(f"FIELDFARE_GHL_WEBHOOK_KEYS: {error.filename}: {error.strerror}") from None


def _ghl(settings: Settings) -> GhlSettings:
    from fieldfare.adapters.crms.ghl.build import GhlSettings

    return GhlSettings(
        url=settings.ghl_url,
        authorise_url=settings.ghl_authorise_url,
        client_id=settings.ghl_client_id,
        client_secret=settings.ghl_client_secret,
    )


def outward_of(
    settings: Settings,
    storage: PostgresStorage,
    *,
    geocoders: Geocoders,
    businesses: BusinessesInMemory,
    acting: Acting,
    crms: Crms,
    reports: ErrorReports,
) -> Outward:
    """Put the way out together."""
    import time

    from fieldfare.usecases.integrations.outward import Outward
    from fieldfare.wiring.geocoding import locator
    from fieldfare.wiring.outbox import links_of

    return Outward(
        storage=storage,
        crms=crms,
        businesses=businesses,
        acting=acting,
        locate=locator(settings, storage, geocoders=geocoders, businesses=businesses),
        link=links_of(settings),
        reports=reports,
        clock=lambda: int(time.time()),
    )
