"""Leaves a geocoder alone for a while after it has failed several times in a row.

Our own, because a circuit has to know three endings, not two: an answer, a failure, and a question that was given up,
which says nothing about the geocoder; and because one question tries a rested circuit, not all that come at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """A circuit: closed while all is well, open after failures in a row, and tried by one question after its rest."""

    def __init__(
        self, *, failures: int = 3, rest_seconds: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start closed. `clock` is any clock that never goes back."""
        self._most_failures = failures
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._failures = 0
        self._rests_until: float | None = None
        self._on_trial = False

    def admits(self) -> bool:
        """Tell whether the next question may be asked; each that may ends with one of the other calls."""
        if self._rests_until is None:
            return True
        if self._on_trial or self._clock() < self._rests_until:
            return False
        self._on_trial = True
        return True

    def succeeded(self) -> None:
        """Close the circuit: an answer came, be it an empty one."""
        self._failures, self._rests_until, self._on_trial = 0, None, False

    def failed(self) -> None:
        """Count a failure; the last of a row, and one on trial, opens the circuit."""
        self._failures += 1
        if self._on_trial or self._failures >= self._most_failures:
            self.rest(self._rest_seconds)

    def rest(self, seconds: float | None = None) -> None:
        """Open the circuit at once, for as long as the geocoder asked for, or as usual."""
        self._rests_until = self._clock() + (self._rest_seconds if seconds is None else seconds)
        self._on_trial = False

    def gave_up(self) -> None:
        """End a question that says nothing about the geocoder, for nobody waited for its answer."""
        self._on_trial = False
