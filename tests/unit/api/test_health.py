"""Alive and ready."""

from __future__ import annotations

import asyncio
import time

import pytest

from fieldfare.entrypoints.api import health
from fieldfare.entrypoints.api.health import Check, NotReadyError
from tests.unit.api.sample import build, client_of
from tests.unit.api.test_bad_input import problem_of


async def well() -> str:
    return "ok"


async def behind() -> str:
    raise NotReadyError("3 steps are missing; run `fieldfare migrate`")


async def broken() -> str:
    raise RuntimeError("password=hunter2")


async def stuck() -> str:
    await asyncio.sleep(60)
    return "ok"


def test_alive_whatever_else_is_broken() -> None:
    client = client_of(build(checks={"database": broken}))

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_ready_when_all_is_well() -> None:
    answer = client_of(build(checks={"database": well, "worker": well})).get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "checks": {"database": "ok", "worker": "ok"}},
    )


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (behind, "3 steps are missing; run `fieldfare migrate`"),
        (broken, "the check failed; the log says more"),
        (stuck, "no answer within 0.05 s"),
    ],
)
def test_not_ready_says_what_is_missing_and_no_more(check: Check, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.05)

    answer = client_of(build(checks={"database": well, "migrations": check})).get("/readyz")

    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (503, "not_ready")
    assert problem["checks"] == {"database": "ok", "migrations": line}
    assert answer.headers["retry-after"] == "5"
    assert "hunter2" not in answer.text


def test_checks_run_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.5)
    client = client_of(build(checks={str(number): stuck for number in range(60)}))
    started = time.perf_counter()

    assert client.get("/readyz").status_code == 503
    assert time.perf_counter() - started < 25  # one after the other they would take thirty
