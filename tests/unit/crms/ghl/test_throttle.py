"""The bucket: below the limit, slower when little is left, and a rest where one is asked for."""

from __future__ import annotations

import asyncio

import pytest

from fieldfare.adapters.crms.ghl.pace import Pace
from fieldfare.adapters.crms.ghl.throttle import LONGEST_REST, Throttle
from fieldfare.ports.crm import CrmRateLimitedError
from tests.unit.crms.ghl.account import Clockwork

SLOW = Pace(burst=20, per_second=3.0)


def turns(count: int, *, pressing: bool = True, pace: Pace | None = None, remaining: int | None = None) -> list[float]:
    """Take turns one after the other, and tell when each came."""

    async def work() -> list[float]:
        time = Clockwork(now=0.0)
        throttle = Throttle(pace or SLOW, time.ticker)
        at = []
        for _ in range(count):
            await throttle.turn(pressing=pressing)
            at.append(round(time.now, 2))
            if remaining is not None:
                throttle.heard({"x-ratelimit-remaining": str(remaining)})
        return at

    return asyncio.run(work())


def test_a_burst_and_then_three_a_second() -> None:
    at = turns(26)

    assert at[:20] == [0.0] * 20
    assert at[20:] == [0.33, 0.67, 1.0, 1.33, 1.67, 2.0]


def test_in_any_ten_seconds_it_is_below_the_limit() -> None:
    at = turns(400, pace=Pace())

    assert max(sum(start <= other < start + 10 for other in at) for start in at) <= 90


def test_a_sweep_leaves_the_last_to_others() -> None:
    at = turns(16, pressing=False)

    assert at[13] == 0.0
    assert at[14:] == [0.33, 0.67]


@pytest.mark.parametrize(
    ("remaining", "apart"),
    [
        (100, 1 / 3),  # 10 a second would be all of it: three are the most
        (30, 1 / 3),
        (20, 0.5),  # 20 in 10 seconds: two a second
        (5, 2.0),
        (1, 5.0),  # never slower than this
        (0, 5.0),
    ],
)
def test_the_less_is_left_the_slower_it_goes(remaining: int, apart: float) -> None:
    at = turns(60, remaining=remaining)

    assert at[-1] - at[-2] == pytest.approx(apart, abs=0.02)


def test_what_was_left_of_an_interval_that_is_over_says_nothing() -> None:
    async def work() -> list[float]:
        time = Clockwork(now=0.0)
        throttle = Throttle(SLOW, time.ticker)
        throttle.heard({"x-ratelimit-remaining": "0"})
        time.now += 60
        at = []
        for _ in range(20):
            await throttle.turn(pressing=True)
            at.append(time.now)
        return at

    assert asyncio.run(work()) == [60.0] * 20


@pytest.mark.parametrize("said", ["", "many", "-1", "nan", "inf"])
def test_what_is_no_number_changes_nothing(said: str) -> None:
    async def work() -> float:
        time = Clockwork(now=0.0)
        throttle = Throttle(SLOW, time.ticker)
        throttle.heard({"x-ratelimit-remaining": said})
        for _ in range(20):
            await throttle.turn(pressing=True)
        return time.now

    assert asyncio.run(work()) == 0.0


def test_a_rest_is_for_all() -> None:
    async def work() -> float:
        time = Clockwork(now=0.0)
        throttle = Throttle(SLOW, time.ticker)
        throttle.rest(7.0)
        await throttle.turn(pressing=True)
        return time.now

    assert asyncio.run(work()) == 7.0


def test_who_has_taken_a_turn_can_sit_out_a_rest_that_was_asked_for_since() -> None:
    async def work() -> tuple[float, float]:
        time = Clockwork(now=0.0)
        throttle = Throttle(SLOW, time.ticker)
        await throttle.turn(pressing=True)
        await throttle.rested()
        at_first = time.now
        throttle.rest(7.0)
        await throttle.rested()
        return at_first, time.now

    assert asyncio.run(work()) == (0.0, 7.0)


def test_a_rest_that_is_too_long_is_told_at_once() -> None:
    async def work() -> CrmRateLimitedError:
        time = Clockwork(now=0.0)
        throttle = Throttle(SLOW, time.ticker)
        throttle.rest(LONGEST_REST + 60)
        with pytest.raises(CrmRateLimitedError) as caught:
            await throttle.turn(pressing=True)
        assert time.now == 0.0
        return caught.value

    assert asyncio.run(work()).retry_after == LONGEST_REST + 60


def test_a_bucket_of_one_serves_sweeps_too() -> None:
    assert turns(2, pressing=False, pace=Pace(burst=1, per_second=1.0)) == [0.0, 1.0]


def test_what_is_left_of_the_day_is_scarce_below_the_reserve() -> None:
    throttle = Throttle(Pace(daily_reserve=1_000), Clockwork(now=0.0).ticker)

    def after(**headers: str) -> bool:
        throttle.heard({name.replace("_", "-"): value for name, value in headers.items()})
        return throttle.scarce

    assert not throttle.scarce
    assert not after(x_ratelimit_daily_remaining="1001")
    assert after(x_ratelimit_daily_remaining="1000", x_ratelimit_remaining="90")
    assert after(x_ratelimit_remaining="90")
    assert not after(x_ratelimit_daily_remaining="200000")
