"""The fourteen rules of feasibility, one a file, in the order in which they give reasons (rules.md, section 5).

Before them comes rule B13, which only live sources know.
"""

from collections.abc import Callable

from fieldfare.engine.problem import Problem
from fieldfare.engine.rules.busy import busy
from fieldfare.engine.rules.depart import depart
from fieldfare.engine.rules.horizon import horizon
from fieldfare.engine.rules.hub_lock import hub_lock
from fieldfare.engine.rules.not_qualified import not_qualified
from fieldfare.engine.rules.notice import notice
from fieldfare.engine.rules.off_grid import off_grid
from fieldfare.engine.rules.off_shift import off_shift
from fieldfare.engine.rules.resource import resource
from fieldfare.engine.rules.return_ import return_
from fieldfare.engine.rules.source_stale import source_stale
from fieldfare.engine.rules.travel_after import travel_after
from fieldfare.engine.rules.travel_before import travel_before
from fieldfare.engine.rules.weekly_load import weekly_load
from fieldfare.engine.rules.zone_closed import zone_closed
from fieldfare.engine.windows import Windows

__all__ = [
    "ALL_RULES",
    "RULES",
    "Rule",
    "busy",
    "code_of",
    "depart",
    "horizon",
    "hub_lock",
    "not_qualified",
    "notice",
    "off_grid",
    "off_shift",
    "resource",
    "return_",
    "source_stale",
    "travel_after",
    "travel_before",
    "weekly_load",
    "zone_closed",
]

Rule = Callable[[Problem, Windows], Windows]

RULES: tuple[Rule, ...] = (
    notice,
    horizon,
    zone_closed,
    not_qualified,
    off_shift,
    off_grid,
    busy,
    hub_lock,
    depart,
    travel_before,
    travel_after,
    return_,
    weekly_load,
    resource,
)
"""F1 to F14."""

ALL_RULES: tuple[Rule, ...] = (source_stale, *RULES)
"""In the order in which they give reasons: B13 is judged before F1."""


def code_of(rule: Rule) -> str:
    """Give a rule's reason code."""
    return rule.__name__.rstrip("_")
