"""Who could take a visit, and what they have to do already: people and commitments into columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.fleet import Technician
from fieldfare.domain.questions import Question
from fieldfare.engine.columns import Mask, Rows
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.frame import Frame
from fieldfare.engine.hubs import HubTable
from fieldfare.engine.points import PointTable
from fieldfare.engine.problem import Fleet, weekly_caps
from fieldfare.engine.resolution import Sale


def people_of(question: Question) -> list[Technician]:
    """List the technicians who are looked at, in the order of their ids."""
    wanted = question.request.technician
    people = (person for person in question.business.technicians if wanted is None or person.id == wanted)
    return sorted(people, key=lambda person: person.id)


def fleet_of(question: Question, people: Sequence[Technician], sale: Sale, points: PointTable) -> Fleet:
    """Put the technicians into columns, and say who qualifies (rule F4)."""
    jobs, seconds = weekly_caps([person.weekly_jobs for person in people], [p.weekly_minutes for p in people])
    hq = question.business.hq
    return Fleet(
        ids=tuple(person.id for person in people),
        qualified=np.array([_qualifies(person, sale) for person in people], dtype=np.bool_),
        weekly_jobs=jobs,
        weekly_seconds=seconds,
        depot=np.array([points.row(person.depot or hq) for person in people], dtype=np.int64),
    )


def _qualifies(person: Technician, sale: Sale) -> bool:
    return person.active and sale.zone.id in person.zones and sale.product.skills <= person.skills


def own_commitments(question: Question, fleet: Fleet, frame: Frame) -> tuple[Commitment, ...]:
    """Pick what the qualified technicians have to do in the frame."""
    asked = {id_ for id_, fit in zip(fleet.ids, fleet.qualified.tolist(), strict=True) if fit}
    begin, end = frame.origin, frame.origin + frame.span
    return tuple(c for c in question.commitments if c.technician in asked and c.end > begin and c.start < end)


def in_columns(
    own: Sequence[Commitment], *, fleet: Fleet, frame: Frame, points: PointTable, hubs: HubTable
) -> Commitments:
    """Put commitments into columns, in their order; the hubs that only a place can tell are found at the end."""
    row_of = {id_: row for row, id_ in enumerate(fleet.ids)}
    rank = np.empty(len(own), dtype=np.int64)
    rank[sorted(range(len(own)), key=lambda row: own[row].id)] = np.arange(len(own))

    def column(values: Iterable[int]) -> Rows:
        return np.fromiter(values, dtype=np.int64, count=len(own))

    is_visit: Mask = column(c.kind is CommitmentKind.VISIT for c in own).astype(np.bool_)
    commitments = Commitments(
        technician=column(row_of[c.technician] for c in own if c.technician is not None),
        start=column(c.start for c in own) - frame.origin,
        end=column(c.end for c in own) - frame.origin,
        is_visit=is_visit,
        point=column(-1 if c.place is None else points.row(c.place) for c in own),
        hub=column(hubs.of_commitment(c) for c in own),
        rank=rank,
    )
    return hubs.fill_in(commitments, points.table())
