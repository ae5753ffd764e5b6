"""What can be driven for a request: the map, and the answer that is read from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fieldfare.domain.answers import Answer, Option, Refusal, Resolution, Slot
from fieldfare.domain.business import Business
from fieldfare.engine.columns import Rows
from fieldfare.engine.problem import Problem
from fieldfare.engine.reasons import OFFERED, REASONS, explain_map
from fieldfare.engine.resolution import Sale
from fieldfare.engine.slot_map import SlotMap, build_map


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivable:
    """The map of one request, and what it was found with; no sale and no map where nothing is sold.

    `to_ask` is the map as it would be if enough were known of everybody, where such times may be asked for (rule B13).
    """

    resolution: Resolution
    sale: Sale | None
    slot_map: SlotMap | None
    travel_source: str
    to_ask: SlotMap | None = None

    @property
    def only_to_ask(self) -> Rows:
        """The starts of the grid that can be asked for and not be booked."""
        if self.to_ask is None or self.slot_map is None:
            return np.zeros(0, dtype=np.int64)
        return np.setdiff1d(self.to_ask.offered, self.slot_map.offered, assume_unique=True)


def to_ask(problem: Problem) -> SlotMap | None:
    """Build the map as if enough were known of everybody; None if it is."""
    fleet = problem.fleet
    return None if fleet.fresh is None else build_map(replace(problem, fleet=replace(fleet, fresh=None)))


def answer_of(found: Drivable, business: Business, *, explain: bool) -> Answer:
    """List the slots with all options and, with `explain`, the reason of every start that a technician can't take."""
    slot_map, blocks = found.slot_map, [block.id for block in business.policy.blocks]
    refusals = refusals_of(slot_map.problem) if explain and slot_map else ()
    return Answer(
        resolution=found.resolution,
        quote=found.sale.quote if found.sale else None,
        travel_source=found.travel_source,
        slots=slots_of(slot_map, blocks) if slot_map else (),
        refusals=refusals if explain else None,
        to_ask=_slots_to_ask(found, blocks),
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


def _slots_to_ask(found: Drivable, block_ids: Sequence[str]) -> tuple[Slot, ...]:
    if found.to_ask is None:
        return ()
    problem = found.to_ask.problem
    starts = set((problem.grid.start[found.only_to_ask].astype(np.int64) + problem.frame.origin).tolist())
    return tuple(replace(slot, recommended=False) for slot in slots_of(found.to_ask, block_ids) if slot.start in starts)


def refusals_of(problem: Problem) -> tuple[Refusal, ...]:
    """List the refused candidates by start, then technician."""
    code = explain_map(problem).code.T
    starts, technicians = np.nonzero(code != OFFERED)
    return tuple(
        Refusal(technician=problem.fleet.ids[technician], start=start, reason=REASONS[reason])
        for technician, start, reason in zip(
            technicians.tolist(),
            (problem.grid.start[starts].astype(np.int64) + problem.frame.origin).tolist(),
            code[starts, technicians].tolist(),
            strict=True,
        )
    )
