"""Where an entry is: as its booking says, by its tag, and only then by its address, which is looked up once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from fieldfare.domain.commitments import CommitmentKind
from fieldfare.usecases.integrations.places import MOST_LOOKED_UP
from tests.databases import Database
from tests.integration_crm.kit import VISITS, Kit, days, place_of, run
from tests.worlds import EAST, HERE, WEST, Spot

OAK, ASH = "1 Oak Street", "2 Ash Street"


@dataclass(frozen=True)
class Placed:
    """An entry, where it is, and which addresses were looked up for it."""

    about: str
    entry: dict[str, Any]
    at: Spot | None
    hub: str | None
    asked: list[str] = field(default_factory=list)


PLACED = [
    Placed("by its tag", {"title": "[H08] Furnace"}, EAST, "H08"),
    Placed("by its tag, although it has an address", {"title": "[H08] Furnace", "address": ASH}, EAST, "H08"),
    Placed("by its address", {"title": "Furnace", "address": OAK}, EAST, "H08", [OAK]),
    Placed("by its address, the tag being none", {"title": "[H99] Furnace", "address": OAK}, EAST, "H08", [OAK]),
    Placed("by its address, the tag not being first", {"title": "Gas [H07]", "address": OAK}, EAST, "H08", [OAK]),
    Placed("nowhere, having neither", {"title": "Furnace"}, None, None),
    Placed("nowhere, the address being a link", {"title": "Call", "address": "https://zoom.example/j/1"}, None, None),
    Placed(
        "nowhere, the address being unknown", {"title": "Furnace", "address": "Nowhere 1"}, None, None, ["Nowhere 1"]
    ),
    Placed("not looked up, taking no time", {"address": OAK, "status": "cancelled"}, None, None),
    Placed("not looked up, being nobody's", {"address": OAK, "user": "u-office"}, None, None),
]


@pytest.mark.parametrize("case", PLACED, ids=lambda case: case.about)
def test_where_an_entry_is(database: Database, case: Placed) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(540, calendar=VISITS, **case.entry)

        await one.sweep()

        entry = await one.mirrored(id_)
        assert entry.place == (None if case.at is None else place_of(case.at))
        assert entry.hub == case.hub
        assert one.geocoder.asked == case.asked
        for known in await one.commitments():
            assert known.kind is CommitmentKind.VISIT
            assert (known.place, known.hub) == (entry.place, entry.hub)

    run(database, story)


@dataclass(frozen=True)
class Retitled:
    """What people do to a title or an address, and where the entry is afterwards."""

    about: str
    before: dict[str, Any]
    edit: dict[str, Any]
    hub: str
    asked: list[str] = field(default_factory=list)


RETITLED = [
    Retitled("a lost tag", {"title": "[H08] Gas", "address": ASH}, {"title": "Gas"}, "H08"),
    Retitled("another tag, where the tag was all", {"title": "[H08] Gas"}, {"title": "[H07] Gas"}, "H07"),
    Retitled(
        "a tag put before a visit with an address",
        {"address": OAK, "title": "Gas"},
        {"title": "[H07] Gas"},
        "H07",
        [OAK],
    ),
    Retitled("another address", {"address": OAK, "title": "Gas"}, {"address": ASH}, "H07", [OAK, ASH]),
    Retitled(
        "the same address, spaced apart", {"address": OAK, "title": "Gas"}, {"address": "1  Oak Street "}, "H08", [OAK]
    ),
]


@pytest.mark.parametrize("case", RETITLED, ids=lambda case: case.about)
def test_where_an_entry_is_once_it_was_edited(database: Database, case: Retitled) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(540, calendar=VISITS, **case.before)
        await one.sweep()
        one.sim.edit(id_, **case.edit)

        await one.sweep()

        assert (await one.mirrored(id_)).hub == case.hub
        assert one.geocoder.asked == case.asked

    run(database, story)


def test_a_tag_that_is_put_back_counts_again_and_is_never_trusted_over_our_own_record(database: Database) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(540, calendar=VISITS, title="[H07] Gas", user="u1")
        booking, _, ours = await one.written()
        await one.sweep()
        hubs = []
        for title in ("Gas", "[H08] Gas"):
            one.sim.edit(id_, title=title)
            one.sim.edit(ours, title=title)

            await one.sweep()

            hubs.append((await one.mirrored(id_)).hub)
            assert (await one.mirrored(ours)).hub == booking.hub == "H07"
        assert hubs == ["H07", "H08"]

    run(database, story)


def test_an_address_is_looked_up_once_whoever_is_there(database: Database) -> None:
    async def story(one: Kit) -> None:
        for number in range(4):
            one.appointment(540 + days(number), calendar=VISITS, address=OAK)
        await one.sweep()
        one.appointment(900, calendar=VISITS, address="1 OAK street", user="u1")

        await one.sweep()

        assert one.geocoder.asked == [OAK]
        assert {known.hub for known in await one.commitments()} == {"H08"}

    run(database, story)


def test_a_geocoder_that_is_down_is_asked_again_by_the_next_sweep(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.geocoder.down = True
        one.appointment(540, calendar=VISITS, address=OAK)
        await one.sweep()
        assert [known.place for known in await one.commitments()] == [None]

        one.geocoder.down = False
        await one.sweep()

        assert [known.place for known in await one.commitments()] == [place_of(EAST)]

    run(database, story)


def test_addresses_that_nobody_knows_keep_no_other_from_its_turn(database: Database) -> None:
    async def story(one: Kit) -> None:
        wanted = [f"To be told {number}" for number in range(MOST_LOOKED_UP + 5)] + [OAK, ASH]
        for number, address in enumerate(wanted):
            one.appointment(540 + days(number % 20) + number, length=1, calendar=VISITS, address=address)

        await one.sweep()
        await one.sweep()

        assert set(one.geocoder.asked) == set(wanted)
        assert len(one.geocoder.asked) <= 2 * MOST_LOOKED_UP
        assert {known.hub for known in await one.commitments()} == {None, "H07", "H08"}

    run(database, story)


def test_a_tagged_month_of_ten_technicians_needs_no_geocoder(database: Database) -> None:
    async def story(one: Kit) -> None:
        for number in range(10):
            for day in range(30):
                one.appointment(
                    540 + days(day), user=f"u{number}", calendar=VISITS, title="[H07] Gas", address=f"{day} Elm Street"
                )
        before = len(one.sim.calls)

        swept = await one.sweep()

        assert swept.entries >= 250
        assert swept.failed == {}
        assert one.geocoder.asked == []
        calls = one.sim.calls[before:]
        assert {call.status for call in calls} == {200}
        # Half of what the vendor allows in ten seconds, for all calendars, users and weeks.
        assert len(calls) <= 50

    run(database, story, technicians=10)


def test_places_are_remembered_by_prints_that_tell_nothing(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.appointment(540, calendar=VISITS, address=OAK)

        await one.sweep()

        (row,) = one.query("SELECT text_hash, lat, lng FROM mirror_places WHERE business_id = %(business)s")
        assert (row["lat"], row["lng"]) == EAST
        assert b"Oak" not in bytes(row["text_hash"])
        assert len(bytes(row["text_hash"])) == 32

    run(database, story)


def test_the_hub_of_a_hand_made_visit_locks_its_block(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.appointment(540, calendar=VISITS, title="[H08] Gas")

        await one.sweep()

        (known,) = await one.commitments()
        assert known.named_hub({"H07", "H08"}) == "H08"
        assert (await one.mirrored(known.id.split(":")[1])).place == place_of(EAST) != place_of(HERE) != place_of(WEST)

    run(database, story)
