"""Leaves an account alone while GoHighLevel is down: a while longer each time that it still is.

Like that of the geocoders it knows three endings, an answer, a failure, and a call that was given up; unlike that one
it can be asked whether it rests without taking the one call that tries it.
"""

from __future__ import annotations

from fieldfare.adapters.crms.ghl.pace import Ticker

FAILURES = 8
REST_SECONDS = 2.0
LONGEST_REST = 30.0


class Breaker:
    """A circuit: closed while all is well, open after failures in a row, and tried by one call after its rest."""

    def __init__(self, ticker: Ticker) -> None:
        """Start closed."""
        self._clock = ticker.clock
        self._failures = 0
        self._rest = REST_SECONDS
        self._rests_until: float | None = None
        self._on_trial = False

    @property
    def resting(self) -> bool:
        """Whether a call would be refused now."""
        return self._rests_until is not None and (self._on_trial or self._clock() < self._rests_until)

    def admits(self) -> bool:
        """Tell whether the next call may be made; each that may ends with one of the other calls."""
        if self.resting:
            return False
        self._on_trial = self._rests_until is not None
        return True

    def succeeded(self) -> None:
        """Close the circuit: an answer came, be it a refusal."""
        self._failures, self._rest, self._rests_until, self._on_trial = 0, REST_SECONDS, None, False

    def failed(self) -> None:
        """Count a failure; the last of a row opens the circuit, and one on trial opens it for longer."""
        self._failures += 1
        if self._on_trial:
            self._rest = min(self._rest * 2, LONGEST_REST)
        if self._on_trial or self._failures >= FAILURES:
            self._rests_until = self._clock() + self._rest
        self._on_trial = False

    def gave_up(self) -> None:
        """End a call that says nothing about GoHighLevel, for nobody waited for its answer."""
        self._on_trial = False
