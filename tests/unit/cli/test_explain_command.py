"""`fieldfare explain` as it is used: options, times, streams and exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fieldfare.wiring import command_line
from tests.unit.cli.telling import explained, plain, told
from tests.worlds import World, world


def sam(time_zone: str = "America/Toronto", day: str = "2027-01-04") -> World:
    return world(day, time_zone=time_zone).policy(horizon_days=3).every(5).technician("t1", name="Sam")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.json"
    path.write_text(sam().text(), encoding="utf-8")
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(command_line(), ["explain", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_a_start_that_is_offered(file: Path) -> None:
    status, out, err = run(file, "--technician", "t1", "--start", "2027-01-04T09:00")
    assert (status, err) == (0, "")
    assert plain(out).startswith("09:00-10:00 on Monday 4 January (America/Toronto) is offered with Sam (t1): ")
    assert out.endswith(".\n")
    assert out.count("\n") == 1


def test_a_start_that_is_refused_is_answered_too(file: Path) -> None:
    status, out, err = run(file, "--technician", "t1", "--start", "2027-01-04T09:01")
    assert (status, err) == (0, "")
    assert out.endswith("(rule F6, off_grid).\n")


def test_fields(file: Path) -> None:
    status, out, _ = run(file, "--technician", "t1", "--start", "2027-01-04T14:01Z", "--format", "json")
    document = json.loads(out)
    assert (status, document["reason"]) == (0, "off_grid")
    # 14:01 in Greenwich is 09:01 in Toronto.
    assert document["facts"] == {
        "earlier_at": "2027-01-04T09:00:00-05:00",
        "later_at": "2027-01-04T09:05:00-05:00",
    }


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--technician", "t9", '--technician: "t9" is not a technician of this business'),
        ("--technician", "t\x1b", '--technician: "t\\u001b" is not a technician of this business'),
        ("--start", "tomorrow", '--start: "tomorrow" is not a time (such as 2026-11-24T09:15)'),
        ("--start", "2027-01-04", '--start: "2027-01-04" is not a time (such as 2026-11-24T09:15)'),
        ("--start", "2027-01-04T09:00\n", '--start: "2027-01-04T09:00\\n" is not a time (such as 2026-11-24T09:15)'),
        ("--start", "2027-02-30T09:00", '--start: "2027-02-30T09:00" is not a moment of the calendar'),
        ("--start", "9999-12-31T23:59", '--start: "9999-12-31T23:59" lies too near the end of the years 1 to 9999'),
        ("--start", "0001-01-01T00:00+14:00", "lies too near the end of the years 1 to 9999"),
        ("--start", "2027-01-04T09:00:00.5", "has a fraction of a second; times are whole seconds"),
    ],
)
def test_an_option_that_does_not_fit(file: Path, option: str, value: str, message: str) -> None:
    options = {"--technician": "t1", "--start": "2027-01-04T09:00", option: value}
    status, out, err = run(file, *(word for pair in options.items() for word in pair))
    assert (status, out) == (2, "")
    assert err.endswith(f"{message}\n")


def test_options_that_are_missing(file: Path) -> None:
    assert run(file, "--technician", "t1")[0] == 2
    assert run(file, "--start", "2027-01-04T09:00")[0] == 2


def test_a_scenario_that_is_not_valid(file: Path) -> None:
    file.write_text(sam().policy(horizon_days=0).text(), encoding="utf-8")
    status, out, err = run(file, "--technician", "t1", "--start", "2027-01-04T09:00")
    assert (status, out, err) == (2, "", "business.policy.horizon_days: 0 is below 1\n")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    status, out, err = run(tmp_path / "none.json", "--technician", "t1", "--start", "2027-01-04T09:00")
    assert (status, out) == (2, "")
    assert "can't read " in err


def test_a_start_that_a_clock_change_skips_is_the_first_after_it() -> None:
    # On 14 March 2027 Toronto goes from 02:00 to 03:00.
    assert told(sam(day="2027-03-14"), "2027-03-14T02:30").startswith("03:00-04:00 on Sunday 14 March ")


def test_a_start_that_happens_twice_is_the_first() -> None:
    # On 7 November 2027 Toronto goes from 02:00 back to 01:00; the hour from 01:30 to the second 01:30 is one.
    twice = sam(day="2027-11-07")
    assert told(twice, "2027-11-07T01:30").startswith("01:30 (UTC-04:00)-01:30 (UTC-05:00) on Sunday 7 November ")
    assert "can't take 01:30 (UTC-05:00)-02:30 on Sunday 7 November (" in told(twice, "2027-11-07T01:30-05:00")


def test_another_year_is_named() -> None:
    when = "can't take 23:30 on Friday 31 December to 00:30 on Saturday 1 January 2028 (America/Toronto)"
    assert when in told(sam(), "2027-12-31T23:30")


def test_a_commitment_from_end_to_end_of_the_calendar() -> None:
    always = sam().busy("c1", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    assert "that time is taken by busy time c1 (" in told(always, "2027-01-04T09:00")
    assert json.loads(explained(always, "2027-01-04T09:00").as_json())["reason"] == "busy"


def test_a_notice_past_the_end_of_the_calendar() -> None:
    assert "(rule F1, notice)" in told(sam().policy(min_notice_minutes=2**53), "2027-01-04T09:00")


def test_titles_and_names_cannot_move_a_terminal() -> None:
    odd = sam().technician("t2", name="Kim\x1b[2J\n").busy("c1", "09:00", "10:00", title="Den\ttist \x1b]0;" + "x" * 90)
    text = told(odd, "2027-01-04T09:00", "t2")
    assert text.isprintable()
    assert text.startswith("Kim [2J (t2) can't take ")
    assert f'by "Den tist ]0;{"x" * 47}…" (c1, ' in text


def test_lines_are_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    one_line = explained(sam(), "2027-01-04T09:00").as_text()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    lines = explained(sam(), "2027-01-04T09:00").as_text().splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 60
    assert re.sub(r"\s+", " ", " ".join(lines)) == one_line.strip()
