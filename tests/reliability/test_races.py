"""Many want the same at once, on two server processes: each slot is sold once (C1, C4, C5, C16, C24, C25; R1, R4)."""

from __future__ import annotations

import uuid
from collections import Counter
from functools import partial

import httpx2
import pytest

from tests.reliability.amounts import amount, batches
from tests.reliability.racing import CLIENTS, PLACE, Field, Track, at, code_of, racing_world

pytestmark = pytest.mark.slow

ROUNDS = amount(short=5, long=1_000)
CROWD_ROUNDS = amount(short=3, long=500)
KEY_ROUNDS = amount(short=3, long=100)
WON, TAKEN = (201, ""), (409, "slot_taken")


def test_one_of_many_gets_the_slot(two_servers: Track) -> None:
    """C1, C7, C16, R1: overlapping, unequal starts; one hold, the others are told what is free instead."""

    async def race(field: Field) -> None:
        for _ in range(ROUNDS):
            answers = await field.at_once(lambda client, number: field.hold(client, at(number % 4 * 15)))

            assert Counter(map(code_of, answers)) == {WON: 1, TAKEN: CLIENTS - 1}
            assert all(answer.json()["alternatives"] for answer in answers if code_of(answer) == TAKEN)
            assert field.rows.overlaps() == 0
            await field.release_all(answers)

    two_servers.run(racing_world(), race)


def test_one_of_many_is_booked(two_servers: Track) -> None:
    """C1 for the desk, who books in one go, without a hold before it."""

    async def race(field: Field) -> None:
        for _ in range(ROUNDS):
            answers = await field.at_once(
                lambda client, number: field.book(client, at(number % 4 * 15), f"Customer {number}")
            )

            assert Counter(map(code_of, answers)) == {WON: 1, TAKEN: CLIENTS - 1}
            assert field.rows.overlaps() == 0
            [won] = [answer.json() for answer in answers if code_of(answer) == WON]
            assert (await field.to(won, "cancel")).status_code == 200

    two_servers.run(racing_world(), race)


@pytest.mark.parametrize(("free", "asking"), [(3, CLIENTS), (3, 2)])
def test_as_many_as_are_free_get_it(two_servers: Track, free: int, asking: int) -> None:
    """C4, R4: of any technician, exactly min(free, asking), each another."""

    async def race(field: Field) -> None:
        for number in range(CROWD_ROUNDS):
            start = at(number % 40 * 60)
            answers = await field.at_once(lambda client, _, start=start: field.hold(client, start), most=asking)  # type: ignore[misc]

            expected = Counter({WON: min(free, asking), TAKEN: max(0, asking - free)})
            assert Counter(map(code_of, answers)) == +expected
            assert len({answer.json()["technician"] for answer in answers if code_of(answer) == WON}) == min(
                free, asking
            )
            assert field.rows.overlaps() == 0
            await field.release_all(answers)

    two_servers.run(racing_world(free), race)


def test_what_needs_two_resources_gets_both_or_none(two_servers: Track) -> None:
    """C5: five technicians, two cranes and a lift; nobody waits for a deadlock, and nobody gets half."""
    needs = {"lift": 1, "crane": 1}
    small = racing_world(5).resource("lift", 1).resource("crane", 2)
    lifting = {"id": "lifting", "industry": "hvac", "price": 100, "duration_minutes": 60, "resources": needs}
    craning = {"id": "craning", "industry": "hvac", "price": 100, "duration_minutes": 60, "resources": {"crane": 1}}
    small = small.business(products=[*small.document["business"]["products"], lifting, craning])

    async def race(field: Field) -> None:
        for number in range(CROWD_ROUNDS):
            start = at(number % 40 * 60)
            answers = await field.at_once(
                lambda client, number, start=start: field.hold(  # type: ignore[misc]
                    client, start, product=("lifting", "craning")[number // 2 % 2]
                )
            )

            won = [answer.json()["product"] for answer in answers if code_of(answer) == WON]
            assert Counter(map(code_of, answers)) == {WON: 2, TAKEN: CLIENTS - 2}
            assert won.count("lifting") <= 1
            assert field.rows.overlaps() == 0
            await field.release_all(answers)

    two_servers.run(small, race)


def test_one_key_is_one_execution(two_servers: Track) -> None:
    """C24, R10: the same key at once from everywhere: one booking, one answer to the byte, and 422 for another body."""

    async def race(field: Field, rounds: int) -> None:
        for number in range(rounds):
            key, start = uuid.uuid4().hex, at(number * 60)
            held = (await field.hold(field.clients[0], start)).json()["token"]

            async def ask(client: httpx2.AsyncClient, number: int, held: str = held, key: str = key) -> httpx2.Response:
                return await field.confirm(client, held, "Somebody Else" if number % 8 == 0 else "Robin Doe", key=key)

            answers = await field.at_once(ask)

            first = Counter(answer.content for answer in answers if answer.status_code == 201)
            other = Counter(code_of(answer) for answer in answers if answer.status_code != 201)
            assert len(first) == 1
            assert set(other) == {(422, "idempotency_mismatch")}
            # Whichever body was first: the others of it have the same answer, and those of the other have none.
            assert first.total() in {CLIENTS // 8, CLIENTS - CLIENTS // 8}
            assert (
                len(field.rows.query("SELECT FROM bookings WHERE business_id = %(b)s", b=field.business)) == number + 1
            )
        assert field.rows.overlaps() == 0
        told = "SELECT booking_id FROM messages WHERE business_id = %(b)s"
        assert len(field.rows.query(told, b=field.business)) == rounds

    for rounds in batches(KEY_ROUNDS):
        two_servers.run(racing_world(), partial(race, rounds=rounds))


def test_one_key_is_one_hold(two_servers: Track) -> None:
    """C24 for a hold, on a business whose other technicians would be free for a second one."""

    async def race(field: Field, rounds: int) -> None:
        for number in range(rounds):
            key, start = uuid.uuid4().hex, at(number * 60)

            async def ask(client: httpx2.AsyncClient, _: int, start: str = start, key: str = key) -> httpx2.Response:
                body = {"place": PLACE, "product": "tune-up", "start": start}
                path = f"/api/v1/{field.business}/holds"
                return await client.post(path, json=body, headers={"Idempotency-Key": key})

            answers = await field.at_once(ask)

            assert {code_of(answer) for answer in answers} == {WON}
            assert len({answer.content for answer in answers}) == 1
        assert field.rows.statuses(field.business) == {"held": rounds}

    for rounds in batches(KEY_ROUNDS):
        two_servers.run(racing_world(3), partial(race, rounds=rounds))


@pytest.mark.parametrize("others", [2, 0])
def test_the_same_call_again_is_the_same_booking(two_servers: Track, others: int) -> None:
    """C25, R10: a voice platform repeats a call that was slow, without a key; others book, or one is named."""
    named = {} if others else {"technician": "t0"}

    async def race(field: Field, rounds: int) -> None:
        for number in range(rounds):
            start = at(number * 60)

            async def ask(client: httpx2.AsyncClient, number: int, start: str = start) -> httpx2.Response:
                return await field.book(client, start, f"Other {number}" if number < others else "Robin Doe", **named)

            answers = await field.at_once(ask)

            assert {code_of(answer) for answer in answers} == {WON}
            assert len({answer.json()["id"] for answer in answers}) == others + 1
        assert field.rows.overlaps() == 0
        assert field.rows.statuses(field.business) == {"confirmed": (others + 1) * rounds}

    for rounds in batches(KEY_ROUNDS):
        two_servers.run(racing_world(4), partial(race, rounds=rounds))
