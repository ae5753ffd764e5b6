"""Why a start comes too soon or too late, or when nobody sells or works (rules F1 to F3, F5, F6)."""

from __future__ import annotations

from fieldfare.domain.explanations import (
    HorizonFacts,
    NoticeFacts,
    OffGridFacts,
    OffShiftFacts,
    OpenWindow,
    ZoneClosedFacts,
)
from fieldfare.entrypoints.words.amounts import counted, first_few, joined, length
from fieldfare.entrypoints.words.setting import Setting


def notice(facts: NoticeFacts, setting: Setting) -> str:
    """Say how soon a visit can be booked."""
    times = setting.times
    if not facts.notice_minutes:
        return f"it is {times.moment(setting.now)} already"
    return (
        f"a visit is booked at least {length(facts.notice_minutes * 60)} ahead, and it is {times.moment(setting.now)} "
        f"now, so that the earliest start is {times.moment(facts.bookable_at)}"
    )


def horizon(facts: HorizonFacts, setting: Setting) -> str:
    """Say which dates can be booked."""
    first, last = setting.times.day(facts.first), setting.times.day(facts.last)
    days = (facts.last - facts.first).days + 1
    if days == 1:
        return f"only today, {first}, can be booked"
    return f"only the {counted(days, 'day')} from {first} to {last} can be booked"


def zone_closed(facts: ZoneClosedFacts, setting: Setting) -> str:
    """Say when the zone is open."""
    subject = f"the zone {setting.zone}"
    if not facts.windows:
        return f"{subject} is closed on that date"
    return f"{subject} is open {_windows(facts.windows, setting)}, and the whole visit must lie inside"


def off_shift(facts: OffShiftFacts, setting: Setting) -> str:
    """Say when the technician works."""
    if not facts.windows:
        return f"{setting.who} doesn't work on that date"
    inside = "inside" if len(facts.windows) == 1 else "inside one of these"
    return f"{setting.who} works {_windows(facts.windows, setting)}, and the whole visit must lie {inside}"


def off_grid(facts: OffGridFacts, setting: Setting) -> str:
    """Say which starts lie nearest."""
    quote = setting.explanation.quote
    visit = "a visit" if quote is None else f"a visit of {length(quote.duration_minutes * 60)}"
    known = (("before", facts.earlier_at), ("after", facts.later_at))
    nearest = [f"{setting.times.time(at)} {side} it" for side, at in known if at is not None]
    if not nearest:
        return f"the blocks of that date have no start for {visit}"
    verb = "is" if len(nearest) == 1 else "are"
    return f"the blocks have no start for {visit} then; the nearest on that date {verb} {joined(nearest)}"


def _windows(windows: tuple[OpenWindow, ...], setting: Setting) -> str:
    return first_few([setting.times.span(window.start, window.end) for window in windows])
