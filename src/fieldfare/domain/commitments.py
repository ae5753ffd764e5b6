"""Commitments: whatever takes a technician's time, or a piece of equipment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fieldfare.domain.places import Place, tagged_hub


class CommitmentKind(StrEnum):
    """A visit is work at a customer's place; busy time is anything else."""

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

    def named_hub(self, known: Collection[str]) -> str | None:
        """Give the hub that a visit carries, or that the tag of its title names; busy time has none (rule F8).

        A hub that the business no longer has is none.
        """
        if self.kind is not CommitmentKind.VISIT:
            return None
        return self.hub if self.hub is not None and self.hub in known else tagged_hub(self.title, known)
