"""A table of Supabase as a place that takes reports, by PostgREST: one insert for all that wait.

The ids are ours, and what is there already is left alone: a report that is sent twice stands there once.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson

from fieldfare.adapters.error_sinks.outcomes import SERVER_FAULTS, TAKEN_BELOW, TAKEN_FROM, ReportsRefusedError
from fieldfare.ports.error_sinks import Report

_CONFLICT = 409
_THERE_ALREADY = "23505"
_PREFER = "return=minimal,missing=default,resolution=ignore-duplicates"


class SupabaseSink:
    """Inserts reports into one table, whose columns are the keys of `row_of`."""

    def __init__(self, *, url: str, key: str, table: str, seconds: float = 2.0) -> None:
        """Keep where the project is; `url` is without `/rest/v1`."""
        self._address = f"{url.rstrip('/')}/rest/v1/{table}"
        self._headers = {
            "apikey": key,
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Prefer": _PREFER,
        }
        self._seconds = seconds
        self._verify = ssl.create_default_context()

    @property
    def name(self) -> str:
        """Name the sink."""
        return "supabase"

    async def send(self, reports: Sequence[Report]) -> None:
        """Insert them; raises `ReportsRefusedError`, or whatever else went wrong on the way."""
        body = orjson.dumps([row_of(report) for report in reports])
        async with httpx2.AsyncClient(timeout=self._seconds, verify=self._verify, follow_redirects=False) as client:
            answer = await client.post(self._address, params={"on_conflict": "id"}, headers=self._headers, content=body)
        if TAKEN_FROM <= answer.status_code < TAKEN_BELOW:
            return
        code = _code_of(answer)
        if answer.status_code == _CONFLICT and code == _THERE_ALREADY:
            # The attempt before got through, and only its answer was lost.
            return
        said = f"{answer.status_code} {code}".strip()
        if answer.status_code >= SERVER_FAULTS:
            raise ConnectionError(said)
        raise ReportsRefusedError(said)


def row_of(report: Report) -> dict[str, Any]:
    """Write a report as a row; every row has the same keys."""
    return {
        "id": report.id,
        "at": datetime.fromtimestamp(report.at, UTC).isoformat(),
        "level": report.level,
        "code": report.code,
        "message": report.message,
        "business": report.business,
        "facts": dict(report.facts),
    }


def _code_of(answer: httpx2.Response) -> str:
    """Give the code of a refusal: PostgREST's own, or the database's; the words of it may quote what was sent."""
    try:
        document = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return ""
    code = document.get("code") if isinstance(document, dict) else None
    return code if isinstance(code, str) and len(code) <= 20 and code.isalnum() else ""  # noqa: PLR2004 - `PGRST204`
