"""Where one can go from everywhere at the desk, by what one may do."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT, Asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of the menu; `here` says that the page belongs to it."""

    name: str
    href: str
    here: bool


_PLACES: tuple[tuple[str, str, Permission], ...] = (
    ("Board", "board", Permission.COMMITMENTS_READ_OWN),
    ("Book", "book", Permission.BOOKINGS_WRITE),
    ("Bookings", "bookings", Permission.BOOKINGS_READ),
    ("Map", "map", Permission.COMMITMENTS_READ),
    ("Messages", "messages", Permission.BOOKINGS_READ),
    ("CRM", "crm", Permission.INTEGRATIONS_READ),
    ("Reports", "reports", Permission.AUDIT_READ),
    ("Trail", "audit", Permission.AUDIT_READ),
    ("Settings", "settings", Permission.CONFIGURATION_READ),
)


def places_of(asking: Asking) -> list[Place]:
    """List the entries that the member may open."""
    return [
        Place(name=name, href=f"{ROOT}/{path}", here=_is_at(asking.path, path))
        for name, path, permission in _PLACES
        if asking.who.may(permission)
    ]


def _is_at(path: str, place: str) -> bool:
    return path == f"{ROOT}/{place}" or path.startswith(f"{ROOT}/{place}/")
