"""A draft: everything of a problem but the drives, and the list of drives that it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.places import Place
from fieldfare.domain.policy import Lock
from fieldfare.domain.questions import Question
from fieldfare.engine.board import UNKNOWN, Board
from fieldfare.engine.columns import NEVER, Rows
from fieldfare.engine.day import Day
from fieldfare.engine.kept import Kept
from fieldfare.engine.ledger import Own, by_technician
from fieldfare.engine.points import Points
from fieldfare.engine.problem import Legs, Problem
from fieldfare.engine.resolution import Sale


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A problem that waits for its drives.

    `points` is (n, 2), each place once; `target` is the row of the place asked for. Drives are needed to it from every
    `stops`, from it to every one of them, and between the `pairs` (m, 2), all rows of the points: those past the
    visit that aren't known from an answer before. `own` are the commitments of each technician.
    """

    problem: Problem
    points: Points
    target: int
    stops: Rows
    pairs: Rows
    own: tuple[Own, ...]
    _waiting: Rows
    _pair_of_waiting: Rows
    _board: Board | None

    @classmethod
    def of(
        cls,
        problem: Problem,
        *,
        points: Points,
        target: int,
        stops: Rows,
        own: tuple[Own, ...],
        board: Board | None = None,
    ) -> Draft:
        """List the drives that a problem needs, each once; what it knows of those past its openings stands."""
        openings = problem.calendar.openings
        waiting = np.flatnonzero(problem.legs.direct == UNKNOWN)
        legs = openings.origin[waiting].astype(np.int64) * len(points) + openings.destination[waiting]
        code, pair_of_waiting = np.unique(legs, return_inverse=True)
        pairs = np.stack((code // len(points), code % len(points)), axis=1)
        return cls(problem, points, target, stops, pairs, own, waiting, pair_of_waiting, board)

    def only(self, technician: str) -> Draft:
        """Cut the draft down to one technician."""
        row = self.problem.fleet.ids.index(technician)
        problem = self.problem.only(row)
        stops = problem.calendar.openings.stops(len(self.points))
        return Draft.of(problem, points=self.points, target=self.target, stops=stops, own=self.own[row : row + 1])

    def anew(self) -> Draft:
        """Forget the drives that are known already."""
        nothing = np.full(len(self.problem.legs.direct), UNKNOWN, dtype=np.int32)
        problem = replace(self.problem, legs=replace(self.problem.legs, direct=nothing))
        return Draft.of(problem, points=self.points, target=self.target, stops=self.stops, own=self.own)

    def with_drives(self, *, to_place: Rows, from_place: Rows, between: Rows) -> Problem:
        """Complete the problem with drives in whole seconds, in the order of `stops` and `pairs`."""
        to_column, from_column = np.zeros((2, len(self.points)), dtype=np.int32)
        to_column[self.stops] = to_place
        from_column[self.stops] = from_place
        direct = self.problem.legs.direct
        if len(self._waiting):
            direct = direct.copy()
            direct[self._waiting] = between[self._pair_of_waiting]
        return replace(self.problem, legs=Legs(to_place=to_column, from_place=from_column, direct=direct))

    def remember(self, problem: Problem) -> None:
        """Keep the drives past the openings, once a model has told them, for the drafts to come."""
        if self._board is not None and len(self._waiting):
            self._board.direct = problem.legs.direct


def draft(question: Question, sale: Sale, hub: str | None) -> Draft:
    """Lay out a question for which a zone and a product have been found; `hub` is that of the place."""
    business, wanted = question.business, question.request.technician
    people = [person for person in business.technicians if wanted is None or person.id == wanted]
    day = Day(business, now=question.now, people=people)
    kept = Kept(day, by_technician(question.commitments))
    return draft_on(kept, sale, place=question.request.place, hub=hub, now=question.now, stale=question.stale)


def draft_on(
    kept: Kept,
    sale: Sale,
    *,
    place: Place,
    hub: str | None,
    now: int,
    source: str = "",
    stale: frozenset[str] = frozenset(),
) -> Draft:
    """Put a place and an instant of the day into what is kept; direct drives that the `source` told are known.

    Of the `stale` technicians too little is known (rule B13); what is kept of their time doesn't change by that.
    """
    day, board = kept.day, kept.board(sale, source=source)
    points, target = day.points.with_target(place)
    nobody = np.zeros(0, dtype=np.int32)
    problem = Problem(
        frame=day.frame,
        now=now - day.frame.origin,
        notice=min(day.policy.min_notice_minutes * MINUTE, NEVER // 2),
        duration=board.duration,
        hub=None if hub is None or day.policy.lock is Lock.NONE else day.hubs.row_of[hub],
        grid=day.grid(board.duration),
        blocks=day.blocks,
        zone=day.hours(sale.zone.id),
        fleet=board.fleet.without_stale(stale) if stale else board.fleet,
        calendar=board.calendar,
        legs=Legs(nobody, nobody, board.direct),
        demands=kept.demands(sale.product),
    )
    return Draft.of(problem, points=points, target=target, stops=board.stops, own=kept.ledger.own, board=board)
