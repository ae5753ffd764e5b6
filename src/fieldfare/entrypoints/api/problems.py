"""What goes wrong, as `application/problem+json` (RFC 9457): raise a `Problem`, or answer with one."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response

from fieldfare.entrypoints.api.problem_table import PROBLEMS
from fieldfare.entrypoints.api.request_facts import facts_of

MEDIA_TYPE = "application/problem+json"

MOST_FAULTS = 20
"""A request may be wrong in a million places; nobody reads more than these."""

_OF_STATUS = {401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}
"""What the framework's own exceptions mean; every other refusal of its is about the request's form."""


class Problem(HTTPException):
    """An answer that is a problem. Raise it anywhere behind the door: in a route, a dependency or a middleware.

    `code` is one of `PROBLEMS`. `detail` says in words what happened here, without anybody's personal data if it can
    be helped; left out, it says what to do. Further members (`choices`, `alternatives`) stand beside it.
    """

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        """Look the code up; raises `KeyError` for an unknown one."""
        kind = PROBLEMS[code]
        self.sent_headers = dict(headers or {})
        super().__init__(status_code=kind.status, detail=detail or kind.cure, headers=self.sent_headers)
        self.code = code
        self.members = members
        wait = retry_after if retry_after is not None else kind.retry_after
        if wait is not None:
            self.sent_headers.setdefault("Retry-After", str(wait))
        if kind.status == 401:  # noqa: PLR2004 - RFC 9110 asks for the challenge with this status
            self.sent_headers.setdefault("WWW-Authenticate", "Bearer")

    def document(self, *, request_id: str) -> dict[str, object]:
        """Give the members of the answer."""
        return {
            "type": type_of(self.code),
            "title": PROBLEMS[self.code].title,
            "status": self.status_code,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
            **self.members,
        }


def type_of(code: str) -> str:
    """Give the address of the page that explains a code."""
    return f"/docs/errors#{code}"


def faulty(path: str, message: str) -> Problem:
    """Refuse one value of a request: where it stands, and what is wrong with it."""
    return refused([(path, message)])


def refused(faults: Sequence[tuple[str, str]]) -> Problem:
    """Refuse a request for its values: each a path and a message."""
    first_path, first_message = faults[0]
    detail = f"{first_path}: {first_message}" if first_path else f"The request {first_message}"
    if len(faults) > 1:
        detail += f" (and {len(faults) - 1} more)"
    shown = [{"path": path, "message": message} for path, message in faults[:MOST_FAULTS]]
    return Problem("invalid_request", detail, errors=shown)


def from_framework(error: HTTPException) -> Problem:
    """Say in our words what the framework refused; its headers, such as `Allow`, stay."""
    if isinstance(error, Problem):
        return error
    headers = error.headers or {}
    if error.status_code in _OF_STATUS:
        return Problem(_OF_STATUS[error.status_code], headers=headers)
    if error.status_code >= 500:  # noqa: PLR2004 - all server errors are one problem of ours
        return Problem("internal_error", headers=headers)
    return Problem("invalid_request", "The request could not be read.", headers=headers, errors=[])


def answer_of(problem: Problem, scope: MutableMapping[str, Any]) -> Response:
    """Make the response to the request of a scope."""
    body = orjson.dumps(problem.document(request_id=facts_of(scope).request_id))
    return Response(body, status_code=problem.status_code, headers=problem.sent_headers, media_type=MEDIA_TYPE)
