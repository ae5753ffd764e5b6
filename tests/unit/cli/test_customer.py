"""`fieldfare customer`: one document with all that is known, and an erasure that asks first."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.databases import Database
from tests.servers import COMMAND, environment, fieldfare
from tests.service.whole import Whole, on
from tests.unit.customers.kit import (
    BUSINESS,
    PERSONAL,
    booked,
    cancelled,
    left_of,
    open_business,
    rows_of,
    waits,
)

pytestmark = pytest.mark.slow

EMAIL, PHONE = "Zebulon@Canary.example", "+1 (416) 555-0199"


def lived(database: Database, *, ahead: bool = False) -> str:
    """Let a customer have been there, perhaps with a visit to come; gives the customer's id."""

    async def work(whole: Whole) -> str:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            visit = await booked(client)
            if not ahead:
                await cancelled(client, visit)
            await waits(client)
            return str(visit["customer"]["id"])

    return on(database, work)


def asked(*arguments: str, answer: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a command on a terminal of its own, and type an answer."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=dict(env), close_fds=True
    ) as process:
        os.close(theirs)
        os.write(ours, answer.encode())
        said = b""
        while True:
            try:
                said += os.read(ours, 4096)
            except OSError:
                # Linux says so when the other end was closed.
                break
        os.close(ours)
        return process.wait(60), said.decode()


def test_a_customer_is_given_out_by_id_email_and_phone(database: Database, tmp_path: Path) -> None:
    customer, env, file = lived(database), environment(database), tmp_path / "export.json"

    done = [fieldfare("customer", "export", who, env=env) for who in (customer, EMAIL, PHONE)]
    written = fieldfare("customer", "export", customer, "--business", BUSINESS, "-o", str(file), env=env)

    assert [(one.returncode, one.stderr) for one in [*done, written]] == [(0, "")] * 4
    documents = [json.loads(text) for text in [*(one.stdout for one in done), file.read_text()]]
    assert {document.pop("exported_at")[-1] for document in documents} == {"Z"}
    assert all(document == documents[0] for document in documents)
    assert [word for word in PERSONAL if word not in done[0].stdout.lower()] == []
    assert written.stdout == ""
    assert file.stat().st_mode & 0o777 == 0o600


def test_who_is_not_known_is_said_without_repeating_who(database: Database) -> None:
    lived(database)
    env = environment(database)

    for who in ("nobody@canary.example", "+1 416 555 0100", "nobody"):
        done = fieldfare("customer", "export", who, env=env)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("there is no such customer")
        assert who not in done.stderr


def test_a_customer_is_erased_once_somebody_has_said_yes(database: Database) -> None:
    customer, env = lived(database), environment(database)

    unasked = fieldfare("customer", "erase", customer, env=env)
    no, _ = asked("customer", "erase", EMAIL, answer="n\n", env=env)
    assert left_of(rows_of(database)) != set()
    yes, said = asked("customer", "erase", EMAIL, answer="y\n", env=env)
    again = fieldfare("customer", "erase", customer, "--yes", env=env)

    assert (unasked.returncode, unasked.stderr) == (2, "nobody can be asked whether that is meant: add --yes\n")
    assert (no, yes) == (1, 0)
    assert f"{customer} is erased." in said
    assert (again.returncode, again.stdout) == (0, f"{customer} is erased.\n")
    assert left_of(rows_of(database)) == set()
    lines = [line for line in rows_of(database)["public.audit"] if '"erase"' in line]
    assert len(lines) == 1
    assert '"command_line"' in lines[0]


def test_who_has_a_visit_ahead_is_not_erased(database: Database) -> None:
    customer, env = lived(database, ahead=True), environment(database)

    done = fieldfare("customer", "erase", customer, "--yes", env=env)

    assert (done.returncode, done.stdout) == (2, "")
    assert "cancel bookings/" in done.stderr
    assert left_of(rows_of(database)) != set()
