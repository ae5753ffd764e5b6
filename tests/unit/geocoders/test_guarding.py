"""The guard: whose fault it is when an answer takes too long."""

from __future__ import annotations

import asyncio

import pytest

from fieldfare.adapters.geocoders.breaker import Breaker
from fieldfare.adapters.geocoders.guarding import Guard
from fieldfare.ports.geocoder import GeocoderUnavailableError


async def forever() -> None:
    await asyncio.sleep(60)


async def at_once() -> str:
    return "an answer"


def late(guard: Guard, *, seconds: float | None) -> None:
    async def work() -> None:
        for _ in range(3):
            with pytest.raises(GeocoderUnavailableError, match="took too long"):
                await guard.ask(forever, seconds=seconds)

    asyncio.run(work())


def test_a_geocoder_that_used_up_its_own_time_is_to_blame() -> None:
    guard = Guard(name="a", seconds=0.01, breaker=Breaker(failures=3, rest_seconds=600))

    late(guard, seconds=10)

    with pytest.raises(GeocoderUnavailableError, match="left alone"):
        asyncio.run(guard.ask(at_once))


def test_a_geocoder_that_got_less_than_its_time_is_not() -> None:
    guard = Guard(name="a", seconds=10, breaker=Breaker(failures=3, rest_seconds=600))

    late(guard, seconds=0.01)

    assert asyncio.run(guard.ask(at_once)) == "an answer"


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_without_time_nobody_is_asked(seconds: float) -> None:
    guard = Guard(name="a", seconds=10)

    with pytest.raises(GeocoderUnavailableError, match="no time"):
        asyncio.run(guard.ask(at_once, seconds=seconds))
