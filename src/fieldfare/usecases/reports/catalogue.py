"""All reports, in the order in which they are shown."""

from __future__ import annotations

from fieldfare.usecases.reports import (
    changes,
    detour,
    drive_minutes,
    funnel,
    lead_time,
    missing_slots,
    utilisation,
)
from fieldfare.usecases.reports.kinds import Kind

REPORTS: dict[str, Kind] = {
    one.KIND.name: one.KIND for one in (drive_minutes, detour, utilisation, missing_slots, lead_time, changes, funnel)
}
