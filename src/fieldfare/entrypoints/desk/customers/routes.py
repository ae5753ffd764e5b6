"""The addresses of the search and of customers."""

from __future__ import annotations

from starlette.routing import Route


def customers_routes() -> list[Route]:
    """List the routes."""
    return []
