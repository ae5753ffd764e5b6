"""Figures for Prometheus."""

from __future__ import annotations

import re

from prometheus_client import REGISTRY

from fieldfare.entrypoints.api.metrics import Metrics
from tests.unit.api.sample import build, client_of


def test_requests_are_counted_by_template_and_status() -> None:
    client = client_of(build(metrics=Metrics()))
    for path in ("/api/v1/b1/records", "/api/v1/b2/records", "/api/v1/b1/records?limit=x", "/secret/4111", "/%00"):
        client.get(path)
    client.request("BREW", "/healthz")
    client.get("/broken/crash")

    text = client.get("/metrics").text

    counted = dict(re.findall(r"^fieldfare_http_requests_total\{(.*)\} (\S+)$", text, re.MULTILINE))
    assert counted == {
        'method="GET",route="/api/v1/{business}/records",status="200"': "2.0",
        'method="GET",route="/api/v1/{business}/records",status="422"': "1.0",
        'method="GET",route="(none)",status="404"': "2.0",
        'method="OTHER",route="/healthz",status="405"': "1.0",
        'method="GET",route="/broken/crash",status="500"': "1.0",
    }
    assert "4111" not in text
    assert "b1" not in text
    assert 'fieldfare_http_request_seconds_bucket{le="0.005",method="GET",route="(none)"}' in text


def test_off_unless_switched_on() -> None:
    assert client_of().get("/metrics").status_code == 404


def test_two_apps_count_apart_and_nothing_is_global() -> None:
    one, other = client_of(build(metrics=Metrics())), client_of(build(metrics=Metrics()))

    one.get("/healthz")

    assert "/healthz" in one.get("/metrics").text
    assert "/healthz" not in other.get("/metrics").text
    assert not [metric for metric in REGISTRY.collect() if metric.name.startswith("fieldfare")]
