"""The addresses of the settings."""

from __future__ import annotations

from starlette.routing import Route


def settings_routes() -> list[Route]:
    """List the routes."""
    return []
