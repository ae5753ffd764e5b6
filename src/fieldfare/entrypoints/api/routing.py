"""Routers whose routes take JSON only, read strictly; `build_app` takes no others."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.scenario.errors import Step, path_of

T = TypeVar("T")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_BODY_LIMIT = "__body_limit__"


class JsonRequest(Request):
    """A request whose JSON is read by orjson: no NaN, no infinities, no half characters, no depth without end."""

    async def json(self) -> Any:
        """Read the body; raises `JSONDecodeError`, which FastAPI turns into a refusal, or `Problem` for a NUL."""
        if not hasattr(self, "_json"):
            body = await self.body()
            document = orjson.loads(body)
            if b"\\u0000" in body:
                _refuse_nul(document)
            self._json = document
        return self._json


class JsonRoute(APIRoute):
    """A route that answers 415 to any body that isn't plain JSON, before anything reads it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the strict reading before FastAPI's own."""
        answer = super().get_route_handler()
        takes_body = self.body_field is not None
        body_limit = getattr(self.endpoint, _BODY_LIMIT, None)

        async def answer_strictly(request: Request) -> Response:
            strict = JsonRequest(request.scope, request.receive)
            if takes_body:
                facts_of(request.scope).body_limit = body_limit
                await _refuse_other_media(strict)
            return await answer(strict)

        return answer_strictly


class JsonRouter(APIRouter):
    """A router of such routes: `JsonRouter(prefix=..., tags=[...])`."""

    def __init__(self, **options: Any) -> None:
        """Take what `APIRouter` takes."""
        super().__init__(route_class=JsonRoute, redirect_slashes=False, **options)


def longer_body(limit: int) -> Callable[[Endpoint], Endpoint]:
    """Let one route take a body of so many bytes: `@longer_body(16_000_000)` under the route's own decorator."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _BODY_LIMIT, limit)
        return endpoint

    return mark


def given(kind: type[T]) -> Callable[[Request], Coroutine[Any, Any, T]]:
    """Make the dependency that gives what `build_app` got as `state`: `Annotated[Rooms, Depends(given(Rooms))]`."""

    async def find(request: Request) -> T:
        state = request.app.state.given
        if not isinstance(state, kind):
            raise TypeError(f"the app was built around a {type(state).__name__}")
        return state

    return find


async def _refuse_other_media(request: Request) -> None:
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem("unsupported_media_type")
    if not media and not await request.body():
        return
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if media.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        raise Problem("unsupported_media_type")
    await request.body()


def _refuse_nul(document: object) -> None:
    """Find the NUL that the text spells, if it isn't a spelt backslash before four zeros."""
    stack: list[tuple[tuple[Step, ...], object]] = [((), document)]
    while stack:
        steps, value = stack.pop()
        if isinstance(value, str) and "\0" in value:
            raise faulty(path_of(*steps), "holds a NUL character")
        if isinstance(value, dict):
            if any("\0" in key for key in value):
                raise faulty(path_of(*steps), "has a key that holds a NUL character")
            stack.extend(((*steps, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            stack.extend(((*steps, index), inner) for index, inner in enumerate(value))
