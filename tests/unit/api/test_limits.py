"""How often somebody may ask."""

from __future__ import annotations

import random

import pytest

from fieldfare.entrypoints.api.limits import Bucket, Limits, Rates
from fieldfare.entrypoints.api.limits_memory import BoundedMemory
from fieldfare.entrypoints.api.problems import Problem
from tests.unit.api.sample import build, client_of
from tests.unit.api.test_bad_input import problem_of


class Hands:
    """A clock that is set by hand."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def spent(limits: Limits, times: int, identity: str = "k1") -> int:
    """Count as often as asked, and tell how often it went well."""
    well = 0
    for _ in range(times):
        try:
            limits.spend(Bucket.KEY, identity)
        except Problem:
            continue
        well += 1
    return well


def test_so_many_in_a_minute_and_no_more() -> None:
    limits = Limits(Rates(key=10), clock=Hands(6_000.0))

    assert spent(limits, 25) == 10
    assert spent(limits, 25, "k2") == 10


@pytest.mark.parametrize("offset", [0.0, 0.5, 30.0, 59.9])
@pytest.mark.parametrize("rate", [1, 2, 10, 600])
def test_whoever_waits_as_told_may_ask_again(offset: float, rate: int) -> None:
    clock = Hands(6_000.0 + offset)
    limits = Limits(Rates(key=rate), clock=clock)
    spent(limits, rate // 2)
    clock.now += 45

    for _ in range(5):
        spent(limits, rate)
        with pytest.raises(Problem) as refused:
            limits.spend(Bucket.KEY, "k1")
        wait = int(refused.value.sent_headers["Retry-After"])
        assert 1 <= wait <= 120
        clock.now += wait
        limits.spend(Bucket.KEY, "k1")


def test_no_minute_sees_much_more_than_the_rate() -> None:
    clock = Hands(6_000.0)
    limits = Limits(Rates(key=100), clock=clock)
    dice = random.Random(7)
    taken: list[float] = []

    while clock.now < 6_600:
        clock.now += dice.random() / 2
        taken += [clock.now] * spent(limits, 1)

    # The sliding counter spreads the last window evenly, so a minute may hold a little more than the rate.
    assert max(sum(1 for other in taken if moment <= other < moment + 60) for moment in taken) <= 130
    assert len(taken) >= 900


def test_checking_counts_nothing() -> None:
    limits = Limits(Rates(key=1), clock=Hands(6_000.0))

    for _ in range(3):
        limits.check(Bucket.KEY, "k1")
    limits.spend(Bucket.KEY, "k1")

    with pytest.raises(Problem):
        limits.check(Bucket.KEY, "k1")


def test_nothing_is_without_a_limit_unless_it_is_set_so() -> None:
    assert all(getattr(Rates(), bucket) > 0 for bucket in Bucket)
    assert spent(Limits(Rates(key=0)), 20_000) == 20_000


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    memory = BoundedMemory(most_keys=100, clock=Hands(6_000.0))

    for number in range(10_000):
        assert memory.acquire_sliding_window_entry(f"LIMITER/{number}", 1, 60)

    assert len(memory) == 100
    assert not memory.acquire_sliding_window_entry("LIMITER/9999", 1, 60)
    assert memory.acquire_sliding_window_entry("LIMITER/0", 1, 60)


def test_what_has_expired_is_forgotten() -> None:
    clock = Hands(6_000.0)
    memory = BoundedMemory(most_keys=100, clock=clock)
    memory.incr("a", 60)

    clock.now += 60

    assert (memory.get("a"), len(memory), memory.get_expiry("a")) == (0, 0, clock.now)


def test_one_identity_is_cleared_or_all_are() -> None:
    memory = BoundedMemory(most_keys=100, clock=Hands(6_000.0))
    for key in ("a", "b"):
        assert memory.acquire_sliding_window_entry(key, 1, 60)

    memory.clear_sliding_window("a", 60)

    assert memory.acquire_sliding_window_entry("a", 1, 60)
    assert not memory.acquire_sliding_window_entry("b", 1, 60)
    assert memory.check()
    assert (memory.reset(), len(memory)) == (2, 0)


def test_too_much_is_a_problem_with_the_time_to_wait() -> None:
    client = client_of(build(rates=Rates(address=2)), client=("192.0.2.1", 50_000))

    answers = [client.get("/api/v1/b1/records") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem_of(answers[2])["code"] == "rate_limited"
    assert int(answers[2].headers["retry-after"]) >= 1


def test_geocoding_has_a_limit_of_its_own() -> None:
    client = client_of(build(rates=Rates(geocode=2)), client=("192.0.2.1", 50_000))

    statuses = [client.get("/api/v1/b1/suggestions").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert client.get("/api/v1/b1/records").status_code == 200


def test_sign_in_is_counted_by_address_and_by_account() -> None:
    app = build(rates=Rates(sign_in=2))

    def sign_in(address: str, email: str) -> int:
        client = client_of(app, client=(address, 50_000))
        return client.post("/api/v1/staff/session", json={"email": email}).status_code

    one_account = [sign_in(f"192.0.2.{n}", spelling) for n, spelling in enumerate(["sam@a.ca", "Sam@A.ca", "SAM@a.ca"])]
    one_address = [sign_in("198.51.100.7", f"{name}@a.ca") for name in ("kim", "lee", "max")]

    assert (one_account, one_address) == ([200, 200, 429], [200, 200, 429])


def test_wrong_keys_are_counted_and_right_ones_are_not() -> None:
    client = client_of(build(rates=Rates(wrong_key=2)), client=("192.0.2.1", 50_000))

    def ask(key: str) -> int:
        return client.post("/api/v1/staff/notes", headers={"Authorization": f"Bearer {key}"}).status_code

    assert [ask("good"), ask("good"), ask("good"), ask("a"), ask("b"), ask("c")] == [200, 200, 200, 401, 401, 429]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/docs/errors"])
def test_the_operator_s_machines_have_no_limit(path: str) -> None:
    client = client_of(build(rates=Rates(address=1)), client=("192.0.2.1", 50_000))

    assert {client.get(path).status_code for _ in range(5)} == {200}
