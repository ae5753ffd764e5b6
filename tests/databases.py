"""Real databases for tests: one embedded server for a whole run, or the one of DATABASE_URL, and a database for a test.

The migrations run once, into a template; each test that asks gets a clone. With DATABASE_URL, its role must be allowed
to make databases and roles.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL

from fieldfare.adapters import postgres
from fieldfare.adapters.postgres.addresses import for_libpq, read_address
from fieldfare.adapters.postgres.embedded import running_server
from fieldfare.adapters.postgres.migrating import migrate

OWNER = "fieldfare_test_owner"
APPLICATION = "fieldfare_test_app"
PASSWORD = "only for tests"
_LOCK = 7_461_873


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """One database, empty but for the schema: as its owner, as the application, and as the server's superuser."""

    owner: URL
    application: URL
    superuser: URL

    def environment(self) -> dict[str, str]:
        """Give the settings with which a process of its own finds this database."""
        return {
            "DATABASE_URL": self.application.render_as_string(hide_password=False),
            "DATABASE_OWNER_URL": self.owner.render_as_string(hide_password=False),
        }


@contextmanager
def server(folder: Path) -> Iterator[URL]:
    """Give the superuser's address of the server that all of this run's tests share."""
    with ExitStack() as stack:
        named = os.environ.get("DATABASE_URL")
        superuser = (
            read_address(named, setting="DATABASE_URL") if named else stack.enter_context(running_server(folder))
        )
        with psycopg.connect(for_libpq(superuser), autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            if not named:
                # Nothing here outlives the run.
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
            for role in (OWNER, APPLICATION):
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                    connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
        yield superuser
    if not named and not (folder / "postmaster.pid").exists():
        # The last worker has left, and the server has stopped.
        shutil.rmtree(folder, ignore_errors=True)


def template(superuser: URL) -> str:
    """Make the template of this version of the schema, unless another worker or run has made it."""
    name = f"fieldfare_test_template_{_version()}"
    with psycopg.connect(for_libpq(superuser), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            unfinished = f"{name}_unfinished"
            connection.execute(f'DROP DATABASE IF EXISTS "{unfinished}"')
            connection.execute(f'CREATE DATABASE "{unfinished}" OWNER {OWNER}')
            migrate(as_role(superuser, OWNER, unfinished), application_role=APPLICATION)
            connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _version() -> str:
    """Sum up all that a migrated database follows from."""
    folder = Path(postgres.__path__[0])
    texts = (path.read_bytes() for path in sorted(folder.rglob("*.py")))
    return hashlib.sha256(b"".join(texts)).hexdigest()[:16]


@contextmanager
def clone(superuser: URL, name: str | None) -> Iterator[Database]:
    """Make a database, a clone of a template or an empty one, and drop it afterwards."""
    database = f"fieldfare_test_{uuid.uuid4().hex}"
    with psycopg.connect(for_libpq(superuser), autocommit=True) as connection:
        of = f'TEMPLATE "{name}"' if name else ""
        connection.execute(f'CREATE DATABASE "{database}" OWNER {OWNER} {of}')
    try:
        yield Database(
            owner=as_role(superuser, OWNER, database),
            application=as_role(superuser, APPLICATION, database),
            superuser=superuser.set(database=database),
        )
    finally:
        with psycopg.connect(for_libpq(superuser), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def as_role(superuser: URL, role: str, database: str) -> URL:
    """Address a database as one of the two test roles."""
    return superuser.set(username=role, password=PASSWORD, database=database)
