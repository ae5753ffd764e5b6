"""`fieldfare slots` on one scenario: what goes to which stream, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.cli.answers import EXAMPLE, app_around, nothing, offer

RUN = CliRunner().invoke


def test_answer_is_indented_json_on_standard_output() -> None:
    done = RUN(app_around(offer()), ["slots", str(EXAMPLE)])

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith('{\n  "resolution": {\n    "outcome": "zone"')
    assert done.stdout.endswith("}\n")
    assert json.loads(done.stdout)["quote"]["name"] == "AC tune-up"


def test_nothing_free_is_an_answer_too() -> None:
    done = RUN(app_around(nothing()), ["slots", str(EXAMPLE)])

    assert done.exit_code == 0
    assert json.loads(done.stdout)["slots"] == []


def test_standard_input() -> None:
    done = RUN(app_around(offer()), ["slots", "-"], input=EXAMPLE.read_bytes())

    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout)["travel_source"] == "crow_flies"


@pytest.mark.parametrize("form", ["json", "table"])
def test_invalid_scenario_names_the_path_on_standard_error(form: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace('"priority": 50', '"priority": 120')

    done = RUN(app_around(offer()), ["slots", "-", "--format", form], input=text)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "business.zones[0].priority: 120 is above 100\n"


def test_text_that_is_not_json_has_no_path() -> None:
    done = RUN(app_around(offer()), ["slots", "-"], input=b"slots, please")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "the text is not JSON: expecting value at line 1, column 1\n"


def test_text_that_is_not_utf_8() -> None:
    done = RUN(app_around(offer()), ["slots", "-"], input=b"\xff")

    assert (done.exit_code, done.stderr) == (2, "the text is not UTF-8: byte 1 does not fit\n")


def test_file_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"

    done = RUN(app_around(offer()), ["slots", str(missing)])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"can't read {missing}: No such file or directory\n"


def test_folder_is_no_file(tmp_path: Path) -> None:
    done = RUN(app_around(offer()), ["slots", str(tmp_path)])

    assert (done.exit_code, done.stderr) == (2, f"can't read {tmp_path}: Is a directory\n")


def test_file_without_end_is_read_to_the_limit_only() -> None:
    done = RUN(app_around(offer()), ["slots", "/dev/zero"])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "the text is longer than 64 MiB (67,108,864 bytes), the limit\n"


@pytest.mark.parametrize(
    "arguments", [["slots"], ["slots", "a", "b"], ["slots", "--format", "xml", "a"], ["slots", "--colour", "a"], ["sl"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    done = RUN(app_around(offer()), arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
