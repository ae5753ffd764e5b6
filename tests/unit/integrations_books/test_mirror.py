"""The mirror: read as written, watermarks that never go back, places by the hash of their address."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.places import Place
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import Mirrored
from tests.databases import Database
from tests.unit.integrations_books.kit import ENTRY, HOUSE, NOW, change_by, made, run

LEGS = tuple(
    replace(
        ENTRY,
        key=f"ghl.service:s1:{leg}",
        source=SourceKind.SERVICES,
        source_id="s1",
        scope="ghl.service/",
        leg=leg,
        start=NOW + leg * 3_600,
        end=NOW + (leg + 1) * 3_600,
        booking="b1",
    )
    for leg in (0, 1)
)
BARE = Mirrored(
    key="ghl.block:k1:",
    source=SourceKind.BLOCKS,
    source_id="k1",
    scope="ghl.block/user=u1",
    start=0,
    end=0,
    status=OutsideStatus.BLOCKED,
    takes_time=False,
    technicians=(),
    seen_at=NOW,
    unreadable="no_start",
)
GONE = replace(ENTRY, key="ghl.appointment:e2:", source_id="e2", deleted=True)
ALL = (ENTRY, *LEGS, BARE, GONE)


def test_entries_are_read_as_they_were_written(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[object]:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.mirror.save([])
            await books.integrations.mirror.save(ALL)
        async with storage.open("b") as books:
            mirror = books.integrations.mirror
            return [
                await mirror.find([one.key for one in ALL] + ["unknown"]),
                await mirror.of_source(SourceKind.SERVICES, "s1"),
                await mirror.of_source(SourceKind.APPOINTMENTS, "s1"),
                await mirror.of_bookings(["b1", "b2"]),
                await mirror.unreadable(limit=9),
            ]

    assert run(database, work) == [{one.key: one for one in ALL}, LEGS, (), {"b1": LEGS}, (BARE,)]


def test_between_them_the_entries_have_something_in_every_field() -> None:
    usual = {one.name: one.default for one in fields(Mirrored)}
    assert [name for name in usual if all(getattr(one, name) == usual[name] for one in ALL)] == []


@pytest.mark.parametrize(
    ("scopes", "since", "until", "found"),
    [
        (["ghl.appointment/calendar=c1"], NOW - 9, NOW + 9, [ENTRY]),
        (["ghl.appointment/calendar=c1"], NOW + 3_600, NOW + 9_000, []),
        (["ghl.appointment/calendar=c1"], NOW - 9, NOW, []),
        (["ghl.service/"], NOW, NOW + 3_600, [LEGS[0]]),
        (["ghl.service/", "ghl.appointment/calendar=c1"], NOW, NOW + 7_200, [ENTRY, *LEGS]),
        (["ghl.block/user=u1"], NOW, NOW + 9, []),
        ([], NOW, NOW + 9, []),
    ],
)
def test_entries_that_stand_in_a_scope_and_a_time(
    database: Database, scopes: list[str], since: int, until: int, found: list[Mirrored]
) -> None:
    async def work(storage: PostgresStorage) -> tuple[Mirrored, ...]:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.mirror.save(ALL)
            return await books.integrations.mirror.in_scopes(scopes, since=since, until=until)

    assert list(run(database, work)) == found


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        pytest.param({}, 0, id="the same"),
        pytest.param({"seen_at": NOW + 60, "changed_at": NOW}, 0, id="read again"),
        pytest.param({"title": "[H01] Moved"}, 1, id="another title"),
        pytest.param({"start": NOW + 60, "technicians": ("t2",)}, 1, id="another time"),
        pytest.param({"deleted": True}, 1, id="deleted"),
        pytest.param({"unreadable": "bad_end"}, 1, id="unreadable"),
        pytest.param({"key": "ghl.appointment:e3:", "source_id": "e3"}, 1, id="a new one"),
    ],
)
def test_desks_notice_entries_that_are_others_and_maps_nothing(
    database: Database, change: dict[str, object], noticed: int
) -> None:
    changed = replace(ENTRY, **change)  # type: ignore[arg-type]

    async def work(storage: PostgresStorage) -> None:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.mirror.save([ENTRY])
        seen = await change_by(storage, lambda books: books.mirror.save([changed]))
        assert (seen.revisions.revision, seen.technicians, seen.everything) == (noticed, frozenset(), False)
        async with storage.open("b") as books:
            assert (await books.integrations.mirror.find([changed.key]))[changed.key] == changed

    run(database, work)


def test_watermarks_never_go_back_and_nobody_is_told(database: Database) -> None:
    marks: list[tuple[dict[str, int], SourceKind]] = [
        ({"t2": NOW, "t1": NOW}, SourceKind.APPOINTMENTS),
        ({"t1": NOW + 60, "t2": NOW - 60}, SourceKind.APPOINTMENTS),
        ({"t1": NOW - 5}, SourceKind.SERVICES),
        ({}, SourceKind.BLOCKS),
    ]

    async def work(storage: PostgresStorage) -> dict[tuple[SourceKind, str], int]:
        await made(storage)
        for technicians, source in marks:
            seen = await change_by(
                storage, lambda books, to=technicians, of=source: books.mirror.mark_read(to, source=of)
            )
            assert seen.revisions.revision == 0
        async with storage.open("b") as books:
            return await books.integrations.mirror.read_at()

    assert run(database, work) == {
        (SourceKind.APPOINTMENTS, "t1"): NOW + 60,
        (SourceKind.APPOINTMENTS, "t2"): NOW,
        (SourceKind.SERVICES, "t1"): NOW - 5,
    }


def test_a_place_is_remembered_by_the_hash_of_its_address(database: Database) -> None:
    moved = Place(lat=43.0, lng=-79.0)

    async def work(storage: PostgresStorage) -> list[Place | None]:
        await made(storage)
        async with storage.open("b") as books:
            mirror = books.integrations.mirror
            seen = [await mirror.known_place(b"hash")]
            for place in (HOUSE, moved):
                await mirror.remember_place(b"hash", place)
                seen.append(await mirror.known_place(b"hash"))
            return seen

    assert run(database, work) == [None, HOUSE, moved]


def test_the_scopes_in_which_somebody_s_entries_stand(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[frozenset[str]]:
        await made(storage)
        appointment = replace(ENTRY, booking=None, technicians=("t1", "t2"))
        gone = replace(GONE, scope="ghl.appointment/calendar=c2", booking=None, technicians=("t1",))
        async with storage.open("b") as books:
            await books.integrations.mirror.save([appointment, gone])
        asked = [ENTRY.scope, gone.scope]
        async with storage.open("b") as books:
            mirror = books.integrations.mirror
            since, until = ENTRY.start, ENTRY.end
            return [
                await mirror.scopes_with(["t2", "t9"], asked, since=since, until=until),
                await mirror.scopes_with(["t9"], asked, since=since, until=until),
                await mirror.scopes_with(["t1"], [gone.scope], since=since, until=until),
                await mirror.scopes_with(["t1"], asked, since=until, until=until + 9),
            ]

    assert run(database, work) == [{ENTRY.scope}, frozenset(), frozenset(), frozenset()]
