"""A technician may not be booked beyond the weekly load that the owner set."""

from fieldfare.engine.columns import rows_where
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def weekly_load(problem: Problem, windows: Windows) -> Windows:
    """Drop the windows in whose week the technician has no room for one more visit.

    A visit counts in the local ISO week of its start, the new one included (rule F13). Windows never cross a week.
    """
    load, fleet = problem.calendar.load, problem.fleet
    room = (load.visits + 1 <= fleet.weekly_jobs[:, None]) & (
        load.seconds + problem.duration <= fleet.weekly_seconds[:, None]
    )
    if room.all():
        return windows
    week = problem.frame.week_of.take(windows.date)
    return windows.take(rows_where(room.reshape(-1).take(windows.technician * room.shape[1] + week)))
