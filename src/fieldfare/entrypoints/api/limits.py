"""How often somebody may ask: by address, by API key, by business, and for what is dear or delicate."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from limits import RateLimitItemPerMinute
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from fieldfare.entrypoints.api.limits_memory import BoundedMemory
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.proxies import group_of
from fieldfare.entrypoints.api.request_facts import facts_of

_MOST_KEYS = 100_000


class Bucket(StrEnum):
    """What is counted, each in a memory of its own: a flood in one never makes another forget."""

    ADDRESS = "address"
    KEY = "key"
    BUSINESS = "business"
    SIGN_IN = "sign_in"
    WRONG_KEY = "wrong_key"
    GEOCODE = "geocode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How much of each is allowed in a minute; 0 is without a limit. Each process counts for itself."""

    address: int = 600
    key: int = 12_000
    business: int = 60_000
    sign_in: int = 10
    wrong_key: int = 60
    geocode: int = 120


class Limits:
    """The counters of one process."""

    def __init__(self, rates: Rates | None = None, *, clock: Callable[[], float] = time.time) -> None:
        """Start with every counter at nothing."""
        rates = rates or Rates()
        allowed = {bucket: getattr(rates, bucket) for bucket in Bucket}
        self._items = {bucket: RateLimitItemPerMinute(rate) for bucket, rate in allowed.items() if rate}
        self._storages = {bucket: BoundedMemory(most_keys=_MOST_KEYS, clock=clock) for bucket in self._items}

    def spend(self, bucket: Bucket, identity: str) -> None:
        """Count once; raises `Problem` (rate_limited), and then counts nothing."""
        if bucket in self._items and not self._strategy(bucket).hit(self._items[bucket], identity):
            raise self._refusal(bucket, identity)

    def check(self, bucket: Bucket, identity: str) -> None:
        """Raise the same `Problem` where `spend` would, without counting."""
        if bucket in self._items and not self._strategy(bucket).test(self._items[bucket], identity):
            raise self._refusal(bucket, identity)

    def spend_address(self, request: Request, bucket: Bucket = Bucket.ADDRESS) -> None:
        """Count the client's address (of IPv6 its /64)."""
        self.spend(bucket, group_of(facts_of(request.scope).client))

    def check_address(self, request: Request, bucket: Bucket = Bucket.ADDRESS) -> None:
        """Check the client's address without counting."""
        self.check(bucket, group_of(facts_of(request.scope).client))

    def spend_sign_in(self, request: Request, *, email: str) -> None:
        """Count an attempt to sign in, by address and by account; the email is kept as a hash only."""
        self.spend_address(request, Bucket.SIGN_IN)
        self.spend(Bucket.SIGN_IN, hashlib.sha256(email.strip().casefold().encode()).hexdigest())

    def _strategy(self, bucket: Bucket) -> SlidingWindowCounterRateLimiter:
        return SlidingWindowCounterRateLimiter(self._storages[bucket])

    def _refusal(self, bucket: Bucket, identity: str) -> Problem:
        item = self._items[bucket]
        window = item.get_expiry()
        previous, _, current, expires_in = self._storages[bucket].get_sliding_window(item.key_for(identity), window)
        wait = _seconds_to_wait(
            limit=item.amount, window=window, previous=previous, current=current, left=expires_in - window
        )
        return Problem("rate_limited", retry_after=math.floor(wait) + 1)


async def limit_address(request: Request) -> None:
    """Count the client's address: the dependency of every route that anybody may call."""
    limits_of(request).spend_address(request)


async def limit_geocoding(request: Request) -> None:
    """Count a question to a geocoder by the client's address."""
    limits_of(request).spend_address(request, Bucket.GEOCODE)


def limits_of(request: Request) -> Limits:
    """Give the limits that `build_app` was given."""
    limits: Limits = request.app.state.limits
    return limits


def _seconds_to_wait(*, limit: int, window: int, previous: int, current: int, left: float) -> float:
    """Tell when one more fits: `previous` counts for the part of its window that a minute still reaches back to.

    In this window, w seconds from now, that is previous x (left - w) / window + current < limit; if this window alone
    is full, it is itself the previous one by then.
    """
    if current < limit and previous:
        return max(0.0, left - (limit - current) * window / previous)
    return left + max(0.0, window - limit * window / max(current, 1))
