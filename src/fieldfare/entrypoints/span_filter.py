"""Lets spans out with nothing but the attributes on a list. Only whoever has the extra `telemetry` imports this."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

ATTRIBUTES = frozenset({
    "http.request.method", "http.route", "http.response.status_code", "url.scheme", "network.protocol.version",
    "error.type", "code.function.name", "db.system.name", "db.operation.name",
})  # fmt: skip
"""No path, no query, no address, no header, no statement: whatever may hold what people have typed."""


class SpanFilter(SpanExporter):
    """An exporter before the exporter: it also takes off events and the words of a status, which quote exceptions."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans with what is left of them."""
        return self._exporter.export([_listed(span) for span in spans])

    def shutdown(self) -> None:
        """Stop."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)


def _listed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name in ATTRIBUTES},
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
