"""Which operation a method and a path mean, by the vendor's files: exactly, with or without the last slash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldfare_ghl_sim.contract import V2, V3, Operation

PUBLISHED = ("v3", "2023-02-21", "2021-07-28", "2021-04-15", "legacy")


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path of the vendor's, in the generations that know it."""

    method: str
    template: str
    pattern: re.Pattern[str]
    operations: Mapping[str, Operation]

    def operation(self, version: str, *, strict: bool) -> Operation | None:
        """Say which generation answers under a version's name; none if the path is not there under it."""
        if version == V3:
            return self.operations.get(V3) or (None if strict else self.operations.get(V2))
        old = self.operations.get(V2)
        if old is not None and strict and old.version not in (None, version):
            return None
        return old


class Routes:
    """All paths, the fixed ones before those with a part that varies."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        known: dict[tuple[str, str], dict[str, Operation]] = {}
        for operation in operations:
            known.setdefault((operation.method, operation.template), {})[operation.generation] = operation
        routes = [Route(method, template, _pattern(template), found) for (method, template), found in known.items()]
        self._routes = sorted(routes, key=lambda route: _vagueness(route.template))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Find the route of a request, and what its path names."""
        for route in self._routes:
            if route.method == method and (match := route.pattern.fullmatch(path)):
                return route, match.groupdict()
        return None


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))


def _vagueness(template: str) -> list[bool]:
    return [part.startswith("{") for part in template.split("/")]
