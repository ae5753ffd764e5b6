"""The steps of a trace, each with the rules that it follows and links to the settings that it follows from."""

from __future__ import annotations

from fieldfare.domain.addresses import Precision
from fieldfare.domain.boundaries import Boundary, Composite, Polygon, PostalSet, Radius, entries_that_match
from fieldfare.domain.places import Place, distance_m
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.trace_deciding import candidates, decided, negative
from fieldfare.entrypoints.desk.map.trace_parts import Fact, Step, Traced, setting
from fieldfare.entrypoints.desk.map.trace_serving import hours, industries, technicians
from fieldfare.usecases.places.locate import COORDINATES

_KM = 1_000
_PRECISIONS = {
    Precision.ROOFTOP: "the building itself",
    Precision.STREET: "a point on the street",
    Precision.POSTAL: "the middle of the postal code",
    Precision.AREA: "the middle of an area",
}


def steps_of(asking: Asking, traced: Traced) -> list[Step]:
    """List the steps in the order in which they are taken."""
    zone = next((one for one in asking.business.zones if one.id == traced.offer.resolution.zone), None)
    steps = [
        _found(traced),
        _hub(asking, traced),
        _boundaries(asking, traced),
        candidates(asking, traced),
        negative(asking, traced),
        decided(asking, traced),
    ]
    if zone is not None:
        steps += [industries(asking, traced, zone), hours(asking, zone), technicians(asking, traced, zone)]
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
        fact = Fact(text=text, name=f"{hub.id} {hub.name}".strip(), href=setting(asking, "hubs", hub.id))
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
