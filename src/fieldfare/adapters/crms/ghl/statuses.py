"""The vendor's statuses, two spellings of each among them, in our words; what nobody knows takes time."""

from __future__ import annotations

import re

from fieldfare.adapters.crms.ghl.picking import Row, text
from fieldfare.domain.mirrored import OutsideStatus

_KNOWN = {
    "new": OutsideStatus.TENTATIVE,
    "confirmed": OutsideStatus.CONFIRMED,
    "active": OutsideStatus.CONFIRMED,
    "showed": OutsideStatus.COMPLETED,
    "completed": OutsideStatus.COMPLETED,
    "noshow": OutsideStatus.NO_SHOW,
    "cancelled": OutsideStatus.CANCELLED,
    "canceled": OutsideStatus.CANCELLED,
    "invalid": OutsideStatus.INVALID,
}

APPOINTMENTS = {
    OutsideStatus.CONFIRMED: "confirmed",
    OutsideStatus.COMPLETED: "showed",
    OutsideStatus.NO_SHOW: "noshow",
}
"""How it is written that an appointment is over, and how, or that it isn't."""
SERVICES = {OutsideStatus.CONFIRMED: "confirmed", OutsideStatus.COMPLETED: "showed", OutsideStatus.NO_SHOW: "no_show"}
"""The same of a service booking, in its own spelling."""


def status_of(row: Row) -> OutsideStatus:
    """Read an entry's status: `appointmentStatus`, or the same with the vendor's typo, or a service booking's."""
    said = text(row, "appointmentStatus", "appoinmentStatus", "status")
    return _KNOWN.get(re.sub(r"[\s_-]", "", said).lower(), OutsideStatus.UNKNOWN)
