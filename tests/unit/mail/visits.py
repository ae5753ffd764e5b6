"""Visits to write about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fieldfare.domain.clock import seconds_since_epoch
from fieldfare.domain.customers import Language
from fieldfare.entrypoints.mail.views import Party, VisitMail
from fieldfare.ports.customers import MessageKind

MANAGE = "https://booking.example/m/abc?x=1&y=2"
DESK = Party(name="Northern Comfort", address="desk@northern.example")


def instant(text: str) -> int:
    """Read an instant with its offset."""
    return seconds_since_epoch(datetime.fromisoformat(text))


NOW = instant("2026-11-20T09:00-05:00")

_OF_KIND: dict[MessageKind, dict[str, Any]] = {
    MessageKind.CONFIRMED: {"change_until": instant("2026-11-24T06:30-05:00")},
    MessageKind.RESCHEDULED: {"previous_start": instant("2026-10-27T08:00-04:00"), "sequence": 1},
    MessageKind.CANCELLED: {"reason": "We have moved away", "sequence": 2},
    MessageKind.ESTIMATE_MOVED: {"estimated_start": instant("2026-11-24T10:50-05:00")},
    MessageKind.OFFERED: {"offer_until": instant("2026-11-23T18:00-05:00")},
    MessageKind.REQUESTED: {},
}


def visit(kind: MessageKind = MessageKind.CONFIRMED, language: Language = Language.ENGLISH, **other: Any) -> VisitMail:
    """Make a visit with all that belongs to a kind of mail."""
    values: dict[str, Any] = {
        "kind": kind,
        "language": language,
        "business_name": "Northern Comfort & Sons",
        "customer_name": "Zoë Tremblay",
        "product_name": "Furnace repair",
        "reference": "FF-7K2M",
        "uid": "0198a7c0",
        "host": "booking.example",
        "sequence": 0,
        "start": instant("2026-11-24T10:30-05:00"),
        "end": instant("2026-11-24T11:30-05:00"),
        "time_zone": "America/Toronto",
        "price": 14_900,
        "address_lines": ("12 King St W", "Unit 4", "L6H 1A1"),
        "technician_name": "Sam",
        "manage_url": MANAGE,
    }
    return VisitMail(**(values | _OF_KIND[kind] | other))
