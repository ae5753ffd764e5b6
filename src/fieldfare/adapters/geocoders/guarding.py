"""Asks one geocoder within its time, and leaves it alone while it is down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fieldfare.adapters.geocoders.breaker import Breaker
from fieldfare.adapters.geocoders.spacing import OwnQueueFullError
from fieldfare.ports.geocoder import (
    GeocoderError,
    GeocoderRefusedError,
    GeocoderUnavailableError,
    RateLimitedError,
)

T = TypeVar("T")

LONGEST_REST_SECONDS = 300.0

_log = logging.getLogger(__name__)


class Guard:
    """What stands before one service of one geocoder: its time limit and its breaker."""

    def __init__(self, *, name: str, seconds: float, breaker: Breaker | None = None) -> None:
        """Guard a service; the name is for the log."""
        self._name = name
        self._seconds = seconds
        self._breaker = breaker or Breaker()

    async def ask(self, question: Callable[[], Awaitable[T]], *, seconds: float | None = None) -> T:
        """Ask, within the usual time or what is left of it; raises `GeocoderError`, and logs how it failed."""
        limit = self._seconds if seconds is None else min(seconds, self._seconds)
        if limit <= 0:
            raise GeocoderUnavailableError("no time is left for it")
        if not self._breaker.admits():
            raise GeocoderUnavailableError("is left alone for a while")
        try:
            async with asyncio.timeout(limit):
                answer = await question()
        except TimeoutError:
            late = GeocoderUnavailableError("took too long")
            self._fail(late, blame=limit == self._seconds)
            raise late from None
        except GeocoderError as error:
            self._fail(error)
            raise
        except BaseException:
            self._breaker.gave_up()
            raise
        self._breaker.succeeded()
        return answer

    def _fail(self, error: GeocoderError, *, blame: bool = True) -> None:
        """Judge and log a failure; one that others have caused, or our own queue, is not held against the geocoder."""
        if isinstance(error, GeocoderRefusedError):
            self._breaker.rest(LONGEST_REST_SECONDS)
            _log.error("the geocoder %s refuses us (%s): see to its key and its quota", self._name, error)
            return
        if isinstance(error, RateLimitedError):
            wait = error.retry_after
            self._breaker.rest(None if wait is None else min(wait, LONGEST_REST_SECONDS))
        elif blame and not isinstance(error, OwnQueueFullError):
            self._breaker.failed()
        else:
            self._breaker.gave_up()
        _log.warning("the geocoder %s failed (%s)", self._name, error)
