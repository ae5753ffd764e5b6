"""The seeded worlds as scenario files."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from benchmarks.worlds import DURATION_S, HORIZON_DAYS, HQ, NOW, POLICY, WEEKLY_JOBS, World
from fieldfare.domain.clock import MINUTE

Record = dict[str, Any]

_WEEK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}


def scenario_of(made: World) -> str:
    """Write a world down as one line of JSON: the same question, to be read, resolved and drafted first."""
    frame = made.problem.frame
    request = {"place": _place(made.points[1]), "product": "tune-up"}
    document = {
        "now": frame.clock.text(NOW) if hasattr(frame.clock, "text") else NOW,
        "business": _business(made),
        "commitments": _commitments(made) + _lift(made),
        "request": request,
    }
    return json.dumps(document)
