"""The map of a day: zones, hubs, and who drives where; the same as lists, as a drawing, and as data for the script."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.areas import Area, areas_of, written
from fieldfare.entrypoints.desk.map.day import Route, routes_of
from fieldfare.entrypoints.desk.map.ground import ground_of, sources_of
from fieldfare.entrypoints.desk.map.schematic import Dot, Drawing, Line, hub_dots, pictured
from fieldfare.entrypoints.desk.pages import show


async def map_page(asking: Asking) -> Response:
    """Show the map of a day, of all technicians or of one."""
    day, technician = asking.day(), _technician(asking)
    areas, routes = await areas_of(asking), await routes_of(asking, day, technician)
    picture = await pictured(_drawing(asking, day, areas, routes))
    return show(
        asking,
        "map/map.html",
        {
            "day_shown": day,
            "is_today": day == asking.today,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
            "technician": technician,
            "technicians": asking.business.technicians,
            "areas": sorted(areas, key=lambda area: (-area.priority, area.name)),
            "routes": routes,
            "stops": sum(len(route.stops) for route in routes),
            "hubs": asking.business.hubs,
            "drawing": picture.drawn,
            "map": {
                "ground": ground_of(asking),
                "data": _data_link(asking, day, technician),
                **_content(asking, picture.zones, routes),
            },
            "may_configure": asking.who.may(Permission.CONFIGURATION_READ),
        },
        sources=sources_of(asking),
    )


async def map_data(asking: Asking) -> dict[str, Any]:
    """Give what is on the map for the script, which asks again when something has changed."""
    routes = await routes_of(asking, asking.day(), _technician(asking))
    zones = await asyncio.to_thread(written, await areas_of(asking))
    return {"date": asking.day().isoformat(), **_content(asking, zones, routes)}


def _technician(asking: Asking) -> str | None:
    wanted = asking.query.get("technician", "")
    return wanted if any(person.id == wanted for person in asking.business.technicians) else None


def _data_link(asking: Asking, day: date, technician: str | None) -> str:
    return asking.link("map", "data", date=day.isoformat(), technician=technician)


def _content(asking: Asking, zones: dict[str, Any], routes: Sequence[Route]) -> dict[str, Any]:
    business = asking.business
    return {
        "zones": zones,
        "hubs": [{"id": hub.id, "name": hub.name, "at": [hub.place.lng, hub.place.lat]} for hub in business.hubs],
        "hq": [business.hq.lng, business.hq.lat],
        "routes": [_written(route) for route in routes],
    }


def _written(route: Route) -> dict[str, Any]:
    return {
        "technician": route.technician,
        "name": route.name,
        "colour": route.colour,
        "dash": [int(part) for part in route.dash.split()],
        "depot": [route.depot.lng, route.depot.lat],
        "line": route.line,
        "placeless": route.placeless,
        "stops": [
            {
                "id": stop.id,
                "number": stop.number,
                "start": stop.start,
                "end": stop.end,
                "time": stop.time,
                "title": stop.title,
                "customer": stop.customer,
                "where": stop.where,
                "status": stop.status,
                "href": stop.href,
                "at": [stop.place.lng, stop.place.lat],
            }
            for stop in route.stops
        ],
    }


def _drawing(asking: Asking, day: date, areas: Sequence[Area], routes: Sequence[Route]) -> Drawing:
    business = asking.business
    stops = [
        Dot(
            at=(stop.place.lng, stop.place.lat),
            kind="stop",
            mark=stop.mark,
            title=f"{route.name}, {stop.time}: {stop.title}",
            colour=route.colour,
            id=stop.id,
        )
        for route in routes
        for stop in route.stops
    ]
    return Drawing(
        title=f"Zones, hubs and routes of {asking.tongue.day(day)}. The lists beside the map say the same.",
        areas=areas,
        lines=[
            Line(spots=route.line, colour=route.colour, dash=route.dash, route=route.technician) for route in routes
        ],
        dots=[
            *hub_dots(business.hubs),
            Dot(at=(business.hq.lng, business.hq.lat), kind="hq", mark="HQ", title="HQ"),
            *stops,
        ],
    )
