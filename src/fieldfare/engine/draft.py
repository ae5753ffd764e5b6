"""A draft: everything of a problem but the drives, and the list of drives that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from fieldfare.domain.business import Business
from fieldfare.domain.clock import MINUTE, clock_of
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.fleet import Technician
from fieldfare.domain.places import Place, tagged_hub
from fieldfare.domain.policy import Lock
from fieldfare.domain.questions import Question
from fieldfare.domain.schedules import OpenTime, Schedule
from fieldfare.engine.blocks import Blocks
from fieldfare.engine.columns import NEVER, Rows, SmallRows
from fieldfare.engine.commitments import Commitments, Points
from fieldfare.engine.frame import Frame
from fieldfare.engine.hubs import nearest_hubs
from fieldfare.engine.problem import Calendar, Demand, Fleet, Legs, Problem, weekly_caps
from fieldfare.engine.resolution import Sale
from fieldfare.engine.shifts import Shifts, Windowed
from fieldfare.engine.usage import sum_up

_MOST_PIECES = 1 << 45
"""No commitment holds more pieces of equipment, and so no sum of 200,000 of them leaves the whole numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A problem that waits for its drives.

    `points` is (n, 2), each place once; `target` is the row of the place asked for. Drives are needed to it from every
    `stops`, from it to every one of them, and between the `pairs` (m, 2), all rows of the points. `own` are the
    commitments that the columns were made of, in their order.
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
        problem = self.problem
        to_column, from_column = np.zeros((2, len(self.points)), dtype=np.int32)
        to_column[self.stops] = to_place
        from_column[self.stops] = from_place
        return Problem(
            frame=problem.frame,
            now=problem.now,
            notice=problem.notice,
            duration=problem.duration,
            hub=problem.hub,
            grid=problem.grid,
            blocks=problem.blocks,
            zone=problem.zone,
            fleet=problem.fleet,
            calendar=problem.calendar,
            legs=Legs(
                to_place=to_column,
                from_place=from_column,
                direct=between[self._pair_of_opening].astype(np.int32),
            ),
            demands=problem.demands,
        )


def draft(question: Question, sale: Sale, hub: str | None) -> Draft:
    """Lay out a question for which a zone and a product have been found; `hub` is that of the place."""
    business, policy = question.business, question.business.policy
    duration = sale.quote.duration_minutes * MINUTE
    frame = Frame.around(clock=clock_of(business.time_zone), now=question.now, days=policy.horizon_days)
    blocks = Blocks.of(frame, policy.blocks)
    people = _people(question)
    qualified = np.array([_qualifies(person, sale) for person in people], dtype=np.bool_)
    points = _PointTable(question.request.place)
    depots = np.array([points.row(person.depot or business.hq) for person in people], dtype=np.int64)
    hubs = _HubTable(business)
    own = _own_commitments(question, people, qualified, frame)
    commitments = _columns(own, people, points, hubs, frame)
    table = points.table()
    schedules = _schedules_by_owner(business.schedules)
    calendar = Calendar.lay(
        frame=frame,
        policy=policy,
        duration=duration,
        blocks=blocks,
        shifts=Shifts.of(
            frame,
            [
                _open_time(schedules, frame, zone=sale.zone.id, technician=person.id) if fit else None
                for person, fit in zip(people, qualified, strict=True)
            ],
        ),
        commitments=hubs.fill_in(commitments, table),
        depots=depots,
    )
    jobs, seconds = weekly_caps([p.weekly_jobs for p in people], [p.weekly_minutes for p in people])
    openings = calendar.openings
    pairs, pair_of_opening = _distinct_pairs(openings.origin, openings.destination, len(table))
    nobody = np.zeros(0, dtype=np.int32)
    problem = Problem(
        frame=frame,
        now=question.now - frame.origin,
        notice=min(policy.min_notice_minutes * MINUTE, NEVER // 2),
        duration=duration,
        hub=None if hub is None or policy.lock is Lock.NONE else hubs.row_of[hub],
        grid=blocks.grid(duration),
        blocks=blocks,
        zone=Windowed.of(frame, _open_time(schedules, frame, zone=sale.zone.id)),
        fleet=Fleet(tuple(p.id for p in people), qualified, jobs, seconds, depots),
        calendar=calendar,
        legs=Legs(nobody, nobody, nobody),
        demands=_demands(question, sale, frame),
    )
    stops = np.unique(np.concatenate((openings.before, openings.after, pairs.reshape(-1)))).astype(np.int64)
    return Draft(problem, table, points.target, stops, pairs, own, pair_of_opening)


def _people(question: Question) -> list[Technician]:
    wanted = question.request.technician
    people = (person for person in question.business.technicians if wanted is None or person.id == wanted)
    return sorted(people, key=lambda person: person.id)


def _qualifies(person: Technician, sale: Sale) -> bool:
    return person.active and sale.zone.id in person.zones and sale.product.skills <= person.skills


class _PointTable:
    """The places of a question, each once; the one that is asked for is the first."""

    target = 0

    def __init__(self, target: Place) -> None:
        self._rows = {target.point: self.target}

    def row(self, place: Place) -> int:
        return self._rows.setdefault(place.point, len(self._rows))

    def table(self) -> Points:
        return np.array(list(self._rows), dtype=np.float64).reshape(-1, 2)


class _HubTable:
    """The hubs of a business, by the rows that the columns hold."""

    UNKNOWN = -1
    BY_PLACE = -2

    def __init__(self, business: Business) -> None:
        self._hubs = business.hubs
        self.row_of = {hub.id: row for row, hub in enumerate(business.hubs)}

    def of_commitment(self, commitment: Commitment) -> int:
        """Find a visit's hub; where only its place can tell, that is put off until all places are known."""
        if commitment.kind is not CommitmentKind.VISIT or not self.row_of:
            return self.UNKNOWN
        named = commitment.hub or tagged_hub(commitment.title, self.row_of)
        if named is not None:
            return self.row_of[named]
        return self.UNKNOWN if commitment.place is None else self.BY_PLACE

    def fill_in(self, commitments: Commitments, table: Points) -> Commitments:
        """Give the visits that have nothing but a place the hub nearest to it (rule P5)."""
        rows = np.flatnonzero(commitments.hub == self.BY_PLACE)
        points, back = np.unique(commitments.point[rows], return_inverse=True)
        if len(points):
            commitments.hub[rows] = nearest_hubs(table[points], self._hubs)[back]
        return commitments


def _own_commitments(
    question: Question, people: Sequence[Technician], qualified: Iterable[bool], frame: Frame
) -> tuple[Commitment, ...]:
    """Pick what the qualified technicians have to do in the frame."""
    asked = {person.id for person, fit in zip(people, qualified, strict=True) if fit}
    begin, end = frame.origin, frame.origin + frame.span
    return tuple(c for c in question.commitments if c.technician in asked and c.end > begin and c.start < end)


def _columns(
    own: Sequence[Commitment], people: Sequence[Technician], points: _PointTable, hubs: _HubTable, frame: Frame
) -> Commitments:
    row_of = {person.id: row for row, person in enumerate(people)}
    rank = np.empty(len(own), dtype=np.int64)
    rank[sorted(range(len(own)), key=lambda row: own[row].id)] = np.arange(len(own))

    def column(values: Iterable[int]) -> Rows:
        return np.fromiter(values, dtype=np.int64, count=len(own))

    return Commitments(
        technician=column(row_of[c.technician] for c in own if c.technician is not None),
        start=column(c.start for c in own) - frame.origin,
        end=column(c.end for c in own) - frame.origin,
        is_visit=column(c.kind is CommitmentKind.VISIT for c in own).astype(np.bool_),
        point=column(-1 if c.place is None else points.row(c.place) for c in own),
        hub=column(hubs.of_commitment(c) for c in own),
        rank=rank,
    )


def _schedules_by_owner(schedules: Iterable[Schedule]) -> dict[tuple[str | None, str | None], list[Schedule]]:
    by_owner: dict[tuple[str | None, str | None], list[Schedule]] = {}
    for schedule in schedules:
        by_owner.setdefault((schedule.owner.zone, schedule.owner.technician), []).append(schedule)
    return by_owner


def _open_time(
    schedules: dict[tuple[str | None, str | None], list[Schedule]],
    frame: Frame,
    *,
    zone: str,
    technician: str | None = None,
) -> OpenTime:
    """Give a zone's open time, or a technician's in the zone: scoped schedules first, then global ones (rule S3)."""
    owners = [(zone, technician)] if technician is None else [(zone, technician), (None, technician)]
    return OpenTime(clock=frame.clock, tiers=[schedules.get(owner, []) for owner in owners])


def _demands(question: Question, sale: Sale, frame: Frame) -> tuple[Demand, ...]:
    """Sum up what all commitments hold of each resource kind that the product needs."""
    capacity = {resource.kind: resource.capacity for resource in question.business.resources}
    demands = []
    for kind, quantity in sorted(sale.product.resources.items()):
        if quantity == 0:
            continue
        holders = [c for c in question.commitments if c.resources.get(kind)]
        usage = sum_up(
            kind=kind,
            capacity=capacity[kind],
            start=np.array([c.start for c in holders], dtype=np.int64) - frame.origin,
            end=np.array([c.end for c in holders], dtype=np.int64) - frame.origin,
            quantity=np.array([min(c.resources[kind], _MOST_PIECES) for c in holders], dtype=np.int64),
        )
        demands.append(Demand(usage, quantity))
    return tuple(demands)


def _distinct_pairs(origin: SmallRows, destination: SmallRows, points: int) -> tuple[Rows, Rows]:
    """List each pair of points once; returns (m, 2), and the row of each opening's pair."""
    code, row = np.unique(origin.astype(np.int64) * points + destination, return_inverse=True)
    return np.stack((code // points, code % points), axis=1), row
