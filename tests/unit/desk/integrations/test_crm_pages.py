"""What the desk shows of the CRM: what waits, what was refused, conflicts, proposals, and what makes no sense."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.permissions import Scope
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import (
    Conflict,
    ConflictKind,
    IntegrationFailure,
    Mirrored,
    Proposal,
    ProposalState,
    WriteKind,
    WriteState,
)
from tests.databases import Database
from tests.service.ghl_house import LOCATION, GhlHouse, on
from tests.unit.customers.kit import BUSINESS, booked
from tests.unit.desk.walking import form_of, send, words_of

NOW = int(time.time())


def looking(database: Database, work: Callable[[GhlHouse, httpx2.AsyncClient], Awaitable[None]]) -> None:
    async def walking(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            await house.read()
            await work(house, client)

    on(database, walking)


async def write(house: GhlHouse, work: Callable[[Any], Awaitable[Any]]) -> Any:
    async with house.whole.storage.open(BUSINESS) as books:
        return await work(books.integrations)


def test_what_waits_and_what_was_refused(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        visit = await booked(client)
        waiting = words_of(await client.get("/desk/crm/writes"))
        assert visit["reference"] in waiting
        assert "waits" in waiting

        async def park(books: Any) -> None:
            (found,) = [
                one
                for one in await books.writes.page(states=[WriteState.WAITING], after=None, limit=10)
                if one.kind is WriteKind.VISIT
            ]
            facts = {"said": "Selected slot duration is not valid"}
            await books.writes.change(
                replace(found, state=WriteState.PARKED, attempts=5, failure="crm_refused", facts=facts)
            )

        await write(house, park)
        page = await client.get("/desk/crm/writes")
        assert "Selected slot duration is not valid" in words_of(page)
        answer = await send(client, form_of(page, "/send"))
        assert answer.headers["location"].endswith("/desk/crm/writes?notice=sent_again")
        counts = await write(house, lambda books: books.writes.counts())
        assert counts.get(WriteState.PARKED, 0) == 0

    looking(database, work)


def test_a_conflict_is_shown_and_settled(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        visit = await booked(client)
        async with house.whole.storage.open(BUSINESS) as books:
            booking = next(iter(await books.bookings.page(BookingFilter(), after=None, limit=1)))
            conflict = Conflict(
                id="conflict-1",
                kind=ConflictKind.OVERLAP,
                subject=f"overlap:{booking.id}",
                found_at=NOW,
                booking=booking.id,
                technician=booking.technician,
                start=booking.start,
            )
            await books.integrations.conflicts.add(conflict)

        page = await client.get("/desk/crm/conflicts")
        assert visit["reference"] in words_of(page)
        assert "Two things at the same time for one technician" in words_of(page)
        answer = await send(client, form_of(page, "/conflict-1"), how="keep", reason="They know.")
        assert answer.status_code == 303, words_of(answer)
        shown = words_of(await client.get("/desk/crm/conflicts"))
        assert "No conflicts" in shown
        assert "Kept as it is" in shown
        assert (await send(client, form_of(page, "/conflict-1"), how="keep")).status_code in {303, 409}
        assert (await send(client, form_of(page, "/conflict-1"), how="nonsense")).status_code == 422

    looking(database, work)


def test_a_proposal_is_shown_and_dismissed(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        proposal = Proposal(
            id="proposal-1",
            opportunity="opp-1",
            mode="book",
            product="nothing-that-is-sold",
            created_at=NOW,
            trouble="no_address",
            said={"name": "Alex Roy", "address": "", "job": "Heating", "notes": "Leaks at night"},
        )
        await write(house, lambda books: books.proposals.add(proposal))

        page = await client.get("/desk/crm/proposals")
        said = words_of(page)
        assert "Alex Roy" in said
        assert "Heating Leaks at night" in said
        assert "no address that could be found" in said
        answer = await send(client, form_of(page, "/proposal-1"), how="dismiss")
        assert answer.status_code == 303, words_of(answer)
        assert "The proposal for Alex Roy is dismissed." in words_of(await client.get(answer.headers["location"]))
        known = await write(house, lambda books: books.proposals.find("proposal-1"))
        assert known.state is ProposalState.DISMISSED
        late = await send(client, form_of(page, "/proposal-1"), how="book")
        assert late.status_code == 409
        assert "Somebody else has settled this proposal meanwhile" in words_of(late)

    looking(database, work)


@pytest.mark.parametrize(
    ("how", "said", "why"),
    [
        ("book", {"name": "Alex Roy"}, "The contact has neither email nor phone."),
        ("book", {"name": "Alex Roy", "email": "alex@example.com"}, "The contact has no address that could be found."),
        ("send", {"name": "Alex Roy", "email": "alex@example.com"}, "No custom field is chosen for the booking link"),
    ],
)
def test_what_could_not_be_done_for_a_proposal_is_said_and_never_called_saved(
    database: Database, how: str, said: dict[str, str], why: str
) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        contact = house.sim.add_contact(LOCATION, name=said["name"], email=said.get("email", ""))
        proposal = Proposal(
            id="proposal-1",
            opportunity="opp-1",
            mode="book",
            product="tune-up",
            created_at=NOW,
            contact=contact,
            said=said,
        )
        await write(house, lambda books: books.proposals.add(proposal))

        answer = await send(client, form_of(await client.get("/desk/crm/proposals"), "/proposal-1"), how=how)

        shown = await client.get(answer.headers["location"])
        (notice,) = re.findall(r'<p class="notice ([^"]+)" role="status">(.*?)</p>', shown.text, re.DOTALL)
        assert (answer.status_code, notice[0]) == (303, "bad")
        assert notice[1].startswith(f"That could not be done for Alex Roy, and nothing was booked or sent. {why}")
        assert (await write(house, lambda books: books.proposals.find("proposal-1"))).state is ProposalState.OPEN

    looking(database, work)


def test_failures_are_said_in_words(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        for code, over in (("crm_unavailable", None), ("crm_forbidden", NOW)):
            failure = IntegrationFailure(
                id=f"failure-{code}", system="ghl", code=code, first_at=NOW - 60, last_at=NOW, over_at=over
            )
            async with house.whole.storage.open(BUSINESS) as books:
                await books.integrations.failures.note(failure)

        said = words_of(await client.get("/desk/crm"))

        assert "GoHighLevel can't be reached" in said
        assert "Out of reach Small World." in said
        assert "lasts" in said

    looking(database, work)


def test_an_entry_that_makes_no_sense_is_shown(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        entry = Mirrored(
            key="ghl.block:b1:",
            source=SourceKind.BLOCKS,
            source_id="b1",
            scope="ghl.block/user=userOne",
            start=NOW,
            end=NOW + 3_600,
            status=OutsideStatus.BLOCKED,
            takes_time=True,
            technicians=("t1",),
            seen_at=NOW,
            title="Dentist",
            unreadable="ends_before_it_starts",
        )
        new = replace(entry, key="ghl.block:b2:", source_id="b2", takes_time=False, title="")
        await write(house, lambda books: books.mirror.save([entry, new]))

        said = words_of(await client.get("/desk/crm/entries"))

        assert "Dentist" in said
        assert "It ends before it starts." in said
        assert "as it was known before" in said
        assert "Blocked time b2" in said
        assert "Nothing: it takes no time" in said

    looking(database, work)


def test_contacts_of_the_crm_are_found_beside_our_own(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        house.sim.quirks.contact_search_lag = 0
        contact = house.sim.add_contact(LOCATION, name="Wilhelmina Okonkwo", email="mina@example.com")
        for path in ("/desk/search", "/desk/search/contacts"):
            page = await client.get(path, params={"q": "okonkwo"})
            assert page.status_code == 200
            assert "Wilhelmina Okonkwo" in words_of(page), path
            assert f"/desk/book?contact={contact}" in page.text
        details = await client.get("/desk/book", params={"contact": contact})
        assert details.status_code == 200

        house.sim.faults.outage(True)
        said = words_of(await client.get("/desk/search", params={"q": "okonkwo"}))
        assert "Contacts of GoHighLevel are not among these" in said

    looking(database, work)


def test_who_may_not_see_customers_sees_no_contacts(database: Database) -> None:
    async def work(house: GhlHouse, client: httpx2.AsyncClient) -> None:
        house.sim.add_contact(LOCATION, name="Wilhelmina Okonkwo", email="mina@example.com")
        async with await house.whole.key(BUSINESS, [Scope.BOOKINGS]) as agent:
            page = await agent.get("/desk/search", params={"q": "okonkwo"})
            assert page.status_code == 200
            assert "Okonkwo" not in words_of(page)
            assert (await agent.get("/desk/search/contacts", params={"q": "okonkwo"})).status_code == 403

    looking(database, work)
