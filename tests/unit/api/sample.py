"""A small app around the shell: a route of each kind that others will add."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import fastapi
from fastapi import Depends, FastAPI, Request
from opentelemetry.trace import TracerProvider
from pydantic import ConfigDict, Field, JsonValue
from starlette.responses import Response, StreamingResponse
from starlette.testclient import TestClient

from fieldfare.entrypoints.api.app import Lifespan, Manners, build_app
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.health import Check
from fieldfare.entrypoints.api.limits import Bucket, Limits, Rates, limit_address, limit_geocoding, limits_of
from fieldfare.entrypoints.api.metrics import Metrics
from fieldfare.entrypoints.api.openapi import API_KEY, SESSION, json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.routing import JsonRouter, given, longer_body
from fieldfare.entrypoints.api.values import AwareTime, Body, BusinessId, Coordinates, Day, Name, PageLimit, Prose
from fieldfare.ports.storage import StorageUnavailableError

UNLIMITED = Rates(address=0, key=0, business=0, sign_in=0, wrong_key=0, geocode=0)


@dataclass(slots=True, kw_only=True)
class Rooms:
    """What the routes of this app are given."""

    seen: list[Any] = field(default_factory=list)


Given = Annotated[Rooms, Depends(given(Rooms))]


class Question(Body):
    """A body with a value of each kind."""

    place: Coordinates
    name: Name = "Sam"
    notes: Prose = ""
    at: AwareTime | None = None
    day: Day | None = None
    count: Annotated[int, Field(ge=0, le=100)] = 0
    anything: JsonValue = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"place": {"lat": 43.4675, "lng": -79.6877}}]})


File = Annotated[dict[str, JsonValue], fastapi.Body(examples=[{"id": "northern-comfort"}])]


class Credentials(Body):
    """Who wants to sign in."""

    email: Name = Field(examples=["sam@example.com"])

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "sam@example.com"}]})


def public_router() -> JsonRouter:
    """Make routes that anybody may call."""
    router = JsonRouter(prefix="/api/v1/{business}", tags=["public"], dependencies=[Depends(limit_address)])

    @router.post("/places", summary="Ask", responses=json_example({"lat": 43.4675}) | problem_responses("slot_taken"))
    async def ask(business: BusinessId, question: Question, rooms: Given, request: Request) -> dict[str, Any]:
        """Say what was asked."""
        facts_of(request.scope).business = business
        if question.name == "taken":
            raise Problem("slot_taken", "Somebody was faster.", alternatives=[])
        rooms.seen.append(question)
        return {"lat": question.place.lat, "at": question.at, "name": question.name}

    @router.get("/records", summary="List", responses=json_example({"next": None}) | problem_responses())
    async def list_records(business: BusinessId, limit: PageLimit = 50, cursor: Cursor | None = None) -> dict[str, Any]:
        """List records."""
        return {"next": cursor_of("z1", limit), "after": parts_of(cursor, str, int) if cursor else None}

    @router.get(
        "/suggestions",
        summary="Suggest",
        dependencies=[Depends(limit_geocoding)],
        responses=json_example({"text": "Main"}),
    )
    async def suggest(business: BusinessId, text: Name = "Main") -> dict[str, str]:
        """Say what was typed."""
        return {"text": text}

    return router


async def actor_of(
    request: Request, key: Annotated[Any, Depends(API_KEY)], session: Annotated[Any, Depends(SESSION)]
) -> str:
    """Stand in for security: one key, one session."""
    limits = limits_of(request)
    limits.check_address(request, Bucket.WRONG_KEY)
    if key is not None and key.credentials == "good":
        limits.spend(Bucket.KEY, "k1")
        return "key"
    if session == "good":
        return "session"
    limits.spend_address(request, Bucket.WRONG_KEY)
    raise Problem("unauthenticated")


def staff_router() -> JsonRouter:
    """Make routes for staff."""
    router = JsonRouter(prefix="/api/v1/staff", tags=["staff"])

    @router.post("/session", summary="Sign in", responses=json_example({}))
    async def sign_in(credentials: Credentials, request: Request) -> dict[str, str]:
        """Count an attempt."""
        limits_of(request).spend_sign_in(request, email=credentials.email)
        return {}

    @router.post("/notes", summary="Write", responses=json_example({"actor": "key"}))
    async def write_note(actor: Annotated[str, Depends(actor_of)]) -> dict[str, str]:
        """Say who is there."""
        return {"actor": actor}

    @router.put("/file", summary="Import", responses=json_example({"size": 12}))
    @longer_body(3_000_000)
    async def import_file(file: File, actor: Annotated[str, Depends(actor_of)]) -> dict[str, int]:
        """Say how many keys there are."""
        return {"size": len(file)}

    return router


def broken_router() -> JsonRouter:
    """Make routes that fail, as real ones may."""
    router = JsonRouter(prefix="/broken", tags=["broken"], include_in_schema=False)

    @router.get("/crash")
    async def crash() -> None:
        try:
            raise ValueError("12 Main Street, sam@example.com")
        except ValueError as error:
            raise RuntimeError("no such customer: Sam Fieldfare") from error

    @router.get("/outage")
    async def outage() -> None:
        raise StorageUnavailableError("host=db password=hunter2")

    @router.get("/half")
    async def half() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"one"
            raise RuntimeError("Sam Fieldfare")

        return StreamingResponse(parts())

    @router.get("/wrong-answer")
    async def wrong_answer() -> Coordinates:
        return {"lat": "Sam Fieldfare"}  # type: ignore[return-value]

    return router


def build(
    *,
    rates: Rates = UNLIMITED,
    manners: Manners | None = None,
    checks: Mapping[str, Check] | None = None,
    metrics: Metrics | None = None,
    tracer_provider: TracerProvider | None = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """Build the app, without limits unless they are the point."""
    return build_app(
        state=Rooms(),
        routers=[staff_router(), public_router(), broken_router()],
        checks=checks or {},
        limits=Limits(rates),
        manners=manners,
        metrics=metrics,
        tracer_provider=tracer_provider,
        lifespan=lifespan,
    )


def client_of(app: FastAPI | None = None, **options: Any) -> TestClient:
    """Call the app without a server."""
    return TestClient(app or build(), **options)
