"""The addresses of the dispatch board."""

from __future__ import annotations

from starlette.routing import Route


def board_routes() -> list[Route]:
    """List the routes."""
    return []
