"""Bringing a database up to date: the steps of `migrations/`, and what the application's role may do after them."""

from __future__ import annotations

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

from fieldfare.adapters.postgres.security import grants_to

OLDEST_SERVER = 150_000
"""PostgreSQL 15, as `server_version_num` says it."""

_ONE_AT_A_TIME = 4_102_444_800


class ServerTooOldError(Exception):
    """The server is older than PostgreSQL 15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """From which step to which a database was brought; equal where there was nothing to do, None for an empty one."""

    before: str | None
    after: str


def migrate(owner: URL, *, application_role: str) -> Migrated:
    """Run the steps that are missing, and grant the application's role its rights, in one transaction.

    Whoever comes at the same time waits. Raises `ServerTooOldError`.
    """
    engine = create_engine(owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        number = connection.execute(text("SHOW server_version_num")).scalar_one()
        if int(number) < OLDEST_SERVER:
            raise ServerTooOldError("Fieldfare needs PostgreSQL 15 or later")
        before = step_of(connection)
        command.upgrade(config_of(connection), "head")
        quoted = connection.dialect.identifier_preparer.quote(application_role)
        for statement in grants_to(quoted):
            connection.execute(text(statement))
    return Migrated(before=before, after=newest_step())


def step_of(connection: Connection) -> str | None:
    """Tell the step that a database has reached; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_step() -> str:
    """Tell the last step that this version of Fieldfare has."""
    head = ScriptDirectory.from_config(config_of()).get_current_head()
    if head is None:
        raise RuntimeError("this installation of Fieldfare lacks its migrations")
    return head


def config_of(connection: Connection | None = None) -> Config:
    """Give what Alembic's commands want: where the steps are, and the connection to run them on."""
    config = Config()
    config.set_main_option("script_location", "fieldfare.adapters.postgres:migrations")
    config.attributes["connection"] = connection
    return config
