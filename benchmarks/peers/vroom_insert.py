"""VROOM, asked to fit one more visit into each technician-day."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import vroom

from benchmarks.peers.technician_days import DEPOT, Detours, TechnicianDay

_EXPLORATION_LEVEL = 1
_MUST = 100


def vroom_insert(days: Iterable[TechnicianDay]) -> Detours:
    """Find the technician-days that have room, and the least detour on each."""
    detours: Detours = {}
    for day in days:
        driven = _solve(day)
        if driven is not None:
            detours[day.technician, day.date] = max(driven - day.driven, 0)
    return detours


def _solve(day: TechnicianDay) -> int | None:
    question = vroom.Input()
    question.set_durations_matrix("car", np.array(day.need, dtype=np.uint32))
    question.set_costs_matrix("car", np.array(day.cost, dtype=np.uint32))
    question.add_vehicle(vroom.Vehicle(1, start=DEPOT, end=DEPOT, time_window=day.hours))
    last = len(day.length) - 1
    question.add_job(
        [
            vroom.Job(
                node,
                node,
                default_service=day.length[node],
                time_windows=[vroom.TimeWindow(*day.windows[node])],
                priority=0 if node == last else _MUST,
            )
            for node in range(1, last + 1)
        ]
    )
    solution = question.solve(exploration_level=_EXPLORATION_LEVEL, nb_threads=1)
    return None if solution.unassigned else int(solution.summary.cost)
