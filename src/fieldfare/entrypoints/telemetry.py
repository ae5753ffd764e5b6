"""Traces by OpenTelemetry (OTLP over HTTP), for those who switch them on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldfare import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class TelemetryMissingError(Exception):
    """Traces are switched on, but what sends them is not installed; the text says what to install."""


def tracing(*, endpoint: str, headers: Mapping[str, str] | None = None) -> TracerProvider:
    """Make the provider that sends spans to a collector (`http://127.0.0.1:4318/v1/traces`) in the background.

    Whoever makes it calls its `shutdown()` at the end, which sends what is left. Raises `TelemetryMissingError`.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        from fieldfare.entrypoints.span_filter import SpanFilter
    except ImportError as missing:
        raise TelemetryMissingError(
            "traces need what sends them, the extra `telemetry`: pip install 'fieldfare[telemetry]'"
        ) from missing
    resource = Resource.create({"service.name": "fieldfare", "service.version": __version__})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=endpoint, headers=dict(headers or {}))
    provider.add_span_processor(BatchSpanProcessor(SpanFilter(exporter)))
    return provider
