"""Zones: service areas with their own rules, and which of them serves a place (rules Z4 to Z8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from fieldfare.domain.catalog import Override


class Outcome(StrEnum):
    """What becomes of a request before any slot is looked for."""

    ZONE = "zone"
    DEFAULT_ZONE = "default_zone"
    BLOCKED = "blocked"
    OUT_OF_AREA = "out_of_area"
    NO_SERVICES = "no_services"
    PRODUCT_UNAVAILABLE = "product_unavailable"


class DecidedBy(StrEnum):
    """What settled the choice among the zones that match."""

    ONLY = "only"
    PRIORITY = "priority"
    TIER = "tier"
    INDUSTRY = "industry"
    STAFF = "staff"
    DEFAULT = "default"
    ID = "id"
    NEGATIVE = "negative"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndustryLink:
    """A zone's offer of an industry."""

    industry: str
    sort: float = 0
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A service area."""

    id: str
    name: str = ""
    priority: float = 50
    negative: bool = False
    default: bool = False
    active: bool = True
    deleted: bool = False
    tiers: frozenset[str] = frozenset()
    boundaries: tuple[str, ...] = ()
    industries: tuple[IndustryLink, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the zone takes part in the choice at all (rule Z4)."""
        return self.active and not self.deleted

    def offers(self, industry: str | None) -> bool:
        """Tell whether an active link names the industry; whether that itself is active is not asked here."""
        return any(link.active and link.industry == industry for link in self.industries)

    def override_of(self, product: str) -> Override | None:
        """Find the zone's override of a product, if it has one."""
        return next((override for override in self.overrides if override.product == product), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """What the choice among zones may know of a request, beside its place."""

    tier: str | None = None
    industry: str | None = None
    """The id of the active industry that is asked for; None if there is none, or it isn't active."""
    staffed: Collection[str] = frozenset()
    """The ids of the zones that have an active technician."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The zone that serves a place, and the trace of how it was found (rule Z8)."""

    outcome: Outcome
    zone: Zone | None
    matched_boundaries: tuple[str, ...]
    candidates: tuple[str, ...]
    decided_by: DecidedBy


def choose_zone(*, zones: Iterable[Zone], matched: Collection[str], asker: Asker) -> Choice:
    """Choose the zone for a place of which the matching boundaries are known (rules Z4 to Z7)."""
    counting = sorted((zone for zone in zones if zone.counts), key=lambda zone: zone.id)
    candidates = [zone for zone in counting if any(boundary in matched for boundary in zone.boundaries)]

    def choice(outcome: Outcome, zone: Zone | None, decided_by: DecidedBy) -> Choice:
        return Choice(
            outcome=outcome,
            zone=zone,
            matched_boundaries=tuple(sorted(matched)),
            candidates=tuple(zone.id for zone in candidates),
            decided_by=decided_by,
        )

    if any(zone.negative for zone in candidates):
        return choice(Outcome.BLOCKED, None, DecidedBy.NEGATIVE)
    if candidates:
        winner, decided_by = _best(candidates, asker)
        return choice(Outcome.ZONE, winner, decided_by)
    fallback = next((zone for zone in counting if zone.default and not zone.negative), None)
    if fallback is not None:
        return choice(Outcome.DEFAULT_ZONE, fallback, DecidedBy.DEFAULT)
    return choice(Outcome.OUT_OF_AREA, None, DecidedBy.NONE)


def _best(candidates: list[Zone], asker: Asker) -> tuple[Zone, DecidedBy]:
    """Narrow the candidates, sorted by id, one criterion after the other (rule Z6)."""
    if len(candidates) == 1:
        return candidates[0], DecidedBy.ONLY
    top = max(zone.priority for zone in candidates)
    criteria: tuple[tuple[DecidedBy, Callable[[Zone], bool]], ...] = (
        (DecidedBy.PRIORITY, lambda zone: zone.priority == top),
        (DecidedBy.TIER, lambda zone: asker.tier in zone.tiers),
        (DecidedBy.INDUSTRY, lambda zone: asker.industry is not None and zone.offers(asker.industry)),
        (DecidedBy.STAFF, lambda zone: zone.id in asker.staffed),
        (DecidedBy.DEFAULT, lambda zone: zone.default),
    )
    for decided_by, meets in criteria:
        # A criterion that nobody meets leaves them all.
        candidates = [zone for zone in candidates if meets(zone)] or candidates
        if len(candidates) == 1:
            return candidates[0], decided_by
    return candidates[0], DecidedBy.ID
