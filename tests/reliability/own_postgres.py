"""A PostgreSQL that a test may kill: started by a process of its own each time, stopped with the last."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from fieldfare.adapters.postgres import embedded
from fieldfare.adapters.postgres.migrating import migrate
from tests.databases import Database


@contextmanager
def started(folder: Path) -> Iterator[URL | None]:
    """Start or join the server of a folder; None if it does not start, as when the killed one's processes still end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.own_postgres", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        yield make_url(address) if address else None
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def migrated(superuser: URL) -> Database:
    """Make a database on such a server, which keeps what it has acknowledged."""
    made = embedded.prepare(superuser, database=embedded.DATABASE)
    migrate(made.owner, application_role=embedded.APPLICATION)
    return Database(owner=made.owner, application=made.application, superuser=superuser.set(database=embedded.DATABASE))


def main() -> None:
    """Keep the server until nobody wants it any more."""
    with embedded.running_server(Path(sys.argv[1])) as superuser:
        print(superuser.render_as_string(hide_password=False), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
