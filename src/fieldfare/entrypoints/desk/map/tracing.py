"""The trace of an address: step by step, in words, how it comes to its zone, and what follows from that (rule Z8)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from fieldfare.domain.addresses import Located
from fieldfare.domain.permissions import Permission
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.public.places import find_place
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.looking_up import LookedUp, look_up, read_point
from fieldfare.entrypoints.desk.map.areas import Area, areas_of
from fieldfare.entrypoints.desk.map.ground import ground_of, sources_of
from fieldfare.entrypoints.desk.map.schematic import Dot, Drawing, hub_dots, pictured
from fieldfare.entrypoints.desk.map.trace_parts import Traced
from fieldfare.entrypoints.desk.map.trace_steps import steps_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.usecases.places.locate import Point


async def trace_page(asking: Asking) -> Response:
    """Ask for an address, and tell how it is resolved."""
    text = (asking.query.get("address") or asking.query.get("place") or "").strip()
    found = await _find(asking, text) if text else LookedUp()
    tier, industry = _chosen(asking)
    traced = None
    if found.located is not None:
        offered = asking.current.snapshot.offer(found.located.place, now=asking.now, tier=tier, industry=industry)
        traced = Traced(text=text, located=found.located, offer=offered, tier=tier, industry=industry)
    picture = await pictured(_drawing(asking, await areas_of(asking), found.located))
    may_configure = asking.may(Permission.CONFIGURATION_READ)
    return show(
        asking,
        "map/trace.html",
        {
            "text": text,
            "found": found,
            "traced": traced,
            "steps": steps_of(asking, traced) if traced else [],
            "outcome": _outcome(asking, traced) if traced else None,
            "shelves": traced.offer.shelves if traced else (),
            "tiers": sorted({tier for zone in asking.business.zones if zone.counts for tier in zone.tiers}),
            "tier": tier,
            "industries": [one for one in asking.business.industries if one.active],
            "industry": industry,
            "drawing": picture.drawn,
            "map": {"ground": ground_of(asking), "zones": picture.zones, "trace": _place(asking, traced)},
            "may_configure": may_configure,
        },
        status=422 if found.fault else 200,
        sources=sources_of(asking),
    )


async def _find(asking: Asking, text: str) -> LookedUp:
    """Find the place; a point's postal code is asked of whoever knows what is there."""
    point = read_point(text)
    if point is None:
        return await look_up(asking, text)
    limits_of(asking.request).spend_address(asking.request, Bucket.GEOCODE)
    wanted = Point(lat=point[0], lng=point[1], postal_code=asking.query.get("postal_code"))
    return LookedUp(located=await find_place(asking.rooms, asking.current, wanted, business=asking.who.business))


def _chosen(asking: Asking) -> tuple[str | None, str | None]:
    industry = asking.query.get("industry", "")
    known = any(one.id == industry for one in asking.business.industries)
    return asking.query.get("tier") or None, industry if known else None


def _outcome(asking: Asking, traced: Traced) -> tuple[str, str]:
    """Say in a sentence what came of it, and whether that is good, bad or something to know."""
    resolution = traced.offer.resolution
    zone = next((one.name or one.id for one in asking.business.zones if one.id == resolution.zone), "")
    match resolution.outcome:
        case Outcome.ZONE:
            return f"The zone {zone} serves this place.", "good"
        case Outcome.DEFAULT_ZONE:
            return f"No zone of its own holds this place; {zone} serves everywhere else.", "good"
        case Outcome.BLOCKED:
            return "This place is not served: a negative zone holds it.", "bad"
        case Outcome.NO_SERVICES:
            return f"The zone {zone} holds this place, and sells nothing.", "warn"
        case _:
            return "This place is out of area: no zone holds it.", "bad"


def _place(asking: Asking, traced: Traced | None) -> dict[str, Any] | None:
    if traced is None:
        return None
    place, resolution = traced.located.place, traced.offer.resolution
    hub = next((hub for hub in asking.business.hubs if hub.id == resolution.hub), None)
    return {
        "at": [place.lng, place.lat],
        "title": traced.located.formatted,
        "zone": resolution.zone,
        "candidates": list(resolution.candidate_zones),
        "hub": None if hub is None else {"name": hub.name or hub.id, "at": [hub.place.lng, hub.place.lat]},
    }


def _drawing(asking: Asking, areas: list[Area], located: Located | None) -> Drawing:
    dots = hub_dots(asking.business.hubs)
    if located is not None:
        at = (located.place.lng, located.place.lat)
        dots.append(Dot(at=at, kind="place", mark="?", title="The address"))
    return Drawing(
        title="The address among zones and hubs. The steps beside the map say the same.", areas=areas, dots=dots
    )
