"""Numbers and tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_KILO = 1_000


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table whose first column is text and whose others are numbers."""
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def seconds(value: float) -> str:
    """Write a time in the unit that keeps it short."""
    for unit, length in (("s", 1.0), ("ms", 1e-3)):
        if value >= length:
            return f"{_three_digits(value / length)} {unit}"
    return f"{_three_digits(value / 1e-6)} µs"


def ratio(value: float) -> str:
    """Write how many times one figure is the other."""
    return f"{_three_digits(value)}x"


def size(value: float) -> str:
    """Write an amount of memory."""
    for unit in ("B", "kB", "MB"):
        if value < _KILO:
            return f"{_three_digits(value)} {unit}"
        value /= _KILO
    return f"{_three_digits(value)} GB"


def count(value: int) -> str:
    """Write a whole number with its thousands apart."""
    return f"{value:,}"


def share(value: float) -> str:
    """Write a share in per cent."""
    return f"{value:.0%}"


def _three_digits(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
