"""Technicians, and the equipment that they share."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Technician:
    """Someone who drives to visits. Without a depot the day starts and ends at HQ; a cap of None is no cap."""

    id: str
    name: str = ""
    active: bool = True
    skills: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    depot: Place | None = None
    weekly_jobs: int | None = None
    weekly_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A kind of shared equipment, and how many pieces of it there are."""

    kind: str
    capacity: int
