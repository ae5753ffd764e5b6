"""A draft: everything of a problem but the drives, and the list of drives that it needs.

Most of it has nothing to do with the place that is asked for. That is the layout, which can be kept: the next place is
put into it, and only the drives to and from that place are new.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fieldfare.domain.clock import MINUTE, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place
from fieldfare.domain.policy import Lock
from fieldfare.domain.questions import Question
from fieldfare.engine.blocks import Blocks
from fieldfare.engine.columns import NEVER, Rows
from fieldfare.engine.demands import demands_of
from fieldfare.engine.frame import Frame
from fieldfare.engine.hubs import HubTable
from fieldfare.engine.open_times import OpenTimes
from fieldfare.engine.points import Points, PointTable
from fieldfare.engine.problem import Calendar, Demand, Legs, Problem
from fieldfare.engine.resolution import Sale
from fieldfare.engine.roster import fleet_of, in_columns, own_commitments, people_of
from fieldfare.engine.shifts import Shifts, Windowed


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A problem that waits for its drives.

    `points` is (n, 2); `target` is the row of the place asked for, the others are each another place. Drives are needed
    to it from every `stops`, from it to every one of them, and between the `pairs` (m, 2), all rows of the points.
    `own` are the commitments that the columns were made of, in their order.
    """

    problem: Problem
    points: Points
    target: int
    stops: Rows
    pairs: Rows
    own: tuple[Commitment, ...]
    _pair_of_opening: Rows

    def with_drives(self, *, to_place: Rows, from_place: Rows, between: Rows) -> Problem:
        """Complete the problem with drives in whole seconds, in the order of `stops` and `pairs`."""
        to_column, from_column = np.zeros((2, len(self.points)), dtype=np.int32)
        to_column[self.stops] = to_place
        from_column[self.stops] = from_place
        direct = between[self._pair_of_opening].astype(np.int32)
        return replace(self.problem, legs=Legs(to_place=to_column, from_place=from_column, direct=direct))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A draft for no place yet: the fleet's time, for one product in one zone on one local date.

    It holds for any moment of that date.
    """

    draft: Draft
    hubs: HubTable
    locks: bool

    def at(self, place: Place, *, hub: str | None, now: int, demands: tuple[Demand, ...] | None = None) -> Draft:
        """Put a place in, with its hub, at an instant; and other use of equipment, if that has changed since."""
        blank = self.draft
        problem = replace(
            blank.problem.at(now),
            hub=self.hubs.row_of[hub] if self.locks and hub is not None else None,
            demands=blank.problem.demands if demands is None else demands,
        )
        points = blank.points.copy()
        points[blank.target] = place.point
        return replace(blank, problem=problem, points=points)


def draft(question: Question, sale: Sale, hub: str | None) -> Draft:
    """Lay out a question for which a zone and a product have been found; `hub` is that of the place."""
    return lay_out(question, sale).at(question.request.place, hub=hub, now=question.now)


def lay_out(question: Question, sale: Sale) -> Layout:
    """Lay out the time of the technicians who are asked for; the question's place doesn't matter."""
    business, policy = question.business, question.business.policy
    duration = sale.quote.duration_minutes * MINUTE
    frame = Frame.around(clock=clock_of(business.time_zone), now=question.now, days=policy.horizon_days)
    blocks = Blocks.of(frame, policy.blocks)
    points, hubs = PointTable(), HubTable(business.hubs)
    people = people_of(question)
    fleet = fleet_of(question, people, sale, points)
    own = own_commitments(question, fleet, frame)
    open_times = OpenTimes(frame.clock, business.schedules)
    hours = (
        open_times.of_technician(id_, zone=sale.zone.id) if fit else None
        for id_, fit in zip(fleet.ids, fleet.qualified.tolist(), strict=True)
    )
    calendar = Calendar.lay(
        frame=frame,
        policy=policy,
        duration=duration,
        blocks=blocks,
        shifts=Shifts.of(frame, list(hours)),
        commitments=in_columns(own, fleet=fleet, frame=frame, points=points, hubs=hubs),
        depots=fleet.depot,
    )
    nobody = np.zeros(0, dtype=np.int32)
    problem = Problem(
        frame=frame,
        now=question.now - frame.origin,
        notice=min(policy.min_notice_minutes * MINUTE, NEVER // 2),
        duration=duration,
        hub=None,
        grid=blocks.grid(duration),
        blocks=blocks,
        zone=Windowed.of(frame, open_times.of_zone(sale.zone.id)),
        fleet=fleet,
        calendar=calendar,
        legs=Legs(nobody, nobody, nobody),
        demands=demands_of(question, sale, frame),
    )
    return Layout(draft=_listing_drives(problem, points.table(), own), hubs=hubs, locks=policy.lock is not Lock.NONE)


def _listing_drives(problem: Problem, points: Points, own: tuple[Commitment, ...]) -> Draft:
    """List the drives that a problem needs, each once."""
    openings = problem.calendar.openings
    code, pair_of_opening = np.unique(
        openings.origin.astype(np.int64) * len(points) + openings.destination, return_inverse=True
    )
    pairs = np.stack((code // len(points), code % len(points)), axis=1)
    stops = np.unique(np.concatenate((openings.before, openings.after, pairs.reshape(-1)))).astype(np.int64)
    return Draft(problem, points, PointTable.target, stops, pairs, own, pair_of_opening)
