"""Moments as the vendor writes them: with the offset of a zone, in UTC, without any, or as milliseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400


def offset_text(at: float, zone: str) -> str:
    """Write a moment as most reads have it: local time with the zone's offset."""
    return datetime.fromtimestamp(int(at), ZoneInfo(zone)).isoformat(timespec="seconds")


def utc_text(at: float) -> str:
    """Write a moment in UTC with milliseconds, as webhooks and records' stamps have it."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def naive_text(at: float, zone: str) -> str:
    """Write a moment as a contact's appointments have it: wall clock, and no word about the zone."""
    return f"{datetime.fromtimestamp(int(at), ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def read(text: str, zone: str) -> int | None:
    """Read a moment; without an offset it is the location's time. None if it is no moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp())


def local_day(at: float, zone: str) -> date:
    """Say on which day of a zone a moment lies."""
    return datetime.fromtimestamp(int(at), ZoneInfo(zone)).date()


def at_local(day: date, minutes: int, zone: str) -> int:
    """Give the moment of a day's wall clock, as minutes after its midnight."""
    whole, rest = divmod(minutes, 24 * 60)
    midnight = datetime.combine(day + timedelta(days=whole), datetime.min.time())
    return int((midnight + timedelta(minutes=rest)).replace(tzinfo=ZoneInfo(zone)).timestamp())


def known_zone(name: str) -> bool:
    """Say whether a zone exists."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
