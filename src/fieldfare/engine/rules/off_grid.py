"""A visit starts when a block has a start."""

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def off_grid(problem: Problem, windows: Windows) -> Windows:
    """Keep the starts of the grid, each as a window of its own (rules F6, G1 to G3)."""
    return windows.within(problem.grid.start, problem.grid.start)
