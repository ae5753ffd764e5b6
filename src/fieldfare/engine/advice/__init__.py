"""Advice on a business that is valid: what will bite later, said before it does. `docs/warnings.md` has a row for each.

A check is a function of the outlook that gives the warnings of one code, which is the function's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fieldfare.domain.business import Business
from fieldfare.engine.advice.catalogue import (
    product_too_long,
    product_without_skill,
    product_without_zone,
    resource_too_scarce,
)
from fieldfare.engine.advice.fleet import schedule_ended, technician_without_schedule, technician_without_zone
from fieldfare.engine.advice.ground import hub_outside_zones, zones_overlap
from fieldfare.engine.advice.outlook import Caution, Outlook
from fieldfare.engine.advice.zones import (
    second_default_zone,
    zone_without_boundary,
    zone_without_industry,
    zone_without_schedule,
    zone_without_technician,
)

__all__ = ["CHECKS", "Caution", "warnings_of"]

Check = Callable[[Outlook], Iterable[Caution]]

CHECKS: tuple[Check, ...] = (
    zone_without_schedule,
    zone_without_boundary,
    zone_without_industry,
    zone_without_technician,
    second_default_zone,
    zones_overlap,
    hub_outside_zones,
    technician_without_zone,
    technician_without_schedule,
    schedule_ended,
    product_without_zone,
    product_without_skill,
    product_too_long,
    resource_too_scarce,
)


def warnings_of(business: Business, *, now: int) -> tuple[Caution, ...]:
    """Look a business over as it is now and, as far as dates are written down, will be."""
    outlook = Outlook(business, now=now)
    return tuple(caution for check in CHECKS for caution in check(outlook))
