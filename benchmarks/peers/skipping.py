"""The same as `neighbours`, with whatever many starts share asked once: the fastest loop that we could write.

Notice, zone and equipment are asked once for the whole fleet; a full week and a locked block are skipped whole.
"""

from __future__ import annotations

from bisect import bisect_right

from benchmarks.peers.neighbours import closed_to, taken_of, weeks_with_room
from benchmarks.peers.ready import Ready, key_of, ranked

Dates = list[tuple[int, list[tuple[tuple[int, ...], list[tuple[int, int, int]]]]]]
"""By date, and then by the blocks that the visit overlaps: the row, the instant and the end of each start."""


def skipping(ready: Ready) -> tuple[dict[int, list[int]], list[int]]:
    """Find all slots with their options in order, and the recommended ones."""
    dates = _starts_for_everyone(ready)
    options: dict[int, list[int]] = {row: [] for _, groups in dates for _, starts in groups for row, _, _ in starts}
    to_place, from_place = ready.to_place, ready.from_place
    for technician, person in enumerate(ready.people):
        if not person.qualified:
            continue
        has_room = weeks_with_room(person, ready.duration)
        closed = closed_to(ready.hub, person)
        for date, groups in dates:
            week = ready.weeks[date]
            if not has_room[week]:
                continue
            shift = person.shifts.get(date)
            if shift is None:
                continue
            gap_starts, gaps = shift.gap_starts, shift.gaps
            rank = key_of(0, person.visits[week], technician)
            for blocks, starts in groups:
                if not closed.isdisjoint(blocks):
                    continue
                for row, at, end in starts:
                    gap = bisect_right(gap_starts, at) - 1
                    if gap < 0:
                        continue
                    (
                        gap_end,
                        leave,
                        leave_buffer,
                        before,
                        arrive,
                        arrive_buffer,
                        after,
                        set_out,
                        turn_home,
                        origin,
                        destination,
                        direct,
                    ) = gaps[gap]
                    if end > gap_end or at < leave + leave_buffer or end > arrive - arrive_buffer:
                        continue
                    drive_in, drive_out = to_place[origin], from_place[destination]
                    if (
                        at < set_out + drive_in
                        or at < leave + to_place[before]
                        or end > arrive - from_place[after]
                        or end > turn_home - drive_out
                    ):
                        continue
                    detour = drive_in + drive_out - direct
                    options[row].append((detour << 48 | rank) if detour > 0 else rank)
    return ranked({row: keys for row, keys in options.items() if keys})


def _starts_for_everyone(ready: Ready) -> Dates:
    """Keep the starts that the moment, the zone and the equipment allow (rules F1 to F3, F14)."""
    taken = [interval for equipment in ready.equipment for interval in taken_of(equipment)]
    dates: dict[int, dict[tuple[int, ...], list[tuple[int, int, int]]]] = {}
    for start in ready.starts:
        at, end = start.at, start.end
        if at < ready.earliest or not 0 <= start.date < ready.days:
            continue
        if not any(opens <= at and end <= closes for opens, closes in ready.zone.get(start.date, ())):
            continue
        if any(since < end and at < until for since, until in taken):
            continue
        dates.setdefault(start.date, {}).setdefault(start.blocks, []).append((start.row, at, end))
    return [(date, list(groups.items())) for date, groups in dates.items()]
