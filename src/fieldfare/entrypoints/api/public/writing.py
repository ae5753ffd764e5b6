"""Answers about availability as documents: for staff all of it, for anybody what a customer may know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

import numpy as np

from fieldfare.domain.answers import Answer
from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.engine.alternatives import MOST_ALTERNATIVES, alternatives
from fieldfare.engine.columns import Rows
from fieldfare.engine.resolution import Sale
from fieldfare.engine.slot_map import SlotMap
from fieldfare.entrypoints.api.public.shapes import SENTENCES, write_resolution
from fieldfare.entrypoints.scenario.write import write_answer, write_quote, write_slot
from fieldfare.usecases.availability.drivable import Drivable
from fieldfare.usecases.bookings.hold import Shown, price_of

Document = dict[str, Any]

Sign = Callable[[int, Shown], str]
"""Signs the price that is shown for a start."""


def write_for_staff(answer: Answer, found: Drivable, *, clock: Clock, wanted: int | None) -> Document:
    """Write the scenario format's answer, and beside it what is free instead of a wanted start that isn't."""
    document = write_answer(answer, clock)
    if wanted is not None:
        by_start = {slot["start"]: slot for slot in document["slots"]}
        document["alternatives"] = [by_start[_written(clock, start)] for start in _instead_of(found.slot_map, wanted)]
    if answer.to_ask:
        written = partial(_written, clock)
        to_ask = [write_slot(slot, written) | {"request": True} for slot in answer.to_ask]
        document["slots"] = _in_order(document["slots"], to_ask)
    return document


def write_for_anybody(
    found: Drivable, *, clock: Clock, business: Business, wanted: int | None, sign: Sign | None = None
) -> Document:
    """Write when somebody can come, and nothing of who, from where, or why.

    Where prices differ from slot to slot, `sign` signs what is shown (rule B14). A slot that can only be asked for says
    so by its `request` (rule B13).
    """
    quote = found.sale.quote if found.sale else None
    slots: list[Document] = []
    to_ask: list[Document] = []
    if found.slot_map is not None and found.sale is not None:
        slots = _slots(found.slot_map, found.sale, clock=clock, business=business, sign=sign)
        to_ask = _to_ask(found, clock=clock, business=business)
    document: Document = {
        "resolution": write_resolution(found.resolution, detail=False),
        "message": SENTENCES.get(found.resolution.outcome),
        "quote": None if quote is None else write_quote(quote),
        "travel_source": found.travel_source,
        "time_zone": business.time_zone,
        "slots": _in_order(slots, to_ask) if to_ask else slots,
    }
    if wanted is not None:
        by_start = {slot["start"]: slot for slot in slots}
        document["alternatives"] = [by_start[_written(clock, start)] for start in _instead_of(found.slot_map, wanted)]
    return document


def at_one_price(business: Business) -> Business:
    """Give the business as one who has bought already sees it: the agreed price stays, whatever is recommended (B5)."""
    return replace(business, policy=replace(business.policy, recommended_discount=None))


def write_instead(found: Drivable, *, business: Business, wanted: int, sign: Sign | None = None) -> list[Document]:
    """Write up to five slots to offer where a start was refused; one that is free all the same comes first."""
    slot_map = found.slot_map
    if slot_map is None or found.sale is None:
        return []
    clock, offered = clock_of(business.time_zone), slot_map.offered
    own = offered[np.array(_instants(slot_map, offered), dtype=np.int64) == wanted]
    rows = list(dict.fromkeys([*own.tolist(), *alternatives(slot_map, wanted).tolist()]))[:MOST_ALTERNATIVES]
    slots = _slots(slot_map, found.sale, clock=clock, business=business, sign=sign, only=rows)
    return [slots[at] for at in np.argsort(np.argsort(rows)).tolist()]


def _slots(
    slot_map: SlotMap,
    sale: Sale,
    *,
    clock: Clock,
    business: Business,
    sign: Sign | None,
    only: Sequence[int] | None = None,
) -> list[Document]:
    """Write slots by start, all of them or `only` those of some rows of the grid."""
    problem, offered, recommended_ones = slot_map.problem, slot_map.offered, slot_map.recommended()
    if only is not None:
        wanted = np.isin(offered, only)
        offered, recommended_ones = offered[wanted], recommended_ones[wanted]
    blocks = [block.id for block in business.policy.blocks]
    full, less = (price_of(sale, business.policy, recommended=recommended) for recommended in (False, True))
    slots = [
        {
            "start": _written(clock, start),
            "end": _written(clock, start + problem.duration),
            "block": blocks[block],
            "recommended": recommended,
            "price": less.price if recommended else full.price,
        }
        for start, block, recommended in zip(
            _instants(slot_map, offered),
            problem.grid.block[offered].tolist(),
            recommended_ones.tolist(),
            strict=True,
        )
    ]
    if sign is not None:
        for slot, start in zip(slots, _instants(slot_map, offered), strict=True):
            shown = less if slot["recommended"] else full
            slot["discount"] = shown.discount
            slot["offer"] = sign(start, shown)
    return slots


def can_be_booked(slot: Document) -> bool:
    """Tell whether a written slot can be booked, and not only asked for."""
    return not slot.get("request")


def _to_ask(found: Drivable, *, clock: Clock, business: Business) -> list[Document]:
    """Write the slots that can only be asked for, at the full price: nobody knows yet who comes."""
    if found.to_ask is None or found.sale is None or not len(rows := found.only_to_ask):
        return []
    at_full_price = at_one_price(business)
    slots = _slots(found.to_ask, found.sale, clock=clock, business=at_full_price, sign=None, only=rows.tolist())
    return [slot | {"recommended": False, "request": True} for slot in slots]


def _in_order(slots: list[Document], to_ask: list[Document]) -> list[Document]:
    return sorted([*slots, *to_ask], key=lambda slot: datetime.fromisoformat(slot["start"]))


def _instead_of(slot_map: SlotMap | None, wanted: int) -> list[int]:
    """List what to offer instead of a start (rule O5); nothing if it is free, or if nothing is."""
    if slot_map is None or wanted in _instants(slot_map, slot_map.offered):
        return []
    return _instants(slot_map, alternatives(slot_map, wanted))


def _instants(slot_map: SlotMap, starts: Rows) -> list[int]:
    origin = slot_map.problem.frame.origin
    return [start + origin for start in slot_map.problem.grid.start[starts].tolist()]


@lru_cache(maxsize=65_536)
def _written(clock: Clock, instant: int) -> str:
    """Write an instant; every answer of a business has the same few hundred."""
    return clock.iso(instant)
