"""The seeded worlds as scenario files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.worlds import DURATION_S, HORIZON_DAYS, HQ, NOW, WEEKLY_JOBS, World
from fieldfare.domain.clock import MINUTE

Record = dict[str, Any]

_HOURS = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}


def scenario_of(made: World) -> str:
    """Write a world down as one line of JSON: the same question, yet to be read, resolved and laid out."""
    return json.dumps(
        {
            "now": made.problem.frame.clock.iso(NOW),
            "business": _business(made),
            "commitments": [*_commitments(made), *_lift(made)],
            "request": {"place": _place(made.points[1]), "product": "tune-up"},
        }
    )


def _business(made: World) -> Record:
    fleet = made.problem.fleet
    return {
        "id": "seeded",
        "name": "Seeded world",
        "time_zone": "America/Toronto",
        "hq": {"lat": HQ[0], "lng": HQ[1]},
        "policy": {
            "horizon_days": HORIZON_DAYS,
            "blocks": [
                {"id": "AM", "start": "08:00", "end": "12:00", "step_minutes": 15},
                {"id": "PM", "start": "13:00", "end": "17:00", "step_minutes": 15},
            ],
        },
        "hubs": [{"id": _hub(row), "name": _hub(row), **_place(point)} for row, point in enumerate(made.hubs)],
        "boundaries": [{"id": "region", "kind": "radius", "center": _place(np.array(HQ)), "radius_m": 60_000}],
        "zones": [{"id": "zone", "name": "Region", "boundaries": ["region"], "industries": [{"industry": "hvac"}]}],
        "industries": [{"id": "hvac", "name": "Heating and cooling"}],
        "products": [
            {
                "id": "tune-up",
                "industry": "hvac",
                "name": "Tune-up",
                "price": 14_900,
                "duration_minutes": DURATION_S // MINUTE,
                "resources": {demand.usage.kind: demand.quantity for demand in made.problem.demands},
            }
        ],
        "technicians": [
            {"id": id_, "name": id_, "zones": ["zone"], "weekly_jobs": WEEKLY_JOBS, "weekly_minutes": 40 * 60}
            for id_ in fleet.ids
        ],
        "resources": [
            {"kind": demand.usage.kind, "capacity": demand.usage.capacity} for demand in made.problem.demands
        ],
        "schedules": [
            {"id": "hours", "owner": {"zone": "zone"}, "week": _HOURS},
            *({"id": f"hours-{id_}", "owner": {"technician": id_}, "week": _HOURS} for id_ in fleet.ids),
        ],
    }


def _commitments(made: World) -> Iterable[Record]:
    columns, frame, ids = made.commitments, made.problem.frame, made.problem.fleet.ids
    for row in range(len(columns)):
        point, hub = int(columns.point[row]), int(columns.hub[row])
        yield {
            "id": f"c{columns.rank[row]:07}",
            "technician": ids[columns.technician[row]],
            "kind": "visit" if columns.is_visit[row] else "busy",
            "start": frame.clock.iso(int(columns.start[row]) + frame.origin),
            "end": frame.clock.iso(int(columns.end[row]) + frame.origin),
            "place": None if point < 0 else _place(made.points[point]),
            "hub": None if hub < 0 else _hub(hub),
        }


def _lift(made: World) -> Iterable[Record]:
    """Say by busy time of nobody what is held of each resource."""
    frame = made.problem.frame
    for demand in made.problem.demands:
        time = (demand.usage.time + frame.origin).tolist()
        for row, held in enumerate(demand.usage.held.tolist()):
            if held:
                yield {
                    "id": f"{demand.usage.kind}-{row}",
                    "technician": None,
                    "kind": "busy",
                    "start": frame.clock.iso(time[row]),
                    "end": frame.clock.iso(time[row + 1]),
                    "resources": {demand.usage.kind: held},
                }


def _place(point: NDArray[np.float64]) -> Record:
    return {"lat": float(point[0]), "lng": float(point[1])}


def _hub(row: int) -> str:
    return f"H{row:02}"
