"""A technician-day and one more visit, as matrices that a routing solver can be asked to solve.

Nodes are the depot, the visits that stand (fixed in time), and the new visit, which may start whenever the shift lets
it. Between two visits that stand nothing is asked, since a day that was never drivable is not the new visit's fault;
to and from the new visit the travel time is what rules T2 to T4 need. So a solution that visits every node exists if
and only if some start, on the grid or off it, meets F7 and F9 to F12; and its cost above that of the day as it stands
is the detour of O1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.peers.ready import Ready, Shift

DEPOT = 0


@dataclass(frozen=True, slots=True)
class TechnicianDay:
    """One solver's problem: `need` and `cost` are seconds from row to column, and the last node is the new visit.

    `windows` says when each node may start and `length` how long it takes. `driven` is what the day costs as it stands.
    """

    technician: int
    date: int
    windows: list[tuple[int, int]]
    length: list[int]
    need: list[list[int]]
    cost: list[list[int]]
    driven: int

    @property
    def hours(self) -> tuple[int, int]:
        """The shift."""
        return self.windows[DEPOT]


Detours = dict[tuple[int, int], int]
"""The least detour on each technician and date that has room for the visit."""


def technician_days(ready: Ready) -> Iterator[TechnicianDay]:
    """List the technician-days of a world without busy time."""
    for technician, person in enumerate(ready.people):
        for date, shift in person.shifts.items():
            yield _technician_day(ready, technician, date, shift)


def _technician_day(ready: Ready, technician: int, date: int, shift: Shift) -> TechnicianDay:
    visits = [(start, end, point) for start, end, point, _ in shift.stops]
    new = len(visits) + 1
    places = [shift.depot, *(point for _, _, point in visits)]
    need = [[0] * (new + 1) for _ in range(new + 1)]
    cost = [
        [ready.direct.get((a, b), ready.to_place[a] + ready.from_place[b]) for b in (*places, 0)] for a in (*places, 0)
    ]
    for node, place in enumerate(places):
        to_new, from_new = ready.to_place[place], ready.from_place[place]
        cost[node][new], cost[new][node] = to_new, from_new
        if node == DEPOT:
            need[node][new] = to_new if ready.departs_on_shift else 0
            need[new][node] = from_new if ready.returns_by_shift_end else 0
        else:
            need[node][new], need[new][node] = max(ready.buffer, to_new), max(ready.buffer, from_new)
    return TechnicianDay(
        technician=technician,
        date=date,
        windows=[
            (shift.start, shift.end),
            *((start, start) for start, _, _ in visits),
            (shift.start, shift.end - ready.duration),
        ],
        length=[0, *(end - start for start, end, _ in visits), ready.duration],
        need=need,
        cost=cost,
        driven=shift.driven,
    )
