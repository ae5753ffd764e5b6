"""What a scenario answers on the command line, the same business answers over HTTP: every field of random worlds."""

from __future__ import annotations

import asyncio
import copy
import random
from typing import Any

import pytest

from tests.conftest import SEARCH
from tests.databases import Database
from tests.questions import answer_of
from tests.reading.worlds import world
from tests.service.whole import Whole, on

SEEDS = SEARCH or 120
CHUNK = 30
OF_ANSWERS_ABOUT_NOW = {"as_of", "stale"}


def renamed(document: dict[str, Any], business: str) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    changed["business"]["id"] = business
    return changed


async def answered(whole: Whole, document: dict[str, Any]) -> dict[str, Any]:
    """Import a scenario's business and commitments, and ask its request at its moment."""
    business = document["business"]["id"]
    await whole.bring_in(document["business"], document.get("commitments", []))
    async with await whole.key(business) as staff:
        answer = await staff.post(
            f"/api/v1/{business}/availability", json={**document["request"], "at": document["now"], "explain": True}
        )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return {name: value for name, value in found.items() if name not in OF_ANSWERS_ABOUT_NOW}


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_random_worlds_get_the_same_answers(database: Database, first: int) -> None:
    async def work(whole: Whole) -> None:
        for seed in range(first, first + CHUNK):
            document = renamed(world(seed), f"w{seed}")
            expected = await asyncio.to_thread(answer_of, document)
            assert await answered(whole, document) == expected, f"world({seed})"

    on(database, work)


@pytest.mark.slow
def test_after_any_change_of_commitments_the_answer_is_that_of_the_new_state(database: Database) -> None:
    async def work(whole: Whole) -> None:
        for seed in range(12):
            dice, document = random.Random(seed), renamed(world(seed), f"w{seed}")
            await answered(whole, document)
            async with await whole.key(f"w{seed}") as staff:
                for _ in range(6):
                    await change(staff, document, dice)
                    ask = {**document["request"], "at": document["now"], "explain": True}
                    answer = (await staff.post(f"/api/v1/w{seed}/availability", json=ask)).json()
                    expected = await asyncio.to_thread(answer_of, document)
                    assert {name: answer[name] for name in expected} == expected, f"world({seed})"

    on(database, work)


async def change(staff: Any, document: dict[str, Any], dice: random.Random) -> None:
    """Take a commitment out, give one to somebody else, or move one, in the scenario as over HTTP."""
    commitments = document.get("commitments", [])
    if not commitments:
        return
    row = dice.randrange(len(commitments))
    commitment = commitments[row]
    path = f"/api/v1/staff/commitments/{commitment['id']}"
    if dice.random() < 0.3:
        del commitments[row]
        assert (await staff.delete(path)).status_code == 204
        return
    people = [person["id"] for person in document["business"].get("technicians", [])]
    if people and commitment["technician"] is not None and dice.random() < 0.5:
        commitment["technician"] = dice.choice(people)
    else:
        other = dice.choice(commitments)
        commitment["start"], commitment["end"] = other["start"], other["end"]
    answer = await staff.put(path, json=commitment)
    assert answer.status_code == 200, answer.text
