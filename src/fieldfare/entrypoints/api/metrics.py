"""Figures for Prometheus: how many requests there were, and how long they took, by route and status."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fieldfare.entrypoints.api.middleware.watch import Finished

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


class Metrics:
    """The figures of one process. Whoever has more to tell adds it to `registry`.

    No label holds what a stranger can make up, and none names a business: a counter each for thousands of them is
    what a log is for.
    """

    def __init__(self) -> None:
        """Start with nothing, in a registry of its own."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "fieldfare_http_requests",
            "Requests that were answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "fieldfare_http_request_seconds",
            "Seconds from a request's headers to its whole answer.",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self.registry,
        )

    def observe(self, finished: Finished) -> None:
        """Count one request."""
        method = finished.method if finished.method in _METHODS else "OTHER"
        self._requests.labels(method, finished.route, str(finished.status)).inc()
        self._seconds.labels(method, finished.route).observe(finished.seconds)

    def route(self) -> Route:
        """Make the route that Prometheus reads."""

        async def show_metrics(_: Request) -> Response:
            return Response(generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

        return Route("/metrics", show_metrics)
