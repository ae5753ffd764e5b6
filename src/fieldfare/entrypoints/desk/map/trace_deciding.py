"""The steps of a trace from the boundaries that contain a place to its zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fieldfare.domain.zones import DecidedBy, Zone
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.trace_parts import Fact, Step, Traced, setting


def candidates(asking: Asking, traced: Traced) -> Step:
    """Name the zones that use one of the boundaries."""
    zones, matched = _candidate_zones(asking, traced), set(traced.offer.resolution.matched_boundaries)
    facts = []
    for zone in zones:
        by = ", ".join(boundary for boundary in zone.boundaries if boundary in matched)
        what = "is negative, " if zone.negative else ""
        text = f"{what}has priority {zone.priority:g}, and uses {by}."
        facts.append(Fact(text=text, name=zone.name or zone.id, href=setting(asking, "zones", zone.id)))
    return Step(
        title="The zones that use them",
        rules="Z4",
        facts=tuple(facts) or (Fact(text="No zone that counts uses any of them."),),
    )


def negative(asking: Asking, traced: Traced) -> Step:
    """Tell whether one of them rules the place out."""
    ruling_out = [zone for zone in _candidate_zones(asking, traced) if zone.negative]
    facts = [
        Fact(
            text="is negative: nothing is booked here, whatever other zones hold the place. Nothing outranks this.",
            name=zone.name or zone.id,
            href=setting(asking, "zones", zone.id),
        )
        for zone in ruling_out
    ]
    none = Fact(text="None of them is negative.")
    return Step(title="Is it ruled out?", rules="Z5", facts=tuple(facts) or (none,))


def decided(asking: Asking, traced: Traced) -> Step:
    """Tell which zone it is, and by what."""
    resolution = traced.offer.resolution
    zone = next((one for one in asking.business.zones if one.id == resolution.zone), None)
    rules = {DecidedBy.NEGATIVE: "Z5", DecidedBy.NONE: "Z7"}.get(resolution.decided_by, "Z6")
    if zone is None:
        said = {
            DecidedBy.NEGATIVE: "A negative zone decided: the place is not served.",
            DecidedBy.NONE: "No zone holds it, and there is no default zone: it is out of area.",
        }
        return Step(
            title="Which zone it is", rules=rules, facts=(Fact(text=said.get(resolution.decided_by, "No zone.")),)
        )
    if not resolution.candidate_zones:
        rules = "Z7"
        text = "is the default zone: it serves whatever no other zone holds. Every drive still has to be possible."
    else:
        text = _DECISIONS[resolution.decided_by](zone, _candidate_zones(asking, traced), traced)
    fact = Fact(text=text, name=zone.name or zone.id, href=setting(asking, "zones", zone.id))
    return Step(title="Which zone it is", rules=rules, facts=(fact,))


_Decision = Callable[[Zone, list[Zone], Traced], str]


def _by_priority(zone: Zone, candidates: list[Zone], _: Traced) -> str:
    others = ", ".join(f"{one.name or one.id} {one.priority:g}" for one in candidates if one.id != zone.id)
    return f"has the highest priority, {zone.priority:g} (the others: {others})."


_DECISIONS: Mapping[DecidedBy, _Decision] = {
    DecidedBy.ONLY: lambda _zone, _candidates, _traced: "is the only one.",
    DecidedBy.PRIORITY: _by_priority,
    DecidedBy.TIER: lambda zone, _candidates, traced: (
        f"shares the highest priority, {zone.priority:g}, with others, and is one for the tier {traced.tier}."
    ),
    DecidedBy.INDUSTRY: lambda zone, _candidates, traced: (
        f"shares the highest priority, {zone.priority:g}, with others, and alone offers {traced.industry}."
    ),
    DecidedBy.STAFF: lambda zone, _candidates, _traced: (
        f"shares the highest priority, {zone.priority:g}, with others, and alone has an active technician."
    ),
    DecidedBy.DEFAULT: lambda zone, _candidates, _traced: (
        f"shares the highest priority, {zone.priority:g}, with others, and is the default zone."
    ),
    DecidedBy.ID: lambda zone, _candidates, _traced: (
        f"shares the highest priority, {zone.priority:g}, with others that nothing tells apart from it; "
        "its id comes first. Give one of them another priority if that is not what you mean."
    ),
}
"""What decided among several zones, in the order of rule Z6."""


def _candidate_zones(asking: Asking, traced: Traced) -> list[Zone]:
    wanted = set(traced.offer.resolution.candidate_zones)
    found = [zone for zone in asking.business.zones if zone.id in wanted]
    return sorted(found, key=lambda zone: (-zone.priority, zone.id))
