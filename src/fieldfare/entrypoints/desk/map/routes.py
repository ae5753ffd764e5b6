"""The addresses of the map and of boundaries."""

from __future__ import annotations

from starlette.routing import Route


def map_routes() -> list[Route]:
    """List the routes."""
    return []
