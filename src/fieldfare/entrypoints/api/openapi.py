"""The API's description (OpenAPI 3.1): every operation with its examples, and with each problem that it may answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.security import APIKeyCookie, HTTPBearer

from fieldfare.entrypoints.api.middleware.cross_site import SESSION_COOKIES
from fieldfare.entrypoints.api.problem_table import PROBLEMS
from fieldfare.entrypoints.api.problems import MEDIA_TYPE, Problem

OPERATIONS = "operations"
"""The tag of what the operator's machines read: it needs no database and has no limits."""

API_KEY = HTTPBearer(scheme_name="api_key", description="An API key with its scopes.", auto_error=False)
SESSION = APIKeyCookie(
    name=SESSION_COOKIES[0], scheme_name="session", description="The session of a staff account.", auto_error=False
)
"""Security depends on these, so that the description says which operations need them."""

_EXAMPLE_ID = "0f8c2f3b9d0e4c7c8a4f6f0f5b1f6c3e"
_SCHEMA_NAME = "Problem"
_METHODS = ("get", "put", "post", "delete", "options", "patch")
_SAFE = frozenset({"get", "options"})


def problem_responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe the problems of an operation: `responses=problem_responses("address_not_found", ...)`.

    Those that follow from what an operation takes are added by themselves: the body's, the rate limits', the
    security's and the database's.
    """
    described: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        _describe(described, code, key=PROBLEMS[code].status)
    return described


def json_example(example: object, *, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Show an answer: `responses={**json_example(...), **problem_responses(...)}`."""
    return {status: {"content": {"application/json": {"example": example}}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Make the whole document."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
        servers=app.servers,
    )
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                _complete(operations[method], method=method, takes_path="{" in path, for_anybody="{business}" in path)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas[_SCHEMA_NAME] = _SCHEMA
    return document


def _complete(operation: dict[str, Any], *, method: str, takes_path: bool, for_anybody: bool) -> None:
    responses = operation["responses"]
    if for_anybody and operation.get("security"):
        # Whoever says who they are may see more; nobody has to.
        operation["security"] = [{}, *operation["security"]]
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
    for code in _implied(operation, method=method, takes_path=takes_path):
        _describe(responses, code, key=str(PROBLEMS[code].status))
    operation["responses"] = dict(sorted(responses.items()))


def _implied(operation: dict[str, Any], *, method: str, takes_path: bool) -> Iterator[str]:
    """List the problems that follow from what an operation takes."""
    yield from ("invalid_request", "internal_error")
    if takes_path:
        yield "not_found"
    if "requestBody" in operation:
        yield from ("body_too_large", "request_timeout", "unsupported_media_type")
    schemes = {name for requirement in operation.get("security", []) for name in requirement}
    if schemes:
        yield from ("unauthenticated", "forbidden")
    if SESSION.scheme_name in schemes and method not in _SAFE:
        yield "cross_site"
    if OPERATIONS not in operation.get("tags", []):
        yield from ("rate_limited", "database_unavailable")


def _describe(responses: dict[Any, dict[str, Any]], code: str, *, key: int | str) -> None:
    """Add a code to the response of its status, beside those that are there."""
    kind = PROBLEMS[code]
    response = responses.setdefault(key, {})
    media = response.setdefault("content", {}).setdefault(MEDIA_TYPE, {})
    media["schema"] = {"$ref": f"#/components/schemas/{_SCHEMA_NAME}"}
    examples = media.setdefault("examples", {})
    problem = Problem(code, **(kind.example or {}))
    examples[code] = {"summary": kind.title, "value": problem.document(request_id=_EXAMPLE_ID)}
    response["description"] = "; ".join(example["summary"] for example in examples.values()) + "."
    if kind.retry_after is not None:
        response["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
        }


_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457). Further members depend on the code.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "The page that explains the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened this time, or what to do."},
        "code": {"type": "string", "enum": list(PROBLEMS), "description": "Stable; the words around it may change."},
        "request_id": {"type": "string", "description": "Under this id the log says more."},
        "errors": {
            "type": "array",
            "description": "What is wrong with the request, at most 20 of it.",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
