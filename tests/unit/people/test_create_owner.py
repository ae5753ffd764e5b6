"""`fieldfare business create-owner`: the way in."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.permissions import Role
from tests.databases import Database
from tests.unit.people.owner_command import build
from tests.unit.people.people import PASSWORD, A, People, with_people

NOW = int(time.time())
ROOT = Path(__file__).parents[3]


def create(database: Database, *words: str, given: str = f"{PASSWORD}\n") -> tuple[int, str, str]:
    said = CliRunner().invoke(build(database.application), ["business", "create-owner", *words], input=given)
    assert said.exception is None or isinstance(said.exception, SystemExit), said.exception
    return said.exit_code, said.stdout, said.stderr


async def nothing(people: People) -> None:
    """Leave the two businesses as they are."""


@pytest.fixture
def businesses(database: Database) -> Database:
    """A database with the businesses north and south."""
    with_people(database, nothing, now=NOW)
    return database


@pytest.mark.parametrize("flags", [(), ("--password-stdin",)])
def test_an_owner_is_made_who_can_sign_in(businesses: Database, flags: tuple[str, ...]) -> None:
    status, said, _ = create(
        businesses, A, "--email", "Kim@example.com", "--name", "Kim", *flags, given=f"{PASSWORD}\r\nmore\n"
    )

    assert status == 0
    assert said.startswith(f"kim@example.com is an owner of {A} now")
    assert PASSWORD not in said

    async def work(people: People) -> None:
        begun = await people.sign_in("kim@example.com")
        assert (await people.session(begun.token)).role is Role.OWNER
        async with people.storage.open(A) as books:
            line = (await books.audit.page(before=None, limit=5))[-1]
        assert (line.entry.action, line.entry.actor.kind) == ("create", ActorKind.COMMAND_LINE)

    with_people(businesses, work, now=NOW, again=True)


def test_there_may_be_further_owners_but_no_email_twice(businesses: Database) -> None:
    assert create(businesses, A, "--email", "kim@example.com")[0] == 0
    assert create(businesses, A, "--email", "lee@example.com")[0] == 0

    status, said, why = create(businesses, A, "--email", "KIM@example.com")

    assert (status, said, why) == (2, "", "an account of north has this email already\n")


@pytest.mark.parametrize(
    ("words", "given", "why"),
    [
        (("nowhere", "--email", "kim@example.com"), PASSWORD, "there is no business 'nowhere'"),
        ((A, "--email", "kim"), PASSWORD, "this is no email"),
        ((A, "--email", "kim@example.com\r\n"), PASSWORD, "this is no email"),
        ((A, "--email", "kim@example.com", "--name", "x" * 201), PASSWORD, "a name has at most 200 characters"),
        ((A, "--email", "kim@example.com"), "short", "a password has at least 12 characters"),
        ((A, "--email", "kim@example.com"), "kim@example.com", "this password is among the first"),
        ((A, "--email", "kim@example.com"), "x" * 201, "a password has at most 200 characters"),
        ((A, "--email", "kim@example.com"), "correct\0horse battery", "a password has at most 200 characters, and no"),
        ((A, "--email", "kim@example.com"), "", "the first line of standard input is empty"),
        ((A, "--email", "kim@example.com"), f"\n{PASSWORD}", "the first line of standard input is empty"),
    ],
)
def test_what_makes_no_owner_is_said_in_a_sentence(
    businesses: Database, words: tuple[str, ...], given: str, why: str
) -> None:
    status, said, explained = create(businesses, *words, given=given)

    assert (status, said) == (2, "")
    assert explained.startswith(why)
    assert explained.count("\n") == 1


def test_a_database_that_is_not_there_is_said_in_a_sentence(businesses: Database) -> None:
    gone = Database(
        owner=businesses.owner,
        application=businesses.application.set(host="127.0.0.1", port=1, query={}),
        superuser=businesses.superuser,
    )

    status, _, why = create(gone, A, "--email", "kim@example.com")

    assert (status, why) == (1, "the database can't be reached; fieldfare doctor says more\n")


@pytest.mark.slow
@pytest.mark.parametrize(("second", "status"), [(PASSWORD, 0), ("something else here", 2)])
def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(
    businesses: Database, second: str, status: int
) -> None:
    ours, theirs = pty.openpty()
    address = businesses.application.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.unit.people.owner_command", "business", "create-owner", A]
    with subprocess.Popen(
        [*command, "--email", "kim@example.com"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**os.environ, "ADDRESS": address},
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = _until(ours, b"characters): ")
        os.write(ours, f"{PASSWORD}\n".encode())
        shown += _until(ours, b"again: ")
        os.write(ours, f"{second}\n".encode())
        shown += _until(ours, None)
        os.close(ours)

    assert process.returncode == status, shown
    assert PASSWORD.encode() not in shown
    assert (b"the two passwords differ" in shown) == (status == 2)


def _until(terminal: int, ending: bytes | None) -> bytes:
    """Read what a program shows up to a prompt, or to its end."""
    shown = b""
    while ending is None or not shown.endswith(ending):
        try:
            part = os.read(terminal, 4096)
        except OSError:
            # How Linux says that the other side is closed.
            part = b""
        if not part:
            assert ending is None, shown
            break
        shown += part
    return shown
