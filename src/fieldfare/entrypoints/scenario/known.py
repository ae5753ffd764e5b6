"""What a scenario's records may refer to: ids, each once in its kind, and the places of a travel matrix."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from fieldfare.domain.places import Place
from fieldfare.domain.travel import CrowFlies, Matrix
from fieldfare.entrypoints.scenario.errors import ScenarioError, path_of, show
from fieldfare.entrypoints.scenario.schema_business import BusinessRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The ids of a business, by kind, and its places.

    `places` are the (latitude, longitude) points that the travel model knows, None if it knows them all.
    """

    hubs: Collection[str]
    boundaries: Mapping[str, int]
    zones: Collection[str]
    industries: Collection[str]
    products: Collection[str]
    technicians: Collection[str]
    resources: Collection[str]
    places: Collection[tuple[float, float]] | None


def collect_known(business: BusinessRecord, travel: CrowFlies | Matrix) -> Known:
    """Gather the ids and places of a business; raises `ScenarioError` at the second use of one."""
    known = Known(
        hubs=once((hub.id for hub in business.hubs), "business.hubs", "id"),
        boundaries=once((boundary.id for boundary in business.boundaries), "business.boundaries", "id"),
        zones=once((zone.id for zone in business.zones), "business.zones", "id"),
        industries=once((industry.id for industry in business.industries), "business.industries", "id"),
        products=once((product.id for product in business.products), "business.products", "id"),
        technicians=once((technician.id for technician in business.technicians), "business.technicians", "id"),
        resources=once((resource.kind for resource in business.resources), "business.resources", "kind"),
        places=frozenset(travel.points) if isinstance(travel, Matrix) else None,
    )
    once((schedule.id for schedule in business.schedules), "business.schedules", "id")
    return known


def once(ids: Iterable[str], path: str, key: str = "") -> Mapping[str, int]:
    """Map the ids of a list to their places in it; `key` is where an entry holds its id, empty if it is one itself."""
    seen: dict[str, int] = {}
    for place, found in enumerate(ids):
        first = seen.setdefault(found, place)
        if first != place:
            spot = f"{path}[{place}].{key}" if key else f"{path}[{place}]"
            raise ScenarioError(spot, f"{show(found)} stands twice, first in {path}[{first}]")
    return seen


def must_be_known(reference: str, known: Collection[str], noun: str, path: str) -> None:
    """Refuse a reference to something that is not there; `path` is that of the reference."""
    if reference not in known:
        raise ScenarioError(path, f"there is no {noun} {show(reference)}")


def resources_must_be_known(resources: Mapping[str, int], known: Known, path: str) -> None:
    """Refuse a kind of resource that is not there."""
    for kind in resources:
        if kind not in known.resources:
            raise ScenarioError(f"{path}.{path_of(kind)}", f"there is no resource of the kind {show(kind)}")


def must_be_listed(place: Place | None, known: Known, path: str) -> None:
    """Refuse a place that the travel matrix lacks."""
    if place is not None and known.places is not None and place.point not in known.places:
        where = f"{show(place.lat)}, {show(place.lng)}"
        raise ScenarioError(path, f"the place {where} is not among the places of the travel matrix")
