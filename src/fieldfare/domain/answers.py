"""The answer to a question: flat values that any door can write out."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.catalog import Quote
from fieldfare.domain.zones import DecidedBy, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Which zone serves the place, and the trace of how it was found (rule Z8). Lists of ids are sorted."""

    outcome: Outcome
    zone: str | None
    hub: str | None
    matched_boundaries: tuple[str, ...]
    candidate_zones: tuple[str, ...]
    decided_by: DecidedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A technician who can take a slot. Drives in seconds: the detour (rule O1), to the place, and on from it."""

    technician: str
    detour_seconds: int
    before_seconds: int
    after_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A start that can be driven. Start and end are instants; options stand in the order of rule O2."""

    start: int
    end: int
    block: str
    detour_seconds: int
    recommended: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A start that a technician can't take, and the code of the first rule that says so."""

    technician: str
    start: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is offered. Without a quote nothing is; `refusals` is None unless they were asked for.

    `to_ask` are the starts that can't be booked but asked for (rule B13).
    """

    resolution: Resolution
    quote: Quote | None
    travel_source: str
    slots: tuple[Slot, ...]
    refusals: tuple[Refusal, ...] | None
    to_ask: tuple[Slot, ...] = ()
