"""How old what the sources outside say is: of whom too little is known to sell their time (rule B13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fieldfare.domain.connections import Connection
from fieldfare.ports.crm import SourceKind

NEVER = 1 << 62
"""An instant that doesn't come."""
UNREAD = 0
"""As of when somebody is known of whom a source wasn't read yet: nothing is known, however new the connection is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """How well a business's sources outside were known at an instant.

    `read_at` is the instant as of which all of it is known: None where nothing is connected, `UNREAD` where something
    was never read. `stale` are the technicians of whom that is longer ago than the policy allows. `seen` is a print of
    what was read when; up to the instant `until` the same print means the same.
    """

    read_at: int | None = None
    stale: frozenset[str] = frozenset()
    seen: tuple[int, int] | None = None
    until: int = 0

    @property
    def connected(self) -> bool:
        """Whether there are any."""
        return self.read_at is not None

    @property
    def too_old(self) -> bool:
        """Whether something is known too badly."""
        return bool(self.stale)

    def still_hold(self, *, seen: tuple[int, int], now: int) -> bool:
        """Tell whether the same technicians are stale, so that nobody has to look."""
        return self.seen == seen and now <= self.until


def known_since(
    connection: Connection, marks: Mapping[tuple[SourceKind, str], int], *, technicians: Collection[str]
) -> dict[str, int]:
    """Tell as of which instant each technician's time outside is known: the oldest of what was read of them.

    What is switched off counts for nothing. Of whom a source wasn't read yet nothing is known, whatever else was read:
    that is lifted by the first reading. Who is nobody outside, or none of the `technicians` that there are, is left
    out.
    """
    kinds = [kind for kind in SourceKind if kind is not SourceKind.SERVICES or connection.settings.services]
    return {
        technician: min(marks.get((kind, technician), UNREAD) for kind in kinds)
        for technician in set(connection.settings.technicians.values()).intersection(technicians)
    }


def is_stale(known_at: int, *, now: int, allowed_seconds: int) -> bool:
    """Tell whether what is known as of an instant is too old: what is just as old as allowed is not."""
    return known_at < now - allowed_seconds


def stale_sources(known: Mapping[str, int], *, seen: tuple[int, int], now: int, allowed_seconds: int) -> Sources:
    """Sum up of whom too little is known."""
    stale = frozenset(one for one, at in known.items() if is_stale(at, now=now, allowed_seconds=allowed_seconds))
    fresh = [at for one, at in known.items() if one not in stale]
    return Sources(
        read_at=min(known.values(), default=now),
        stale=stale,
        seen=seen,
        until=min(fresh) + allowed_seconds if fresh else NEVER,
    )
