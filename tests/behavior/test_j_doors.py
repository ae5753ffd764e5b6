"""Chapter J: doors. The command line, and answers that do not depend on the machine."""

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fieldfare.wiring import command_line
from tests.behavior.town import EAST, town
from tests.worlds import World


def fieldfare(text: str, *options: str) -> Result:
    """Run `fieldfare slots` on a file with a text."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.json"
        file.write_text(text)
        return CliRunner().invoke(command_line(), ["slots", str(file), *options])


def slots(small: World, *options: str) -> dict[str, Any]:
    """Give the answer of `fieldfare slots`."""
    result = fieldfare(small.text(), *options)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_j01_a_scenario_is_answered_from_a_file_or_from_standard_input() -> None:
    command = [sys.executable, "-m", "fieldfare", "slots", "-"]
    piped = subprocess.run(command, input=town().text(), capture_output=True, text=True, check=True)
    assert json.loads(piped.stdout) == slots(town())
    assert piped.stderr == ""


def test_j02_times_carry_the_business_s_offset_and_seconds() -> None:
    # From the eve of the clock change until the day after: -05:00, then -04:00
    document = slots(town("2027-03-14"))
    starts = [slot["start"] for slot in document["slots"]]
    assert starts[0] == "2027-03-13T16:00:00-05:00"
    assert starts[1] == "2027-03-14T08:30:00-04:00"
    assert document["slots"][1]["end"] == "2027-03-14T09:30:00-04:00"
    in_utc = slots(town(time_zone="UTC"))["slots"][0]["start"]
    assert in_utc == "2027-01-03T16:00:00+00:00"


def test_j03_nothing_free_is_an_answer_and_no_failure() -> None:
    document = slots(town().off())
    assert document["slots"] == []
    assert document["quote"]["price"] == 14_900
    assert "refusals" not in document


def test_j04_outside_the_area_the_answer_has_no_quote() -> None:
    document = slots(town().zone("z1", boundaries=[]), "--explain")
    assert document == {
        "resolution": {
            "outcome": "out_of_area",
            "zone": None,
            "hub": None,
            "matched_boundaries": ["around"],
            "candidate_zones": [],
            "decided_by": "none",
        },
        "quote": None,
        "travel_source": "matrix",
        "slots": [],
        "refusals": [],
    }


def test_j05_reasons_are_there_when_they_are_asked_for() -> None:
    assert "refusals" not in slots(town())
    rows = slots(town(), "--explain")["refusals"]
    assert {"technician": "sam", "start": "2027-01-04T08:00:00-05:00", "reason": "depart"} in rows


def test_j06_an_invalid_scenario_is_refused_with_its_path_and_nothing_on_standard_output() -> None:
    result = fieldfare(town().zone("z1", priority=120).text())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("business.zones[0].priority:")


def test_j07_a_batch_answers_line_by_line_and_marks_a_bad_one() -> None:
    bad = town().zone("z1", priority=120)
    lines = [town().text(), bad.text(), town().off().text()]
    result = fieldfare("\n".join(lines) + "\n", "--batch")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 2
    assert len(answers) == 3
    assert answers[0] == slots(town())
    assert answers[1]["error"]["path"] == "business.zones[0].priority"
    assert answers[2]["slots"] == []


def test_j08_a_batch_without_a_fault_succeeds() -> None:
    result = fieldfare(town().text() + "\n", "--batch")
    assert result.exit_code == 0


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the machine's time zone can't be set here")
def test_j09_the_answer_does_not_depend_on_where_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    small = town("2027-03-14").visit("c1", "09:00", "10:00", at=EAST)
    answers = []
    try:
        for zone in ("UTC", "Pacific/Auckland", "America/St_Johns"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            answers.append(slots(small, "--explain"))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert answers[0] == answers[1] == answers[2]


def test_j10_a_moment_without_an_offset_is_the_business_s() -> None:
    assert slots(town().now("2027-01-03T12:00")) == slots(town().now("2027-01-03T17:00:00Z"))
