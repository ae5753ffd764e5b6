"""Each call takes a turn of those that all processes share, just before it is made, or isn't made at all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fieldfare.adapters.crms.ghl.breaker import FAILURES
from fieldfare.adapters.crms.ghl.operations import CREATE_APPOINTMENT, LIST_EVENTS, Operation
from fieldfare.adapters.crms.ghl.pace import Pace
from fieldfare.adapters.crms.ghl.retrying import LeftAloneError
from fieldfare.adapters.crms.ghl.throttle import LONGEST_REST
from fieldfare.ports.crm import (
    Allowance,
    CrmError,
    CrmRateLimitedError,
    CrmUnavailableError,
)
from tests.unit.crms.ghl.account import Turns
from tests.unit.crms.ghl.vendor import Answer, Line, with_line

FINE = Answer(json={"events": []})
READ, WRITE = LIST_EVENTS, CREATE_APPOINTMENT


class NoTurns:
    """Nobody can tell whether there is leave."""

    async def take(self, allowance: Allowance, *, pressing: bool) -> float:
        raise CrmUnavailableError("the database is down")


async def failed(line: Line, operation: Operation = READ, **asked: Any) -> tuple[CrmError, int]:
    """Call in vain, and give the error, and how often the vendor was asked."""
    with pytest.raises(CrmError) as caught:
        await line.caller.call(operation, **asked)
    return caught.value, len(line.vendor.asked)


@pytest.mark.parametrize("pressing", [True, False])
def test_each_call_takes_one_and_says_whether_somebody_waits(pressing: bool) -> None:
    turns = Turns()

    async def work(line: Line) -> int:
        for _ in range(3):
            await line.caller.call(READ, pressing=pressing)
        return len(line.vendor.asked)

    assert with_line(work, FINE, turns=turns) == 3
    assert turns.asked == [pressing] * 3


def test_a_call_that_is_made_again_takes_another() -> None:
    turns = Turns()

    async def work(line: Line) -> int:
        await line.caller.call(READ)
        return len(line.vendor.asked)

    assert with_line(work, Answer(status=500), Answer(status=500), FINE, turns=turns) == len(turns.asked) == 3


def test_it_waits_as_it_is_told_and_asks_again() -> None:
    turns = Turns(waits=[0.25, 0.5])

    async def work(line: Line) -> list[float]:
        await line.caller.call(READ)
        return line.time.waited

    assert with_line(work, FINE, turns=turns) == [0.25, 0.5]
    assert len(turns.asked) == 3


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
def test_a_wait_that_is_too_long_is_told_at_once(operation: Operation) -> None:
    async def work(line: Line) -> tuple[CrmError, int, list[float]]:
        return *await failed(line, operation), line.time.waited

    error, asked, waited = with_line(work, FINE, turns=Turns(waits=[LONGEST_REST + 5]))

    assert isinstance(error, CrmRateLimitedError)
    assert (error.retry_after, asked, waited) == (LONGEST_REST + 5, 0, [])


def test_who_waits_in_vain_gives_up_and_keeps_nobody_from_calling() -> None:
    """A sweep may wait for ever while people ask for all that there is."""
    turns = Turns(waits=[0.5] * 100)

    async def work(line: Line) -> tuple[CrmError, int, float, float]:
        begun = line.time.now
        error, asked = await failed(line, pressing=False)
        gave_up = line.time.now
        turns.waits.clear()
        await line.caller.call(READ)
        return error, asked, gave_up - begun, line.time.now - gave_up

    error, asked, waited, other_waited = with_line(work, FINE, turns=turns)

    assert isinstance(error, CrmRateLimitedError)
    assert asked == 0
    assert LONGEST_REST <= waited <= LONGEST_REST + 1
    assert other_waited == 0


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
def test_where_nobody_can_tell_nothing_is_sent(operation: Operation) -> None:
    """It says nothing of the vendor either: once there are turns again, the vendor is asked."""

    async def work(line: Line) -> tuple[set[type[CrmError]], int, bool]:
        kinds = {type((await failed(line, operation))[0]) for _ in range(FAILURES)}
        return kinds, len(line.vendor.asked), line.caller.lane.breaker.resting

    assert with_line(work, FINE, turns=NoTurns()) == ({CrmUnavailableError}, 0, False)


def test_a_rest_that_is_asked_for_meanwhile_is_kept() -> None:
    """One is told that it was too much while another waits for a turn."""
    turns = Turns(waits=[0.5])

    async def work(line: Line) -> tuple[float, int]:
        begun = line.time.now
        waiting = asyncio.create_task(line.caller.call(READ))
        while not turns.asked:
            await asyncio.sleep(0)
        line.caller.lane.throttle.rest(9.0)
        await waiting
        return line.time.now - begun, len(turns.asked)

    assert with_line(work, FINE, turns=turns) == (9.0, 2)


def test_whether_it_is_down_is_looked_at_after_the_wait() -> None:
    turns = Turns(waits=[0.5])

    async def work(line: Line) -> tuple[CrmError, int]:
        waiting = asyncio.create_task(failed(line, WRITE))
        while not turns.asked:
            await asyncio.sleep(0)
        for _ in range(FAILURES):
            line.caller.lane.breaker.failed()
        return await waiting

    error, asked = with_line(work, FINE, turns=turns)

    assert isinstance(error, LeftAloneError)
    assert asked == 0


def test_no_turn_is_taken_before_a_call_can_be_made() -> None:
    """A turn that is kept for later would fall together with later ones."""
    turns, at_once = Turns(), Pace().at_once

    async def work(line: Line) -> int:
        calls = [asyncio.create_task(line.caller.call(READ)) for _ in range(at_once + 3)]
        while len(line.vendor.asked) < at_once:
            await asyncio.sleep(0)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        return len(turns.asked)

    assert with_line(work, Answer(silent=True), turns=turns) == at_once
