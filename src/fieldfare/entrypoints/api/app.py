"""Builds the API around the routes that it is given: manners first, then the routes, nothing global."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace import TracerProvider
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fieldfare import __version__
from fieldfare.entrypoints.api.exceptions import answer_exceptions
from fieldfare.entrypoints.api.health import Check, health_router
from fieldfare.entrypoints.api.limits import Limits
from fieldfare.entrypoints.api.metrics import Metrics
from fieldfare.entrypoints.api.middleware.body_limits import BodyLimits
from fieldfare.entrypoints.api.middleware.crash_guard import CrashGuard
from fieldfare.entrypoints.api.middleware.cross_site import CrossSiteGuard
from fieldfare.entrypoints.api.middleware.door import Door
from fieldfare.entrypoints.api.middleware.reception import Reception
from fieldfare.entrypoints.api.middleware.security_headers import SecurityHeaders
from fieldfare.entrypoints.api.middleware.watch import Watch, write_access_log
from fieldfare.entrypoints.api.openapi import describe
from fieldfare.entrypoints.api.pages import pages_router
from fieldfare.entrypoints.api.proxies import TrustedProxies
from fieldfare.entrypoints.api.routing import JsonRoute, JsonRouter
from fieldfare.entrypoints.api.templates import RouteTemplates

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_DESCRIPTION = """\
Appointments that a home-service fleet can drive. Every refusal is an `application/problem+json` with a stable `code`;
[/docs/errors](/docs/errors) explains each of them, and [/docs/reasons](/docs/reasons) why a time is not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the API treats whoever comes.

    `public_url` is where browsers reach it; `trusted_proxies` are the networks whose `X-Forwarded-For` counts;
    `guarded_paths` are written to by pages of ours before there is a session (sign-in).
    """

    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    guarded_paths: frozenset[str] = frozenset()
    body_bytes: int = 1_000_000
    body_seconds: float = 15.0


def build_app(
    *,
    state: object,
    routers: Sequence[JsonRouter],
    checks: Mapping[str, Check],
    limits: Limits,
    manners: Manners | None = None,
    lifespan: Lifespan | None = None,
    metrics: Metrics | None = None,
    tracer_provider: TracerProvider | None = None,
    mounts: Sequence[BaseRoute] = (),
) -> FastAPI:
    """Build the app; `given(type(state))` is the dependency by which routes reach the state.

    Metrics and traces are collected only if there is something to collect them in. Raises `ValueError` for a route
    that doesn't read its body strictly, or a function that stands at two addresses.
    """
    manners = manners or Manners()
    app = FastAPI(
        title="Fieldfare",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=_telemetry(tracer_provider),
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.given = state
    app.state.limits = limits
    for router in (health_router(checks), pages_router(), *routers):
        app.include_router(router)
    app.router.routes += [_description_route(app), *([metrics.route()] if metrics else []), *mounts]
    _check_routes(app)
    templates = RouteTemplates(app.routes)
    observers = [write_access_log, *([metrics.observe] if metrics else [])]
    app.user_middleware = [
        Middleware(Reception, proxies=TrustedProxies(manners.trusted_proxies)),
        Middleware(Watch, templates=templates, observers=observers),
        Middleware(SecurityHeaders, by_https=(manners.public_url or "").startswith("https://")),
        Middleware(CrashGuard),
        Middleware(Door),
        Middleware(CrossSiteGuard, public_url=manners.public_url, guarded=manners.guarded_paths),
        Middleware(BodyLimits, most_bytes=manners.body_bytes, seconds=manners.body_seconds),
    ]
    answer_exceptions(app, templates)
    return app


def _description_route(app: FastAPI) -> Route:
    written: list[bytes] = []

    async def show_description(_: Request) -> Response:
        # Made when it is first asked for: the commands that serve should start quickly.
        if not written:
            written.append(orjson.dumps(app.openapi()))
        return Response(written[0], media_type="application/json")

    def described() -> dict[str, Any]:
        app.openapi_schema = app.openapi_schema or describe(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]
    return Route("/openapi.json", show_description)


def _check_routes(app: FastAPI) -> None:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and not isinstance(route, JsonRoute):
            raise ValueError(f"{context.path} is no route of a JsonRouter")


def _telemetry(provider: TracerProvider | None) -> TelemetryConfig:
    """Leave out all that FastAPI would record by itself but the traces, whose exporter knows what may leave."""
    return {
        "tracing": provider is not None,
        "tracer_provider": provider,
        "metrics": False,
        "logs": False,
        "auto_configure": False,
    }
