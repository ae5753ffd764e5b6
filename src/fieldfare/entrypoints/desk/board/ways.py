"""Where to change what speaks against a start: the setting, or the commitment in the way, by the reason's code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldfare.domain.answers import Resolution
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.explanations import BusyFacts, Cited, Facts, HubLockFacts, LegFacts, ResourceFacts
from fieldfare.domain.schedules import Owner, schedule_on
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.desk.asking import desk_link


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A link to what decides: its name, and its page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Finds the pages of what decides about one technician and start.

    `bookings` are the ids among the commitments in the way that are bookings of ours.
    """

    business: Business
    technician: str
    start: int
    zone: str | None
    product: str
    bookings: frozenset[str] = frozenset()

    def of_reason(self, code: str, facts: Facts | None = None) -> Way:
        """Give the one page on which to change what a rule says no for."""
        match code:
            case "zone_closed":
                return self._schedule(Owner(zone=self.zone), f"hours of {self._zone_name()}")
            case "off_shift":
                return self._off_shift()
            case "not_qualified" | "weekly_load":
                return self._technician()
            case "resource":
                return self._resource(facts)
            case "busy" | "hub_lock" | "travel_before" | "travel_after":
                cited = self._in_the_way(facts)
                return self._policy(code) if cited is None else self.of_commitment(cited)
            case _:
                return self._policy(code)

    def of_outcome(self, resolution: Resolution) -> Way:
        """Give the page on which to change that nothing is sold at a place."""
        match resolution.outcome:
            case Outcome.BLOCKED:
                negative = {zone.id for zone in self.business.zones if zone.negative}
                found = next((zone for zone in resolution.candidate_zones if zone in negative), None)
                return self._record("zones", found, "the zone that refuses it")
            case Outcome.OUT_OF_AREA:
                return Way(name="the zones", href=desk_link("settings", "zones"))
            case Outcome.PRODUCT_UNAVAILABLE:
                known = any(product.id == self.product for product in self.business.products)
                return self._record("products", self.product if known else None, "the product")
            case _:
                return self._record("zones", resolution.zone, f"the zone {self._zone_name()}")

    def of_commitment(self, cited: Cited) -> Way:
        """Give the page of a commitment."""
        name = cited.title or ("the visit" if cited.kind.value == "visit" else "the blocked time")
        if cited.id in self.bookings:
            return Way(name=name, href=desk_link("bookings", cited.id))
        return Way(name=name, href=desk_link("board", "time", cited.id))

    def _in_the_way(self, facts: Facts | None) -> Cited | None:
        match facts:
            case BusyFacts():
                return next(iter(facts.commitments), None)
            case HubLockFacts():
                return next((lock.visit for block in facts.blocks for lock in block.locked_by), None)
            case LegFacts() if facts.need_seconds == facts.drive_seconds:
                return facts.neighbour
            case _:
                # Where the buffer is longer than the drive, it is the policy that asks for the time.
                return None

    def _off_shift(self) -> Way:
        for owner in (Owner(zone=self.zone, technician=self.technician), Owner(technician=self.technician)):
            if self._ruling(owner) is not None:
                return self._schedule(owner, f"hours of {self._name()}")
        return self._technician()

    def _technician(self) -> Way:
        return Way(name=self._name(), href=desk_link("settings", "technicians", self.technician))

    def _resource(self, facts: Facts | None) -> Way:
        kinds: Iterable[str] = [one.kind for one in facts.shortages] if isinstance(facts, ResourceFacts) else ()
        needed = next((one.resources for one in self.business.products if one.id == self.product), {})
        return self._record("resources", next(iter([*kinds, *needed]), None), "the equipment")

    def _schedule(self, owner: Owner, name: str) -> Way:
        return self._record("schedules", self._ruling(owner), name)

    def _ruling(self, owner: Owner) -> str | None:
        day = clock_of(self.business.time_zone).date_of(self.start)
        own = sorted((one for one in self.business.schedules if one.owner == owner), key=lambda one: one.id)
        ruling = schedule_on(own, day)
        return ruling.id if ruling is not None else next((one.id for one in own), None)

    def _policy(self, code: str) -> Way:
        return Way(name=f"the policy ({_OF_POLICY.get(code, 'its rules')})", href=desk_link("settings", "policy"))

    def _record(self, kind: str, id_: str | None, name: str) -> Way:
        return Way(name=name, href=desk_link("settings", kind) if id_ is None else desk_link("settings", kind, id_))

    def _name(self) -> str:
        return next((one.name for one in self.business.technicians if one.id == self.technician), "") or self.technician

    def _zone_name(self) -> str:
        return next((one.name for one in self.business.zones if one.id == self.zone), "") or self.zone or "the zone"


_OF_POLICY = {
    "source_stale": "data that is too old",
    "notice": "notice",
    "horizon": "days ahead",
    "off_grid": "blocks and starts",
    "hub_lock": "hub lock",
    "depart": "leaving the depot",
    "travel_before": "travel buffer",
    "travel_after": "travel buffer",
    "return": "back at the depot",
}
