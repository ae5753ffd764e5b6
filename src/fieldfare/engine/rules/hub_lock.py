"""The first visit of a block locks its technician to that visit's hub for the block."""

import numpy as np

from fieldfare.engine.columns import Mask, Rows, rows_where
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows, joined


def hub_lock(problem: Problem, windows: Windows) -> Windows:
    """Cut out the starts from which the visit would overlap a block that is locked to other hubs (rule F8)."""
    if problem.hub is None or not len(windows):
        return windows
    blocks, closed = problem.blocks, problem.calendar.locks.closed_to(problem.hub)
    first = blocks.closed.until(windows.earliest)
    last = blocks.opened.before(windows.latest + problem.duration) - 1
    pieces: list[Windows] = []
    for step in range(int((last - first).max()) + 1):
        hit = _closed_rows(closed, windows, first + step, last)
        if not len(hit):
            continue
        block = first[hit] + step
        pieces.append(windows.take(hit).until(blocks.start[block] - problem.duration).without_empty())
        earliest = windows.earliest.copy()
        earliest[hit] = np.maximum(earliest[hit], blocks.end[block])
        windows = windows.from_(earliest)
    return joined([windows.without_empty(), *pieces]) if pieces else windows


def _closed_rows(closed: Mask, windows: Windows, block: Rows, last: Rows) -> Rows:
    """Find the windows whose n-th block exists and is closed to the hub."""
    exists = rows_where(block <= last)
    cell = windows.technician.take(exists) * closed.shape[1] + block.take(exists)
    return np.compress(closed.reshape(-1).take(cell), exists)
