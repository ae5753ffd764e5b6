"""Turns the vendor's refusals into the port's errors: by status first, then by what the message says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from fieldfare.adapters.crms.ghl.operations import Operation
from fieldfare.adapters.crms.ghl.redacting import cleansed
from fieldfare.adapters.crms.ghl.throttle import number
from fieldfare.ports.crm import (
    CrmError,
    CrmForbiddenError,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmRateLimitedError,
    CrmRefusedError,
    CrmUnauthorisedError,
    CrmUnavailableError,
)

A_DAYS_REST = 3_600.0
"""When to look again after the day's allowance is used up: nobody says when the vendor's day ends."""
LEAST_REST = 1.0

_UNAUTHORISED, _FORBIDDEN, _MISSING, _LATE, _TOO_MANY = 401, 403, 404, 408, 429
_FAULTS = 500
_REDIRECTS = 400
_TAKEN = re.compile(r"no longer available|slot .*not available|already booked", re.IGNORECASE)
_GONE = re.compile(r"not found|(does not|doesn't|no longer) exist|no such", re.IGNORECASE)
_TRACE = re.compile(r"[\w.:-]{1,100}")


class TokenRejectedError(CrmUnauthorisedError):
    """The token was not taken: a newer one may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status, headers by their names in lower case, and the JSON that came with them (None: there was none)."""

    status: int
    headers: Mapping[str, str]
    body: Any = field(repr=False)

    @property
    def trace(self) -> str | None:
        """The vendor's own number of the call."""
        told = self.body.get("traceId") if isinstance(self.body, Mapping) else None
        for value in (told, self.headers.get("traceid"), self.headers.get("x-trace-id")):
            if isinstance(value, str) and _TRACE.fullmatch(value):
                return value
        return None


def refusal(operation: Operation, reply: Reply, *, sent: Sequence[object]) -> CrmError:
    """Make the error that an answer which isn't a success means."""
    status, trace = reply.status, reply.trace
    said = cleansed(message_of(reply.body), sent=sent)
    told = f"could not {operation.name}: {said or f'status {status}'}"
    if status == _TOO_MANY:
        return _too_many(operation, reply)
    if status == _UNAUTHORISED:
        return _unauthorised(operation, said, told, trace)
    if status == _FORBIDDEN:
        return CrmForbiddenError(told, status=status, trace=trace)
    if status == _MISSING or (status < _FAULTS and operation.of_one and _GONE.search(said)):
        return CrmNotFoundError(told, status=status, trace=trace)
    if status >= _FAULTS or status == _LATE:
        kind = CrmOutcomeUnknownError if operation.writes else CrmUnavailableError
        return kind(f"could not {operation.name}: status {status}", status=status, trace=trace)
    if status < _REDIRECTS:
        told = f"could not {operation.name}: a redirect, which is not followed"
    return CrmRefusedError(told, taken=bool(_TAKEN.search(said)), status=status, trace=trace)


def message_of(body: Any) -> str:
    """Read the message of an error: a string, or a list of them, wherever it stands."""
    if isinstance(body, str):
        return body
    if isinstance(body, Sequence):
        return "; ".join(filter(None, map(message_of, body)))
    if not isinstance(body, Mapping):
        return ""
    for key in ("message", "error_description", "error", "msg"):
        if said := message_of(body.get(key)):
            return said
    return ""


def _unauthorised(operation: Operation, said: str, told: str, trace: str | None) -> CrmError:
    if "scope" in said.lower():
        lacking = f"could not {operation.name}: the token lacks the scope {operation.scope}"
        return CrmForbiddenError(lacking, status=_UNAUTHORISED, trace=trace)
    if "version" in said.lower():
        return CrmRefusedError(told, status=_UNAUTHORISED, trace=trace)
    return TokenRejectedError(told, status=_UNAUTHORISED, trace=trace)


def _too_many(operation: Operation, reply: Reply) -> CrmError:
    daily = number(reply.headers.get("x-ratelimit-daily-remaining")) == 0
    said = _retry_after(reply.headers.get("retry-after"))
    if said is None:
        interval = number(reply.headers.get("x-ratelimit-interval-milliseconds")) or 0
        said = A_DAYS_REST if daily else interval / 1_000
    allowance = "today's allowance of calls is used up" if daily else "too many calls"
    return CrmRateLimitedError(
        f"could not {operation.name}: {allowance}",
        retry_after=max(said, LEAST_REST),
        daily=daily,
        status=_TOO_MANY,
        trace=reply.trace,
    )


def _retry_after(text: str | None) -> float | None:
    """Read `Retry-After`, in seconds or as a date."""
    if (seconds := number(text)) is not None:
        return seconds
    try:
        at = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(tz=UTC)).total_seconds())
