"""The circuit: open after failures in a row, tried by one call, and for longer each time."""

from __future__ import annotations

from fieldfare.adapters.crms.ghl.breaker import FAILURES, LONGEST_REST, REST_SECONDS, Breaker
from tests.unit.crms.ghl.account import Clockwork


def opened() -> tuple[Breaker, Clockwork]:
    time = Clockwork(now=0.0)
    breaker = Breaker(time.ticker)
    for _ in range(FAILURES):
        assert breaker.admits()
        breaker.failed()
    return breaker, time


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(Clockwork().ticker)
    for _ in range(FAILURES * 2):
        breaker.failed()
        breaker.succeeded()

    assert not breaker.resting


def test_one_call_tries_it_after_its_rest() -> None:
    breaker, time = opened()
    assert (breaker.resting, breaker.admits()) == (True, False)

    time.now += REST_SECONDS

    assert (breaker.resting, breaker.admits(), breaker.admits(), breaker.resting) == (False, True, False, True)
    breaker.succeeded()
    assert (breaker.admits(), breaker.admits()) == (True, True)


def test_a_trial_that_is_given_up_leaves_it_to_the_next() -> None:
    breaker, time = opened()
    time.now += REST_SECONDS

    assert breaker.admits()
    breaker.gave_up()

    assert breaker.admits()


def test_it_rests_longer_each_time_and_forgets_that_after_a_success() -> None:
    breaker, time = opened()
    rests = []
    for _ in range(6):
        begun = time.now
        while breaker.resting:
            time.now += 1
        rests.append(time.now - begun)
        assert breaker.admits()
        breaker.failed()

    assert rests == [2, 4, 8, 16, LONGEST_REST, LONGEST_REST]
    time.now += LONGEST_REST
    assert breaker.admits()
    breaker.succeeded()
    for _ in range(FAILURES):
        breaker.failed()
    time.now += REST_SECONDS
    assert not breaker.resting
