"""How hypothesis searches, and where tests find a database.

Hypothesis tries the same examples on every run, or makes a search of its own with FIELDFARE_SEARCH=<examples>.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL

from tests import databases
from tests.databases import Database

SEARCH = int(os.environ.get("FIELDFARE_SEARCH", "0"))

settings.register_profile(
    "same",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search",
    deadline=None,
    max_examples=max(SEARCH, 1),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("search" if SEARCH else "same")


@pytest.fixture(scope="session")
def database_server() -> Iterator[URL]:
    """The superuser's address of the server that all tests of a run share."""
    # Not in pytest's own folder: a second run as root would take it from the user as whom the server runs.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with databases.server(Path(tempfile.gettempdir()) / f"fieldfare-tests-{run}") as superuser:
        yield superuser


@pytest.fixture(scope="session")
def database_template(database_server: URL) -> str:
    """The name of a migrated database that nobody writes to."""
    return databases.template(database_server)


@pytest.fixture
def database(database_server: URL, database_template: str) -> Iterator[Database]:
    """A migrated database of the test's own."""
    with databases.clone(database_server, database_template) as cloned:
        yield cloned


@pytest.fixture
def empty_database(database_server: URL) -> Iterator[Database]:
    """A database of the test's own in which no migration has run."""
    with databases.clone(database_server, None) as made:
        yield made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a database: `make check` leaves them to `make test`."""
    for item in items:
        if "database_server" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
