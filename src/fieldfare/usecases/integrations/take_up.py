"""Take up what the pipeline asks for: an opportunity that reaches a chosen stage becomes a proposal, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from fieldfare.domain.bookings import Booking
from fieldfare.domain.clock import DAY, MINUTE
from fieldfare.domain.connections import ConnectionSettings, StageMode, StageRule
from fieldfare.ports.crm import CrmContact, CrmError, CrmOpportunity, CrmUnavailableError
from fieldfare.ports.integrations import UNSETTLED, Proposal, ProposalState
from fieldfare.ports.storage import Books, Entry
from fieldfare.usecases.integrations.crms import Connected
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.proposing import (
    PIPELINE,
    SUBJECT,
    SettledError,
    book_proposal,
    contact_in,
    read_again,
    said_by,
    send_proposal,
    settle,
)
from fieldfare.usecases.people.tokens import new_id

_MOST_LOOKED_AT = 500
MOST_A_ROUND = 25
"""So many opportunities are taken up, and so many proposals booked or sent, at a time; the others the next time."""
TRIED_FOR = 3 * DAY
"""For so long a proposal in trouble is tried again by itself; then it waits for the desk alone."""
TRIED_AGAIN_EACH = 60 * MINUTE
"""About so often those in trouble are tried again."""
_OPEN = "open"
_PASSES = CrmUnavailableError.code
"""A trouble that ends by itself."""


async def take_up(outward: Outward, business: str, *, now: int, again: bool = False) -> int:
    """Look through the chosen stages, and tell how many proposals were made; then go on with those that are open.

    A stage that can't be read now is read the next time. `again` also tries what is in trouble: somebody may have
    completed the contact, chosen the field, or made room.
    """
    connected = await outward.crms.of(business)
    if connected is None or not connected.connection.settings.stages:
        return 0
    made = 0
    for rule in connected.connection.settings.stages:
        try:
            for opportunity in await connected.crm.opportunities(pipeline=rule.pipeline, stage=rule.stage):
                if made >= MOST_A_ROUND:
                    break
                reached_at = opportunity.reached_at
                made += await _proposed(outward, business, connected, opportunity, rule, reached_at=reached_at, now=now)
        except CrmError as error:
            outward.reports.tell(error.code, str(error), level="warning", business=business)
    await go_on(outward, business, now=now, again=again)
    return made


async def take_up_opportunity(
    outward: Outward, business: str, opportunity_id: str, *, reached_at: int | None, now: int
) -> bool:
    """Take up one opportunity that is said to have reached a stage at an instant; tells whether it is a proposal now.

    One that was settled before becomes another proposal only if it has reached the stage since. Raises `CrmError`.
    """
    connected = await outward.crms.of(business)
    if connected is None or not connected.connection.settings.stages:
        return False
    opportunity = await connected.crm.opportunity(opportunity_id)
    rule = None if opportunity is None else _rule_of(connected.connection.settings, opportunity)
    if opportunity is None or rule is None:
        return False
    # The CRM's own word goes first: the next look through the stage must find the same instant.
    reached_at = opportunity.reached_at or reached_at
    made = await _proposed(outward, business, connected, opportunity, rule, reached_at=reached_at, now=now)
    await go_on(outward, business, now=now)
    return made


async def go_on(outward: Outward, business: str, *, now: int, again: bool = False) -> None:
    """Book or send what is open and untried, and end what a link has led to a booking; see `take_up` for `again`."""
    async with outward.storage.open(business) as books:
        proposals = books.integrations.proposals
        for answered in await proposals.answered(limit=_MOST_LOOKED_AT):
            await _end(books, answered)
        untried = await proposals.untried(or_in=_PASSES, limit=MOST_A_ROUND)
        late: tuple[Proposal, ...] = ()
        if again:
            late = await proposals.in_trouble(but=_PASSES, since=now - TRIED_FOR, limit=_MOST_LOOKED_AT)
    for proposal in untried:
        await _pursue(outward, business, proposal)
    for proposal in _whose_turn_it_is(outward, business, late, now=now):
        await _pursue(outward, business, await read_again(outward, business, proposal))


def _whose_turn_it_is(outward: Outward, business: str, late: Sequence[Proposal], *, now: int) -> tuple[Proposal, ...]:
    """Choose those that have rested for as long as it takes until all the others have had their turn."""
    tried = outward.memory.tried
    rounds_between = (len(late) - 1) // MOST_A_ROUND
    rest = rounds_between * TRIED_AGAIN_EACH + TRIED_AGAIN_EACH // 2
    rested = (one for one in late if not tried(business, f"proposal {one.id}", one.trouble, now=now, again_after=rest))
    return tuple(islice(rested, MOST_A_ROUND))


async def _pursue(outward: Outward, business: str, proposal: Proposal) -> None:
    pursue = book_proposal if proposal.mode == StageMode.BOOK else send_proposal
    await pursue(outward, business, proposal, actor=PIPELINE)


async def end_proposals(books: Books, booking: Booking, *, contact: str) -> None:
    """End the proposals that a new booking is the answer to: of its customer or contact, about its product."""
    if booking.customer is None:
        return
    for proposal in await books.integrations.proposals.of_customer(booking.customer, contact=contact):
        answered = proposal.state in UNSETTLED and proposal.product == booking.product
        if answered and booking.created_at >= proposal.created_at:
            await _end(books, replace(proposal, booking=booking.id, customer=booking.customer))


async def _proposed(
    outward: Outward,
    business: str,
    connected: Connected,
    opportunity: CrmOpportunity,
    rule: StageRule,
    *,
    reached_at: int | None,
    now: int,
) -> bool:
    """Write a proposal down with all that is known, unless the opportunity has one; tells whether it is new."""
    if opportunity.status.lower() != _OPEN or _was_there(opportunity, rule, reached_at):
        return False
    async with outward.storage.open(business) as books:
        if not _is_news(await books.integrations.proposals.of_opportunity(opportunity.id), reached_at):
            return False
    contact = None if opportunity.contact is None else await connected.crm.contact(opportunity.contact)
    said = said_of(opportunity, contact)
    proposal = Proposal(
        id=new_id(now=now),
        opportunity=opportunity.id,
        mode=rule.mode.value,
        product=rule.product,
        created_at=now,
        reached_at=reached_at,
        contact=None if contact is None else contact.id,
        said=said,
        place=await outward.locate(business, said["address"]) if said.get("address") else None,
    )
    async with outward.storage.open(business) as books:
        proposal = replace(proposal, customer=await _customer(books, proposal))
        if not await books.integrations.proposals.add(proposal):
            return False
        entry = Entry(
            actor=PIPELINE,
            action="take_up",
            subject=SUBJECT,
            subject_id=proposal.id,
            after={"opportunity": proposal.opportunity, "mode": proposal.mode, "product": proposal.product},
        )
        await books.audit.write([entry])
    return True


def said_of(opportunity: CrmOpportunity, contact: CrmContact | None) -> dict[str, str]:
    """Gather the job's context: who, where, and what was noted; what isn't known is left out."""
    noted = "\n".join(text for text in opportunity.fields.values() if text)
    said = {"job": opportunity.name.strip(), "notes": noted.strip()}
    return {key: text for key, text in said.items() if text} | ({} if contact is None else said_by(contact))


def _was_there(opportunity: CrmOpportunity, rule: StageRule, reached_at: int | None) -> bool:
    """Tell whether it stood in the stage before that was chosen: nobody meant all of those by choosing it."""
    reached = reached_at or opportunity.updated_at
    return rule.since is not None and reached is not None and reached < rule.since


def _is_news(before: Proposal | None, reached_at: int | None) -> bool:
    if before is None:
        return True
    if before.state in UNSETTLED or reached_at is None:
        return False
    # Not by our clock alone: what was settled at once may seem to have been so before it was asked for.
    return reached_at > max(before.settled_at or before.created_at, before.reached_at or 0)


def _rule_of(settings: ConnectionSettings, opportunity: CrmOpportunity) -> StageRule | None:
    where = (opportunity.pipeline, opportunity.stage)
    return next((rule for rule in settings.stages if (rule.pipeline, rule.stage) == where), None)


async def _customer(books: Books, proposal: Proposal) -> str | None:
    """Find the customer whom a proposal is for, by the contact that they are, or by email or phone."""
    linked = None if proposal.contact is None else await books.integrations.writes.customer_of(proposal.contact)
    contact = contact_in(proposal)
    if linked is not None or contact is None:
        return linked
    known = await books.customers.search(email=contact.email, phone=None if contact.email else contact.phone, limit=1)
    return known[0].id if known else None


async def _end(books: Books, answered: Proposal) -> None:
    over = replace(answered, state=ProposalState.BOOKED)
    try:
        await settle(books, answered, to=over, action="booked_by_customer", actor=PIPELINE)
    except SettledError:
        return
