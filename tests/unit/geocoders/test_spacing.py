"""Turns: so far apart, and never a longer wait than anybody has patience for."""

from __future__ import annotations

import asyncio

import pytest

from fieldfare.adapters.geocoders.spacing import OwnQueueFullError, Spacing


def test_turns_of_all_customers_together_are_so_far_apart() -> None:
    async def work() -> list[float]:
        spacing, times = Spacing(seconds=0.05), []
        begin = asyncio.get_running_loop().time()

        async def customer() -> None:
            await spacing.turn(patience=10)
            times.append(asyncio.get_running_loop().time() - begin)

        await asyncio.gather(*(customer() for _ in range(4)))
        return times

    times = asyncio.run(work())

    # Each may wake up late, and none early.
    assert all(time >= 0.05 * number - 0.001 for number, time in enumerate(times))
    assert times == sorted(times)


def test_who_would_wait_too_long_is_told_at_once_and_takes_no_turn() -> None:
    async def work() -> int:
        spacing, refused = Spacing(seconds=60), 0
        await spacing.turn(patience=1)
        for _ in range(5):
            try:
                await spacing.turn(patience=1)
            except OwnQueueFullError:
                refused += 1
        return refused

    assert asyncio.run(asyncio.wait_for(work(), 5)) == 5


def test_without_a_distance_nobody_waits() -> None:
    async def work() -> None:
        spacing = Spacing(seconds=0)
        for _ in range(1_000):
            await spacing.turn(patience=0)

    asyncio.run(work())


def test_a_turn_that_nobody_waited_for_stays_taken() -> None:
    async def work() -> None:
        spacing = Spacing(seconds=30)
        await spacing.turn(patience=0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(spacing.turn(patience=40), 0.01)
        with pytest.raises(OwnQueueFullError):
            await spacing.turn(patience=40)

    asyncio.run(work())
