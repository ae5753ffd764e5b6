"""`fieldfare audit`: the trail of a business, the newest first, a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.databases import Database
from tests.servers import environment, fieldfare
from tests.service.example import BUSINESS, EMAIL, import_example, let_owner_in

pytestmark = pytest.mark.slow

KEYS = {"number", "at", "actor", "action", "subject", "id", "before", "after", "reason"}


def trail(env: Mapping[str, str], *options: str) -> list[dict[str, Any]]:
    done = fieldfare("audit", BUSINESS, *options, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_trail_is_told_the_newest_first(database: Database) -> None:
    env = environment(database)
    import_example(env)
    let_owner_in(env)

    everything = trail(env, "--last", "1000")
    zones = trail(env, "--subject", "zones")
    oakville = trail(env, "--subject", "zones", "--id", "z-oakville")

    numbers = [line["number"] for line in everything]
    assert numbers == sorted(numbers, reverse=True)
    assert {frozenset(line) for line in everything} == {frozenset(KEYS)}
    assert everything[0]["subject"] == "accounts"
    assert EMAIL not in str(everything)
    assert {line["actor"].partition(":")[0] for line in everything} == {"command_line"}
    assert {line["at"][-1] for line in everything} == {"Z"}
    assert len(trail(env)) == 50
    assert {line["subject"] for line in zones} == {"zones"}
    assert [(line["id"], line["action"], line["before"]) for line in oakville] == [("z-oakville", "create", None)]
    assert oakville[0]["after"]["name"] == "Oakville"


def test_a_business_that_is_not_there_is_named(database: Database) -> None:
    done = fieldfare("audit", "nobody", env=environment(database))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "there is no business 'nobody'; fieldfare business import brings one in\n"


@pytest.mark.parametrize("last", ["0", "-1", "100001", "all"])
def test_a_number_of_lines_that_is_none_is_refused(last: str) -> None:
    done = fieldfare("audit", BUSINESS, "--last", last, env=environment(None))

    assert done.returncode == 2
    assert "--last" in done.stderr
