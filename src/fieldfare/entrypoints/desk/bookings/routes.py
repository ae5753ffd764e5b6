"""The addresses of bookings, messages and the trail."""

from __future__ import annotations

from starlette.routing import Route


def bookings_routes() -> list[Route]:
    """List the routes."""
    return []
