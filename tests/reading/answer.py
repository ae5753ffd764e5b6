"""The answer document of scenario.md, and the verdict on a start that is asked for by name."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.reading.catalog import Terms, terms, unavailable
from tests.reading.clock import local_date, show_time
from tests.reading.document import Document, Scenario, Technician, Zone, read
from tests.reading.feasible import Candidate, Case, failures, first_failure
from tests.reading.grid import grid_starts
from tests.reading.places import hub_of
from tests.reading.travel import drive
from tests.reading.zones import Resolution, resolve

RECOMMENDED_SECONDS = 900
RECOMMENDED_FIRST = 3


def answer(scenario: Document, *, explain: bool) -> Document:
    """Answer a valid scenario document, exactly as scenario.md's "Out"."""
    world = read(scenario)
    resolution = resolve(world)
    outcome = _outcome(world, resolution)
    slots: list[Document] = []
    refusals: list[Document] = []
    quote: Document | None = None
    if resolution.zone is not None and outcome in ("zone", "default_zone"):
        case, sold = _case(world, resolution.zone)
        quote = _quote(case, sold)
        slots, refusals = _judge_all(case)
    document: Document = {
        "resolution": {
            "outcome": outcome,
            "zone": None if resolution.zone is None else resolution.zone.id,
            "hub": hub_of(world.business, world.request.place),
            "matched_boundaries": resolution.matched,
            "candidate_zones": resolution.candidates,
            "decided_by": resolution.decided_by,
        },
        "quote": quote,
        "travel_source": world.business.travel["kind"],
        "slots": slots,
    }
    return document | {"refusals": refusals} if explain else document


def verdict(scenario: Document, technician: str, start_epoch: int) -> str | None:
    """Name the first rule that refuses this start; raise ValueError if no zone serves the place."""
    return first_failure(_candidate(scenario, technician, start_epoch))


def every_failure(scenario: Document, technician: str, start_epoch: int) -> list[str]:
    """Name every rule that refuses this start, each judged by itself; raise as `verdict` does."""
    return failures(_candidate(scenario, technician, start_epoch))


def _candidate(scenario: Document, technician: str, start: int) -> Candidate:
    world = read(scenario)
    resolution = resolve(world)
    if resolution.zone is None or _outcome(world, resolution) not in ("zone", "default_zone"):
        raise ValueError("no zone sells this product here")
    case, _ = _case(world, resolution.zone)
    named = next(t for t in world.business.technicians if t.id == technician)
    return Candidate(case=case, technician=named, start=start)


def _outcome(world: Scenario, resolution: Resolution) -> str:
    if resolution.zone is None:
        return resolution.outcome
    kept = unavailable(world.business, resolution.zone, world.request.product)
    return resolution.outcome if kept is None else kept


def _case(world: Scenario, zone: Zone) -> tuple[Case, Terms]:
    product = next(p for p in world.business.products if p.id == world.request.product)
    sold = terms(zone, product)
    case = Case(scenario=world, zone=zone, product=product, duration=sold.duration_minutes * 60)
    return case, sold


def _quote(case: Case, sold: Terms) -> Document:
    return {
        "product": case.product.id,
        "name": sold.name,
        "description": sold.description,
        "price": sold.price,
        "currency": case.business.currency,
        "duration_minutes": sold.duration_minutes,
    }


def _judge_all(case: Case) -> tuple[list[Document], list[Document]]:
    slots: list[_Slot] = []
    refusals: list[Document] = []
    technicians = _technicians(case)
    zone = case.business.zone
    for day in _horizon(case):
        for start, block in grid_starts(case.business, day, case.duration):
            options = []
            for technician in technicians:
                candidate = Candidate(case=case, technician=technician, start=start)
                reason = first_failure(candidate)
                if reason is None:
                    options.append(_option(candidate))
                else:
                    row = {"technician": technician.id, "start": show_time(zone, start)}
                    refusals.append(row | {"reason": reason})
            if options:
                slots.append(_Slot(start=start, block=block, options=sorted(options, key=_rank)))
    return _show_slots(case, slots), refusals


def _technicians(case: Case) -> list[Technician]:
    only = case.scenario.request.technician
    chosen = [t for t in case.business.technicians if only is None or t.id == only]
    return sorted(chosen, key=lambda t: t.id)


def _horizon(case: Case) -> list[date]:
    today = local_date(case.business.zone, case.scenario.now)
    return [today + timedelta(days=i) for i in range(case.business.policy.horizon_days)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    technician: str
    detour: int
    before: int
    after: int
    load: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    start: int
    block: str
    options: list[_Option]

    @property
    def detour(self) -> int:
        return self.options[0].detour


def _rank(option: _Option) -> tuple[int, int, str]:
    """O2."""
    return option.detour, option.load, option.technician


def _option(c: Candidate) -> _Option:
    """Measure the drive that this visit adds to the technician's day (O1)."""
    shift, p, n = c.shift, c.p, c.n
    assert shift is not None  # F5 holds for whatever is offered
    depot, x = c.technician.depot, c.case.scenario.request.place
    start = p.place if p is not None and p.commitment.end > shift.start else depot
    end = n.place if n is not None and n.commitment.start < shift.end else depot
    to, fro = drive(c.business, start, x), drive(c.business, x, end)
    return _Option(
        technician=c.technician.id,
        detour=max(0, to + fro - drive(c.business, start, end)),
        before=to,
        after=fro,
        load=len(c.visits_of_week),
    )


def _show_slots(case: Case, slots: list[_Slot]) -> list[Document]:
    ranked = sorted(slots, key=lambda slot: (slot.detour, slot.start))  # O3
    first = {slot.start for slot in ranked[:RECOMMENDED_FIRST]}
    zone = case.business.zone
    return [
        {
            "start": show_time(zone, slot.start),
            "end": show_time(zone, slot.start + case.duration),
            "block": slot.block,
            "detour_seconds": slot.detour,
            "recommended": slot.start in first and slot.detour <= RECOMMENDED_SECONDS,
            "options": [_show_option(option) for option in slot.options],
        }
        for slot in sorted(slots, key=lambda slot: slot.start)
    ]


def _show_option(option: _Option) -> dict[str, Any]:
    return {
        "technician": option.technician,
        "detour_seconds": option.detour,
        "before_seconds": option.before,
        "after_seconds": option.after,
    }
