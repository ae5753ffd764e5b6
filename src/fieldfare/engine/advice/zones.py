"""Zones that nobody can buy in, or that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from fieldfare.domain.schedules import Owner
from fieldfare.engine.advice.outlook import Caution, Outlook


def zone_without_schedule(outlook: Outlook) -> Iterator[Caution]:
    """A zone that is closed for ever."""
    for zone in outlook.selling:
        if Owner(zone=zone.id) not in outlook.scheduled:
            yield Caution(
                code="zone_without_schedule",
                path=f"zones.{zone.id}",
                sentence="no schedule of its own opens it today or later, so it is always closed; add one, or windows",
            )


def zone_without_boundary(outlook: Outlook) -> Iterator[Caution]:
    """A zone that no place lies in, and that isn't the one for the rest."""
    lasting = {
        boundary.id
        for boundary in outlook.business.boundaries
        if boundary.active and not boundary.deleted and not outlook.is_over(boundary.effective_to)
    }
    for zone in outlook.zones:
        is_fallback = zone.default and not zone.negative
        if not is_fallback and lasting.isdisjoint(zone.boundaries):
            yield Caution(
                code="zone_without_boundary",
                path=f"zones.{zone.id}",
                sentence="none of its boundaries counts today or later, so no place is in it; link one, or deactivate "
                "the zone",
            )


def zone_without_industry(outlook: Outlook) -> Iterator[Caution]:
    """A zone whose customers are told that no services are available."""
    for zone in outlook.selling:
        if not any(zone.offers(industry) for industry in outlook.industries):
            yield Caution(
                code="zone_without_industry",
                path=f"zones.{zone.id}",
                sentence="it offers no active industry, so its customers can buy nothing; link one, or deactivate the "
                "zone",
            )


def zone_without_technician(outlook: Outlook) -> Iterator[Caution]:
    """A zone to which nobody drives."""
    for zone in outlook.selling:
        if not outlook.staff[zone.id]:
            yield Caution(
                code="zone_without_technician",
                path=f"zones.{zone.id}",
                sentence="no active technician is assigned to it, so no slot is ever offered there; assign one",
            )


def second_default_zone(outlook: Outlook) -> Iterator[Caution]:
    """A default zone beside another one."""
    defaults = [zone for zone in outlook.selling if zone.default]
    for zone in defaults[1:]:
        yield Caution(
            code="second_default_zone",
            path=f"zones.{zone.id}",
            sentence=f"{defaults[0].id} is a default zone, too, and gets the places that match no zone, because its "
            "id is the smaller one; leave the flag to one of them",
        )
