"""The steps of a trace, each with the rules that it follows and links to the settings that it follows from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.boundaries import Boundary, Composite, Polygon, PostalSet, Radius, entries_that_match
from fieldfare.domain.business import Business
from fieldfare.domain.places import Place, distance_m
from fieldfare.domain.schedules import Schedule, Window, schedule_on
from fieldfare.domain.zones import DecidedBy, Zone
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.usecases.places.locate import COORDINATES

_KM = 1_000
_PRECISIONS = {
    Precision.ROOFTOP: "the building itself",
    Precision.STREET: "a point on the street",
    Precision.POSTAL: "the middle of the postal code",
    Precision.AREA: "the middle of an area",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A place that was found, and what it can buy."""

    text: str
    located: Located
    offer: Offer
    tier: str | None
    industry: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of a step, with the setting that it follows from."""

    text: str
    name: str = ""
    href: str | None = None
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what was asked, by which rules, and what came of it."""

    title: str
    rules: str
    facts: tuple[Fact, ...]


def steps_of(asking: Asking, traced: Traced) -> list[Step]:
    """List the steps in the order in which they are taken."""
    zone = next((one for one in asking.business.zones if one.id == traced.offer.resolution.zone), None)
    steps = [
        _found(traced),
        _hub(asking, traced),
        _boundaries(asking, traced),
        _candidates(asking, traced),
        _negative(asking, traced),
        _decided(asking, traced),
    ]
    if zone is not None:
        steps += [_industries(asking, traced, zone), _hours(asking, zone), _technicians(asking, traced, zone)]
    return steps


def _found(traced: Traced) -> Step:
    located = traced.located
    code = f"Its postal code is {located.place.postal_code}." if located.place.postal_code else "It has no postal code."
    who = "These are coordinates, taken as they are."
    if located.source != COORDINATES:
        who = f"The geocoder “{located.source}” found {located.formatted}: {_PRECISIONS[located.precision]}."
    facts = [Fact(text=who), Fact(text=f"{code} It lies at {located.place.lat:.5f}, {located.place.lng:.5f}.")]
    if located.partial:
        facts.append(Fact(text="The geocoder had to leave part of the address aside."))
    if traced.offer.needs_postal_code:
        facts.append(Fact(text="With a postal code another zone might serve it: add one to the address."))
    return Step(title="Where it is", rules="P1 to P4", facts=tuple(facts))


def _hub(asking: Asking, traced: Traced) -> Step:
    hub = next((one for one in asking.business.hubs if one.id == traced.offer.resolution.hub), None)
    if hub is None:
        fact = Fact(text="The business has no hubs, so none locks anything.")
    else:
        metres = distance_m(traced.located.place.point, hub.place.point)
        text = f"is the nearest hub, {metres / _KM:.1f} km away as the crow flies."
        fact = Fact(text=text, name=f"{hub.id} {hub.name}".strip(), href=_setting(asking, "hubs", hub.id))
    return Step(title="Its hub", rules="P5", facts=(fact,))


def _boundaries(asking: Asking, traced: Traced) -> Step:
    place, matched = traced.located.place, set(traced.offer.resolution.matched_boundaries)
    known = sorted(asking.business.boundaries, key=lambda one: one.id)
    facts = [_fact(asking, one, _why_in(one, place)) for one in known if one.id in matched]
    if not facts:
        facts.append(Fact(text="No boundary that counts today contains it."))
    for one in known:
        asleep = not one.deleted and not one.counts_on(asking.today)
        if asleep and not isinstance(one.shape, Composite) and one.shape.contains(place):
            facts.append(_fact(asking, one, "would contain it, but doesn't count today.", muted=True))
    return Step(title="The boundaries that contain it", rules="Z1 to Z4", facts=tuple(facts))


def _fact(asking: Asking, boundary: Boundary, text: str, *, muted: bool = False) -> Fact:
    href = asking.link("map", "boundaries", boundary.id) if asking.may("configuration.read") else None
    return Fact(text=text, name=boundary.id, href=href, muted=muted)


def _why_in(boundary: Boundary, place: Place) -> str:
    match boundary.shape:
        case Polygon():
            return "is an area, and the place lies inside it."
        case Radius(center=center, radius_m=metres):
            away = distance_m(center.point, place.point)
            return f"is a circle of {metres:,.0f} m, and the place lies {away:,.0f} m from its centre."
        case PostalSet(codes=codes):
            entries = [entry for entry in entries_that_match(place.postal_code) if entry in codes]
            return f"lists {' and '.join(entries)}."
        case Composite():
            return "is a combination, and the place is in what it leaves."


def _candidates(asking: Asking, traced: Traced) -> Step:
    candidates, matched = _candidate_zones(asking, traced), set(traced.offer.resolution.matched_boundaries)
    facts = []
    for zone in candidates:
        by = ", ".join(boundary for boundary in zone.boundaries if boundary in matched)
        what = "is negative, " if zone.negative else ""
        text = f"{what}has priority {zone.priority:g}, and uses {by}."
        facts.append(Fact(text=text, name=zone.name or zone.id, href=_setting(asking, "zones", zone.id)))
    return Step(
        title="The zones that use them",
        rules="Z4",
        facts=tuple(facts) or (Fact(text="No zone that counts uses any of them."),),
    )


def _negative(asking: Asking, traced: Traced) -> Step:
    negative = [zone for zone in _candidate_zones(asking, traced) if zone.negative]
    facts = [
        Fact(
            text="is negative: nothing is booked here, whatever other zones hold the place. Nothing outranks this.",
            name=zone.name or zone.id,
            href=_setting(asking, "zones", zone.id),
        )
        for zone in negative
    ]
    none = Fact(text="None of them is negative.")
    return Step(title="Is it ruled out?", rules="Z5", facts=tuple(facts) or (none,))


def _decided(asking: Asking, traced: Traced) -> Step:
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
    fact = Fact(text=text, name=zone.name or zone.id, href=_setting(asking, "zones", zone.id))
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


def _industries(asking: Asking, traced: Traced, zone: Zone) -> Step:
    facts = [
        Fact(
            text=f"is offered here, with {len(shelf.quotes)} {'product' if len(shelf.quotes) == 1 else 'products'}.",
            name=shelf.industry.name or shelf.industry.id,
            href=_setting(asking, "industries", shelf.industry.id),
        )
        for shelf in traced.offer.shelves
    ]
    nothing = Fact(
        text="offers no active industry: nothing is sold here.",
        name=zone.name or zone.id,
        href=_setting(asking, "zones", zone.id),
    )
    return Step(title="What is sold here", rules="C1, C2", facts=tuple(facts) or (nothing,))


def _hours(asking: Asking, zone: Zone) -> Step:
    own = [one for one in asking.business.schedules if one.owner.zone == zone.id and one.owner.technician is None]
    ruling = schedule_on(own, asking.today)
    if ruling is None:
        fact = Fact(text="The zone has no schedule in effect today: it is closed.")
    else:
        fact = Fact(text=_week(ruling, asking), name=ruling.id, href=_setting(asking, "schedules", ruling.id))
    return Step(title="When the zone is open", rules="S1, S2, S4", facts=(fact,))


def _technicians(asking: Asking, traced: Traced, zone: Zone) -> Step:
    business = asking.business
    sold = {quote.product for shelf in traced.offer.shelves for quote in shelf.quotes}
    facts = []
    for person in business.technicians:
        if not person.active or zone.id not in person.zones:
            continue
        able = [
            product.name or product.id
            for product in business.products
            if product.id in sold and product.skills <= person.skills
        ]
        what = f"may go for {', '.join(able)}" if able else "has the skills for nothing that is sold here"
        ruling = _schedule_of(business, person.id, zone.id, asking)
        when = (
            "and has no schedule today" if ruling is None else f"by the schedule {ruling.id}: {_week(ruling, asking)}"
        )
        facts.append(
            Fact(
                text=f"{what}, {when}".rstrip(".") + ".",
                name=person.name or person.id,
                href=_setting(asking, "technicians", person.id),
            )
        )
    none = Fact(text="No active technician is assigned to the zone, so no time can be offered.")
    return Step(title="Who may go", rules="F4, S3", facts=tuple(facts) or (none,))


def _schedule_of(business: Business, person: str, zone: str, asking: Asking) -> Schedule | None:
    """Find what rules a technician's day: the schedules for the zone if any is in effect, else the global ones."""
    own = [one for one in business.schedules if one.owner.technician == person]
    scoped = schedule_on([one for one in own if one.owner.zone == zone], asking.today)
    return scoped or schedule_on([one for one in own if one.owner.zone is None], asking.today)


def _week(schedule: Schedule, asking: Asking) -> str:
    """Write a week, days of equal hours together: `Mon to Fri 08:00 to 17:00`."""
    names = [short for short, _ in _weekdays(asking)]
    runs: list[tuple[list[int], tuple[Window, ...]]] = []
    for day in range(7):
        windows = schedule.week.get(day, ())
        if runs and runs[-1][1] == windows:
            runs[-1][0].append(day)
        else:
            runs.append(([day], windows))
    said = []
    for days, windows in runs:
        if windows:
            span = names[days[0]] if len(days) == 1 else f"{names[days[0]]} to {names[days[-1]]}"
            said.append(f"{span} {', '.join(f'{_clock(start)} to {_clock(end)}' for start, end in windows)}")
    return f"{'; '.join(said)}." if said else "Closed on every weekday."


def _weekdays(asking: Asking) -> list[tuple[str, str]]:
    """Give the names of the days from Monday on."""
    names = asking.tongue.locale.days["format"]
    return [(names["abbreviated"][day], names["wide"][day]) for day in range(7)]


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _candidate_zones(asking: Asking, traced: Traced) -> list[Zone]:
    wanted = set(traced.offer.resolution.candidate_zones)
    found = [zone for zone in asking.business.zones if zone.id in wanted]
    return sorted(found, key=lambda zone: (-zone.priority, zone.id))


def _setting(asking: Asking, kind: str, id_: str) -> str | None:
    return asking.link("settings", kind, id_) if asking.may("configuration.read") else None
