"""An opportunity that reaches a chosen stage becomes a booking in the best slot, or a link to the customer: once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking
from fieldfare.domain.connections import BookingField, ConnectionSettings, StageMode, StageRule
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.integrations import Proposal, ProposalState
from fieldfare.usecases.bookings.refusals import WrongStatusError
from fieldfare.usecases.integrations.change_settings import ChangeSettings, change_settings
from fieldfare.usecases.integrations.proposal_link import known_by
from fieldfare.usecases.integrations.settle_proposal import (
    SettleProposal,
    Settling,
    UnknownProposalError,
    settle_proposal,
)
from fieldfare.usecases.integrations.take_up import (
    MOST_A_ROUND,
    TRIED_AGAIN_EACH,
    TRIED_FOR,
    go_on,
    take_up,
    take_up_opportunity,
)
from tests.databases import Database
from tests.integration_crm.writing.shop import LOCATION, OFFICE, Shop, run

PIPELINE = "pipeline-1"
WON = "stage-won"
CALLED = "stage-called"
BOOK = StageRule(pipeline=PIPELINE, stage=WON, mode=StageMode.BOOK, product="tune-up")
LINK = StageRule(pipeline=PIPELINE, stage=WON, mode=StageMode.LINK, product="tune-up")
ROBIN = {
    "name": "Robin Doe",
    "email": "robin@example.com",
    "phone": "+14165550123",
    "address1": "7 Elm Street",
    "city": "Toronto",
    "state": "ON",
    "postal_code": "M4C 1B5",
}


def opportunity(one: Shop, stage: str = WON, **contact: str) -> tuple[str, str]:
    """Put somebody into the pipeline; gives the contact and the opportunity."""
    if PIPELINE not in one.sim.world.pipelines:
        one.sim.add_pipeline(LOCATION, PIPELINE, stages=[(CALLED, "Called"), (WON, "Won")])
    said: dict[str, Any] = {**ROBIN, **contact}
    known = one.sim.add_contact(LOCATION, **said)
    return known, one.sim.add_opportunity(LOCATION, PIPELINE, stage, known, name="Furnace makes noise")


async def proposals(one: Shop) -> tuple[Proposal, ...]:
    """List all proposals."""
    async with one.storage.open(one.id) as books:
        return await books.integrations.proposals.page(states=tuple(ProposalState), limit=100)


async def bookings(one: Shop) -> tuple[Booking, ...]:
    """List all bookings."""
    async with one.storage.open(one.id) as books:
        return await books.bookings.page(BookingFilter(), after=None, limit=100)


async def settled(one: Shop, proposal: Proposal, how: Settling, actor: Actor = OFFICE) -> Proposal:
    """Settle a proposal by hand."""
    return await settle_proposal(one.outward, one.id, SettleProposal(proposal=proposal.id, how=how, actor=actor))


def test_an_opportunity_is_booked_at_once_in_the_best_slot(database: Database) -> None:
    async def story(one: Shop) -> None:
        contact, id_ = opportunity(one)

        assert await take_up(one.outward, one.id, now=one.now) == 1
        assert await take_up(one.outward, one.id, now=one.now) == 0

        (proposal,) = await proposals(one)
        (booking,) = await bookings(one)
        assert (proposal.state, proposal.booking, proposal.opportunity) == (ProposalState.BOOKED, booking.id, id_)
        assert proposal.settled_by == "system:pipeline"
        assert (booking.product, booking.source) == ("tune-up", "pipeline")
        async with one.storage.open(one.id) as books:
            said = (await books.customers.said_for([booking.id]))[booking.id]
        assert (said.contact.name, said.contact.email, said.contact.phone) == (
            "Robin Doe",
            "robin@example.com",
            "+14165550123",
        )
        assert said.address is not None
        assert said.address.street == "7 Elm Street"
        await one.write_all()
        (entry,) = one.entries()
        assert entry["contactId"] == contact

    run(database, story, stages=(BOOK,))


def test_the_customer_gets_a_link_with_all_that_is_known(database: Database) -> None:
    async def story(one: Shop) -> None:
        contact, _ = opportunity(one)

        await take_up(one.outward, one.id, now=one.now)
        await take_up(one.outward, one.id, now=one.now)

        (proposal,) = await proposals(one)
        assert proposal.state is ProposalState.SENT
        assert proposal.said["job"] == "Furnace makes noise"
        text = one.shown(contact, BookingField.BOOKING_LINK) or ""
        link = urlsplit(text)
        assert link.path == f"/book/{one.id}"
        assert set(parse_qs(link.query)) == {"product", "proposal"}
        assert not any(known in unquote(text) for known in ("Robin", "robin", "416555", "Elm", "Toronto", "M4C"))
        async with one.storage.open(one.id) as books:
            secret, token = await books.secret(), parse_qs(link.query)["proposal"][0]
            assert await known_by(books, token, secret=secret) == {
                "name": "Robin Doe",
                "email": "robin@example.com",
                "phone": "+14165550123",
                "address": "7 Elm Street, Toronto, ON M4C 1B5",
                "postal_code": "M4C 1B5",
            }
            for forged in ("", proposal.id, f"{proposal.id}.", f"{token[:-1]}x", f"0{token}"):
                assert await known_by(books, forged, secret=secret) == {}
        assert await bookings(one) == ()
        assert one.calls("PUT", f"/contacts/{contact}") == 1
        await settled(one, proposal, Settling.DISMISS)
        async with one.storage.open(one.id) as books:
            assert await known_by(books, token, secret=secret) == {}

    run(database, story, stages=(LINK,))


def test_a_link_that_led_to_a_booking_is_done_with(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one)
        await take_up(one.outward, one.id, now=one.now)

        booking = await one.book(email="robin@example.com")
        await one.write_all()

        (proposal,) = await proposals(one)
        assert (proposal.state, proposal.booking) == (ProposalState.BOOKED, booking.id)
        assert await take_up(one.outward, one.id, now=one.now) == 0

    run(database, story, stages=(LINK,))


@pytest.mark.parametrize(
    ("contact", "rule", "chosen", "trouble"),
    [
        ({"email": "", "phone": ""}, BOOK, {}, "no_reach"),
        ({"address1": ""}, BOOK, {}, "no_address"),
        ({"address1": "99 Nowhere"}, BOOK, {}, "no_address"),
        ({}, StageRule(pipeline=PIPELINE, stage=WON, mode=StageMode.BOOK, product="gone"), {}, "no_product"),
        ({}, LINK, {"fields": {}}, "no_field"),
    ],
)
def test_what_can_t_be_done_says_why_and_waits_for_the_desk(
    database: Database, contact: Mapping[str, str], rule: StageRule, chosen: Mapping[str, Any], trouble: str
) -> None:
    async def story(one: Shop) -> None:
        if contact.get("address1") == "":
            opportunity(one, address1="", city="", state="", postal_code="")
        else:
            opportunity(one, **contact)
        await one.settings(**chosen)

        await take_up(one.outward, one.id, now=one.now)
        await take_up(one.outward, one.id, now=one.now)

        (proposal,) = await proposals(one)
        assert (proposal.state, proposal.trouble) == (ProposalState.OPEN, trouble)
        assert await bookings(one) == ()

    run(database, story, stages=(rule,))


def test_what_the_crm_could_not_do_is_tried_again_by_itself(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one)
        one.sim.faults.add(Fault(match="PUT /contacts/*", status=503, times=1))

        await take_up(one.outward, one.id, now=one.now)
        assert [each.trouble for each in await proposals(one)] == ["crm_unavailable"]
        await take_up(one.outward, one.id, now=one.now)

        assert [each.state for each in await proposals(one)] == [ProposalState.SENT]

    run(database, story, stages=(LINK,))


def change_contact(one: Shop, contact: str, **changes: str) -> None:
    """Change a contact as the office does."""
    one.sim.world.contacts[contact] |= changes


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_was_completed_in_the_crm_is_tried_again(database: Database, by_hand: bool) -> None:
    async def story(one: Shop) -> None:
        contact, _ = opportunity(one, address1="99 Nowhere")
        await take_up(one.outward, one.id, now=one.now)
        (stuck,) = await proposals(one)
        assert stuck.trouble == "no_address"
        change_contact(one, contact, address1="7 Elm Street")

        await take_up(one.outward, one.id, now=one.now)
        assert (await proposals(one))[0].trouble == "no_address"
        if by_hand:
            await settled(one, stuck, Settling.BOOK)
        else:
            await take_up(one.outward, one.id, now=one.now, again=True)

        (booking,) = await bookings(one)
        (proposal,) = await proposals(one)
        assert (proposal.state, proposal.booking) == (ProposalState.BOOKED, booking.id)
        assert proposal.said["address"].startswith("7 Elm Street")

    run(database, story, stages=(BOOK,))


def test_what_waits_too_long_waits_for_the_desk_alone(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one, address1="99 Nowhere")
        await take_up(one.outward, one.id, now=one.now)
        calls = len(one.sim.calls)

        await go_on(one.outward, one.id, now=one.now + TRIED_FOR + 1, again=True)

        assert len(one.sim.calls) == calls

    run(database, story, stages=(BOOK,))


def test_the_job_is_known_to_whoever_goes_and_its_contact_is_kept(database: Database) -> None:
    async def story(one: Shop) -> None:
        contact, id_ = opportunity(one)
        fields = [{"id": "field-1", "fieldValue": "Gate code 4411"}]
        one.sim.world.opportunities[id_]["customFields"] = fields
        await take_up(one.outward, one.id, now=one.now)

        (booking,) = await bookings(one)
        async with one.storage.open(one.id) as books:
            said = (await books.customers.said_for([booking.id]))[booking.id]
            assert booking.customer is not None
            kept = await books.integrations.writes.contact_of(booking.customer)
        assert said.job == "Furnace makes noise\nGate code 4411"
        # What the office notes for itself is none of how to get in, which the customer sees.
        assert said.address is not None
        assert said.address.notes == ""
        assert kept == contact
        await one.write_all()
        assert one.calls("POST", "/contacts/upsert") == 0

    run(database, story, stages=(BOOK,))


def test_what_stood_in_a_stage_before_it_was_chosen_is_not_meant(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one)
        one.time.now += 60
        await one.settings(stages=(replace(BOOK, since=one.now),))
        assert await take_up(one.outward, one.id, now=one.now) == 0

        one.time.now += 60
        opportunity(one, email="kim@example.com", phone="+14165550199", name="Kim Low")
        assert await take_up(one.outward, one.id, now=one.now) == 1

        assert [each.said["name"] for each in await proposals(one)] == ["Kim Low"]

    run(database, story)


def test_a_rule_keeps_since_when_it_holds(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one)

        async def choose(*rules: StageRule) -> list[int | None]:
            async with one.storage.open(one.id) as books:
                known = await books.integrations.connections.find()
            assert known is not None
            chosen = ChangeSettings(settings=replace(known.settings, stages=rules), actor=OFFICE)
            made = await change_settings(one.outward, one.id, chosen, now=one.now)
            return [rule.since for rule in made.settings.stages]

        first = one.now
        assert await choose(BOOK) == [first]
        one.time.now += 3_600
        assert await choose(LINK) == [first]
        assert await choose(LINK, replace(LINK, stage=CALLED)) == [first, one.now]

    run(database, story)


def test_many_are_taken_up_some_at_a_time(database: Database) -> None:
    async def story(one: Shop) -> None:
        for number in range(MOST_A_ROUND + 5):
            opportunity(one, email=f"robin{number}@example.com", phone=f"+1416555{number:04}")

        assert await take_up(one.outward, one.id, now=one.now) == MOST_A_ROUND
        assert await take_up(one.outward, one.id, now=one.now) == 5

        assert {each.state for each in await proposals(one)} == {ProposalState.SENT}

    run(database, story, stages=(LINK,))


@pytest.mark.parametrize(
    ("stage", "more", "made"),
    [(WON, {}, True), (CALLED, {}, False), (WON, {"status": "lost"}, False)],
)
def test_of_a_webhook_s_opportunity_only_what_stands_in_a_chosen_stage_is_taken(
    database: Database, stage: str, more: dict[str, str], made: bool
) -> None:
    async def story(one: Shop) -> None:
        _, id_ = opportunity(one, stage)
        one.sim.world.opportunities[id_] |= more

        assert await take_up_opportunity(one.outward, one.id, id_, reached_at=one.now, now=one.now) is made

        assert len(await proposals(one)) == made

    run(database, story, stages=(LINK,))


@pytest.mark.parametrize("by_webhook", [False, True])
def test_what_is_over_begins_anew_only_by_reaching_the_stage_again(database: Database, by_webhook: bool) -> None:
    async def story(one: Shop) -> None:
        async def look() -> int:
            if by_webhook:
                await take_up_opportunity(one.outward, one.id, id_, reached_at=one.now, now=one.now)
            else:
                await take_up(one.outward, one.id, now=one.now)
            return len(await proposals(one))

        _, id_ = opportunity(one)
        assert await look() == 1
        (proposal,) = await proposals(one)
        await settled(one, proposal, Settling.DISMISS)
        one.time.now += 3_600
        assert await look() == 1

        one.sim.move_opportunity(id_, CALLED)
        one.sim.move_opportunity(id_, WON)
        assert await look() == 2

    run(database, story, stages=(LINK,))


def test_what_was_booked_before_it_was_asked_for_by_the_crm_s_clock_is_booked_once(database: Database) -> None:
    async def story(one: Shop) -> None:
        one.time.now += 3_600
        opportunity(one)

        assert [await take_up(one.outward, one.id, now=one.now) for _ in range(3)] == [1, 0, 0]

        assert len(await bookings(one)) == 1

    run(database, story, stages=(BOOK,))


def test_who_waits_for_a_customer_keeps_nobody_from_being_taken_up(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one)
        one.sim.faults.add(Fault(match="PUT /contacts/*", status=503, times=1))
        await take_up(one.outward, one.id, now=one.now)
        (waiting,) = await proposals(one)
        assert waiting.state is ProposalState.OPEN
        sent = Proposal(
            id="", opportunity="", mode="link", product="other", created_at=one.now + 1, state=ProposalState.SENT
        )
        async with one.storage.open(one.id) as books:
            for number in range(501):
                await books.integrations.proposals.add(replace(sent, id=f"s{number}", opportunity=f"s{number}"))

        await go_on(one.outward, one.id, now=one.now)

        async with one.storage.open(one.id) as books:
            known = await books.integrations.proposals.find(waiting.id)
        assert known is not None
        assert known.state is ProposalState.SENT

    run(database, story, stages=(LINK,))


def test_of_those_in_trouble_some_at_a_time_are_tried_again(database: Database) -> None:
    async def story(one: Shop) -> None:
        for number in range(MOST_A_ROUND + 5):
            contact = {"email": f"r{number}@example.com", "phone": f"+1416555{number:04}", "address1": "99 Nowhere"}
            opportunity(one, **contact)
        for _ in range(2):
            await take_up(one.outward, one.id, now=one.now)
        assert {each.trouble for each in await proposals(one)} == {"no_address"}

        asked = []
        for _ in range(4):
            before = len(one.sim.calls)
            await go_on(one.outward, one.id, now=one.now, again=True)
            asked.append({call.path for call in one.sim.calls[before:] if call.path.startswith("/contacts/")})
            one.time.now += TRIED_AGAIN_EACH

        assert [len(contacts) for contacts in asked] == [MOST_A_ROUND, 5, MOST_A_ROUND, 5]
        assert (asked[0] | asked[1], asked[2:]) == (asked[0] ^ asked[1], asked[:2])

    run(database, story, stages=(BOOK,))


def test_the_desk_settles_a_proposal(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one, address1="99 Nowhere")
        opportunity(one, email="kim@example.com", phone="+14165550199", name="Kim Low")
        await take_up(one.outward, one.id, now=one.now)
        stuck, sent = sorted(await proposals(one), key=lambda each: each.said["name"], reverse=True)
        assert (stuck.trouble, sent.state) == (None, ProposalState.SENT)

        assert (await settled(one, stuck, Settling.BOOK)).trouble == "no_address"
        booked = await settled(one, sent, Settling.BOOK)
        assert booked.state is ProposalState.BOOKED
        assert booked.settled_by == "account:office-1"
        assert (await settled(one, sent, Settling.BOOK)).booking == booked.booking
        assert len(await bookings(one)) == 1
        assert (await settled(one, stuck, Settling.DISMISS)).state is ProposalState.DISMISSED
        with pytest.raises(WrongStatusError):
            await settled(one, stuck, Settling.BOOK)
        with pytest.raises(UnknownProposalError):
            await settle_proposal(
                one.outward, one.id, SettleProposal(proposal="nobody", how=Settling.BOOK, actor=OFFICE)
            )
        trail = one.query("SELECT action FROM audit WHERE business_id = %(business)s AND subject = 'proposals'")
        assert sorted(line["action"] for line in trail) == [
            "book",
            "dismiss",
            "send_link",
            "send_link",
            "take_up",
            "take_up",
        ]

    run(database, story, stages=(LINK,))


def test_nothing_is_taken_up_where_no_stage_is_chosen(database: Database) -> None:
    async def story(one: Shop) -> None:
        opportunity(one)
        assert ConnectionSettings().stages == ()
        assert await take_up(one.outward, one.id, now=one.now) == 0
        assert one.sim.calls == []

    run(database, story)
