"""Of whom too little is known: the oldest source decides, and what is just as old as allowed is not too old (B13)."""

from __future__ import annotations

from fieldfare.domain.connections import Connection, ConnectionSettings, ConnectionState
from fieldfare.ports.crm import SourceKind
from fieldfare.usecases.integrations.staleness import NEVER, UNREAD, Sources, is_stale, known_since, stale_sources
from tests.worlds import table

A, B, S = SourceKind.APPOINTMENTS, SourceKind.BLOCKS, SourceKind.SERVICES
ALLOWED = 240 * 60
NOW = 1_000_000


def connection(*, services: bool = False, **technicians: str) -> Connection:
    return Connection(
        provider="ghl",
        account="loc",
        name="Shop",
        time_zone="America/Toronto",
        state=ConnectionState.CONNECTED,
        settings=ConnectionSettings(technicians=technicians, services=services),
        created_at=500,
    )


KNOWN_SINCE = {
    "the oldest source decides": (connection(u1="t1"), {(A, "t1"): 900, (B, "t1"): 800}, {"t1": 800}),
    "services are not read": (
        connection(u1="t1"),
        {(A, "t1"): 900, (B, "t1"): 950, (S, "t1"): 100},
        {"t1": 900},
    ),
    "services are read": (
        connection(u1="t1", services=True),
        {(A, "t1"): 900, (B, "t1"): 950, (S, "t1"): 100},
        {"t1": 100},
    ),
    "each by himself": (
        connection(u1="t1", u2="t2"),
        {(kind, one): at for kind in (A, B) for one, at in (("t1", 900), ("t2", 700))},
        {"t1": 900, "t2": 700},
    ),
    "a source was never read": (connection(u1="t1"), {(A, "t1"): 900}, {"t1": UNREAD}),
    "services were never read": (connection(u1="t1", services=True), {(A, "t1"): 900, (B, "t1"): 900}, {"t1": UNREAD}),
    "nothing read yet": (connection(u1="t1"), {}, {"t1": UNREAD}),
    "two users of one": (connection(u1="t1", u2="t1"), {(A, "t1"): 900, (B, "t1"): 900}, {"t1": 900}),
    "nobody outside": (connection(u1="t1"), {(A, "t1"): 900, (B, "t1"): 900, (A, "t2"): 10}, {"t1": 900}),
    "gone from the fleet": (
        connection(u1="t1", u2="gone"),
        {(A, "t1"): 900, (B, "t1"): 900, (A, "gone"): 10},
        {"t1": 900},
    ),
    "nobody named": (connection(), {(A, "t1"): 900}, {}),
}


@table("of, marks, expected", KNOWN_SINCE)
def test_known_since(of: Connection, marks: dict[tuple[SourceKind, str], int], expected: dict[str, int]) -> None:
    assert known_since(of, marks, technicians=["t1", "t2"]) == expected


AGES = {
    "of this moment": (NOW, False),
    "just as old as allowed": (NOW - ALLOWED, False),
    "a second older": (NOW - ALLOWED - 1, True),
    "of a clock that goes before": (NOW + 5, False),
}


@table("known_at, expected", AGES)
def test_the_age(known_at: int, expected: bool) -> None:
    assert is_stale(known_at, now=NOW, allowed_seconds=ALLOWED) is expected


SEEN = (1, 2)
SUMS = {
    "all fresh": ({"t1": NOW}, Sources(read_at=NOW, seen=SEEN, until=NOW + ALLOWED)),
    "one stale": (
        {"t1": NOW - ALLOWED - 1, "t2": NOW - 60},
        Sources(read_at=NOW - ALLOWED - 1, stale=frozenset({"t1"}), seen=SEEN, until=NOW - 60 + ALLOWED),
    ),
    "all stale": ({"t1": 0}, Sources(read_at=0, stale=frozenset({"t1"}), seen=SEEN, until=NEVER)),
    "nobody": ({}, Sources(read_at=NOW, seen=SEEN, until=NEVER)),
}


@table("known, expected", SUMS)
def test_the_sum(known: dict[str, int], expected: Sources) -> None:
    assert stale_sources(known, seen=SEEN, now=NOW, allowed_seconds=ALLOWED) == expected


def test_nobody_looks_again_until_something_was_read_or_somebody_else_is_stale() -> None:
    sources = stale_sources({"t1": 0, "t2": NOW - 60}, seen=SEEN, now=NOW, allowed_seconds=ALLOWED)

    assert sources.still_hold(seen=SEEN, now=NOW - 60 + ALLOWED)
    assert not sources.still_hold(seen=SEEN, now=NOW - 60 + ALLOWED + 1)
    assert not sources.still_hold(seen=(1, 3), now=NOW)
    assert not Sources().still_hold(seen=SEEN, now=NOW)
