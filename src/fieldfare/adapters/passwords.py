"""Passwords by Argon2id, a few at a time.

A hash takes 19 MiB and some 30 ms of a processor, by intent. So hashing has threads of its own, and as many sign-ins as
may come take no more memory than two, and leave the event loop free.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldfare.ports.people import TooManyPasswordsError, Verified

T = TypeVar("T")

AT_ONCE = 2
MOST_WAITING = 256
"""Some four seconds of work for two processors."""

# RFC 9106 and OWASP's smallest recommendation for Argon2id.
_HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)

_OF_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$vodlauixu8LwWBcYFVZRaQ$4ZcNGRdTESmBQQffAKZEV46FFLnwlsvpYhRSLLraXt8"
"""The hash of a random password that nobody has kept."""


class Argon2Passwords:
    """Argon2id in threads; see `ports.people.Passwords`."""

    def __init__(self, *, hasher: PasswordHasher = _HASHER, most_waiting: int = MOST_WAITING) -> None:
        """Prepare the threads; a hasher of other parameters makes older hashes outdated."""
        # Not a semaphore around `to_thread`: a request that is given up would release it while its thread goes on.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._hasher = hasher
        self._most_waiting = most_waiting
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Hash a password."""
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(self, password: str, password_hash: str | None) -> Verified:
        """Compare a password with a hash, or do the same work for nothing."""
        return await self._in_thread(lambda: self._verified(password, password_hash))

    def _verified(self, password: str, password_hash: str | None) -> Verified:
        try:
            self._hasher.verify(password_hash or _OF_NOBODY, password)
        except (VerificationError, InvalidHashError):
            return Verified(right=False)
        if password_hash is None:
            return Verified(right=False)
        return Verified(right=True, outdated=self._hasher.check_needs_rehash(password_hash))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most_waiting:
            raise TooManyPasswordsError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
