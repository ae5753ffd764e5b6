"""What speaks against a move, in a short sentence with its figures: read while something is being dragged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fieldfare.domain.answers import Option
from fieldfare.domain.business import Business
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.fleet import Technician
from fieldfare.domain.intervals import merge
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.board.data import span_words
from fieldfare.entrypoints.desk.pages import length
from fieldfare.entrypoints.words.broken import BROKEN
from fieldfare.usecases.board.check_move import Checked
from fieldfare.usecases.board.days import blocks_on
from fieldfare.usecases.board.hours import AllHours
from fieldfare.usecases.board.hubs import hubs_of
from fieldfare.usecases.board.legs import Route

_MOST_NAMED = 2


def sentence(asking: Asking, checked: Checked, code: str) -> str:
    """Say what one rule has against it."""
    about = _About(asking=asking, checked=checked)
    say = _SENTENCES.get(code)
    return BROKEN.get(code, code) if say is None else _ended(say(about)) or BROKEN[code]


def _ended(text: str) -> str:
    """End a sentence; one that ends with `p.m.` has its stop."""
    return text if not text or text.endswith(".") else f"{text}."


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """A judged move, and what its sentences are made of."""

    asking: Asking
    checked: Checked

    @property
    def business(self) -> Business:
        return self.asking.business

    @property
    def person(self) -> Technician | None:
        return next((one for one in self.business.technicians if one.id == self.checked.technician), None)

    @property
    def name(self) -> str:
        return (self.person.name if self.person else "") or self.checked.technician

    @property
    def option(self) -> Option | None:
        return self.checked.option

    def span(self, start: int, end: int) -> str:
        return span_words(self.asking, start, end)

    def placed(self) -> list[Commitment]:
        return [one for one in self.checked.own if one.technician == self.checked.technician and one.place is not None]

    def route(self) -> Route:
        """Lay out the technician's time, to measure what of it is free (rule T2)."""
        own = [one for one in self.checked.own if one.technician == self.checked.technician]
        placeless = merge((one.start, one.end) for one in own if one.place is None)
        return Route(depot=self.business.hq, policy=self.business.policy, stops=(), placeless=placeless)


def in_the_way(checked: Checked) -> list[Commitment]:
    """List what overlaps the visit (rule F7)."""
    return [
        known
        for known in checked.own
        if known.technician == checked.technician and known.start < checked.end and known.end > checked.start
    ]


def _busy(about: _About) -> str:
    named = [
        f"{known.title or known.kind.value} {about.span(known.start, known.end)}"
        for known in in_the_way(about.checked)[:_MOST_NAMED]
    ]
    return f"{about.name} has {' and '.join(named)}" if named else ""


def _notice(about: _About) -> str:
    policy, tongue = about.business.policy, about.asking.tongue
    earliest = about.asking.clock.local(about.asking.now + policy.min_notice_minutes * MINUTE)
    return f"It is too soon: visits begin on {tongue.short_day(earliest.date())}, {tongue.time(earliest)} or later"


def _horizon(about: _About) -> str:
    return f"Only the {about.business.policy.horizon_days} days from today can be booked."


def _not_qualified(about: _About) -> str:
    person, sale = about.person, about.checked.sale
    if person is None or sale is None:
        return ""
    lacks = sorted(frozenset(sale.product.skills) - person.skills)
    parts = [
        "isn't active" if not person.active else "",
        f"isn't assigned to {sale.zone.name or sale.zone.id}" if sale.zone.id not in person.zones else "",
        f"lacks {', '.join(lacks)}" if lacks else "",
    ]
    return f"{about.name} {', '.join(part for part in parts if part)}."


def _off_shift(about: _About) -> str:
    person, clock = about.person, about.asking.clock
    if person is None:
        return ""
    zone = None if about.checked.sale is None else about.checked.sale.zone
    day = clock.date_of(about.checked.start)
    windows = AllHours(about.business).of(person, zone=zone.id if zone else None).windows(day)
    shown = [about.span(start, end) for start, end in windows if clock.date_of(start) == day]
    where = f" in {zone.name or zone.id}" if zone else ""
    if not shown:
        return f"{about.name} doesn't work{where} on that date"
    return f"{about.name} works {' and '.join(shown)}{where}"


def _hub_lock(about: _About) -> str:
    checked, business = about.checked, about.business
    clock = about.asking.clock
    blocks = [
        block
        for block in blocks_on(business, clock.date_of(checked.start), clock)
        if block.start < checked.end and block.end > checked.start
    ]
    theirs = [
        known
        for known in checked.own
        if known.technician == checked.technician
        and any(known.start < block.end and known.end > block.start for block in blocks)
    ]
    found = hubs_of(theirs, business.hubs)
    names = {hub.id: hub.name or hub.id for hub in business.hubs}
    others = sorted({names.get(hub, hub) for hub in found.values() if hub != checked.hub})
    here = names.get(checked.hub or "", checked.hub or "")
    return f"{about.name}'s block is locked to {', '.join(others)}, and this is {here}." if others else ""


def _before(about: _About) -> str:
    checked, route = about.checked, about.route()
    before = max(
        (one for one in about.placed() if one.end <= checked.start), key=lambda one: (one.end, one.start), default=None
    )
    seconds = about.option.before_seconds if about.option else None
    if before is None or seconds is None:
        return ""
    free = route.free(before.end, checked.start)
    return f"It doesn't drive: from {before.title or 'the stop before'} {_need(about, before, seconds, free)}"


def _after(about: _About) -> str:
    checked, route = about.checked, about.route()
    after = min(
        (one for one in about.placed() if one.start >= checked.end), key=lambda one: (one.start, one.end), default=None
    )
    seconds = about.option.after_seconds if about.option else None
    if after is None or seconds is None:
        return ""
    free = route.free(checked.end, after.start)
    return f"It doesn't drive: to {after.title or 'the stop after'} {_need(about, after, seconds, free)}"


def _need(about: _About, other: Commitment, seconds: int, free: int) -> str:
    buffer = about.business.policy.travel_buffer_minutes * MINUTE
    kept = (
        f", {length(buffer)} are kept between visits" if other.kind is CommitmentKind.VISIT and buffer > seconds else ""
    )
    return f"it takes {_up(seconds)}{kept}, and {length(max(free, 0) // MINUTE * MINUTE)} are free"


def _up(seconds: int) -> str:
    """Write a length, rounded up: what is needed is never said to be less than it is."""
    return length(-(-seconds // MINUTE) * MINUTE)


def _depart(about: _About) -> str:
    return _leg(about.option.before_seconds if about.option else None, "from the depot")


def _return(about: _About) -> str:
    return _leg(about.option.after_seconds if about.option else None, "back to the depot")


def _leg(seconds: int | None, whence: str) -> str:
    return (
        ""
        if seconds is None
        else f"It doesn't drive: the way {whence} takes {_up(seconds)}, which the shift leaves no time for"
    )


def _weekly_load(about: _About) -> str:
    person = about.person
    caps = (
        []
        if person is None
        else [
            f"{person.weekly_jobs} visits" if person.weekly_jobs is not None else "",
            length(person.weekly_minutes * MINUTE) if person.weekly_minutes is not None else "",
        ]
    )
    return f"{about.name}'s week is full: at most {' and '.join(cap for cap in caps if cap)}."


def _resource(about: _About) -> str:
    needs = {} if about.checked.sale is None else about.checked.sale.product.resources
    return f"{' and '.join(sorted(needs)).capitalize()}: all pieces are in use then." if needs else ""


_SENTENCES: Mapping[str, Callable[[_About], str]] = {
    "notice": _notice,
    "horizon": _horizon,
    "not_qualified": _not_qualified,
    "off_shift": _off_shift,
    "busy": _busy,
    "hub_lock": _hub_lock,
    "depart": _depart,
    "travel_before": _before,
    "travel_after": _after,
    "return": _return,
    "weekly_load": _weekly_load,
    "resource": _resource,
}
