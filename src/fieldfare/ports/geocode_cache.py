"""Where geocoders' answers are remembered, so that the same address isn't asked, and paid for, twice."""

from __future__ import annotations

from typing import Protocol

from fieldfare.domain.addresses import Located


class GeocodeCache(Protocol):
    """What geocoders have answered, under keys of 32 bytes from which no address can be read."""

    async def get(self, key: bytes) -> tuple[Located, ...] | None:
        """Look an answer up; an empty one is an answer. None if there is none, or if its time is over."""
        ...

    async def put(self, key: bytes, results: tuple[Located, ...], expires_at: int) -> None:
        """Remember an answer until an instant."""
        ...
