"""What stands in a form as it was typed: each name with all its values, so that nothing typed is lost on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fieldfare.entrypoints.desk.asking import Asking

_LONGEST_NUMBER = 6
"""A form has fewer fields than such a number can count; what is longer numbers no row of ours."""


@dataclass(frozen=True)
class Typed:
    """Names and values. A name is a path, such as `overrides.0.price`."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Typed:
        """Collect pairs as a browser sends them; it writes line ends in its own way."""
        values: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            values[name].append(one_kind_of_line_end(value))
        return cls({name: tuple(several) for name, several in values.items()})

    @classmethod
    def joined(cls, parts: Mapping[str, Typed]) -> Typed:
        """Put parts together, each at its path."""
        return cls({name: values for path, part in parts.items() for name, values in part.under(path).items()})

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
        first, dot, rest = name.partition(".")
        found = self._parts.get(first)
        if found is None:
            return Typed()
        return found.part(rest) if dot else found

    @cached_property
    def _parts(self) -> Mapping[str, Typed]:
        """What stands below each first step of a path, found once: a table has many rows, and each is asked for."""
        parts: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for name, values in self.values.items():
            first, _, rest = name.partition(".")
            parts[first][rest] = values
        return {first: Typed(values) for first, values in parts.items()}

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
        numbers = (name for name, part in self._parts.items() if part.has("was") and number_in(name) is not None)
        return sorted(numbers, key=int)

    def same_as(self, other: Typed) -> bool:
        """Whether the two say the same; what is empty and what is left out are one."""
        return _said(self) == _said(other)

    def pairs(self) -> list[tuple[str, str]]:
        """List it as a browser sends it."""
        return [(name, value) for name, values in self.values.items() for value in values]


def _said(typed: Typed) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in typed.values.items() if any(values)}


def number_in(text: str) -> int | None:
    """Read the number of a row; None for what is none."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def one_kind_of_line_end(text: str) -> str:
    """Write line ends as we do, however a browser sends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def typed_of(asking: Asking) -> Typed:
    """Give the form that was sent."""
    return Typed.of(asking.pairs)
