"""How it ends where reports are not taken: worth another try, or not."""

from __future__ import annotations

from collections.abc import Sequence

from fieldfare.ports.error_sinks import Report

TAKEN_FROM, TAKEN_BELOW = 200, 300
SERVER_FAULTS = 500


class ReportsRefusedError(Exception):
    """A sink will never take these reports as they are, or not from us; the text is its status and code alone."""

    def __init__(self, message: str, *, refused: Sequence[Report] = ()) -> None:
        """Keep which they are; none named: all of them."""
        super().__init__(message)
        self.refused = tuple(refused)


class ReportsUnsentError(Exception):
    """Some reports were not taken and might be at once; the others were."""

    def __init__(self, message: str, *, left: Sequence[Report]) -> None:
        """Keep which they are."""
        super().__init__(message)
        self.left = tuple(left)
