"""The colours of what the map shows: all of them bear white text, and none of them stands alone for anything."""

from __future__ import annotations

ROUTES = (
    "#1f5fbf",
    "#b3261e",
    "#17643a",
    "#7a3db8",
    "#8a5200",
    "#00687a",
    "#a3195b",
    "#4d5b00",
    "#5b4636",
    "#3f4fa0",
    "#006b5b",
    "#8c3b00",
)
ZONES = ("#2a6fdb", "#0f8a5f", "#8a4fd0", "#b06a00", "#00829b", "#c2447c", "#6b7a00", "#5a6ea8")
NOT_SERVED = "#b3261e"
ELSEWHERE = "#6b7480"
DASHES = ("", "8 4", "2 4", "12 4 2 4")
"""What tells the lines of routes apart beside their colours."""


def route_colour(place: int) -> str:
    """Give the colour of a technician, by their place in the list."""
    return ROUTES[place % len(ROUTES)]


def zone_colour(place: int) -> str:
    """Give the colour of a zone that is served, by its place in the list."""
    return ZONES[place % len(ZONES)]
