"""What every report says of itself before it is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fieldfare.usecases.reports.asked import Asked
from fieldfare.usecases.reports.figures import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A report: its name in addresses, its title, long and short, what it measures in one sentence, and exactly how.

    `by_technician` and `by_zone` say whether it can be narrowed down so; `none_yet` what would have to happen first.
    """

    name: str
    title: str
    tab: str
    definition: str
    formula: tuple[str, ...]
    none_yet: str
    make: Callable[[Asked], Awaitable[Report]]
    by_technician: bool = True
    by_zone: bool = True
