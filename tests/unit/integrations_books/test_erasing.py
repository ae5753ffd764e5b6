"""A customer who is erased is nowhere in the books of connections any more, and the export shows what is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Status
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.customers import Contact
from fieldfare.domain.places import Place
from fieldfare.ports.crm import CrmWritten, SourceKind
from fieldfare.ports.integrations import CrmLink, IntegrationFailure, ProposalState, Received
from fieldfare.usecases.customers.erase import Erase, erase
from fieldfare.usecases.customers.export import export_customer
from tests.databases import Database
from tests.unit.customers.kit import left_of, rows_of
from tests.unit.integrations_books.kit import (
    ENTRY,
    HOUSE,
    NOW,
    PROPOSAL,
    change_by,
    connect,
    create,
    run,
    until_somebody_waits,
    visit,
    write,
)

KIM = Actor(kind=ActorKind.ACCOUNT, id="kim")
SPOKEN = ("zebulon", "canary", "43.51237", "79.62345", "l6h0h3", "contact-1")
OURS = replace(ENTRY, key="ghl.appointment:e2:", source_id="e2", booking="b1")
OTHER = replace(ENTRY, key="ghl.appointment:e3:", source_id="e3", contact="contact-2", title="[H01] Kim", place=None)
PAST = Commitment(
    id=f"{ENTRY.key}@t1",
    technician="t1",
    kind=CommitmentKind.VISIT,
    start=NOW - 9_000_000_000 // 10,
    end=NOW - 9_000_000_000 // 10 + 60,
    place=HOUSE,
    hub="H01",
    title=ENTRY.title,
)
AHEAD = replace(PAST, id=ENTRY.key, technician="t2", start=NOW + 9, end=NOW + 99)
SAID = {"name": "Zebulon", "address": "77 Canary Lane"}


async def live(storage: PostgresStorage) -> None:
    """Let a customer leave something in every book."""
    await create(storage, visits=0)
    await connect(storage)
    async with storage.open("b") as books:
        await books.bookings.add(visit(status=Status.CANCELLED))
        outside = books.integrations
        await outside.writes.save_contact(customer="k1", contact="contact-1")
        await outside.writes.add(write(customer="k1"))
        written = CrmWritten(source=SourceKind.APPOINTMENTS, source_id="e2")
        await outside.writes.save_link(CrmLink(booking="b1", written=written, contact="contact-1", version=1))
        await outside.mirror.save([ENTRY, OURS, replace(OTHER, place_text=None)])
        await outside.proposals.add(replace(PROPOSAL, said=SAID, place=HOUSE))
        await outside.proposals.add(
            replace(
                PROPOSAL, id="p2", state=ProposalState.BOOKED, contact=None, customer="k1", said=SAID, settled_at=NOW
            )
        )
        await outside.proposals.add(
            replace(PROPOSAL, id="p3", opportunity="o3", contact="contact-2", said={"x": "Kim"})
        )
        await books.commitments.save([PAST, AHEAD], source="ghl")


async def erase_them(storage: PostgresStorage) -> None:
    async with storage.open("b") as books:
        await erase(books, Erase(customer="k1", actor=KIM))


def test_nothing_personal_is_left_but_what_the_crm_says_of_the_time_ahead(database: Database) -> None:
    run(database, live)
    before = {table for table, _ in left_of(rows_of(database), SPOKEN)}
    run(database, erase_them)
    after = left_of(rows_of(database), SPOKEN)

    assert before == {
        f"public.{table}"
        for table in (
            "bookings",
            "commitments",
            "crm_contacts",
            "crm_links",
            "customers",
            "mirrored",
            "proposals",
        )
    }
    # Somebody has to drive there, and it stands in the CRM.
    assert {table for table, _ in after} == {"public.commitments"}
    assert not {"zebulon", "canary"} & {word for _, word in after}


def test_what_is_not_theirs_and_what_says_nothing_of_them_stays(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        await live(storage)
        changed = await change_by(storage, lambda _: erase_them(storage))
        assert changed.technicians == {"t1", "t2"}
        async with storage.open("b") as books:
            outside = books.integrations
            found = await outside.mirror.find([ENTRY.key, OURS.key, OTHER.key])
            assert found[ENTRY.key] == replace(
                ENTRY, title="[H01]", place_text=None, contact=None, place=Place(lat=43.51, lng=-79.62)
            )
            assert found[OURS.key] == replace(OURS, title="", place_text=None, contact=None, place=None, placed_by=None)
            assert found[OTHER.key] == replace(OTHER, place_text=None)
            kept = await books.commitments.find([PAST.id, AHEAD.id])
            assert kept[PAST.id].commitment == replace(PAST, title="[H01]", place=Place(lat=43.51, lng=-79.62))
            assert kept[AHEAD.id].commitment == replace(AHEAD, title="[H01]")
            states = {
                one.id: (one.state, dict(one.said))
                for one in await outside.proposals.page(states=tuple(ProposalState), limit=9)
            }
            assert states == {
                "p1": (ProposalState.DISMISSED, {}),
                "p2": (ProposalState.BOOKED, {}),
                "p3": (ProposalState.OPEN, {"x": "Kim"}),
            }
            assert await outside.writes.contact_of("k1") is None
            link = await outside.writes.link("b1")
            assert link is not None
            assert (link.written.source_id, link.contact) == ("e2", None)

    run(database, work)


def test_nothing_comes_back_by_the_next_reading(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        await live(storage)
        await erase_them(storage)
        seen = await change_by(storage, lambda books: books.mirror.save([replace(OURS, seen_at=NOW + 60)]))
        assert seen.revisions.revision == 0
        async with storage.open("b") as books:
            await books.integrations.writes.save_contact(customer="k1", contact="contact-1")
            assert await books.integrations.writes.contact_of("k1") is None
            again = await books.integrations.mirror.find([OURS.key])
            assert (again[OURS.key].title, again[OURS.key].place_text, again[OURS.key].place) == ("", None, None)

    run(database, work)


@pytest.mark.parametrize("first", ["erased", "read"])
def test_nothing_slips_past_an_erasure(database: Database, first: str) -> None:
    async def read(storage: PostgresStorage, holding: asyncio.Event, until: asyncio.Event) -> None:
        async with storage.open("b") as books:
            await books.integrations.mirror.save([replace(OURS, title="Zebulon again")])
            await books.integrations.writes.save_contact(customer="k1", contact="contact-9")
            holding.set()
            await until.wait()

    async def erasing(storage: PostgresStorage, holding: asyncio.Event, until: asyncio.Event) -> None:
        async with storage.open("b") as books:
            await erase(books, Erase(customer="k1", actor=KIM))
            holding.set()
            await until.wait()

    async def work(storage: PostgresStorage) -> None:
        await live(storage)
        one, other = (erasing, read) if first == "erased" else (read, erasing)
        holding, go = asyncio.Event(), asyncio.Event()
        earlier = asyncio.create_task(one(storage, holding, go))
        await holding.wait()
        later = asyncio.create_task(other(storage, asyncio.Event(), go))
        await until_somebody_waits(storage)
        go.set()
        await asyncio.gather(earlier, later)
        async with storage.open("b") as books:
            assert (await books.integrations.mirror.find([OURS.key]))[OURS.key].title == ""
            assert await books.integrations.writes.contact_of("k1") is None

    run(database, work)


def test_the_export_tells_which_contact_they_are_and_what_was_read_of_them(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[dict[str, Any]]:
        await live(storage)
        async with storage.open("b") as books:
            await books.customers.known(Contact(name="Kim", email="kim@b.example"), new_id="k2", at=NOW)
            return [(await export_customer(books, customer))["crm"] for customer in ("k1", "k2")]

    theirs, others = run(database, work)

    assert theirs["contact"] == "contact-1"
    assert [(one["booking"], one["id"], one["title"]) for one in theirs["entries"]] == [("b1", "e2", OURS.title)]
    assert [(one["id"], one["said"]) for one in theirs["proposals"]] == [("p1", SAID), ("p2", SAID)]
    assert others == {"contact": None, "entries": [], "proposals": []}


def test_what_proposals_hold_of_somebody_ends_with_them(database: Database) -> None:
    async def work(storage: PostgresStorage) -> dict[str, tuple[ProposalState, bool, bool]]:
        await create(storage, visits=0)
        await connect(storage)
        async with storage.open("b") as books:
            day, now = 86_400, books.moment
            lately = visit(start=now - 80 * day, end=now - 80 * day + 60, status=Status.COMPLETED)
            await books.bookings.add(lately)
            for days in (89, 91):
                ago = now - days * day
                made = replace(PROPOSAL, said=SAID, place=HOUSE, created_at=ago)
                over = replace(made, created_at=ago - day, settled_at=ago, settled_by="account:kim")
                for one in (
                    replace(made, id=f"open-{days}"),
                    replace(made, id=f"sent-{days}", state=ProposalState.SENT),
                    replace(over, id=f"dismissed-{days}", state=ProposalState.DISMISSED),
                    replace(over, id=f"booked-{days}", state=ProposalState.BOOKED, booking=lately.id),
                ):
                    assert await books.integrations.proposals.add(replace(one, opportunity=one.id))
        async with storage.open("b") as books:
            await books.forget_expired()
        async with storage.open("b") as books:
            found = await books.integrations.proposals.page(states=tuple(ProposalState), limit=9)
            return {
                one.id: (one.state, one.settled_at is not None, bool(one.said or one.contact or one.place))
                for one in found
            }

    assert run(database, work) == {
        "open-89": (ProposalState.OPEN, False, True),
        "open-91": (ProposalState.DISMISSED, True, False),
        "sent-89": (ProposalState.SENT, False, True),
        "sent-91": (ProposalState.DISMISSED, True, False),
        "dismissed-89": (ProposalState.DISMISSED, True, True),
        "dismissed-91": (ProposalState.DISMISSED, True, False),
        "booked-89": (ProposalState.BOOKED, True, True),
        "booked-91": (ProposalState.BOOKED, True, True),
    }


def test_what_has_run_out_is_forgotten(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[set[str]]:
        await live(storage)
        async with storage.open("b") as books:
            day, now = 86_400, books.moment
            entries = [
                replace(ENTRY, key=str(days), source_id=str(days), start=now - days * day - 9, end=now - days * day)
                for days in (399, 401)
            ]
            await books.integrations.mirror.save(entries)
            for days in (29, 31):
                await books.integrations.received.add(
                    Received(id=str(days), type="x", subject=None, sent_at=NOW, received_at=now - days * day)
                )
            for days in (89, 91):
                await books.integrations.failures.note(
                    IntegrationFailure(id=str(days), system="ghl", code=str(days), first_at=NOW, last_at=NOW)
                )
                await books.integrations.failures.over(system="ghl", at=now - days * day)
            await books.integrations.failures.note(
                IntegrationFailure(id="lasts", system="ghl", code="x", first_at=0, last_at=0)
            )
        async with storage.open("b") as books:
            await books.forget_expired()
            outside = books.integrations
            found = await outside.mirror.find(["399", "401"])
            came = {id_ for id_ in ("29", "31") if await outside.received.find(id_) is not None}
            return [set(found), came, {one.id for one in await outside.failures.recent(limit=9)}]

    assert run(database, work) == [{"399"}, {"29"}, {"89", "lasts"}]
