"""The judgement on one start: every rule that it breaks, not only the first, for staff who may override some (B9)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fieldfare.domain.answers import Option
from fieldfare.engine.columns import NEVER
from fieldfare.engine.problem import Problem
from fieldfare.engine.rules import (
    ALL_RULES,
    Rule,
    busy,
    code_of,
    depart,
    horizon,
    hub_lock,
    not_qualified,
    notice,
    off_shift,
    return_,
    source_stale,
    travel_after,
    travel_before,
)
from fieldfare.engine.windows import EVERYONE, Windows

_BY_GAP: frozenset[Rule] = frozenset((depart, travel_before, travel_after, return_))


def broken_rules(problem: Problem, start: int, *, anyway: Problem, in_the_way: bool) -> tuple[str, ...]:
    """List the codes of all rules against a start, an instant, each judged by itself, in the order of their reasons.

    `problem` is a trial as it stands, `anyway` the same laid out whatever stands in its way, and `in_the_way` says
    whether something does (rule F7): with a commitment in the way, the drives are judged between the neighbours that
    rule T2 finds around the visit. With no window that holds it, the shift's ends ask nothing (S5). The first code is
    the reason that `judge` gives. Outside the horizon nothing is laid out: only B13, F1 and F2 are judged there.
    """
    date = problem.frame.date_number(start)
    if date is None:
        beyond = _alone(problem, start, date=problem.frame.days, technician=EVERYONE)
        return tuple(code_of(rule) for rule in (source_stale, notice, horizon) if _breaks(rule, problem, beyond))
    everyone = _alone(problem, start, date=date, technician=EVERYONE)
    own = _alone(problem, start, date=date, technician=0)
    only = np.zeros(1, dtype=np.int64)
    in_gap = own.on_shift(only).in_opening(only)
    judged: Mapping[Rule, bool] = {
        busy: in_the_way,
        not_qualified: _breaks(not_qualified, problem, everyone),
        off_shift: _breaks(off_shift, problem, own),
        hub_lock: _breaks(hub_lock, anyway, in_gap),
        **{rule: _breaks(rule, anyway, in_gap) for rule in _BY_GAP},
    }
    return tuple(
        code_of(rule) for rule in ALL_RULES if (judged[rule] if rule in judged else _breaks(rule, problem, own))
    )


def option_of(problem: Problem) -> Option:
    """Give the drives and the detour of a trial that is laid out with its one gap (rule O1)."""
    openings, legs = problem.calendar.openings, problem.legs
    before, after = int(legs.to_place[openings.origin[0]]), int(legs.from_place[openings.destination[0]])
    return Option(
        technician=problem.fleet.ids[0],
        detour_seconds=max(before + after - int(legs.direct[0]), 0),
        before_seconds=before,
        after_seconds=after,
    )


def _alone(problem: Problem, start: int, *, date: int, technician: int) -> Windows:
    """Open a window that holds nothing but the start."""
    second = np.array([max(-NEVER, min(start - problem.frame.origin, NEVER))], dtype=np.int32)
    return Windows(
        technician=np.array([technician], dtype=np.int64),
        date=np.array([date], dtype=np.int64),
        earliest=second,
        latest=second,
    )


def _breaks(rule: Rule, problem: Problem, window: Windows) -> bool:
    return not len(rule(problem, window).without_empty())
