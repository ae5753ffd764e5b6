"""What became of reports, as figures for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from fieldfare.adapters.error_sinks.queue import ReportQueue


class ReportFigures(Collector):
    """Reads a queue's counters whenever figures are asked for: `registry.register(ReportFigures(queue))`."""

    def __init__(self, queue: ReportQueue) -> None:
        """Keep the queue."""
        self._queue = queue

    def collect(self) -> Iterable[Metric]:
        """Give the figures."""
        counts = self._queue.counts
        sent = CounterMetricFamily("fieldfare_reports_sent", "Reports that a sink has taken.", labels=["sink"])
        failed = CounterMetricFamily("fieldfare_reports_failed", "Reports that a sink did not take.", labels=["sink"])
        for name, number in sorted(counts.sent.items()):
            sent.add_metric([name], number)
        for name, number in sorted(counts.failed.items()):
            failed.add_metric([name], number)
        dropped = CounterMetricFamily(
            "fieldfare_reports_dropped", "Reports that found the queue full or closed.", value=counts.dropped
        )
        return [sent, failed, dropped]
