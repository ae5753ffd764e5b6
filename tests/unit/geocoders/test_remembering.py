"""The cache: what is remembered, for how long, and under which keys."""

from __future__ import annotations

import asyncio

import pytest

from fieldfare.adapters.geocoders.chain import Member
from fieldfare.adapters.geocoders.postal_codes import PostalCodes
from fieldfare.adapters.geocoders.remembering import NOTHING_SECONDS, cache_key
from fieldfare.domain.addresses import Located
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias, GeocoderUnavailableError
from tests.unit.geocoders.scripted import NOW, MemoryCache, Scripted, chain, located, member

BIAS = Bias(countries=("CA",))
FOUND = (located(),)
COARSE = (located(precision="area"),)
KEEP_SECONDS = 1_000_000
"""What the scripted members' answers may be kept for."""


@pytest.mark.parametrize(
    ("results", "seconds"), [(FOUND, KEEP_SECONDS), ((), NOTHING_SECONDS), (COARSE, NOTHING_SECONDS)]
)
def test_answers_are_remembered_and_the_empty_ones_for_a_day(results: tuple[Located, ...], seconds: int) -> None:
    scripted, cache = Scripted(name="a", results=results), MemoryCache()
    asked = chain(member(scripted))

    async def ask(text: str) -> tuple[Located, ...]:
        return await asked.search(text, BIAS, cache=cache, now=NOW)

    first = asyncio.run(ask("12 Sparrow Street"))
    cache.now = NOW + seconds - 1
    again = asyncio.run(ask("  12 SPARROW   street "))

    assert first == again
    assert len(scripted.asked) == 1

    cache.now = NOW + seconds
    asyncio.run(ask("12 Sparrow Street"))
    assert len(scripted.asked) == 2


def test_a_failure_is_never_remembered() -> None:
    scripted, cache = Scripted(name="a", error=GeocoderUnavailableError("500")), MemoryCache()
    asked = chain(member(scripted))

    with pytest.raises(GeocoderUnavailableError):
        asyncio.run(asked.search("12 Sparrow Street", BIAS, cache=cache, now=NOW))
    assert cache.kept == {}

    scripted.error, scripted.results = None, FOUND
    assert asyncio.run(asked.search("12 Sparrow Street", BIAS, cache=cache, now=NOW)) == FOUND


def test_what_is_remembered_is_known_while_the_geocoder_is_down() -> None:
    scripted, cache = Scripted(name="a", results=FOUND), MemoryCache()
    asked = chain(member(scripted))
    asyncio.run(asked.search("12 Sparrow Street", BIAS, cache=cache, now=NOW))

    scripted.error = GeocoderUnavailableError("500")
    for _ in range(5):
        with pytest.raises(GeocoderUnavailableError):
            asyncio.run(asked.search("other", BIAS, cache=cache, now=NOW))

    assert asyncio.run(asked.search("12 Sparrow Street", BIAS, cache=cache, now=NOW)) == FOUND


def test_each_kind_of_question_is_remembered_by_itself() -> None:
    scripted, cache = Scripted(name="a", results=FOUND), MemoryCache()
    asked = chain(member(scripted))

    async def work() -> None:
        for _ in range(2):
            await asked.search("SW1A 2AA", BIAS, cache=cache, now=NOW)
            await asked.postal_code("SW1A 2AA", BIAS, cache=cache, now=NOW)
            await asked.reverse(Place(lat=1.0, lng=2.0), cache=cache, now=NOW)

    asyncio.run(work())

    assert [kind for kind, _ in scripted.asked] == ["search", "postal_code", "reverse"]


def test_the_offline_geocoder_is_not_remembered() -> None:
    cache = MemoryCache()
    asked = chain(Member(geocoder=PostalCodes()))

    asyncio.run(asked.search("12 Sparrow Street, L6H 1A1", BIAS, cache=cache, now=NOW))

    assert cache.kept == {}


def test_keys() -> None:
    def key(geocoder: str = "a", kind: str = "search", question: str = "12 Main St", bias: Bias = BIAS) -> bytes:
        return cache_key(geocoder=geocoder, kind=kind, question=question, bias=bias)

    different = {
        key(),
        key(geocoder="b"),
        key(kind="reverse"),
        key(question="13 Main St"),
        key(bias=Bias()),
        key(bias=Bias(countries=("CA", "US"))),
        key(geocoder="ase", kind="arch"),
    }

    assert len(different) == 7
    assert all(len(each) == 32 for each in different)
    assert key(question=" 12  MAIN st") == key()
    assert key(bias=Bias(countries=("US", "CA"))) == key(bias=Bias(countries=("CA", "US")))
    assert key(bias=Bias(countries=("CA",), near=Place(lat=1.0, lng=2.0))) == key()
