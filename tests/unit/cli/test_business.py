"""`fieldfare business`: import, export, diff and check, their words and their exit statuses."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.actors import ActorKind
from fieldfare.entrypoints.cli.business import business_app
from fieldfare.ports.storage import Storage
from tests.databases import Database
from tests.unit.businesses.kit import BUSINESS, business, commitment, configuration, kept, on, remove, trail
from tests.unit.scenario.documents import EXAMPLE, add, put

ROOT = Path(__file__).parents[3]
COMMITMENTS = [commitment(), commitment("c2")]


def run(database: Database | None, *words: str, given: str = "") -> Result:
    """Run a command; without a database it must not ask for one."""

    def no_database() -> Any:
        raise AssertionError("the database was opened")

    opened = no_database if database is None else lambda: postgres_storage(database.application)
    done = CliRunner().invoke(business_app(opened), list(words), input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def file_of(folder: Path, document: Any, name: str = "business.json") -> str:
    path = folder / name
    path.write_text(json.dumps(document))
    return str(path)


@pytest.fixture
def imported(database: Database, tmp_path: Path) -> Database:
    """A database with the example's business."""
    assert run(database, "import", file_of(tmp_path, business())).exit_code == 0
    return database


def lines_of(result: Result) -> Sequence[str]:
    return result.stdout.splitlines()


def test_import_tells_each_record_and_the_second_one_that_there_is_nothing(database: Database, tmp_path: Path) -> None:
    words = ("import", file_of(tmp_path, business()), "--commitments", file_of(tmp_path, COMMITMENTS, "c.json"))

    first, second = run(database, *words), run(database, *words)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert lines_of(first)[0] == f"create business {BUSINESS}"
    assert "create zones.z1" in lines_of(first)
    assert lines_of(first)[-1] == f"{BUSINESS}: 2 commitments new, 0 changed, 0 as they were"
    assert lines_of(second) == [
        f"{BUSINESS}: nothing to change",
        f"{BUSINESS}: 0 commitments new, 0 changed, 2 as they were",
    ]

    async def look(storage: Storage) -> None:
        assert {line.entry.actor.kind for line in await trail(storage)} == {ActorKind.COMMAND_LINE}

    on(database, look)


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    file = file_of(tmp_path, business())

    rehearsed, done = run(database, "import", file, "--dry-run"), run(database, "import", file)

    assert lines_of(rehearsed) == [*lines_of(done), "nothing was written: this was a dry run"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (COMMITMENTS, ["--business", BUSINESS]),
        (COMMITMENTS, []),
        ({**EXAMPLE, "commitments": COMMITMENTS}, []),
        ({"business": BUSINESS, "commitments": COMMITMENTS}, []),
    ],
)
def test_commitments_alone_find_their_business(
    imported: Database, tmp_path: Path, document: Any, words: list[str]
) -> None:
    done = run(imported, "import", "--commitments", file_of(tmp_path, document, "c.json"), *words)

    assert (done.exit_code, done.stdout) == (0, f"{BUSINESS}: 2 commitments new, 0 changed, 0 as they were\n")


def test_commitments_of_one_of_two_businesses_need_its_name(imported: Database, tmp_path: Path) -> None:
    assert run(imported, "import", file_of(tmp_path, business(put("id", "other")))).exit_code == 0
    file = file_of(tmp_path, COMMITMENTS, "c.json")

    unnamed, named = (run(imported, "import", "--commitments", file, *words) for words in ([], ["--business", "other"]))

    assert (unnamed.exit_code, unnamed.stderr) == (2, "say whose commitments they are: --business ID\n")
    assert (named.exit_code, lines_of(named)[0][:6]) == (0, "other:")


def test_standard_input(database: Database) -> None:
    assert run(database, "import", "-", given=json.dumps(business())).exit_code == 0
    assert run(database, "diff", "-", given=json.dumps(EXAMPLE)).exit_code == 0


@pytest.mark.parametrize(
    ("document", "commitments", "words", "message"),
    [
        (business(put("zones[0].priority", 120)), None, [], "business.zones[0].priority: 120 is above 100"),
        (business(), [commitment(technician="t9")], [], 'commitments[0].technician: there is no technician "t9"'),
        (business(), {"business": "other", "commitments": []}, [], "one import is for one business, and this is for"),
        (business(), None, ["--business", "other"], "one import is for one business, and this is for"),
        (business(put("id", "staff")), None, [], 'business.id: "staff" is a path of the API; choose another id'),
    ],
)
def test_what_is_not_valid_is_said_and_nothing_is_written(
    database: Database, tmp_path: Path, document: Any, commitments: Any, words: list[str], message: str
) -> None:
    beside = [] if commitments is None else ["--commitments", file_of(tmp_path, commitments, "c.json")]

    done = run(database, "import", file_of(tmp_path, document), *beside, *words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
    assert run(database, "export", BUSINESS).exit_code == 2


def test_a_technician_who_is_needed_keeps_all_as_it_is(imported: Database, tmp_path: Path) -> None:
    ahead = commitment(technician="t2", start="2999-01-01T08:00", end="2999-01-01T09:00")
    assert run(imported, "import", "--commitments", file_of(tmp_path, [ahead], "c.json")).exit_code == 0
    file = file_of(tmp_path, business(remove("technicians", "t2"), remove("schedules", "s4"), put("name", "Other")))

    for words in ([], ["--dry-run"]):
        done = run(imported, "import", file, *words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("technicians/t2 is still used by 1 commitment that is not over yet")
    assert on(imported, kept) == configuration()


@pytest.mark.parametrize("words", [["import"], ["import", "-", "--commitments", "-"]])
def test_files_that_make_no_sense_together(words: list[str]) -> None:
    assert run(None, *words).exit_code == 2


@pytest.mark.parametrize("form", ["json", "toml"])
def test_an_export_is_no_difference(imported: Database, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"export.{form}"

    printed = run(imported, "export", BUSINESS, "--format", form)
    written = run(imported, "export", BUSINESS, "--format", form, "-o", str(out))

    assert (printed.exit_code, written.exit_code, written.stdout) == (0, 0, "")
    assert out.read_text() == printed.stdout
    assert (json.loads if form == "json" else tomllib.loads)(printed.stdout)["id"] == BUSINESS
    assert (run(imported, "diff", str(out)).exit_code, run(imported, "diff", str(out)).stdout) == (0, "")
    assert lines_of(run(imported, "import", str(out))) == [f"{BUSINESS}: nothing to change"]


def test_an_export_changed_is_a_difference_and_then_none(imported: Database, tmp_path: Path) -> None:
    out = tmp_path / "export.toml"
    run(imported, "export", BUSINESS, "--format", "toml", "-o", str(out))
    out.write_text(out.read_text().replace('name = "Halton"', 'name = "Halton Hills"'))

    diff, as_json = run(imported, "diff", str(out)), run(imported, "diff", str(out), "--json")

    assert (diff.exit_code, diff.stdout) == (1, 'zones.z1.name: "Halton" → "Halton Hills"\n')
    (change,) = json.loads(as_json.stdout)["changes"]
    assert (as_json.exit_code, change["action"], change["after"]["name"]) == (1, "change", "Halton Hills")
    assert run(imported, "import", str(out)).exit_code == 0
    assert run(imported, "diff", str(out)).exit_code == 0


def test_an_export_that_can_t_be_written_or_found(imported: Database, tmp_path: Path) -> None:
    nowhere = run(imported, "export", BUSINESS, "-o", str(tmp_path / "no" / "folder.json"))
    nobody = run(imported, "export", "nobody")

    assert (nowhere.exit_code, nowhere.stderr) == (
        1,
        f"{tmp_path / 'no' / 'folder.json'}: cannot be written: No such file or directory\n",
    )
    assert (nobody.exit_code, nobody.stderr) == (2, "there is no business 'nobody'\n")


def test_check_of_a_file_needs_no_database(tmp_path: Path) -> None:
    sound = file_of(tmp_path, business(put("schedules[2].active", True)))
    faulty = file_of(tmp_path, business(put("id", 7)), "faulty.json")
    risky = file_of(tmp_path, business(add("hubs", {"id": "H99", "lat": -80, "lng": 43})), "risky.json")

    assert run(None, "check", sound).exit_code == 0
    assert (run(None, "check", faulty).exit_code, run(None, "check", faulty).stdout) == (2, "")
    warned, strict = run(None, "check", risky), run(None, "check", risky, "--strict")
    assert (warned.exit_code, strict.exit_code) == (0, 1)
    assert "hubs.H99: it lies outside all zones; " in warned.stdout
    assert warned.stdout.rstrip().endswith("warnings") or warned.stdout.rstrip().endswith("1 warning")


def test_check_of_a_business_asks_the_database(
    imported: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / BUSINESS).mkdir()

    found, missing = run(imported, "check", BUSINESS), run(imported, "check", "nobody")

    assert found.exit_code == 0
    assert found.stdout.rstrip().endswith(("warnings", "1 warning"))
    assert (missing.exit_code, missing.stderr) == (2, "there is neither a file nor a business 'nobody'\n")


def test_the_example_is_valid_and_its_warnings_are_known() -> None:
    done = run(None, "check", str(ROOT / "examples/northern-comfort/business.json"))

    assert done.exit_code == 0
    assert [line.split(":")[0] for line in lines_of(done)] == [
        "zones.z-cambridge",
        "zones.z-oakville",
        "products.air-quality-test",
        "products.heat-pump-check",
        "4 warnings",
    ]
