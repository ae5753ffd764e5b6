"""The verdict on one start that somebody asks for by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fieldfare.engine.columns import NEVER
from fieldfare.engine.problem import Problem
from fieldfare.engine.rules import ALL_RULES, code_of
from fieldfare.engine.windows import EVERYONE, Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a technician can't take a start: the code of the first rule that says so, None if nothing does.

    `opening` is the row of the gap that the start lies in, once the rules have come that far.
    """

    reason: str | None
    opening: int | None


def judge(problem: Problem, start: int) -> Verdict:
    """Judge a start, an instant, for the one technician of a fleet of one.

    It goes through the same rules as a whole map does, as a window that holds nothing else; unlike a start of the grid
    it may fail for `horizon` or `off_grid`.
    """
    date = problem.frame.date_number(start)
    second = np.array([max(-NEVER, min(start - problem.frame.origin, NEVER))], dtype=np.int32)
    windows = Windows(
        technician=np.array([EVERYONE], dtype=np.int64),
        date=np.array([problem.frame.days if date is None else date], dtype=np.int64),
        earliest=second,
        latest=second,
    )
    opening = None
    for rule in ALL_RULES:
        windows = rule(problem, windows).without_empty()
        if not len(windows):
            return Verdict(reason=code_of(rule), opening=opening)
        if windows.opening is not None:
            opening = int(windows.opening[0])
    return Verdict(reason=None, opening=opening)
