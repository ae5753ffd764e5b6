"""The breaker: when it leaves a geocoder alone, and for how long."""

from __future__ import annotations

from fieldfare.adapters.geocoders.breaker import Breaker


class Watch:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


def opened(watch: Watch) -> Breaker:
    breaker = Breaker(failures=3, rest_seconds=30, clock=watch)
    for _ in range(3):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row() -> None:
    breaker = Breaker(failures=3)
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()

    assert breaker.admits()

    for _ in range(3):
        breaker.failed()

    assert not breaker.admits()


def test_after_its_rest_one_question_tries_it() -> None:
    watch = Watch()
    breaker = opened(watch)

    watch.time += 29.9
    assert not breaker.admits()
    watch.time += 0.1
    assert [breaker.admits() for _ in range(3)] == [True, False, False]


def test_a_good_trial_closes_it() -> None:
    watch = Watch()
    breaker = opened(watch)
    watch.time += 30
    breaker.admits()
    breaker.succeeded()

    assert [breaker.admits() for _ in range(3)] == [True, True, True]
    breaker.failed()
    assert breaker.admits()


def test_a_bad_trial_opens_it_at_once() -> None:
    watch = Watch()
    breaker = opened(watch)
    watch.time += 30
    breaker.admits()
    breaker.failed()

    assert not breaker.admits()
    watch.time += 30
    assert breaker.admits()


def test_a_bad_trial_opens_it_at_once_after_a_rest_that_was_asked_for() -> None:
    watch = Watch()
    breaker = Breaker(failures=3, rest_seconds=30, clock=watch)
    breaker.rest(10)
    watch.time += 10
    breaker.admits()
    breaker.failed()

    assert not breaker.admits()


def test_a_trial_that_was_given_up_lets_the_next_one_try() -> None:
    watch = Watch()
    breaker = opened(watch)
    watch.time += 30
    breaker.admits()
    breaker.gave_up()

    assert [breaker.admits() for _ in range(2)] == [True, False]


def test_a_geocoder_says_itself_how_long_to_wait() -> None:
    watch = Watch()
    breaker = Breaker(clock=watch)
    breaker.rest(120)

    watch.time += 119
    assert not breaker.admits()
    watch.time += 1
    assert breaker.admits()
