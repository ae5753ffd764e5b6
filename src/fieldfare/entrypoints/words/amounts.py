"""Lengths of time and counts as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from fieldfare.domain.clock import MINUTE

_HOUR = 60 * MINUTE
_LONGEST_IN_MINUTES = 2 * _HOUR
_CLOSE_S = 10 * MINUTE
_MOST_LISTED = 3


def length(seconds: int) -> str:
    """Write a length to the second, hours only from two on: `15 min`, `14 min 59 s`, `3 h 5 min`."""
    hours, rest = divmod(seconds, _HOUR) if seconds >= _LONGEST_IN_MINUTES else (0, seconds)
    minutes, rest = divmod(rest, MINUTE)
    figures = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{figure:,} {unit}" for figure, unit in figures if figure) or "0 min"


def in_minutes(seconds: int) -> str:
    """Write a length in minutes, with the seconds that are left over: `1,380 min`, `1,380 min 1 s`."""
    minutes, rest = divmod(seconds, MINUTE)
    return f"{minutes:,} min {rest} s" if rest else f"{minutes:,} min"


def need_and_free(need: int, free: int) -> tuple[str, str]:
    """Write what is needed and what there is, in whole minutes unless they lie within ten minutes of each other.

    Rounding makes the need longer and what is free shorter: neither promises what isn't there.
    """
    if abs(need - free) < _CLOSE_S or free < MINUTE:
        return length(need), length(free)
    return length(-(-need // MINUTE) * MINUTE), length(free // MINUTE * MINUTE)


def are_free(amount: str) -> str:
    """Say that an amount of time is free: `15 min are free`, `1 min is free`, `no time is free`."""
    if amount == length(0):
        return "no time is free"
    return f"{amount} {'is' if amount in {'1 h', '1 min', '1 s'} else 'are'} free"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: `1 visit`, `2 visits`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def joined(texts: Sequence[str]) -> str:
    """Write a list: `a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(texts[:-1]), *texts[-1:]) if part)


def first_few(texts: Sequence[str]) -> str:
    """Write a list, of a long one only the beginning and the number of the rest."""
    shown = list(texts) if len(texts) <= _MOST_LISTED + 1 else [*texts[:_MOST_LISTED], _more(texts)]
    return joined(shown)


def _more(texts: Sequence[str]) -> str:
    return f"{len(texts) - _MOST_LISTED:,} more"
