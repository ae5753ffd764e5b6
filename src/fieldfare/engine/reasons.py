"""Why what is missing is missing: for every technician and start, the first rule that took it away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldfare.engine.pipeline import all_dates
from fieldfare.engine.problem import Problem
from fieldfare.engine.rules import ALL_RULES, RULES, code_of, off_grid
from fieldfare.engine.slot_map import on_grid
from fieldfare.engine.windows import EVERYONE

CODES = tuple(code_of(rule) for rule in RULES)
"""The codes of the rules F1 to F14, in the order of rules.md."""

REASONS = tuple(code_of(rule) for rule in ALL_RULES)
"""All reason codes, in the order in which they are given."""

OFFERED = len(REASONS)
"""Stands where a code's number would: nothing takes this start away."""

_NAMES = {"source_stale": "B13"} | {code: f"F{number}" for number, code in enumerate(CODES, start=1)}


def rule_of(code: str) -> str:
    """Name the rule of a reason code as rules.md does."""
    return _NAMES[code]


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """`code[t, k]` is the row in REASONS of the first rule that takes grid start k from technician t, or OFFERED."""

    code: NDArray[np.uint8]


def explain_map(problem: Problem) -> Reasons:
    """Give the reason for every technician and every start of the grid (rules.md, section 5).

    The rules run in the order of their reasons, and the grid is laid over what stands after each. Each rule only takes
    starts away, so that the number of rules after which a start still stands is the row of the first one that lost it.
    """
    people, starts = len(problem.fleet), len(problem.grid)
    survived_by_all = np.zeros(starts + 1, dtype=np.int8)
    survived = np.zeros(people * (starts + 1), dtype=np.int8)
    windows = all_dates(problem)
    for rule in ALL_RULES:
        if rule is not off_grid:  # a start of the grid always passes it
            windows = rule(problem, windows).without_empty()
        first, stop = on_grid(problem, windows)
        if len(windows) and windows.technician[0] == EVERYONE:
            np.add.at(survived_by_all, first, np.int8(1))
            np.subtract.at(survived_by_all, stop, np.int8(1))
        else:
            base = windows.technician * (starts + 1)
            np.add.at(survived, base + first, np.int8(1))
            np.subtract.at(survived, base + stop, np.int8(1))
    steps = survived.reshape(people, starts + 1)
    steps += survived_by_all
    code = np.cumsum(steps[:, :-1], axis=1, dtype=np.int8)
    return Reasons(code=code.view(np.uint8))
