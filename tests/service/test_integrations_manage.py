"""What a customer's pages show of what the CRM knows: to the contact itself alone, and no notes of the office."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx2

from fieldfare.domain.connections import BookingField
from fieldfare.domain.places import Place
from fieldfare.ports.integrations import CrmWrite, Proposal, WriteState
from fieldfare.usecases.bookings.confirm import manage_link
from fieldfare.usecases.integrations.drain import attempt
from fieldfare.usecases.integrations.proposal_link import booking_link
from tests.databases import Database
from tests.service.ghl_house import GHL, LOCATION, GhlHouse, on
from tests.unit.customers.kit import ADDRESS, API, BUSINESS, CANARY, HOUSE, STAFF, booked
from tests.web.reader import Form, Seen

SAID = {
    "name": "Robin Doe",
    "email": "robin@known.example",
    "phone": "+14165550123",
    "address": "7 Elm Street, Toronto",
    "postal_code": "M4C 1B5",
}
PROPOSAL = Proposal(id="006b0f2c51a3f04c9be1d0", opportunity="o1", mode="link", product="tune-up", created_at=0)
TOKEN = "c" * 43
OFFICE_S: dict[str, Any] = {"name": "Victoria Vance", "phone": "+14165550111", "address1": "1 Hidden Court"}
"""What the office keeps of the contact whose email is typed."""


async def written(house: GhlHouse) -> None:
    """Write whatever waits to the simulator, as the worker does."""

    async def nobody(_: CrmWrite) -> None:
        return None

    async with house.whole.storage.open(BUSINESS) as books:
        waiting = await books.integrations.writes.page(states=(WriteState.WAITING,), after=None, limit=10)
    for one in waiting:
        await attempt(house.outward, BUSINESS, one.id, now=int(time.time()), defer=nobody)


def field_of(house: GhlHouse, contact: str, field: str) -> str:
    """Give what a contact's custom field says."""
    (row,) = [one for one in house.sim.contacts(LOCATION) if one["id"] == contact]
    return str({one["id"]: one["value"] for one in row["customFields"]}[field])


async def page_of(client: httpx2.AsyncClient, token: str) -> str:
    """Open the page that offers other times."""
    page = await client.get(f"/book/{BUSINESS}/visits/{token}/move", headers={"Accept": "text/html"})
    assert page.status_code == 200, page.text
    return page.text


def test_only_the_contact_s_own_link_shows_what_the_crm_knows_of_them(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        field = house.sim.add_field(LOCATION, "manage_link", name="Manage link")
        contact = house.sim.add_contact(LOCATION, email=CANARY["email"].lower(), **OFFICE_S)
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client, fields={BookingField.MANAGE_LINK.value: field})
            await house.read()
            visit = await booked(client)
            await written(house)

            typed = await page_of(client, urlsplit(visit["manage_url"]).path.rpartition("/")[2])
            shown = field_of(house, contact, field)
            own = await page_of(client, urlsplit(shown).path.rpartition("/")[2])

        assert all(known not in typed for known in OFFICE_S.values())
        assert CANARY["name"] in typed
        assert ADDRESS["street"] in typed
        assert OFFICE_S["name"] in own
        assert OFFICE_S["phone"] in own

    on(database, work)


async def send(client: httpx2.AsyncClient, form: Form, **fields: str) -> Seen:
    """Send a form as a browser without scripts does."""
    return Seen(answer=await client.post(form.action, data={**form.fields, **fields}))


def test_a_proposal_s_link_fills_in_the_booking_page_and_says_nothing_itself(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        proposal = replace(PROPOSAL, created_at=int(time.time()), said=SAID)
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            await house.read()
            async with house.whole.storage.open(BUSINESS) as books:
                assert await books.integrations.proposals.add(proposal)
                secret = await books.secret()
            link = booking_link(house.outward, BUSINESS, proposal, secret=secret)
            async with house.whole.client(Accept="text/html") as visitor:
                visitor.follow_redirects = True
                where = Seen(answer=await visitor.get(link))
                spot = {"lat": str(HOUSE["lat"]), "lng": str(HOUSE["lng"]), "address": ""}
                when = await send(visitor, where.form("where"), **spot)
                chosen = when.form("hold")
                details = await send(visitor, chosen, choice=chosen.buttons[0][1])
                forged = Seen(answer=await visitor.get(link.replace(PROPOSAL.id, PROPOSAL.id[::-1])))
                assert (await client.post(f"{GHL}/proposals/{PROPOSAL.id}/dismiss")).status_code == 200
                late = Seen(answer=await visitor.get(link))

        shown = where.form("where").fields
        assert (shown["address"], shown["postal_code"]) == (SAID["address"], SAID["postal_code"])
        filled = details.form("confirm").fields
        assert {key: filled[key] for key in ("name", "email", "phone")} == {
            key: SAID[key] for key in ("name", "email", "phone")
        }
        passed = [link, *(str(page.answer.url) for page in (where, when, details))]
        assert [text for text in passed for known in SAID.values() if quote_plus(known) in text or known in text] == []
        for page in (forged, late):
            assert (page.step, page.form("where").fields["address"]) == ("where", "")

    on(database, work)


def test_what_the_office_notes_of_a_job_is_shown_to_staff_and_not_to_the_customer(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        place = Place(lat=43.51237, lng=-79.62345, postal_code="L6H0H3")
        said = SAID | {"job": "Pays late", "notes": "Bring the muzzle"}
        proposal = replace(PROPOSAL, created_at=int(time.time()), said=said, place=place)
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            await house.read()
            async with house.whole.storage.open(BUSINESS) as books:
                assert await books.integrations.proposals.add(proposal)
            settled = (await client.post(f"{GHL}/proposals/{PROPOSAL.id}/book")).json()
            assert settled["state"] == "booked", settled
            async with house.whole.storage.open(BUSINESS) as books:
                booking = await books.bookings.find(settled["booking"])
                assert booking is not None
                await books.links.add(manage_link(booking, TOKEN))
            # It is for today, too late to change: two of the pages lead back to the first.
            client.follow_redirects = True
            visits = f"/book/{BUSINESS}/visits/{TOKEN}"
            shown = [
                await client.get(f"{STAFF}/bookings/{booking.id}"),
                *[
                    await client.get(address, headers={"Accept": kind})
                    for address, kind in (
                        (visits, "text/html"),
                        (visits, "application/json"),
                        (f"{visits}/move", "text/html"),
                        (f"{visits}/cancel", "text/html"),
                        (f"{visits}/visit.ics", "text/calendar"),
                        (f"{API}/bookings/{TOKEN}", "application/json"),
                    )
                ],
            ]
            assert [answer.status_code for answer in shown] == [200] * len(shown)
            staff, *theirs = shown

        assert staff.json()["job"] == "Pays late\nBring the muzzle"
        assert staff.json()["address"]["notes"] == ""
        assert [answer for answer in theirs if "Pays late" in answer.text or "muzzle" in answer.text] == []

    on(database, work)
