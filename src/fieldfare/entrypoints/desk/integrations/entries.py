"""What the CRM holds that Fieldfare can't make sense of, or can't place."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.frame import MOST, frame_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.ports.crm import SourceKind

FAULTS: Mapping[str, str] = {
    "no_start": "It says no start.",
    "no_end": "It says no end.",
    "bad_start": "Its start can't be read.",
    "bad_end": "Its end can't be read.",
    "ends_before_it_starts": "It ends before it starts.",
}

KINDS: Mapping[SourceKind, str] = {
    SourceKind.APPOINTMENTS: "An appointment",
    SourceKind.BLOCKS: "Blocked time",
    SourceKind.SERVICES: "A booking of a service",
}
"""How an entry is called that never made sense: nothing but its id was kept."""


async def entries(asking: Asking) -> Response:
    """List the entries whose times make no sense; what was known of them before still holds."""
    async with asking.rooms.storage.open(asking.who.business) as books:
        frame = await frame_of(books, asking)
        found = await books.integrations.mirror.unreadable(limit=MOST)
    values = {"frame": frame, "rows": found, "faults": FAULTS, "kinds": KINDS}
    return show(asking, "integrations/entries.html", values)
