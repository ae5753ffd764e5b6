"""What becomes of the exceptions that routes raise."""

from __future__ import annotations

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fieldfare.entrypoints.api.problems import Problem, answer_of, from_framework
from fieldfare.entrypoints.api.sentences import problem_of
from fieldfare.entrypoints.api.templates import RouteTemplates
from fieldfare.ports.storage import StorageUnavailableError

_log = structlog.get_logger("fieldfare.api")


def answer_exceptions(app: FastAPI, templates: RouteTemplates) -> None:
    """Answer with problems what routes raise; whatever else it is goes on to the crash guard."""

    async def answer_invalid(request: Request, error: RequestValidationError) -> Response:
        return answer_of(problem_of(error.errors()), request.scope)

    async def answer_refusal(request: Request, error: HTTPException) -> Response:
        problem = from_framework(error)
        if problem.code == "method_not_allowed":
            problem.sent_headers["Allow"] = ", ".join(templates.methods_at(request.scope["path"]))
        return answer_of(problem, request.scope)

    async def answer_outage(request: Request, error: StorageUnavailableError) -> Response:
        _log.warning("database_unavailable", exc_info=error)
        return answer_of(Problem("database_unavailable"), request.scope)

    app.exception_handlers |= {
        RequestValidationError: answer_invalid,
        HTTPException: answer_refusal,
        StorageUnavailableError: answer_outage,
    }
