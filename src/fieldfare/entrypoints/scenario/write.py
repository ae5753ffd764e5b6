"""An answer out, as the document that the scenario format describes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson

from fieldfare.domain.answers import Answer, Option, Refusal, Resolution, Slot
from fieldfare.domain.catalog import Quote
from fieldfare.domain.clock import Clock

Document = dict[str, Any]
Written = Callable[[int], str]


def write_answer(answer: Answer, clock: Clock) -> Document:
    """Write an answer with times in the business's offset; `refusals` only if they were asked for."""
    written = cache(clock.iso)  # many refusals share a start
    document: Document = {
        "resolution": _resolution(answer.resolution),
        "quote": None if answer.quote is None else write_quote(answer.quote),
        "travel_source": answer.travel_source,
        "slots": [write_slot(slot, written) for slot in answer.slots],
    }
    if answer.refusals is not None:
        document["refusals"] = [_refusal(refusal, written) for refusal in answer.refusals]
    return document


def render_json(document: Document, *, compact: bool = False) -> bytes:
    """Render a document as JSON that ends with a newline: indented for people, or on one line for a batch."""
    layout = 0 if compact else orjson.OPT_INDENT_2
    return orjson.dumps(document, option=layout | orjson.OPT_APPEND_NEWLINE)


def _resolution(resolution: Resolution) -> Document:
    return {
        "outcome": resolution.outcome.value,
        "zone": resolution.zone,
        "hub": resolution.hub,
        "matched_boundaries": list(resolution.matched_boundaries),
        "candidate_zones": list(resolution.candidate_zones),
        "decided_by": resolution.decided_by.value,
    }


def write_quote(quote: Quote) -> Document:
    """Write what a product is and costs."""
    return {
        "product": quote.product,
        "name": quote.name,
        "description": quote.description,
        "price": quote.price,
        "currency": quote.currency,
        "duration_minutes": quote.duration_minutes,
    }


def write_slot(slot: Slot, written: Written) -> Document:
    """Write a slot with its options."""
    return {
        "start": written(slot.start),
        "end": written(slot.end),
        "block": slot.block,
        "detour_seconds": slot.detour_seconds,
        "recommended": slot.recommended,
        "options": [_option(option) for option in slot.options],
    }


def _option(option: Option) -> Document:
    return {
        "technician": option.technician,
        "detour_seconds": option.detour_seconds,
        "before_seconds": option.before_seconds,
        "after_seconds": option.after_seconds,
    }


def _refusal(refusal: Refusal, written: Written) -> Document:
    return {"technician": refusal.technician, "start": written(refusal.start), "reason": refusal.reason}
