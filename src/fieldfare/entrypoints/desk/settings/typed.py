"""What stands in a form as it was typed: each name with all its values, so that nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.desk.pages import Route

_MEDIA = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20_000
LONGEST_FORM = 8_000_000
"""As long as a document may be that is sent to the API."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Names and values. A name is a path, such as `overrides.0.price`."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Typed:
        """Collect pairs as a browser sends them; it writes line ends in its own way."""
        values: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            values[name] = (*values.get(name, ()), one_kind_of_line_end(value))
        return cls(values)

    def one(self, name: str = "") -> str:
        """Give the last value of a name, without spaces around it; the empty text if there is none."""
        return (self.values.get(name) or ("",))[-1].strip()

    def raw(self, name: str = "") -> str:
        """Give the last value of a name, every space included."""
        return (self.values.get(name) or ("",))[-1]

    def all(self, name: str = "") -> tuple[str, ...]:
        """Give all values of a name."""
        return self.values.get(name, ())

    def has(self, name: str = "") -> bool:
        """Whether the name was sent at all."""
        return name in self.values

    def part(self, name: str) -> Typed:
        """Give what stands at a path and below, under names that begin there; the path's own name is the empty one."""
        below = f"{name}."
        return Typed(
            {
                key.removeprefix(below) if key != name else "": value
                for key, value in self.values.items()
                if key == name or key.startswith(below)
            }
        )

    def under(self, name: str) -> dict[str, tuple[str, ...]]:
        """Give all of it under names that begin with a path."""
        return {f"{name}.{key}" if key else name: value for key, value in self.values.items()}

    def without(self, name: str) -> Typed:
        """Leave out what stands at a path and below."""
        return Typed({k: v for k, v in self.values.items() if k != name and not k.startswith(f"{name}.")})

    def with_part(self, name: str, part: Typed) -> Typed:
        """Put a part at a path in place of what stood there."""
        return Typed({**self.without(name).values, **part.under(name)})

    def rows(self) -> list[str]:
        """List the numbers of the rows of a table, in order: each has a `was`, the row's number when it was read."""
        numbers = {key.partition(".")[0] for key in self.values if key.endswith(".was") and key.count(".") == 1}
        return sorted((number for number in numbers if number.isdecimal()), key=int)

    def same_as(self, other: Typed) -> bool:
        """Whether the two say the same; what is empty and what is left out are one."""
        return _said(self) == _said(other)

    def pairs(self) -> list[tuple[str, str]]:
        """List it as a browser sends it."""
        return [(name, value) for name, values in self.values.items() for value in values]


def _said(typed: Typed) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in typed.values.items() if any(values)}


def one_kind_of_line_end(text: str) -> str:
    """Write line ends as we do, however a browser sends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def many_fields(route: Route) -> Route:
    """Let the form of a route be as long as a record, and a field of it have several values; `typed_of` gives it.

    The page itself then finds an empty form. What can't be read is left to it, which says so.
    """

    async def answer(request: Request) -> Response:
        if request.method != "POST" or not _is_form(request):
            return await route(request)
        facts_of(request.scope).body_limit = LONGEST_FORM
        try:
            body = await request.body()
        except Problem as problem:
            return await route(Request(request.scope, _Arrived(problem=problem)))
        try:
            pairs = parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                encoding="utf-8",
                errors="strict",
                max_num_fields=_MOST_FIELDS,
            )
        except ValueError:
            return await route(Request(request.scope, _Arrived(body=b"\xff")))
        request.state.typed = Typed.of(pairs)
        return await route(Request(request.scope, _Arrived()))

    return answer


def typed_of(request: Request) -> Typed:
    """Give the form that was sent."""
    typed: Typed = getattr(request.state, "typed", Typed())
    return typed


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _MEDIA


@dataclass(slots=True, kw_only=True)
class _Arrived:
    """Stands in for a body that was read already, or could not be."""

    body: bytes = b""
    problem: Problem | None = None

    async def __call__(self) -> Message:
        if self.problem is not None:
            raise self.problem
        return {"type": "http.request", "body": self.body, "more_body": False}
