"""Series: one appointment that comes again, by a small part of RFC 5545."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Refused
from fieldfare_ghl_sim.world import Record

LONGEST_SERIES = 24
_DAYS = {"DAILY": 1, "WEEKLY": 7}


def expanded(item: Record, rule: str, zone: str) -> list[Record]:
    """Make the instances of a series: each with an id of its own, and the id of the series."""
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    frequency, every, most = parts.get("FREQ", ""), parts.get("INTERVAL", "1"), parts.get("COUNT", str(LONGEST_SERIES))
    if frequency not in (*_DAYS, "MONTHLY") or not (every.isdigit() and most.isdigit()):
        raise Refused(HTTPStatus.BAD_REQUEST, "The recurrence rule is not valid.")
    count = min(int(most), LONGEST_SERIES)
    until = moments.read(parts["UNTIL"], zone) if "UNTIL" in parts else None
    first = datetime.fromtimestamp(item["start"], ZoneInfo(zone)).replace(tzinfo=None)
    long = item["end"] - item["start"]
    made = []
    for number in range(count):
        wall = _shifted(first, frequency, int(every) * number)
        start = int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp())
        if until is not None and start > until:
            break
        id_ = f"{item['id']}_{start * 1000}_{long}"
        made.append(item | {"id": id_, "start": start, "end": start + long, "rrule": rule, "masterEventId": item["id"]})
    return made


def _shifted(first: datetime, frequency: str, steps: int) -> datetime:
    if frequency in _DAYS:
        return first + timedelta(days=_DAYS[frequency] * steps)
    years, month = divmod(first.month - 1 + steps, 12)
    return first.replace(year=first.year + years, month=month + 1, day=min(first.day, 28))
