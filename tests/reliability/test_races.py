"""Many want the same at once, on two server processes: each slot is sold once (C1, C4, C5, C7, C16, C24, C25; R1, R4)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.reliability.amounts import amount
from tests.reliability.racing import CLIENTS, Field, Track, at, code_of, racing_world

pytestmark = pytest.mark.slow

ROUNDS = amount(short=8, long=1_000)
CROWD_ROUNDS = amount(short=5, long=500)
KEY_ROUNDS = amount(short=4, long=100)
WON, TAKEN = (201, ""), (409, "slot_taken")


def test_one_of_many_gets_the_slot(two_servers: Track) -> None:
    """C1, C7, C16, R1: overlapping, unequal starts; one hold, the others are told what is free instead."""

    async def race(field: Field) -> None:
        for _ in range(ROUNDS):
            answers = await field.at_once(lambda client, number: field.hold(client, at(number % 4 * 15)))

            assert Counter(map(code_of, answers)) == {WON: 1, TAKEN: CLIENTS - 1}
            assert all(answer.json()["alternatives"] for answer in answers if code_of(answer) == TAKEN)
            assert field.rows.overlaps() == 0
            [won] = [answer.json()["token"] for answer in answers if code_of(answer) == WON]
            await field.clients[0].delete(f"/api/v1/{field.business}/holds/{won}")

    two_servers.run(racing_world(), race)
