"""Conflicts and proposals: one open one a subject or an opportunity, listed, and noticed by open desks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.domain.bookings import Status
from fieldfare.domain.customers import Contact
from fieldfare.ports.integrations import Conflict, ConflictKind, Proposal, ProposalState
from tests.databases import Database
from tests.unit.integrations_books.kit import (
    CONFLICT,
    HOUSE,
    NOW,
    PROPOSAL,
    change_by,
    connect,
    create,
    made,
    run,
    visit,
)

SETTLED = replace(
    CONFLICT,
    kind=ConflictKind.MOVED_ONTO,
    booking="b1",
    entry="ghl.appointment:e1:",
    facts={"with": "b2"},
    settled_at=NOW + 9,
    settled_by="robin",
    outcome="moved",
)
BARE = Conflict(id="x9", kind=ConflictKind.REFUSED, subject="refused:b2", found_at=NOW)
BOOKED = replace(
    PROPOSAL,
    state=ProposalState.BOOKED,
    customer="k1",
    booking="b1",
    trouble="no_slot",
    said={"name": "Zebulon", "notes": "Ring twice."},
    place=HOUSE,
    reached_at=NOW - 9,
    settled_at=NOW + 9,
    settled_by="robin",
)


@pytest.mark.parametrize("conflict", [CONFLICT, SETTLED, BARE])
def test_a_conflict_is_read_as_it_was_written(database: Database, conflict: Conflict) -> None:
    changed = replace(SETTLED, id=conflict.id)

    async def work(storage: PostgresStorage) -> list[Conflict | None]:
        await made(storage)
        async with storage.open("b") as books:
            conflicts = books.integrations.conflicts
            assert await conflicts.add(conflict)
            seen = [await conflicts.find(conflict.id), await conflicts.find("unknown")]
            await conflicts.change(changed)
            return [*seen, await conflicts.find(conflict.id, for_change=True)]

    assert run(database, work) == [conflict, None, changed]


def test_of_one_subject_one_conflict_is_open_whoever_finds_it(database: Database) -> None:
    async def add(storage: PostgresStorage, id_: str) -> bool:
        async with storage.open("b") as books:
            return await books.integrations.conflicts.add(replace(CONFLICT, id=id_))

    async def work(storage: PostgresStorage) -> tuple[list[bool], list[bool]]:
        await made(storage)
        at_once = await asyncio.gather(*(add(storage, f"x{number}") for number in range(8)))
        async with storage.open("b") as books:
            conflicts = books.integrations.conflicts
            (one,) = await conflicts.open(limit=9)
            await conflicts.change(replace(SETTLED, id=one.id))
            later = [await conflicts.add(replace(CONFLICT, id="y1")), await conflicts.add(replace(CONFLICT, id="y2"))]
        return sorted(at_once), later

    assert run(database, work) == ([False] * 7 + [True], [True, False])


def test_conflicts_are_listed(database: Database) -> None:
    kept = [
        replace(CONFLICT, id="x1", subject="1", start=NOW + 9),
        replace(CONFLICT, id="x2", subject="2", technician="t2"),
        BARE,
        replace(SETTLED, id="x4", subject="4"),
        replace(SETTLED, id="x5", subject="5", settled_at=NOW + 10),
    ]

    async def work(storage: PostgresStorage) -> list[list[str]]:
        await made(storage)
        async with storage.open("b") as books:
            conflicts = books.integrations.conflicts
            for one in kept:
                await conflicts.add(one)
            return [
                [one.id for one in found]
                for found in (
                    await conflicts.open(limit=9),
                    await conflicts.open(limit=1),
                    await conflicts.open(technicians=["t2", "t3"], limit=9),
                    await conflicts.open(technicians=[], limit=9),
                    await conflicts.settled(limit=9),
                    await conflicts.settled(limit=1),
                )
            ]

    assert run(database, work) == [["x2", "x1", "x9"], ["x2"], ["x2"], [], ["x5", "x4"], ["x5"]]


@pytest.mark.parametrize("proposal", [PROPOSAL, BOOKED])
def test_a_proposal_is_read_as_it_was_written(database: Database, proposal: Proposal) -> None:
    changed = replace(BOOKED, state=ProposalState.DISMISSED)

    async def work(storage: PostgresStorage) -> list[Proposal | None]:
        await made(storage)
        async with storage.open("b") as books:
            proposals = books.integrations.proposals
            assert await proposals.add(proposal)
            seen = [await proposals.find("p1"), await proposals.find("unknown")]
            await proposals.change(changed)
            return [*seen, await proposals.find("p1", for_change=True)]

    assert run(database, work) == [proposal, None, changed]


@pytest.mark.parametrize(
    ("state", "another"),
    [
        (ProposalState.OPEN, False),
        (ProposalState.SENT, False),
        (ProposalState.BOOKED, True),
        (ProposalState.DISMISSED, True),
    ],
)
def test_an_opportunity_has_one_proposal_that_is_not_over(
    database: Database, state: ProposalState, another: bool
) -> None:
    async def add(storage: PostgresStorage, id_: str) -> bool:
        async with storage.open("b") as books:
            return await books.integrations.proposals.add(replace(PROPOSAL, id=id_))

    async def work(storage: PostgresStorage) -> int:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.proposals.add(replace(PROPOSAL, state=state))
        return sum(await asyncio.gather(*(add(storage, f"q{number}") for number in range(4))))

    assert run(database, work) == int(another)


def test_proposals_are_listed(database: Database) -> None:
    kept = [
        replace(BOOKED, id="p1"),
        replace(PROPOSAL, id="p2", created_at=NOW - 5),
        replace(PROPOSAL, id="p3", opportunity="o2", contact="contact-2", state=ProposalState.SENT),
        replace(BOOKED, id="p4", opportunity="o3", created_at=NOW + 1, contact=None),
        replace(BOOKED, id="p5", opportunity="o3", created_at=NOW + 2, customer=None, contact=None),
    ]

    async def work(storage: PostgresStorage) -> list[object]:
        await made(storage)
        async with storage.open("b") as books:
            proposals = books.integrations.proposals
            for one in kept:
                await proposals.add(one)
            latest = [await proposals.of_opportunity(one) for one in ("o1", "o2", "o3", "o4")]
            return [
                [one and one.id for one in latest],
                [one.id for one in await proposals.page(states=tuple(ProposalState), limit=9)],
                [one.id for one in await proposals.page(states=[ProposalState.OPEN, ProposalState.SENT], limit=1)],
                [one.id for one in await proposals.of_customer("k1", contact=None)],
                [one.id for one in await proposals.of_customer("k1", contact="contact-1")],
                [one.id for one in await proposals.of_customer("nobody", contact="contact-2")],
            ]

    assert run(database, work) == [
        ["p2", "p3", "p5", None],
        ["p5", "p4", "p3", "p1", "p2"],
        ["p3"],
        ["p1", "p4"],
        ["p2", "p1", "p4"],
        ["p3"],
    ]


def test_proposals_to_go_on_with_are_those_that_wait_the_longest(database: Database) -> None:
    kept = [
        replace(PROPOSAL, id="passes", created_at=NOW - 9, trouble="down"),
        replace(PROPOSAL, id="new", created_at=NOW - 1),
        replace(PROPOSAL, id="old", created_at=NOW - 5),
        replace(PROPOSAL, id="sent", created_at=NOW - 99, state=ProposalState.SENT),
        replace(PROPOSAL, id="over", created_at=NOW - 99, state=ProposalState.DISMISSED),
        replace(PROPOSAL, id="stuck", created_at=NOW - 3, trouble="no_address"),
        replace(PROPOSAL, id="stuck-before", created_at=NOW - 4, trouble="no_slot"),
        replace(PROPOSAL, id="stuck-for-long", created_at=NOW - 60, trouble="no_slot"),
    ]

    async def work(storage: PostgresStorage) -> list[list[str]]:
        await made(storage)
        async with storage.open("b") as books:
            proposals = books.integrations.proposals
            for one in kept:
                await proposals.add(replace(one, opportunity=one.id))
            return [
                [one.id for one in await proposals.untried(or_in="down", limit=9)],
                [one.id for one in await proposals.untried(or_in="down", limit=1)],
                [one.id for one in await proposals.in_trouble(but="down", since=NOW - 60, limit=9)],
                [one.id for one in await proposals.in_trouble(but="down", since=NOW - 60, limit=1)],
            ]

    assert run(database, work) == [["old", "new", "passes"], ["old"], ["stuck-before", "stuck"], ["stuck-before"]]


@pytest.mark.parametrize(
    ("proposal", "booking", "answered"),
    [
        ({"customer": "k1"}, {}, True),
        ({"contact": "contact-9"}, {}, True),
        ({"said": {"email": "z@b.example"}}, {}, True),
        ({"said": {"phone": "+14165550123"}}, {}, True),
        ({"said": {"email": "else@b.example", "phone": "+14165550123"}}, {}, False),
        ({}, {}, False),
        ({"customer": "k1", "state": ProposalState.SENT}, {"status": Status.COMPLETED}, True),
        ({"customer": "k1", "state": ProposalState.DISMISSED}, {}, False),
        ({"customer": "k1", "product": "other"}, {}, False),
        ({"customer": "k1", "created_at": NOW + 1}, {}, False),
        ({"customer": "k1"}, {"status": Status.CANCELLED}, False),
        ({"customer": "k1"}, {"status": Status.REQUESTED}, False),
    ],
)
def test_a_proposal_is_answered_by_a_visit_of_whom_it_is_for(
    database: Database, proposal: dict[str, Any], booking: dict[str, Any], answered: bool
) -> None:
    async def work(storage: PostgresStorage) -> list[tuple[str | None, str | None]]:
        await create(storage, visits=0)
        await connect(storage)
        async with storage.open("b") as books:
            contact = Contact(name="Zebulon", email="z@b.example", phone="+14165550123")
            await books.customers.known(contact, new_id="k2", at=NOW)
            await books.integrations.writes.save_contact(customer="k1", contact="contact-9")
            await books.bookings.add(visit(**booking))
            await books.integrations.proposals.add(replace(PROPOSAL, **proposal))
            found = await books.integrations.proposals.answered(limit=9)
        return [(one.booking, one.customer) for one in found]

    assert run(database, work) == ([("b1", "k1")] if answered else [])


def test_desks_notice_what_there_is_to_settle_and_maps_nothing(database: Database) -> None:
    steps = [
        (lambda books: books.conflicts.add(CONFLICT), 1),
        (lambda books: books.conflicts.add(replace(CONFLICT, id="x2")), 0),
        (lambda books: books.conflicts.change(SETTLED), 1),
        (lambda books: books.proposals.add(PROPOSAL), 1),
        (lambda books: books.proposals.add(replace(PROPOSAL, id="p2")), 0),
        (lambda books: books.proposals.change(BOOKED), 1),
    ]

    async def work(storage: PostgresStorage) -> list[tuple[int, object, int]]:
        await made(storage)
        seen = [await change_by(storage, step) for step, _ in steps]
        return [(one.revisions.revision, one.technicians, one.revisions.configuration) for one in seen]

    assert run(database, work) == [(raised, frozenset(), 1) for _, raised in steps]
