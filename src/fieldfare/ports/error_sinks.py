"""Where errors are told to people outside: fire and forget, never in a request's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An error as it is told outside, redacted before it gets here. `id` is a UUID made by us; `at` an instant.

    `level` is `error` or `warning`; `facts` are ids, codes and numbers.
    """

    id: str
    at: int
    level: str
    code: str
    message: str
    business: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class ErrorSink(Protocol):
    """A place that takes reports."""

    @property
    def name(self) -> str:
        """Name the sink, for counters and logs."""
        ...

    async def send(self, reports: Sequence[Report]) -> None:
        """Send reports once, within two seconds; raises whatever goes wrong: the queue before it counts and forgets."""
        ...


class ErrorReports(Protocol):
    """What everybody reports to: `tell` returns at once, whatever the sinks do."""

    def tell(
        self,
        code: str,
        message: str,
        *,
        level: str = "error",
        business: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Put a report into the queue, redacted; where the queue is full it is dropped and counted. Never raises."""
        ...
