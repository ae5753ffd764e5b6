"""`fieldfare business` as an operator runs it: a process for each command, on a database of the test's own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.servers import environment, fieldfare
from tests.service.example import BUSINESS, FOLDER
from tests.unit.businesses.kit import business, commitment, remove
from tests.unit.scenario.documents import put

pytestmark = pytest.mark.slow

EXAMPLE = str(FOLDER / "business.json")


class Desk:
    """A place to work at: commands in a folder, and a database."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        """Keep where the files are and how the database is found."""
        self._folder, self._env = folder, env

    def file(self, name: str, document: Any) -> str:
        """Write a file, and give its name."""
        text = document if isinstance(document, str) else json.dumps(document)
        (self._folder / name).write_text(text, encoding="utf-8")
        return name

    def text(self, name: str) -> str:
        """Read a file."""
        return (self._folder / name).read_text(encoding="utf-8")

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the business."""
        return fieldfare("business", *words, env=self._env, given=given, cwd=self._folder)

    def done(self, *words: str, given: str = "") -> list[str]:
        """Run a command that has nothing to complain of, and give its lines."""
        ended = self.run(*words, given=given)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout.splitlines()

    def trail(self, *words: str) -> list[dict[str, Any]]:
        """Give the audit trail, the newest line first."""
        ended = fieldfare("audit", BUSINESS, *words, env=self._env)
        assert ended.returncode == 0, ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk with an empty database."""
    return Desk(tmp_path, environment(database))


@pytest.fixture
def nowhere(tmp_path: Path) -> Desk:
    """A desk whose database can't be reached."""
    address = "postgresql://app:hidden@127.0.0.1:1/none"
    return Desk(tmp_path, environment(None, DATABASE_URL=address, DATABASE_OWNER_URL=address))


def test_in_and_out_and_in_again(desk: Desk) -> None:
    assert desk.done("import", EXAMPLE)[0] == f"create business {BUSINESS}"
    assert desk.done("import", EXAMPLE) == [f"{BUSINESS}: nothing to change"]

    for name in ("export.json", "export.toml"):
        desk.done("export", BUSINESS, "--format", name.partition(".")[2], "-o", name)
        assert desk.done("diff", name) == []
    assert desk.done("import", "export.toml") == [f"{BUSINESS}: nothing to change"]
    printed = "\n".join(desk.done("export", BUSINESS)) + "\n"
    assert printed == desk.text("export.json")
    assert desk.done("diff", "-", given=printed) == []


def test_a_change_is_seen_before_made_and_told_afterwards(desk: Desk) -> None:
    desk.done("import", desk.file("business.json", business()))
    changed = desk.file("changed.json", business(put("zones[0].priority", 60), remove("schedules", "s3")))

    seen = desk.run("diff", changed)

    assert (seen.returncode, seen.stderr) == (1, "")
    assert seen.stdout.splitlines() == ["zones.z1.priority: 50 → 60", "schedules.s3: deleted"]
    assert desk.done("import", changed) == ["change zones.z1", "delete schedules.s3"]
    deleted, zone = desk.trail("--last", "2")
    assert (zone["before"]["priority"], zone["after"]["priority"]) == (50, 60)
    assert (deleted["action"], deleted["id"], deleted["after"]) == ("delete", "s3", None)
    assert deleted["before"]["owner"]["technician"] is not None
    assert {line["actor"].partition(":")[0] for line in (zone, deleted)} == {"command_line"}


def test_what_a_file_lacks_can_come_back(desk: Desk) -> None:
    whole = desk.file("business.json", business())
    desk.done("import", whole)
    less = desk.file("less.json", business(remove("technicians", "t2"), remove("schedules", "s4")))

    assert desk.done("import", less) == ["delete technicians.t2", "delete schedules.s4"]
    assert desk.done("import", less) == [f"{BUSINESS}: nothing to change"]
    assert desk.done("import", whole) == ["create technicians.t2", "create schedules.s4"]
    assert desk.done("diff", whole) == []


def test_commitments_alone_and_whom_they_keep(desk: Desk) -> None:
    desk.done("import", desk.file("business.json", business()))
    ahead = commitment(technician="t2", start="2999-01-01T08:00", end="2999-01-01T09:00")
    lines = desk.file("commitments.jsonl", f"{json.dumps(ahead)}\n{json.dumps(commitment('c2'))}\n")
    without = desk.file("without.json", business(remove("technicians", "t2"), remove("schedules", "s4")))

    first, second = desk.done("import", "--commitments", lines), desk.done("import", "--commitments", lines)
    refused = desk.run("import", without)
    left = len(desk.trail("--subject", "technicians"))

    assert first == [f"{BUSINESS}: 2 commitments new, 0 changed, 0 as they were"]
    assert second == [f"{BUSINESS}: 0 commitments new, 0 changed, 2 as they were"]
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("technicians/t2 is still used by 1 commitment that is not over yet")
    assert left == len(business()["technicians"]), "nothing was written"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["import", "faulty.json"], "business.zones[0].priority: 120 is above 100"),
        (["import", "good.json", "--commitments", "strange.json"], "commitments[0].technician: there is no"),
        (["import", "broken.json"], "the text is not JSON"),
        (["import", "broken.toml"], "broken.toml is not TOML"),
        (["import", "gone.json"], "can't read gone.json: No such file or directory"),
        (["import", "."], "can't read .: Is a directory"),
        (["import", "good.json", "--commitments", "gone.json"], "can't read gone.json: No such file or directory"),
        (["diff", "faulty.json"], "business.zones[0].priority: 120 is above 100"),
        (["check", "faulty.json"], "business.zones[0].priority: 120 is above 100"),
        (["check", "gone.json"], "can't read gone.json: No such file or directory"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_named_before_the_database_is_asked(nowhere: Desk, words: list[str], message: str) -> None:
    nowhere.file("good.json", business())
    nowhere.file("faulty.json", business(put("zones[0].priority", 120)))
    nowhere.file("strange.json", [commitment(technician="t9")])
    nowhere.file("broken.json", "{")
    nowhere.file("broken.toml", "id = ")

    ended = nowhere.run(*words)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(message)
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["import", EXAMPLE], ["export", BUSINESS], ["diff", EXAMPLE], ["check", BUSINESS]])
def test_a_database_that_can_t_be_reached_is_said_in_a_line(nowhere: Desk, words: list[str]) -> None:
    ended = nowhere.run(*words)

    assert (ended.returncode in {1, 2}, ended.stdout) == (True, "")
    assert "DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hidden" not in ended.stderr


def test_check_of_a_file_needs_no_database_at_all(nowhere: Desk) -> None:
    lines = nowhere.done("check", EXAMPLE)

    assert lines[-1] == "4 warnings"
    assert all(line.endswith("]") for line in lines[:-1])
