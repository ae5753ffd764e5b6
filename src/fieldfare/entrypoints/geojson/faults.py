"""What can be wrong with a boundary, said in our own words, with the place where it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

# A broken file can hold a million faults, and nobody reads the second hundred.
MOST_FAULTS = 100


class Kind(StrEnum):
    """The kinds of faults, and of the notes that stand beside them."""

    STRUCTURE = "structure"
    NO_PROPERTIES = "no_properties"
    WRONG_TYPE = "wrong_type"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    TOO_FEW_POSITIONS = "too_few_positions"
    UNCLOSED_RING = "unclosed_ring"
    ZERO_AREA = "zero_area"
    SPIKE = "spike"
    SELF_CROSSING = "self_crossing"
    SELF_TOUCHING = "self_touching"
    HOLE_OUTSIDE = "hole_outside"
    HOLE_CROSSING = "hole_crossing"
    NESTED_HOLES = "nested_holes"
    HOLES_MEET = "holes_meet"
    DISCONNECTED = "disconnected"
    NOT_JUDGED = "not_judged"
    DUPLICATE_POSITIONS = "duplicate_positions"
    ANTIMERIDIAN = "antimeridian"
    SWAPPED = "swapped"
    OVERLAPPING_PARTS = "overlapping_parts"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, or (a note) only worth knowing.

    The path leads through the document (`features[3].geometry.coordinates[0]`); `at` is a longitude and a latitude.
    """

    kind: Kind
    path: str
    what: str
    at: tuple[float, float] | None = None
    mendable: bool = False
    note: bool = False

    def __str__(self) -> str:
        """Say it as one line: where in the document, what, where on the map."""
        where = "" if self.at is None else f", at longitude {self.at[0]:.10g}, latitude {self.at[1]:.10g}"
        return f"{self.path}: {self.what}{where}" if self.path else f"{self.what}{where}"


def first_of(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Take the faults that a reader can use, and look for no more."""
    return tuple(islice(faults, MOST_FAULTS))


def join(path: str, step: str | int) -> str:
    """Lead a path one step further: a member's name, or an index."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    if not step.isidentifier():
        return f"{path}[{quoted(step)}]"
    return f"{path}.{step}" if path else step


def quoted(text: str, *, most: int = 60) -> str:
    """Quote a text from a file for a terminal: short, and with control characters escaped."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())


def said(value: object) -> str:
    """Name a JSON value in a few words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case int() | float():
            return f"{value:.10g}" if isinstance(value, float) else quoted(str(value)).strip('"')
        case list():
            return "an array" if value else "an empty array"
        case _:
            return "an object"
