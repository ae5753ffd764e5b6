"""What a technician already has in the week."""

from fieldfare.domain.clock import MINUTE, monday_of
from fieldfare.domain.explanations import WeeklyLoadFacts
from fieldfare.engine.facts.candidate import Candidate
from fieldfare.engine.problem import NO_CAP


def weekly_load(candidate: Candidate) -> WeeklyLoadFacts:
    """Give the load of the start's ISO week and the technician's caps (rule F13)."""
    problem, date = candidate.problem, candidate.date
    load, fleet, week = problem.calendar.load, problem.fleet, problem.frame.week_of[date]
    jobs, seconds = int(fleet.weekly_jobs[0]), int(fleet.weekly_seconds[0])
    return WeeklyLoadFacts(
        monday=monday_of(problem.frame.date(date)),
        visits=int(load.visits[0, week]),
        visits_seconds=int(load.seconds[0, week]),
        added_seconds=problem.duration,
        most_visits=None if jobs == NO_CAP else jobs,
        most_minutes=None if seconds == NO_CAP else seconds // MINUTE,
    )
