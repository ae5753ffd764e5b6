"""What the staff's routes show of the traffic with GoHighLevel: what waits, conflicts, proposals, failures, entries."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from fieldfare.entrypoints.api.staff.booking_shapes import OverrideBody
from fieldfare.entrypoints.api.staff.integration_shapes import time_of
from fieldfare.entrypoints.api.values import AwareTime, Body, Prose, RecordId
from fieldfare.ports.integrations import Conflict, CrmWrite, IntegrationFailure, Mirrored, Proposal

WriteStateName: TypeAlias = Literal["waiting", "done", "parked", "dropped"]
ProposalStateName: TypeAlias = Literal["open", "sent", "booked", "dismissed"]


class SettleBody(Body):
    """What is done about a conflict."""

    how: Literal["keep", "reassign", "move", "cancel"]
    technician: RecordId | None = Field(default=None, description="Who goes; else whoever can drive it.")
    start: AwareTime | None = Field(default=None, description="The new time, to `move` the visit.")
    reason: Prose | None = Field(default=None, max_length=1_000, description="Why, where the visit is cancelled.")
    override: OverrideBody | None = None

    @model_validator(mode="after")
    def _whole(self) -> SettleBody:
        if (self.how == "move") != (self.start is not None):
            raise PydanticCustomError("start", "needs a start to move a visit, and for nothing else")
        return self


WRITE: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d7",
    "kind": "visit",
    "booking": "006b0f2c51a3f04c9be1d2",
    "customer": "006b0f2c51a3f04c9be1d0",
    "state": "parked",
    "attempts": 5,
    "failure": "crm_refused",
    "created_at": "2026-11-23T13:00:00Z",
    "next_at": "2026-11-23T13:05:00Z",
    "done_at": None,
}
CONFLICT: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d8",
    "kind": "overlap",
    "booking": "006b0f2c51a3f04c9be1d2",
    "entry": "ghl.appointment:0007BWpSzSwfiuSl0tR2:",
    "technician": "amara",
    "start": "2026-11-24T15:30:00Z",
    "facts": {},
    "found_at": "2026-11-23T13:00:00Z",
    "settled_at": None,
    "settled_by": None,
    "outcome": None,
}
PROPOSAL: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1d9",
    "opportunity": "wWhVuzqpRuOA1ZVWi4FC",
    "mode": "link",
    "product": "furnace-tune-up",
    "state": "open",
    "contact": "cJAWDskpkJHbRbhAT7bs",
    "customer": None,
    "booking": None,
    "trouble": "no_address",
    "said": {"name": "Sam Doe", "email": "sam@example.com", "notes": "The furnace is in the attic."},
    "created_at": "2026-11-23T13:00:00Z",
    "settled_at": None,
    "settled_by": None,
}
FAILURE: dict[str, Any] = {
    "id": "006b0f2c51a3f04c9be1da",
    "system": "ghl",
    "code": "crm_unavailable",
    "subject": "writing",
    "facts": {"status": 503},
    "count": 12,
    "first_at": "2026-11-23T13:00:00Z",
    "last_at": "2026-11-23T13:09:00Z",
    "over_at": None,
}
ENTRY: dict[str, Any] = {
    "key": "ghl.appointment:0007BWpSzSwfiuSl0tR2:",
    "source": "ghl.appointment",
    "calendar": "BqTwX8QFwXzpegMve9EQ",
    "start": "2026-11-24T15:30:00Z",
    "end": "2026-11-24T16:30:00Z",
    "status": "confirmed",
    "takes_time": True,
    "technicians": ["amara"],
    "booking": None,
    "title": "Dentist",
    "hub": None,
    "placed_by": None,
    "unreadable": None,
    "seen_at": "2026-11-23T13:00:00Z",
}


def write_write(write: CrmWrite) -> dict[str, Any]:
    """Write what is to be written, and how far it has come."""
    return {
        "id": write.id,
        "kind": write.kind.value,
        "booking": write.booking,
        "customer": write.customer,
        "state": write.state.value,
        "attempts": write.attempts,
        "failure": write.failure,
        "created_at": time_of(write.created_at),
        "next_at": time_of(write.next_at),
        "done_at": time_of(write.done_at),
    }


def write_conflict(conflict: Conflict) -> dict[str, Any]:
    """Write a conflict."""
    return {
        "id": conflict.id,
        "kind": conflict.kind.value,
        "booking": conflict.booking,
        "entry": conflict.entry,
        "technician": conflict.technician,
        "start": time_of(conflict.start),
        "facts": dict(conflict.facts),
        "found_at": time_of(conflict.found_at),
        "settled_at": time_of(conflict.settled_at),
        "settled_by": conflict.settled_by,
        "outcome": conflict.outcome,
    }


def write_proposal(proposal: Proposal, *, personal: bool) -> dict[str, Any]:
    """Write a proposal; what the contact said only for whoever may see customers."""
    return {
        "id": proposal.id,
        "opportunity": proposal.opportunity,
        "mode": proposal.mode,
        "product": proposal.product,
        "state": proposal.state.value,
        "contact": proposal.contact,
        "customer": proposal.customer,
        "booking": proposal.booking,
        "trouble": proposal.trouble,
        "said": dict(proposal.said) if personal else None,
        "created_at": time_of(proposal.created_at),
        "settled_at": time_of(proposal.settled_at),
        "settled_by": proposal.settled_by,
    }


def write_failure(failure: IntegrationFailure) -> dict[str, Any]:
    """Write what went wrong, counted."""
    return {
        "id": failure.id,
        "system": failure.system,
        "code": failure.code,
        "subject": failure.subject,
        "facts": dict(failure.facts),
        "count": failure.count,
        "first_at": time_of(failure.first_at),
        "last_at": time_of(failure.last_at),
        "over_at": time_of(failure.over_at),
    }


def write_entry(entry: Mirrored, *, titles: bool) -> dict[str, Any]:
    """Write an entry of GoHighLevel as it is known; its title only for whoever may see what takes time."""
    return {
        "key": entry.key,
        "source": entry.source.value,
        "calendar": entry.calendar,
        "start": time_of(entry.start),
        "end": time_of(entry.end),
        "status": entry.status.value,
        "takes_time": entry.takes_time,
        "technicians": list(entry.technicians),
        "booking": entry.booking,
        "title": entry.title if titles else None,
        "hub": entry.hub,
        "placed_by": entry.placed_by,
        "unreadable": entry.unreadable,
        "seen_at": time_of(entry.seen_at),
    }
