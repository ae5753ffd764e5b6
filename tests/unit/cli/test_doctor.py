"""`fieldfare doctor` names what is wrong with an installation, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.databases import Database
from tests.servers import environment, fieldfare, serving

pytestmark = pytest.mark.slow

NAMES = ["configuration", "time zones", "travel model", "database", "role", "migrations", "worker"]


def findings(env: Mapping[str, str]) -> tuple[int, dict[str, tuple[str, str, str]]]:
    """Ask the doctor: its status, and by name how it is, what was found, and what to do."""
    done = fieldfare("doctor", env=env)
    assert done.stderr == ""
    lines = re.findall(r"^(ok |BAD)  ([a-z ]+): (.*)(?:\n     (.*))?", done.stdout, re.MULTILINE)
    return done.returncode, {name: (how.strip(), found, cure) for how, name, found, cure in lines}


def test_all_is_well_beside_a_server_with_a_worker(database: Database, tmp_path: Path) -> None:
    env = environment(database)
    with serving(env, "--with-worker", log=tmp_path / "log") as server, server.client() as client:
        while client.get("/readyz").status_code != 200:
            pass
        status, found = findings(env)

    assert status == 0
    assert list(found) == NAMES
    assert {how for how, _, _ in found.values()} == {"ok"}
    assert {cure for _, _, cure in found.values()} == {""}
    assert found["role"][1].endswith("held by row-level security")


def test_without_a_worker_it_says_which_command_to_run(database: Database) -> None:
    status, found = findings(environment(database))

    assert status == 1
    assert found["worker"] == ("BAD", "none is at work", "Run: fieldfare work, or serve --with-worker")
    assert [name for name, (how, _, _) in found.items() if how == "BAD"] == ["worker"]


def test_an_empty_database_wants_its_migrations(empty_database: Database) -> None:
    status, found = findings(environment(empty_database))

    assert status == 1
    assert found["migrations"][0] == "BAD"
    assert found["migrations"][2] == "Run: fieldfare migrate"
    assert found["database"][0] == "ok"


@pytest.mark.parametrize("role", ["owner", "superuser"])
def test_an_unsafe_role_is_named(database: Database, role: str) -> None:
    address = {"owner": database.owner, "superuser": database.superuser}[role]

    status, found = findings(environment(database, DATABASE_URL=address.render_as_string(hide_password=False)))

    assert status == 1
    assert found["role"][0] == "BAD"
    assert found["role"][2] == "Name a role of the application's own in DATABASE_URL."


@pytest.mark.parametrize(
    "address", ["postgresql://app:hidden@127.0.0.1:1/none", "mysql://app:hidden@127.0.0.1/none"], ids=["away", "other"]
)
def test_a_database_that_is_not_there(address: str) -> None:
    status, found = findings(environment(None, DATABASE_URL=address))

    assert status == 1
    assert found["database"][0] == "BAD"
    assert "DATABASE_URL" in found["database"][2]
    assert "hidden" not in str(found)


def test_an_address_without_https_is_told(database: Database) -> None:
    status, found = findings(environment(database, FIELDFARE_PUBLIC_URL="http://book.example.com"))

    assert status == 1
    assert found["configuration"][0] == "BAD"
    assert "https" in found["configuration"][2]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_needs_no_https(database: Database, url: str) -> None:
    _, found = findings(environment(database, FIELDFARE_PUBLIC_URL=url))

    assert found["configuration"][0] == "ok"


def test_wrong_settings_end_it_at_once() -> None:
    status, found = findings(environment(None, FIELDFARE_PORT="eighty"))

    assert status == 1
    assert list(found) == ["configuration"]
    assert found["configuration"][1].startswith("FIELDFARE_PORT: ")
    assert found["configuration"][2] == "See docs/settings.md."


def test_an_embedded_database_is_looked_at_too(tmp_path: Path) -> None:
    status, found = findings(environment(None, FIELDFARE_DATA=str(tmp_path)))

    assert status == 1
    assert found["configuration"][1].startswith(f"database embedded in {tmp_path / 'postgres'}")
    assert [name for name, (how, _, _) in found.items() if how == "BAD"] == ["worker"]
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
