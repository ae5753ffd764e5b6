"""What can be driven for a request: the map, and the answer that is read from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fieldfare.domain.answers import Answer, Option, Refusal, Resolution, Slot
from fieldfare.domain.business import Business
from fieldfare.engine.problem import Problem
from fieldfare.engine.reasons import CODES, OFFERED, explain_map
from fieldfare.engine.resolution import Sale
from fieldfare.engine.slot_map import SlotMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivable:
    """The map of one request, and what it was found with; no sale and no map where nothing is sold."""

    resolution: Resolution
    sale: Sale | None
    slot_map: SlotMap | None
    travel_source: str


def answer_of(found: Drivable, business: Business, *, explain: bool) -> Answer:
    """List the slots with all options and, with `explain`, the reason of every start that a technician can't take."""
    slot_map = found.slot_map
    refusals = refusals_of(slot_map.problem) if explain and slot_map else ()
    return Answer(
        resolution=found.resolution,
        quote=found.sale.quote if found.sale else None,
        travel_source=found.travel_source,
        slots=slots_of(slot_map, [block.id for block in business.policy.blocks]) if slot_map else (),
        refusals=refusals if explain else None,
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
