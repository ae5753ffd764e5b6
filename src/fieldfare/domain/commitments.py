"""Commitments: whatever takes a technician's time, or a piece of equipment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fieldfare.domain.places import Place


class CommitmentKind(StrEnum):
    """A visit is a job at a customer's; busy time is anything else."""

    VISIT = "visit"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Taken time, `[start, end)` in instants. Busy time of no technician only holds resources."""

    id: str
    technician: str | None
    kind: CommitmentKind
    start: int
    end: int
    place: Place | None = None
    hub: str | None = None
    title: str = ""
    resources: Mapping[str, int] = field(default_factory=dict)
