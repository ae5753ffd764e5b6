"""The servers that the races of a module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.databases import Database, clone
from tests.reliability.racing import Track, track


@pytest.fixture(scope="module")
def shared_database(database_server: URL, database_template: str) -> Iterator[Database]:
    """A migrated database for all tests of a module, each of which has a business of its own there."""
    with clone(database_server, database_template) as cloned:
        yield cloned


@pytest.fixture(scope="module")
def two_servers(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Track]:
    """Two server processes on one database."""
    with track(shared_database, tmp_path_factory.mktemp("servers")) as running:
        yield running
