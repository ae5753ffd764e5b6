"""Which slots can be driven to this place?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fieldfare.domain.answers import Answer, Option, Refusal, Slot
from fieldfare.domain.questions import Question
from fieldfare.engine.draft import draft
from fieldfare.engine.problem import Problem
from fieldfare.engine.reasons import CODES, OFFERED, explain_map
from fieldfare.engine.resolution import resolve_question
from fieldfare.engine.slot_map import SlotMap, build_map
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.fetch_drives import with_drives


async def find_slots(question: Question, *, travel: TravelTimes, explain: bool) -> Answer:
    """Resolve a request's zone and product, and find the slots that some technician can drive.

    With `explain`, every start that isn't offered to a technician gets its reason. A travel model that fails is stood
    in for, and the answer's `travel_source` says so.
    """
    resolution, sale = resolve_question(question)
    if sale is None:
        return Answer(
            resolution=resolution,
            quote=None,
            travel_source=travel.source,
            slots=(),
            refusals=() if explain else None,
        )
    drafted = draft(question, sale, resolution.hub)
    problem, fetched = await with_drives(drafted, travel=travel, settings=question.business.travel)
    return Answer(
        resolution=resolution,
        quote=sale.quote,
        travel_source=fetched.source,
        slots=slots_of(build_map(problem), [block.id for block in question.business.policy.blocks]),
        refusals=refusals_of(problem) if explain else None,
    )


def slots_of(slot_map: SlotMap, block_ids: Sequence[str]) -> tuple[Slot, ...]:
    """List the slots of a map by start, each with all its options."""
    problem, options, offered = slot_map.problem, slot_map.options(), slot_map.offered
    ids, origin = problem.fleet.ids, problem.frame.origin
    rows = [
        Option(technician=ids[technician], detour_seconds=detour, before_seconds=before, after_seconds=after)
        for technician, detour, before, after in zip(
            options.technician.tolist(),
            options.detour.tolist(),
            options.before.tolist(),
            options.after.tolist(),
            strict=True,
        )
    ]
    first = np.searchsorted(options.start, offered, side="left").tolist()
    starts = (problem.grid.start[offered].astype(np.int64) + origin).tolist()
    return tuple(
        Slot(
            start=start,
            end=start + problem.duration,
            block=block_ids[block],
            detour_seconds=rows[begin].detour_seconds,
            recommended=recommended,
            options=tuple(rows[begin:end]),
        )
        for start, block, recommended, begin, end in zip(
            starts,
            problem.grid.block[offered].tolist(),
            slot_map.recommended().tolist(),
            first,
            [*first[1:], len(rows)] if first else [],
            strict=True,
        )
    )


def refusals_of(problem: Problem) -> tuple[Refusal, ...]:
    """List the refused candidates by start, then technician."""
    code = explain_map(problem).code.T
    starts, technicians = np.nonzero(code != OFFERED)
    return tuple(
        Refusal(technician=problem.fleet.ids[technician], start=start, reason=CODES[reason])
        for technician, start, reason in zip(
            technicians.tolist(),
            (problem.grid.start[starts].astype(np.int64) + problem.frame.origin).tolist(),
            code[starts, technicians].tolist(),
            strict=True,
        )
    )
