"""What every page about the CRM shows: whether it is connected, as of when its data is, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import ProposalState, WriteState
from fieldfare.ports.storage import Books

MOST = 100

STATES: dict[ConnectionState, tuple[str, str]] = {
    ConnectionState.SETTING_UP: ("Being set up", "plain"),
    ConnectionState.CONNECTED: ("Connected", "good"),
    ConnectionState.PAUSED: ("Paused", "warn"),
    ConnectionState.RECONNECT: ("To be connected again", "bad"),
    ConnectionState.REMOVED: ("Removed", "plain"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A page about the CRM; `count` is how much there waits for somebody."""

    name: str
    href: str
    here: bool
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The head of each page. `as_of` is the instant as of which everything is known, None before it was first read."""

    connection: Connection | None
    state: str
    badge: str
    as_of: int | None
    tabs: tuple[Tab, ...]


async def frame_of(books: Books, asking: Asking) -> Frame:
    """Read the head of a page."""
    outside = books.integrations
    connection = await outside.connections.find()
    services = connection is not None and connection.settings.services
    read_at = await outside.mirror.read_at()
    counts = await outside.writes.counts()
    conflicts = await outside.conflicts.open(limit=MOST)
    proposals = await outside.proposals.page(states=[ProposalState.OPEN], limit=MOST)
    unreadable = await outside.mirror.unreadable(limit=MOST)
    waits = counts.get(WriteState.PARKED, 0) + counts.get(WriteState.WAITING, 0)
    pages = (
        ("Overview", "", 0),
        ("Conflicts", "conflicts", len(conflicts)),
        ("To be written", "writes", waits),
        ("Proposals", "proposals", len(proposals)),
        ("Entries", "entries", len(unreadable)),
    )
    lasting = {one.code for one in await outside.failures.recent(limit=MOST) if one.over_at is None}
    state, badge = ("Not connected", "plain") if connection is None else STATES[connection.state]
    if connection is not None and connection.live and "crm_unavailable" in lasting:
        state, badge = "Out of reach", "warn"
    return Frame(
        connection=connection,
        state=state,
        badge=badge,
        as_of=min(
            (at for (source, _), at in read_at.items() if services or source is not SourceKind.SERVICES), default=None
        ),
        tabs=tuple(
            Tab(
                name=name, href=(href := desk_link("crm", *([path] if path else []))), here=asking.path == href, count=n
            )
            for name, path, n in pages
        ),
    )
