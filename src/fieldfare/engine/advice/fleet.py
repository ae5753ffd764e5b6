"""Technicians who are never offered, and schedules that are over."""

from __future__ import annotations

from collections.abc import Iterator

from fieldfare.domain.schedules import Owner
from fieldfare.engine.advice.outlook import Caution, Outlook


def technician_without_zone(outlook: Outlook) -> Iterator[Caution]:
    """A technician whom nobody can book."""
    selling = {zone.id for zone in outlook.selling}
    for technician in outlook.technicians:
        if selling.isdisjoint(technician.zones):
            yield Caution(
                code="technician_without_zone",
                path=f"technicians.{technician.id}",
                sentence="is assigned to no zone that sells anything, so is never offered; assign one",
            )


def technician_without_schedule(outlook: Outlook) -> Iterator[Caution]:
    """A technician who never works."""
    for technician in outlook.technicians:
        scopes = (None, *technician.zones)
        if not any(Owner(technician=technician.id, zone=zone) in outlook.scheduled for zone in scopes):
            yield Caution(
                code="technician_without_schedule",
                path=f"technicians.{technician.id}",
                sentence="no schedule of theirs has a window today or later, so they are always off; add some",
            )


def schedule_ended(outlook: Outlook) -> Iterator[Caution]:
    """A schedule that no longer counts."""
    for schedule in outlook.business.schedules:
        if schedule.active and outlook.is_over(schedule.effective_to):
            yield Caution(
                code="schedule_ended",
                path=f"schedules.{schedule.id}",
                sentence=f"it ended on {schedule.effective_to}; move effective_to, or delete it",
            )
