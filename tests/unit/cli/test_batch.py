"""`fieldfare slots --batch`: a line in, a line out, and a bad line costs no more than itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from fieldfare.entrypoints.cli import streams
from fieldfare.entrypoints.scenario import json_text
from tests.unit.cli.answers import EXAMPLE, app_around, offer

RUN = CliRunner().invoke
GOOD = json.dumps(json.loads(EXAMPLE.read_text(encoding="utf-8")))
BAD = GOOD.replace('"priority": 50', '"priority": 120')
ERROR = {"error": {"path": "business.zones[0].priority", "message": "120 is above 100"}}
EMPTY = {"error": {"path": "", "message": "the text is not JSON: expecting value at line 1, column 1"}}


def batch(text: str | bytes) -> tuple[int, list[Any]]:
    done = RUN(app_around(offer()), ["slots", "--batch", "-"], input=text)
    assert done.stderr == ""
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return done.exit_code, ["answer" if "resolution" in row else row for row in rows]


@pytest.mark.parametrize(
    ("text", "status", "rows"),
    [
        ("", 0, []),
        ("\n\n", 0, []),
        (GOOD, 0, ["answer"]),
        (f"{GOOD}\n{GOOD}\n", 0, ["answer", "answer"]),
        (f"{GOOD}\r\n{GOOD}\r\n", 0, ["answer", "answer"]),
        (f"{GOOD}\n\n", 0, ["answer"]),
        (f"{BAD}\n{GOOD}\n", 2, [ERROR, "answer"]),
        (f"{GOOD}\n\n{GOOD}\n{BAD}", 2, ["answer", EMPTY, "answer", ERROR]),
        (f"\ufeff{GOOD}\n", 0, ["answer"]),
    ],
)
def test_one_line_in_one_line_out(text: str, status: int, rows: list[Any]) -> None:
    assert batch(text) == (status, rows)


def test_line_that_is_not_utf_8() -> None:
    status, rows = batch(b"\xff\n" + GOOD.encode())

    assert status == 2
    assert rows == [{"error": {"path": "", "message": "the text is not UTF-8: byte 1 does not fit"}}, "answer"]


def test_answers_are_compact() -> None:
    done = RUN(app_around(offer()), ["slots", "--batch", "-"], input=GOOD)

    assert done.stdout.startswith('{"resolution":{"outcome":"zone",')


def test_line_that_is_too_long_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (streams, json_text):
        monkeypatch.setattr(module, "LONGEST_TEXT_BYTES", len(GOOD))
    monkeypatch.setattr(streams, "_SKIP_BYTES", 10)
    long = GOOD + " " * 100

    status, rows = batch(f"{long}\n{GOOD}\n{long}")

    assert status == 2
    assert [row if row == "answer" else row["error"]["message"][:28] for row in rows] == [
        "the text is longer than 64 M",
        "answer",
        "the text is longer than 64 M",
    ]


def test_failure_of_the_engine_costs_its_line_only() -> None:
    broken = GOOD.replace('"product": "tune-up", "industry": null', '"product": "broken", "industry": null')

    done = RUN(
        app_around(RuntimeError("out of coffee")), ["slots", "--batch", "-"], input=f"{GOOD}\n{broken}\n{GOOD}\n"
    )

    assert done.exit_code == 1
    assert ["error" in json.loads(line) for line in done.stdout.splitlines()] == [False, True, False]
    assert "RuntimeError: out of coffee" in done.stderr


def test_table_of_a_batch_is_wrong_usage() -> None:
    done = RUN(app_around(offer()), ["slots", "--batch", "--format", "table", "-"], input=GOOD)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "a batch is answered in JSON only" in done.stderr
