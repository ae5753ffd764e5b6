"""The templates of all routes: what logs and metrics call a request, and which methods an address knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount, compile_path
from starlette.types import Scope

NO_ROUTE = "(none)"
"""Stands for every address that no route knows, so that what strangers type never becomes a label."""


class RouteTemplates:
    """The templates of an app's routes, such as `/api/v1/{business}/places`."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        """List the routes as they are now; raises `ValueError` for a function that stands at two addresses."""
        self._templates: dict[int, tuple[object, str]] = {}
        self._methods: list[tuple[re.Pattern[str], frozenset[str]]] = []
        self._list(routes, prefix="")

    def of(self, scope: Scope) -> str:
        """Name the route that a request was given to."""
        return self._templates.get(id(scope.get("endpoint")), (None, NO_ROUTE))[1]

    def methods_at(self, path: str) -> list[str]:
        """List the methods that some route takes at a path."""
        taken = {method for pattern, methods in self._methods if pattern.match(path) for method in methods}
        return sorted(taken | {"HEAD"} if "GET" in taken else taken)

    def _list(self, routes: Iterable[BaseRoute], *, prefix: str) -> None:
        for context in iter_route_contexts(list(routes)):
            template = f"{prefix}{context.path}"
            if isinstance(context.original_route, Mount):
                self._add(context.original_route.app, f"{template}/{{path}}", methods=())
                self._list(context.original_route.routes, prefix=template)
            else:
                self._add(context.endpoint, template, methods=context.methods or ())

    def _add(self, endpoint: object, template: str, *, methods: Collection[str]) -> None:
        # By identity, for an app that is mounted need not be hashable; kept, so that no other takes its place.
        known = self._templates.setdefault(id(endpoint), (endpoint, template))[1]
        if known != template:
            raise ValueError(f"{endpoint} stands at {known} and at {template}")
        if methods:
            self._methods.append((compile_path(template)[0], frozenset(methods)))
