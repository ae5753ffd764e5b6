"""What a report consists of: figures beside those of the period before, tables, and a chart of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean, median


class Kind(StrEnum):
    """What a column holds, which decides how it is written."""

    TEXT = "text"
    DATE = "date"
    COUNT = "count"
    NUMBER = "number"
    """With one decimal: minutes, hours, days, per cent."""


Cell = str | int | float | None
"""A value as it is written everywhere; None where there is nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name, and its unit where it has one."""

    name: str
    kind: Kind = Kind.NUMBER
    unit: str = ""

    @property
    def title(self) -> str:
        """The name with the unit."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns; the first column names the row. `key` is what its CSV is asked for by."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Look(StrEnum):
    """How a chart is drawn: a course over time, or how much there is of each."""

    LINES = "lines"
    BARS = "bars"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The values of a chart under one name, one for each label."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of a table. `summary` says in a sentence what it shows, to whoever doesn't see it."""

    look: Look
    x: str
    y: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the period, and of the period before; None where there was nothing to measure."""

    name: str
    unit: str
    now: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """By how much it is more than before."""
        return None if self.now is None or self.before is None else round(self.now - self.before, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a report says; without `chart` there was nothing to measure."""

    figures: tuple[Figure, ...]
    chart: Chart | None
    tables: tuple[Table, ...]

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The tables, with that of the figures last."""
        columns = (
            Column(name="Figure", kind=Kind.TEXT),
            Column(name="Unit", kind=Kind.TEXT),
            Column(name="This period"),
            Column(name="The period before"),
            Column(name="Change"),
        )
        rows = tuple((one.name, one.unit, one.now, one.before, one.change) for one in self.figures)
        beside = Table(key="summary", caption="Beside the period before", columns=columns, rows=rows)
        return (*self.tables, beside)


def written(value: Cell) -> str:
    """Write a cell: the same in a table and in its CSV."""
    if value is None:
        return ""
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def per(amount: float, of: float) -> float | None:
    """Give how much comes to each, to one decimal; None if there is none."""
    return round(amount / of, 1) if of else None


def share(part: float, whole: float) -> float | None:
    """Give a part in per cent, to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def middle(values: Sequence[float]) -> float | None:
    """Give the median, to one decimal; None of nothing."""
    return round(float(median(values)), 1) if values else None


def average(values: Sequence[float]) -> float | None:
    """Give the mean, to one decimal; None of nothing."""
    return round(float(mean(values)), 1) if values else None


def minutes(seconds: float) -> float:
    """Give seconds in minutes, to one decimal."""
    return round(seconds / 60, 1)


def hours(seconds: float) -> float:
    """Give seconds in hours, to one decimal."""
    return round(seconds / 3_600, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A stretch of a distribution: from `since` on, up to `until` but without it; open where that is None."""

    name: str
    since: float
    until: float | None

    def holds(self, value: float) -> bool:
        """Tell whether a value lies in it."""
        return self.since <= value and (self.until is None or value < self.until)


def spread(values: Iterable[float], bins: Sequence[Bin]) -> list[int]:
    """Count the values of each bin."""
    counts = [0] * len(bins)
    for value in values:
        counts[next(at for at, one in enumerate(bins) if one.holds(value))] += 1
    return counts


def said(value: float | None, unit: str) -> str:
    """Say a figure in a sentence."""
    return "nothing" if value is None else f"{value:g} {unit}".strip()
