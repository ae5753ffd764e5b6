"""Passwords: which are taken, and how they are guarded."""

from __future__ import annotations

import asyncio
import resource
import threading
from typing import Any

import pytest
from argon2 import PasswordHasher

from fieldfare.adapters import passwords as module
from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.ports.people import TooManyPasswordsError, Verified
from fieldfare.usecases.people.passwords import PasswordRefusedError, read_new_password, read_password

KNOWN = ("kim.doe@northern-comfort.example", "Kim Doe", "northern-comfort")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "tr0ub4dor&3xyz",
        "Ünïcödé-Schlüssel",
        "寿限無寿限無五劫の擦り切れ",
        "k7!Vq2#Lz9@Wp",
        "x" * 195 + "abcde",
        "kim.doe likes long walks",
    ],
)
def test_these_are_taken(password: str) -> None:
    assert read_new_password(password, known=KNOWN) == password


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "a" * 201,
        "😀😁😂🤣😃" * 52,
        "correct horse\0battery",
        "correct horse\r\nbattery",
        "correct horse \ud800 battery",
        "correct horse\u2028battery",
        "aaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "19880412 1988",
        "abcdefghijkl",
        "qwertyuiop12",
        "poiuytrewq99",
        "password1234",
        "PASSWORD-PASSWORD",
        "passwordpassword1",
        "kim.doe@northern-comfort.example",
        "KimDoeKimDoe2026",
        "NorthernComfort1",
        "Northern Comfort!",
        "fieldfare2026!",
    ],
)
def test_these_are_refused(password: str) -> None:
    with pytest.raises(PasswordRefusedError):
        read_new_password(password, known=KNOWN)


def test_a_password_is_limited_in_bytes_too() -> None:
    assert read_password("€" * 200)
    with pytest.raises(PasswordRefusedError, match="bytes"):
        # One character that NFKC makes eighteen of.
        read_password("\ufdfa" * 200)


def test_a_password_is_the_same_from_any_keyboard() -> None:
    assert read_password("Schlu\u0308ssel") == read_password("Schl\u00fcssel")


class Counting(PasswordHasher):
    """A real hasher that remembers how often it worked, and how often at the same time."""

    def __init__(self, **parameters: Any) -> None:
        super().__init__(**({"memory_cost": 19 * 1024, "time_cost": 2, "parallelism": 1} | parameters))
        self.verified = self.running = self.most_running = 0
        self._lock = threading.Lock()

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002 - the library's name
        with self._lock:
            self.verified += 1
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        try:
            return super().verify(hash, password)
        finally:
            with self._lock:
                self.running -= 1


def test_a_right_password_is_told_from_a_wrong_one() -> None:
    async def work() -> list[Verified]:
        passwords = Argon2Passwords()
        hashed = await passwords.hash("correct horse battery")
        assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        return [
            await passwords.verify("correct horse battery", hashed),
            await passwords.verify("correct horse batterz", hashed),
            await passwords.verify("correct horse battery", None),
            await passwords.verify("correct horse battery", "no hash"),
        ]

    wrong = Verified(right=False)
    assert asyncio.run(work()) == [Verified(right=True), wrong, wrong, wrong]


def test_a_hash_of_older_parameters_is_outdated() -> None:
    async def work() -> Verified:
        older = Argon2Passwords(hasher=PasswordHasher(memory_cost=8 * 1024, time_cost=1, parallelism=1))
        return await Argon2Passwords().verify("correct horse battery", await older.hash("correct horse battery"))

    assert asyncio.run(work()) == Verified(right=True, outdated=True)


def test_an_unknown_account_costs_what_a_known_one_does() -> None:
    counting = Counting()

    async def work() -> None:
        passwords = Argon2Passwords(hasher=counting)
        hashed = await passwords.hash("correct horse battery")
        counting.verified = 0
        for password_hash in (hashed, None):
            await passwords.verify("something else", password_hash)

    asyncio.run(work())

    assert counting.verified == 2
    assert not counting.check_needs_rehash(module._OF_NOBODY)


@pytest.mark.slow
def test_two_hundred_at_once_take_the_memory_of_two_and_leave_the_loop_free() -> None:
    counting = Counting()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async def work() -> int:
        passwords = Argon2Passwords(hasher=counting)
        together = asyncio.gather(*(passwords.verify(f"password {n}", None) for n in range(200)))
        turns = 0
        while not together.done():
            await asyncio.sleep(0.005)
            turns += counting.running > 0
        assert [verified.right for verified in await together] == [False] * 200
        return turns

    turns_while_hashing = asyncio.run(work())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert counting.verified == 200
    assert counting.most_running <= 2
    assert grown < 100 * 1024  # KiB; two hashes need 38 MiB, two hundred 3.8 GiB
    # Were a hash made on the loop itself, no turn of it would ever see one at work.
    assert turns_while_hashing > 0


def test_more_than_can_be_waited_for_are_refused() -> None:
    async def work() -> list[object]:
        passwords = Argon2Passwords(most_waiting=3)
        first = await asyncio.gather(*(passwords.verify("x", None) for _ in range(5)), return_exceptions=True)
        return [*first, await passwords.verify("x", None)]

    seen = asyncio.run(work())

    wrong = Verified(right=False)
    assert seen[:3] == [wrong] * 3
    assert [type(refusal) for refusal in seen[3:5]] == [TooManyPasswordsError] * 2
    assert seen[5] == wrong


def test_a_request_that_is_given_up_makes_no_room_for_a_third_hash() -> None:
    counting = Counting()

    async def work() -> None:
        passwords = Argon2Passwords(hasher=counting)
        for _ in range(10):
            task = asyncio.create_task(passwords.verify("x", None))
            await asyncio.sleep(0.01)
            task.cancel()
        await passwords.verify("x", None)

    asyncio.run(work())

    assert counting.most_running <= 2
