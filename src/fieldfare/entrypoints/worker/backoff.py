"""When a task that failed is tried again: soon, and then ever later."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

FIRST_SECONDS = 4
LONGEST_SECONDS = 3_600
_STEPS = 6
"""After so many failures the wait has grown as long as it gets."""


class Backoff(BaseRetryStrategy):
    """Waits 4, 16, 64, 256 and 1024 seconds, then an hour each time, whatever the task failed of."""

    def __init__(self, *, most: int) -> None:
        """Keep how many attempts there are in all."""
        self._most = most

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002
        """Decide when a task that has just failed is tried again; None: never."""
        failures = job.attempts + 1
        if failures >= self._most:
            return None
        return RetryDecision(retry_in={"seconds": min(FIRST_SECONDS ** min(failures, _STEPS), LONGEST_SECONDS)})
