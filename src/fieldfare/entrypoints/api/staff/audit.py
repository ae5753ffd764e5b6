"""`GET /api/v1/staff/audit`: who changed what, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query

from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.openapi import json_example
from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.api.rooms import InRooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff import examples
from fieldfare.entrypoints.api.values import Line, PageLimit
from fieldfare.entrypoints.scenario.values import LARGEST_WHOLE
from fieldfare.ports.storage import KeptEntry

router = JsonRouter(prefix="/api/v1/staff", tags=["audit"])


@router.get("/audit", summary="List changes, the newest first", responses=json_example(examples.AUDIT))
async def list_audit(  # noqa: PLR0917 - FastAPI gives each by its name
    rooms: InRooms,
    who: Annotated[Member, Depends(requires(Permission.AUDIT_READ))],
    subject: Annotated[
        Line | None, Query(max_length=64, description="Only this kind of thing.", examples=["zones"])
    ] = None,
    subject_id: Annotated[
        Line | None, Query(alias="id", max_length=64, description="Only the thing of this id.", examples=["oakville"])
    ] = None,
    cursor: Cursor | None = None,
    limit: PageLimit = 50,
) -> dict[str, Any]:
    """List who changed what, with the documents before and after. The trail is only ever added to.

    What was said by or about a customer stands in `personal`, which is gone once the customer was erased.
    """
    before = None if cursor is None else int(parts_of(cursor, int)[0])
    if before is not None and not 0 <= before <= LARGEST_WHOLE:
        raise faulty("query.cursor", "is none that this list gave")
    async with rooms.storage.open(who.business) as books:
        found = await books.audit.page(before=before, limit=limit + 1, subject=subject, subject_id=subject_id)
    shown = found[:limit]
    return {
        "items": [write_entry(kept) for kept in shown],
        "next": cursor_of(shown[-1].number) if len(found) > limit else None,
    }


def write_entry(kept: KeptEntry) -> dict[str, Any]:
    """Write a line of the trail."""
    entry = kept.entry
    return {
        "number": kept.number,
        "at": datetime.fromtimestamp(kept.at, UTC).isoformat().replace("+00:00", "Z"),
        "actor": {"kind": entry.actor.kind.value, "id": entry.actor.id},
        "action": entry.action,
        "subject": entry.subject,
        "id": entry.subject_id,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "personal": None
        if entry.personal is None
        else {
            "customer": entry.personal.customer,
            "before": entry.personal.before,
            "after": entry.personal.after,
            "reason": entry.personal.reason,
        },
    }
