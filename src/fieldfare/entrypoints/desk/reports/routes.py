"""The addresses of the reports."""

from __future__ import annotations

from starlette.routing import Route


def reports_routes() -> list[Route]:
    """List the routes."""
    return []
