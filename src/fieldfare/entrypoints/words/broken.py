"""One short sentence for each rule that a visit can break, for those who may be about to override it (rule B9)."""

from __future__ import annotations

from collections.abc import Mapping

BROKEN: Mapping[str, str] = {
    "source_stale": "The CRM was not read yet, or too long ago to know the technician's time.",
    "notice": "It is too soon: less than the notice that visits need.",
    "horizon": "It lies beyond the days that can be booked.",
    "zone_closed": "The zone is closed then.",
    "not_qualified": "The technician isn't active, isn't assigned to the zone, or lacks a skill.",
    "off_shift": "The technician doesn't work then.",
    "off_grid": "Visits don't begin at this minute.",
    "busy": "The technician has something else then.",
    "hub_lock": "The block is locked to another hub: it would be zigzag.",
    "depart": "The drive from the depot doesn't fit.",
    "travel_before": "The drive from the stop before doesn't fit.",
    "travel_after": "The drive to the stop after doesn't fit.",
    "return": "The drive back to the depot doesn't fit.",
    "weekly_load": "The technician's week is full.",
    "resource": "The equipment that it needs is in use.",
}
"""By the code of the rule (rules.md, B13 and F1 to F14)."""
