"""One technician and one start, judged, with all that figures about them are read from."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.commitments import Commitment
from fieldfare.domain.explanations import Cited
from fieldfare.domain.fleet import Technician
from fieldfare.domain.questions import Question
from fieldfare.engine.columns import Seconds
from fieldfare.engine.problem import Problem
from fieldfare.engine.resolution import Sale
from fieldfare.engine.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A technician and a start, an instant, with the verdict on them.

    `whole` is the problem of everyone who is asked, and `row` the technician's row in it; `problem` is the
    technician's own, as a fleet of one. `own` are the commitments of which the problem's openings hold the rows.
    `hub` is the hub of the place.
    """

    question: Question
    sale: Sale
    hub: str | None
    whole: Problem
    row: int
    problem: Problem
    own: tuple[Commitment, ...]
    start: int
    verdict: Verdict

    @property
    def end(self) -> int:
        """The instant at which the visit would end."""
        return self.start + self.problem.duration

    @property
    def technician(self) -> Technician:
        """The technician's record."""
        wanted = self.problem.fleet.ids[0]
        return next(person for person in self.question.business.technicians if person.id == wanted)

    @property
    def date(self) -> int:
        """The number of the start's local date; raises `ValueError` outside the horizon."""
        number = self.problem.frame.date_number(self.start)
        if number is None:
            raise ValueError("the start lies outside the horizon")
        return number

    @property
    def opening(self) -> int:
        """The row of the gap in which the visit lies; raises `ValueError` if it lies in none."""
        if self.verdict.opening is None:
            raise ValueError("the start was refused before the rules came to the gaps")
        return self.verdict.opening

    @property
    def shift(self) -> int:
        """The row of the shift that holds the gap."""
        return int(self.problem.calendar.openings.shift[self.opening])

    def instant(self, seconds: Seconds | int) -> int:
        """Give the instant so many seconds after the frame's origin."""
        return int(seconds) + self.problem.frame.origin

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether the visit overlaps an interval of instants."""
        return start < self.end and self.start < end


def cite(commitment: Commitment) -> Cited:
    """Name a commitment in an explanation."""
    return Cited(
        id=commitment.id,
        kind=commitment.kind,
        title=commitment.title,
        technician=commitment.technician,
        start=commitment.start,
        end=commitment.end,
    )
