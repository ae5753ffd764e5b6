"""Which drive doesn't fit, or how well it does (rules F9 to F12)."""

from __future__ import annotations

from fieldfare.domain.explanations import LegFacts
from fieldfare.entrypoints.words.amounts import are_free, length, need_and_free
from fieldfare.entrypoints.words.names import cited
from fieldfare.entrypoints.words.setting import Setting

REFUSED_BEFORE = frozenset({"depart", "travel_before"})


def refused_leg(facts: LegFacts, setting: Setting, *, before: bool) -> str:
    """Say which drive leaves no time, and which start would leave enough."""
    free = facts.free_seconds or 0
    need_text, free_text = need_and_free(facts.need_seconds, free)
    edge = setting.explanation.start if before else setting.explanation.end or 0
    side = "before" if before else "after"
    sentence = f"the drive {_other_end(facts, setting, before=before)} "
    if facts.need_seconds > facts.drive_seconds:
        sentence += f"takes {length(facts.drive_seconds)} and at least {need_text} are kept between visits"
    else:
        sentence += f"takes {need_text}"
    sentence += f", and {'only ' if free else ''}{are_free(free_text)} {side} {setting.times.time(edge)}"
    taken = abs(edge - facts.neighbour_at) - free
    if taken:
        sentence += f", for other commitments take {length(taken)} of the time between"
    return f"{sentence}. {_instead(facts, setting, before=before)}"


def offered_leg(facts: LegFacts, setting: Setting, *, before: bool) -> str:
    """Say how long a drive takes, and how much time there is for it."""
    sentence = f"the drive {_other_end(facts, setting, before=before)} takes "
    if facts.free_seconds is None:
        return f"{sentence}{length(facts.drive_seconds)}, {'before' if before else 'after'} the shift"
    need, free = need_and_free(facts.need_seconds, facts.free_seconds)
    if facts.need_seconds > facts.drive_seconds:
        need = f"{length(facts.drive_seconds)}, {need} are kept between visits"
    return f"{sentence}{need} and {are_free(free)}"


def _other_end(facts: LegFacts, setting: Setting, *, before: bool) -> str:
    at = setting.times.moment(facts.neighbour_at)
    if facts.neighbour is not None:
        detail = f"ends {at}" if before else f"starts {at}"
        return f"{'from' if before else 'to'} {cited(facts.neighbour, detail)}"
    if before:
        return f"from the depot (the shift starts {at})"
    return f"to the depot (the shift ends {at})"


def _instead(facts: LegFacts, setting: Setting, *, before: bool) -> str:
    if facts.possible_at is None:
        return "No other start in that gap leaves enough time, either"
    at = setting.times.moment(facts.possible_at)
    return f"The earliest start after it would be {at}" if before else f"The latest start before it would be {at}"
