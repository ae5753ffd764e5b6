"""Random moments, blocks and schedules for the worlds, with a taste for clock changes."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.reading.clock import edge, midnight, read_time, show_time

ZONES = {
    "America/Toronto": 30,
    "Europe/London": 18,
    "Australia/Lord_Howe": 16,
    "Asia/Kolkata": 10,
    "America/St_Johns": 6,
    "Africa/Casablanca": 6,
    "America/Havana": 5,  # skips midnight in spring
    "Africa/Cairo": 5,  # the same, and lives the hour before midnight twice in autumn
}
DAY = 1440
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST = date(2026, 1, 1)
Minutes = tuple[int, int]


def clock(minutes: int) -> str:
    """Write minutes since midnight as a clock time; 24:00 is 00:00."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def wall(zone: ZoneInfo, day: date, minutes: int) -> int:
    """Give the instant of a clock time, which may be on a later day."""
    return edge(zone, day + timedelta(days=minutes // DAY), time.fromisoformat(clock(minutes)))


@lru_cache
def changes(name: str) -> tuple[date, ...]:
    """List the dates of two years on which the clock changes."""
    zone = ZoneInfo(name)
    days = [FIRST + timedelta(days=i) for i in range(730)]
    return tuple(day for day in days if midnight(zone, day + timedelta(days=1)) - midnight(zone, day) != DAY * 60)


def moment(rng: Random, name: str, days: int) -> int:
    """Choose now, mostly so that a clock change lies in the horizon or beside it."""
    today = FIRST + timedelta(days=rng.randrange(700))
    if rng.random() < 0.25:
        today = today.replace(day=1)
    elif changes(name) and rng.random() < 0.7:
        back = rng.choice([-1, 0, 1, days - 2, days - 1, days, rng.randrange(days)])
        today = rng.choice(changes(name)) - timedelta(days=back)
    minutes = rng.choice([0, 1, 150, 420, 480, 485, 720, DAY - 1, rng.randrange(DAY)])
    return wall(ZoneInfo(name), today, minutes) + rng.choice([0, 0, 0, 1, 59])


def written(rng: Random, zone: ZoneInfo, instant: int) -> str:
    """Write an instant in one of the ways in which a document may give it."""
    local = show_time(zone, instant)
    naive = local[:19]
    if rng.random() < 0.3 and read_time(zone, naive) == instant:
        return naive
    skipped = (datetime.fromisoformat(naive) - timedelta(minutes=rng.choice([15, 30]))).isoformat()
    if rng.random() < 0.3 and read_time(zone, skipped) == instant:
        return skipped
    if rng.random() < 0.3:
        return show_time(ZoneInfo("UTC"), instant).replace("+00:00", "Z")
    if rng.random() < 0.1:
        return show_time(ZoneInfo("Asia/Kathmandu"), instant)
    return local


def blocks(rng: Random, most_starts: int, *, gap: bool) -> list[dict[str, Any]]:
    """Choose the blocks of a business, none overlapping; `gap`: a clock change is near."""
    spans = _spans(rng, gap=gap)
    if most_starts < len(spans):
        spans = sorted(rng.sample(spans, most_starts))
    each = max(1, most_starts // len(spans))
    rows = [_block(rng, i, span, each) for i, span in enumerate(spans)]
    rng.shuffle(rows)
    return rows


def _spans(rng: Random, *, gap: bool) -> list[Minutes]:
    style = rng.choice(["am_pm", "am_pm", "am_pm", "cuts", "many", "night", "gap", "day", "short"])
    if gap and rng.random() < 0.4:
        style = "gap"
    if style == "am_pm":
        return [(480, 720), (rng.choice([720, 780]), rng.choice([1020, 1080]))]
    if style == "day":
        return [(0, DAY)]
    if style == "short":
        return [(start, start + rng.choice([20, 30, 60])) for start in (480, 600, 780, 900)]
    if style == "many":
        length = rng.choice([60, 90, 120])
        return [(at, at + length) for at in range(420, 1140, length)]
    if style == "cuts":
        cuts = sorted(rng.sample(range(360, 1260, 15), rng.randint(3, 6)))
    elif style == "night":
        cuts = [0, rng.choice([120, 150, 240]), 360, 720, 1200, DAY]
    else:
        around = [0, 30, 60, 90, 120, 135, 150, 165, 180, 210, 240, 300, 720, 1380, DAY]
        cuts = sorted(rng.sample(around, rng.randint(4, 7)))
    spans = list(pairwise(cuts))
    kept = [span for span in spans if rng.random() < 0.85]
    return kept or spans


def _block(rng: Random, number: int, span: Minutes, most: int) -> dict[str, Any]:
    start, end = span
    name = rng.choice(["AM", "PM", "b", "N"]) + str(number)
    row: dict[str, Any] = {"id": name, "start": clock(start), "end": clock(end)}
    if rng.random() < 0.5:
        walls = {start + rng.choice([0, 0, 15, 30, 37]) for _ in range(2)}
        walls |= {rng.randrange(start, end, 15) for _ in range(rng.randint(0, max(0, most - 1)))}
        fixed = sorted(w for w in walls if w < end)[:most] or [start]
        row["starts"] = [clock(w) for w in fixed]
    else:
        step = rng.choice([15, 20, 30, 45, 60, 90, 120, 240, DAY])
        least = -((start - end) // most)
        row["step_minutes"] = max(step, least)
    return row


def duration(rng: Random, rows: Sequence[dict[str, Any]]) -> int:
    """Choose minutes from 5 to 1440: mostly short, now and then as long as no block is."""
    lengths = [_length(row) for row in rows]
    kind = rng.random()
    if kind < 0.65:
        return rng.choice([15, 30, 45, 60, 60, 75, 90, 120, 150, 180])
    if kind < 0.8:
        return rng.randint(5, 180)
    if kind < 0.93:
        return max(5, min(DAY, max(lengths) + rng.choice([0, 1, 5, 30, 60])))
    return rng.choice([5, 7, rng.randint(180, DAY), DAY])


def _length(row: dict[str, Any]) -> int:
    start, end = minutes_of(row["start"]), minutes_of(row["end"])
    return (end or DAY) - start


def minutes_of(text: str) -> int:
    """Read a clock time as minutes since midnight."""
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


def extent(rows: Sequence[dict[str, Any]], length: int) -> Minutes:
    """Give the clock times between which all blocks lie, and a visit that runs over their end."""
    lo = min(minutes_of(r["start"]) for r in rows)
    hi = max(minutes_of(r["end"]) or DAY for r in rows)
    if length > max(_length(row) for row in rows):
        hi += length
    return (lo, hi) if hi <= DAY else (0, DAY)


def anchors(rows: Sequence[dict[str, Any]]) -> list[int]:
    """List the clock times on which the blocks turn, in minutes since midnight."""
    walls = [minutes_of(r[key]) for r in rows for key in ("start", "end")]
    walls += [minutes_of(s) for r in rows for s in r.get("starts", [])]
    for row in rows:
        if "step_minutes" in row:
            end = minutes_of(row["end"]) or DAY
            walls += range(minutes_of(row["start"]), end, row["step_minutes"])
    return walls


def windows(rng: Random, span: Minutes, *, good: float = 0.8) -> list[list[str]]:
    """Choose the windows of a day; `good` is how often they cover the blocks."""
    lo = max(0, span[0] - rng.choice([0, 0, 15, 30, 60, 90]))
    hi = min(DAY, span[1] + rng.choice([0, 0, 15, 30, 60, 120]))
    if rng.random() < good:
        return rng.choice([_cover, _cover, _cover, _split, _round, _overnight])(rng, lo, hi)
    return rng.choice([_closed, _odd, _odd, _gap])(rng, lo, hi)


def _cover(_rng: Random, lo: int, hi: int) -> list[list[str]]:
    return [[clock(lo), clock(hi)]]


def _split(rng: Random, lo: int, hi: int) -> list[list[str]]:
    middle = rng.choice([(lo + hi) // 2, 720]) if lo < 720 < hi else (lo + hi) // 2
    pause = rng.choice([0, 0, 30, 60])
    if not lo < middle + pause < hi:
        return [[clock(lo), clock(hi)]]
    rows = [[clock(lo), clock(middle)], [clock(middle + pause), clock(hi)]]
    rng.shuffle(rows)
    return rows


def _round(rng: Random, lo: int, _hi: int) -> list[list[str]]:
    at = clock(rng.choice([0, 0, lo]))
    return [[at, at]]


def _overnight(rng: Random, lo: int, hi: int) -> list[list[str]]:
    late = rng.choice([1200, 1320, 1410])
    rows = [[clock(late), clock(rng.choice([60, 150, 360, late - 30]))]]
    return [*rows, [clock(lo), clock(hi)]] if lo < late else rows


def _closed(_rng: Random, _lo: int, _hi: int) -> list[list[str]]:
    return []


def _odd(rng: Random, lo: int, hi: int) -> list[list[str]]:
    ends = [rng.randrange(lo, hi, 15) for _ in range(rng.choice([2, 2, 4]))]
    return [[clock(a), clock(b)] for a, b in zip(ends[::2], ends[1::2], strict=True)]


def _gap(rng: Random, _lo: int, hi: int) -> list[list[str]]:
    edges = rng.sample([30, 60, 90, 120, 135, 150, 180, 195], 2)
    return [[clock(min(edges)), clock(max(edges))], [clock(max(edges)), clock(max(hi, 600))]]


def lifetime(rng: Random, today: date, days: int, *, often: float) -> dict[str, str | None]:
    """Choose effective dates, of which some leave out a part of the horizon."""
    row: dict[str, str | None] = {"effective_from": None, "effective_to": None}
    if rng.random() < often:
        first = today + timedelta(days=rng.choice([-40, -1, 0, 0, 1, rng.randrange(days)]))
        last = first + timedelta(days=rng.choice([1, days, days + 60, 400]))
        if rng.random() < 0.7:
            row["effective_from"] = first.isoformat()
        if rng.random() < 0.6:
            row["effective_to"] = last.isoformat()
    return row


def schedule(
    rng: Random, owner: dict[str, str], span: Minutes, today: date, days: int, *, main: bool
) -> dict[str, Any]:
    """Choose a schedule without an id; the main one of an owner mostly covers the blocks."""
    usual = windows(rng, span, good=0.95 if main else 0.7)
    week = {name: usual if rng.random() < 0.85 else windows(rng, span) for name in WEEK}
    for name in WEEK:
        if not main and rng.random() < 0.1:
            del week[name]
    exceptions = {}
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        day = today + timedelta(days=rng.randint(-1, days))
        exceptions[day.isoformat()] = windows(rng, span, good=0.5)
    return {
        "owner": owner,
        "priority": 0 if main else rng.choice([0, 0, 1, 5]),
        "active": main or rng.random() < 0.9,
        "week": week,
        "exceptions": exceptions,
        **lifetime(rng, today, days, often=0.05 if main else 0.6),
    }


def date_of(zone: ZoneInfo, instant: int) -> date:
    """Give the local date of an instant."""
    return datetime.fromtimestamp(instant, zone).date()
