"""How many webhooks came in, and what became of them, as figures for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter


class InboundFigures:
    """The counter of one process: `registry.register(figures.counter)` shows it."""

    def __init__(self) -> None:
        """Start at nothing, in no registry."""
        self.counter = Counter(
            "fieldfare_webhooks_in",
            "Webhooks that came in from systems outside.",
            ["provider", "outcome"],
            registry=None,
        )

    def count(self, provider: str, outcome: str) -> None:
        """Count one; both words are from lists of ours."""
        self.counter.labels(provider, outcome).inc()
