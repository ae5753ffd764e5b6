"""The figures behind a verdict: one file a reason, named as its rule.

The reason is the rules' own; the figures are read from the columns that they read, and where those keep too little
to tell people (whose visit, which skill), from the records behind them.
"""

from collections.abc import Callable, Mapping

from fieldfare.domain.explanations import Facts
from fieldfare.engine.facts.busy import busy
from fieldfare.engine.facts.candidate import Candidate
from fieldfare.engine.facts.depart import depart
from fieldfare.engine.facts.horizon import horizon
from fieldfare.engine.facts.hub_lock import hub_lock
from fieldfare.engine.facts.not_qualified import not_qualified
from fieldfare.engine.facts.notice import notice
from fieldfare.engine.facts.off_grid import off_grid
from fieldfare.engine.facts.off_shift import off_shift
from fieldfare.engine.facts.offered import offered
from fieldfare.engine.facts.resource import resource
from fieldfare.engine.facts.return_ import return_
from fieldfare.engine.facts.source_stale import source_stale
from fieldfare.engine.facts.travel_after import travel_after
from fieldfare.engine.facts.travel_before import travel_before
from fieldfare.engine.facts.weekly_load import weekly_load
from fieldfare.engine.facts.zone_closed import zone_closed

__all__ = ["FACTS", "Candidate", "facts_of"]

FACTS: Mapping[str | None, Callable[[Candidate], Facts]] = {
    None: offered,
    "notice": notice,
    "horizon": horizon,
    "zone_closed": zone_closed,
    "not_qualified": not_qualified,
    "off_shift": off_shift,
    "off_grid": off_grid,
    "busy": busy,
    "hub_lock": hub_lock,
    "depart": depart,
    "travel_before": travel_before,
    "travel_after": travel_after,
    "return": return_,
    "weekly_load": weekly_load,
    "resource": resource,
}
"""What gives the figures of the codes of F1 to F14; None is no reason, which offers the start."""

_ALL_FACTS = {**FACTS, "source_stale": source_stale}


def facts_of(candidate: Candidate) -> Facts:
    """Give the figures behind a candidate's verdict."""
    return _ALL_FACTS[candidate.verdict.reason](candidate)
