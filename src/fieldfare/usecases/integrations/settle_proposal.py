"""Settle a proposal by hand: book it now, send the link, or let it be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from fieldfare.domain.actors import Actor
from fieldfare.ports.integrations import UNSETTLED, Proposal, ProposalState
from fieldfare.usecases.bookings.refusals import WrongStatusError
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.proposing import (
    SettledError,
    book_proposal,
    read_again,
    send_proposal,
    settle,
)


class UnknownProposalError(LookupError):
    """There is no such proposal."""


class Settling(StrEnum):
    """What somebody at the desk does about a proposal."""

    BOOK = "book"
    SEND = "send"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleProposal:
    """A proposal, what is done about it, and by whom."""

    proposal: str
    how: Settling
    actor: Actor


async def settle_proposal(outward: Outward, business: str, wanted: SettleProposal) -> Proposal:
    """Settle a proposal; what was settled so before stays. One that can't be is given with its `trouble`.

    Raises `UnknownProposalError`, and `WrongStatusError` for one that was settled another way.
    """
    async with outward.storage.open(business) as books:
        proposal = await books.integrations.proposals.find(wanted.proposal)
    if proposal is None:
        raise UnknownProposalError
    if proposal.state not in UNSETTLED:
        same = {Settling.BOOK: ProposalState.BOOKED, Settling.DISMISS: ProposalState.DISMISSED}.get(wanted.how)
        if proposal.state is same:
            return proposal
        raise WrongStatusError(f"a proposal that is {proposal.state.value} is settled")
    match wanted.how:
        case Settling.BOOK:
            proposal = await read_again(outward, business, proposal)
            return await book_proposal(outward, business, proposal, actor=wanted.actor)
        case Settling.SEND:
            proposal = await read_again(outward, business, proposal)
            return await send_proposal(outward, business, proposal, actor=wanted.actor)
        case Settling.DISMISS:
            return await _dismissed(outward, business, proposal, actor=wanted.actor)


async def _dismissed(outward: Outward, business: str, proposal: Proposal, *, actor: Actor) -> Proposal:
    over = replace(proposal, state=ProposalState.DISMISSED)
    try:
        async with outward.storage.open(business) as books:
            return await settle(books, proposal, to=over, action="dismiss", actor=actor)
    except SettledError:
        raise WrongStatusError("somebody else has just settled it") from None
