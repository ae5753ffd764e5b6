"""Sentry, or whatever speaks its protocol, as a place that takes reports: an envelope for each.

The vendor's own library is left out: it hooks itself into the process, and collects by itself what we would have to
take out again. What is sent here is a report, and nothing else.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import orjson

from fieldfare import __version__
from fieldfare.adapters.error_sinks.outcomes import (
    SERVER_FAULTS,
    TAKEN_BELOW,
    TAKEN_FROM,
    ReportsRefusedError,
    ReportsUnsentError,
)
from fieldfare.ports.error_sinks import Report

_AT_ONCE = 5


class SentryAddressError(ValueError):
    """The DSN is none; the text never repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentryAddress:
    """Where envelopes go, and the key that lets them in."""

    envelopes: str
    key: str


def read_dsn(dsn: str) -> SentryAddress:
    """Read `https://KEY@HOST/PROJECT`; raises `SentryAddressError`."""
    try:
        parts = urlsplit(dsn.strip())
        port = parts.port
    except ValueError:
        raise SentryAddressError("a DSN is written https://KEY@HOST/PROJECT") from None
    folder, _, project = parts.path.rpartition("/")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.username or not project:
        raise SentryAddressError("a DSN is written https://KEY@HOST/PROJECT")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    return SentryAddress(envelopes=f"{parts.scheme}://{place}{folder}/api/{project}/envelope/", key=parts.username)


class SentrySink:
    """Sends reports as events."""

    def __init__(self, *, dsn: str, seconds: float = 2.0) -> None:
        """Keep where they go; raises `SentryAddressError`."""
        self._address = read_dsn(dsn)
        self._seconds = seconds
        self._verify = ssl.create_default_context()
        client = f"fieldfare/{__version__}"
        self._headers = {
            "Content-Type": "application/x-sentry-envelope",
            "User-Agent": client,
            "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client={client}, sentry_key={self._address.key}",
        }

    @property
    def name(self) -> str:
        """Name the sink."""
        return "sentry"

    async def send(self, reports: Sequence[Report]) -> None:
        """Send each; raises `ReportsUnsentError` for those that might be taken at once, else `ReportsRefusedError`."""
        turns = asyncio.Semaphore(_AT_ONCE)
        async with httpx2.AsyncClient(timeout=self._seconds, verify=self._verify, follow_redirects=False) as client:
            statuses = await asyncio.gather(*(self._one(client, turns, report) for report in reports))
        left = [report for report, status in zip(reports, statuses, strict=True) if status >= SERVER_FAULTS]
        refused = [
            report
            for report, status in zip(reports, statuses, strict=True)
            if not TAKEN_FROM <= status < TAKEN_BELOW and status < SERVER_FAULTS
        ]
        if left:
            raise ReportsUnsentError(str(max(statuses)), left=left)
        if refused:
            raise ReportsRefusedError(str(max(statuses)), refused=refused)

    async def _one(self, client: httpx2.AsyncClient, turns: asyncio.Semaphore, report: Report) -> int:
        """Give the status of the answer; that of no answer is 599."""
        async with turns:
            try:
                answer = await client.post(self._address.envelopes, headers=self._headers, content=envelope_of(report))
            except httpx2.HTTPError:
                return 599
        return answer.status_code


def envelope_of(report: Report) -> bytes:
    """Write a report as an envelope: three lines of JSON, of which the second says how long the third is."""
    event = orjson.dumps(_event_of(report))
    heading = orjson.dumps({"event_id": UUID(report.id).hex})
    item = orjson.dumps({"type": "event", "length": len(event)})
    return b"\n".join([heading, item, event, b""])


def _event_of(report: Report) -> dict[str, Any]:
    tags = {"code": report.code} | ({} if report.business is None else {"business": report.business})
    return {
        "event_id": UUID(report.id).hex,
        "timestamp": report.at,
        "platform": "python",
        "level": report.level,
        "logger": "fieldfare",
        "release": f"fieldfare@{__version__}",
        "message": {"formatted": report.message},
        "fingerprint": [report.code],
        "tags": tags,
        "extra": dict(report.facts),
    }
