"""The chain: who is asked, in which order, and what their answers and failures together mean (rule P3)."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from fieldfare.adapters.geocoders.chain import GeocoderChain, Member
from fieldfare.adapters.geocoders.postal_codes import PostalCodes
from fieldfare.adapters.geocoders.spacing import OwnQueueFullError
from fieldfare.domain.addresses import Located
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import (
    Bias,
    GeocoderError,
    GeocoderRefusedError,
    GeocoderUnavailableError,
    RateLimitedError,
)
from tests.unit.geocoders.scripted import NOW, MemoryCache, Scripted, chain, located, member

BIAS = Bias(countries=("CA",))
ADDRESS = "12 Sparrow Street, Oakville"
HERE = Place(lat=43.45, lng=-79.68)

FOUND = (located(),)
COARSE = (located(precision="area", code=None),)


def search(asked: GeocoderChain, text: str = ADDRESS, *, cache: MemoryCache | None = None) -> tuple[Located, ...]:
    return asyncio.run(asked.search(text, BIAS, cache=cache or MemoryCache(), now=NOW))


def down() -> GeocoderUnavailableError:
    return GeocoderUnavailableError("status 500")


FAILURES = [down(), RateLimitedError("status 429"), GeocoderRefusedError("status 403")]


def test_the_first_that_finds_something_is_the_last_to_be_asked() -> None:
    first, second, third = Scripted(name="a"), Scripted(name="b", results=FOUND), Scripted(name="c", results=FOUND)

    assert search(chain(member(first), member(second), member(third))) == FOUND
    assert [len(each.asked) for each in (first, second, third)] == [1, 1, 0]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_one_that_fails_is_passed_over(failure: GeocoderError) -> None:
    assert search(chain(member(Scripted(name="a", error=failure)), member(Scripted(name="b", results=FOUND)))) == FOUND


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ((), (), ()),
        (COARSE, (), ()),
        ((), COARSE, ()),
        (down(), (), None),
        ((), down(), None),
        (COARSE, down(), None),
        (down(), COARSE, None),
        (down(), down(), None),
        (COARSE, FOUND, FOUND),
        (FOUND, down(), FOUND),
        (down(), FOUND, FOUND),
        ((*COARSE, *FOUND), (), FOUND),
    ],
)
def test_what_two_answers_mean(
    a: tuple[Located, ...] | Exception, b: tuple[Located, ...] | Exception, answer: tuple[Located, ...] | None
) -> None:
    scripted = [
        Scripted(name=name, error=said) if isinstance(said, Exception) else Scripted(name=name, results=said)
        for name, said in (("a", a), ("b", b))
    ]
    asked = chain(*(member(each) for each in scripted))

    if answer is None:
        with pytest.raises(GeocoderUnavailableError):
            search(asked)
    else:
        assert search(asked) == answer


def test_without_members_nothing_is_found() -> None:
    assert search(chain()) == ()


def test_the_offline_geocoder_understands_an_address_by_its_code_when_others_are_down() -> None:
    asked = chain(member(Scripted(name="a", error=down())), Member(geocoder=PostalCodes()))

    (result,) = search(asked, "12 Sparrow Street, Oakville, L6H 1A1")

    assert (result.source, result.precision, result.place.postal_code) == ("postal", "postal", "L6H1A1")


def test_a_slow_one_is_left_behind() -> None:
    slow = member(Scripted(name="a", results=FOUND, delay=30), seconds=0.05)
    begin = time.perf_counter()

    assert search(chain(slow, member(Scripted(name="b", results=FOUND)), seconds=0.05)) == FOUND
    assert time.perf_counter() - begin < 25  # the slow one would take thirty


def test_all_of_them_together_have_a_limit_and_the_offline_one_needs_no_time() -> None:
    scripted = [Scripted(name=name, delay=30) for name in "abcdef"]
    asked = chain(*(member(each, seconds=0.1) for each in scripted), Member(geocoder=PostalCodes()), seconds=0.1)

    (result,) = search(asked, f"{ADDRESS} L6H 1A1")

    assert result.source == "postal"
    # Two and a half times one's time: the third gets what is left, and the others nothing.
    assert scripted[0].asked
    assert [each.asked for each in scripted[3:]] == [[], [], []]


def test_after_three_failures_it_is_left_alone() -> None:
    broken = Scripted(name="a", error=down())
    asked = chain(member(broken), member(Scripted(name="b", results=FOUND)))

    for _ in range(10):
        assert search(asked) == FOUND

    assert len(broken.asked) == 3


@pytest.mark.parametrize("failure", [RateLimitedError("429", retry_after=60), GeocoderRefusedError("403")])
def test_one_that_says_no_is_left_alone_at_once(failure: GeocoderError) -> None:
    refusing = Scripted(name="a", error=failure)
    asked = chain(member(refusing), member(Scripted(name="b", results=FOUND)))

    for _ in range(3):
        assert search(asked) == FOUND

    assert len(refusing.asked) == 1


def test_being_left_alone_is_being_down() -> None:
    asked = chain(member(Scripted(name="a", error=GeocoderRefusedError("403"))), member(Scripted(name="b")))

    for _ in range(3):
        with pytest.raises(GeocoderUnavailableError):
            search(asked)


def test_our_own_queue_is_not_held_against_a_geocoder() -> None:
    busy = Scripted(name="a", error=OwnQueueFullError("too many"))
    asked = chain(member(busy))

    for _ in range(5):
        with pytest.raises(GeocoderUnavailableError):
            search(asked)

    assert len(busy.asked) == 5


def test_a_question_that_is_given_up_says_nothing() -> None:
    slow = Scripted(name="a", delay=30)
    asked = chain(member(slow, seconds=60), seconds=60)

    async def work() -> None:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asked.search(ADDRESS, BIAS, cache=MemoryCache(), now=NOW), 0.01)

    asyncio.run(work())

    assert len(slow.asked) == 5


def test_a_fault_of_our_own_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        search(chain(member(Scripted(name="a", error=ZeroDivisionError())), member(Scripted(name="b", results=FOUND))))


def test_the_log_names_who_failed_and_how_and_never_the_question(caplog: pytest.LogCaptureFixture) -> None:
    refusing = member(Scripted(name="b", error=GeocoderRefusedError("status REQUEST_DENIED")))

    with caplog.at_level(logging.DEBUG, logger="fieldfare"), pytest.raises(GeocoderUnavailableError):
        search(chain(member(Scripted(name="a", error=down())), refusing))

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "the geocoder a failed (status 500)"),
        ("ERROR", "the geocoder b refuses us (status REQUEST_DENIED): see to its key and its quota"),
    ]


def test_a_postal_code_alone_is_found_offline_before_anybody_is_asked() -> None:
    scripted = Scripted(name="a", results=FOUND)

    (result,) = asyncio.run(chain(member(scripted)).postal_code("L6H1A1", BIAS, cache=MemoryCache(), now=NOW))

    assert result.source == "postal"
    assert scripted.asked == []


def test_a_postal_code_that_is_not_known_offline_goes_on_to_the_others() -> None:
    scripted = Scripted(name="a", results=(located(precision="postal", code="SW1A 2AA"),))
    london = Bias(countries=("GB",))

    (result,) = asyncio.run(chain(member(scripted)).postal_code("SW1A 2AA", london, cache=MemoryCache(), now=NOW))

    assert result.source == "scripted"
    assert scripted.asked == [("postal_code", "SW1A 2AA")]


@pytest.mark.parametrize(("code", "sources"), [("L6H1A1", ["postal"]), ("SW1A 2AA", [])])
def test_offline_nobody_is_asked_for_a_postal_code(code: str, sources: list[str]) -> None:
    scripted = Scripted(name="a", results=FOUND)

    results = asyncio.run(chain(member(scripted)).postal_code_offline(code, Bias()))

    assert [result.source for result in results] == sources
    assert scripted.asked == []


def test_reverse_wants_a_postal_code_and_asks_only_who_can() -> None:
    mute = Scripted(name="a", results=FOUND)
    vague = Scripted(name="b", results=(located(code=None),))
    knowing = Scripted(name="c", results=FOUND)
    asked = chain(member(mute, reverses=False), member(vague), member(knowing))

    result = asyncio.run(asked.reverse(HERE, cache=MemoryCache(), now=NOW))

    assert result == FOUND[0]
    assert [len(each.asked) for each in (mute, vague, knowing)] == [0, 1, 1]


def test_reverse_without_anybody_who_can() -> None:
    asked = chain(Member(geocoder=PostalCodes()))

    assert asyncio.run(asked.reverse(HERE, cache=MemoryCache(), now=NOW)) is None


def test_reverse_with_everybody_down() -> None:
    asked = chain(member(Scripted(name="a", error=down())))

    with pytest.raises(GeocoderUnavailableError):
        asyncio.run(asked.reverse(HERE, cache=MemoryCache(), now=NOW))


def test_the_first_that_can_suggests_and_its_references_go_back_to_it() -> None:
    mute = Scripted(name="a", results=FOUND)
    first, second = Scripted(name="b", results=FOUND), Scripted(name="c", results=FOUND)
    asked = chain(member(mute, suggests=False), member(first), member(second))

    async def work() -> Located | None:
        (suggestion,) = await asked.suggest("12 Spar", BIAS, "a-session")
        assert suggestion.reference == "b:r1"
        return await asked.resolve(suggestion.reference, "a-session", BIAS)

    assert asyncio.run(work()) == FOUND[0]
    assert first.asked == [("suggest", ("12 Spar", "a-session")), ("resolve", ("r1", "a-session"))]
    assert mute.asked == second.asked == []


@pytest.mark.parametrize("reference", ["", "r1", "z:r1", "a:r1", ":r1"])
def test_a_reference_that_nobody_here_gave(reference: str) -> None:
    asked = chain(member(Scripted(name="a", results=FOUND), suggests=False), member(Scripted(name="b", results=FOUND)))

    assert asyncio.run(asked.resolve(reference, None, BIAS)) is None


def test_suggestions_that_fail_leave_locating_alone() -> None:
    scripted = Scripted(name="a", error=GeocoderRefusedError("403"))
    asked = chain(member(scripted))

    with pytest.raises(GeocoderRefusedError):
        asyncio.run(asked.suggest("12", BIAS, None))
    scripted.error, scripted.results = None, FOUND

    assert search(asked) == FOUND
