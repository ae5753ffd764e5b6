"""OR-Tools, asked to fit one more visit into each technician-day."""

from __future__ import annotations

from collections.abc import Iterable

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.peers.technician_days import DEPOT, Detours, TechnicianDay


def ortools_insert(days: Iterable[TechnicianDay]) -> Detours:
    """Find the technician-days that have room, and the least detour on each."""
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    detours: Detours = {}
    for day in days:
        driven = _solve(day, parameters)
        if driven is not None:
            detours[day.technician, day.date] = max(driven - day.driven, 0)
    return detours


def _solve(day: TechnicianDay, parameters: object) -> int | None:
    nodes = len(day.length)
    manager = pywrapcp.RoutingIndexManager(nodes, 1, DEPOT)
    routing = pywrapcp.RoutingModel(manager)
    taken = [[length + need for need in row] for length, row in zip(day.length, day.need, strict=True)]
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(day.cost))
    opens, closes = day.hours
    routing.AddDimension(routing.RegisterTransitMatrix(taken), closes - opens, closes, False, "time")
    time = routing.GetDimensionOrDie("time")
    for node in range(1, nodes):
        time.CumulVar(manager.NodeToIndex(node)).SetRange(*day.windows[node])
    time.CumulVar(routing.Start(0)).SetRange(opens, closes)
    time.CumulVar(routing.End(0)).SetRange(opens, closes)
    solution = routing.SolveWithParameters(parameters)
    return None if solution is None else int(solution.ObjectiveValue())
