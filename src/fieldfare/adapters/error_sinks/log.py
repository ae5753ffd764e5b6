"""The log as a place that takes reports: one line each, beside all the others."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from fieldfare.ports.error_sinks import Report

_log = structlog.get_logger("fieldfare.reports")


class LogSink:
    """Writes reports into the log; of their facts, what the log lets out."""

    @property
    def name(self) -> str:
        """Name the sink."""
        return "log"

    async def send(self, reports: Sequence[Report]) -> None:
        """Write a line for each."""
        for report in reports:
            facts = {name: value for name, value in report.facts.items() if name not in _OURS}
            write = _log.error if report.level == "error" else _log.warning
            write(report.message, code=report.code, business=report.business, **facts)


_OURS = frozenset({"event", "code", "business", "level", "logger", "exc_info", "stack_info"})
