"""Traces: sent to a collector when switched on, and holding nothing that was typed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode

from fieldfare.entrypoints.span_filter import ATTRIBUTES, SpanFilter
from fieldfare.entrypoints.telemetry import TelemetryMissingError, tracing
from tests.unit.api.sample import build, client_of


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(SpanFilter(exporter)))
    return provider


def test_a_request_is_a_span_named_by_its_template(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    client = client_of(build(tracer_provider=provider))

    client.get("/api/v1/b1/suggestions?text=12+Main+Street", headers={"User-Agent": "hunter2"})

    server = next(span for span in exporter.get_finished_spans() if span.kind is SpanKind.SERVER)
    assert server.name == "GET /api/v1/{business}/suggestions"
    assert dict(server.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/api/v1/{business}/suggestions",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "network.protocol.version": "1.1",
    }


@pytest.mark.parametrize("path", ["/api/v1/hunter2/records?cursor=hunter2", "/hunter2", "/broken/crash", "/%00hunter2"])
def test_nothing_that_was_typed_leaves(exporter: InMemorySpanExporter, provider: TracerProvider, path: str) -> None:
    client_of(build(tracer_provider=provider)).get(path)

    spans = exporter.get_finished_spans()
    written = "".join(span.to_json() for span in spans)
    assert spans
    assert not [word for word in ("hunter2", "Sam", "Main") if word in written]
    assert {name for span in spans for name in span.attributes or {}} <= ATTRIBUTES


def test_events_and_the_words_of_a_status_stay_here(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    with provider.get_tracer("test").start_as_current_span("work", attributes={"db.query.text": "hunter2"}) as span:
        span.add_event("exception", {"exception.message": "hunter2"})
        span.set_status(Status(StatusCode.ERROR, "hunter2"))

    (sent,) = exporter.get_finished_spans()
    assert (sent.name, sent.status.status_code, sent.events) == ("work", StatusCode.ERROR, ())
    assert "hunter2" not in sent.to_json()


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", received
        server.shutdown()
        thread.join()


def test_a_collector_gets_them() -> None:
    with collector() as (endpoint, received):
        provider = tracing(endpoint=endpoint)
        client_of(build(tracer_provider=provider)).get("/api/v1/b1/suggestions?text=hunter2")
        provider.shutdown()

    assert received[0][0] == "/v1/traces"
    assert b"/api/v1/{business}/suggestions" in received[0][1]
    assert b"hunter2" not in received[0][1]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(TelemetryMissingError, match=r"pip install 'fieldfare\[telemetry\]'"):
        tracing(endpoint="http://127.0.0.1:1/v1/traces")


def test_switched_off_it_isn_t_even_loaded() -> None:
    code = "import fieldfare.entrypoints.api.app, fieldfare.entrypoints.telemetry, sys; " \
           "sys.exit('opentelemetry.sdk' in sys.modules)"  # fmt: skip

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
