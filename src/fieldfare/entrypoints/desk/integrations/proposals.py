"""Proposals: what the pipeline asks to be booked, until it is booked, sent or dismissed."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from fieldfare.domain.connections import StageMode
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.doing import said_of
from fieldfare.entrypoints.desk.integrations.frame import MOST, frame_of
from fieldfare.entrypoints.desk.integrations.steps import outward_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.words.integrations import OTHER_TROUBLE, TROUBLES
from fieldfare.ports.integrations import Proposal, ProposalState
from fieldfare.usecases.integrations.settle_proposal import (
    SettleProposal,
    Settling,
    UnknownProposalError,
    settle_proposal,
)

_STATES = {
    ProposalState.OPEN: ("Open", "warn"),
    ProposalState.SENT: ("Link sent", "plain"),
    ProposalState.BOOKED: ("Booked", "good"),
    ProposalState.DISMISSED: ("Dismissed", "plain"),
}


_WORDS = {"wrong_status": "Somebody else has settled this proposal meanwhile. The list shows how it stands."}
_BECAME = {
    ProposalState.BOOKED: "The visit for {name} is booked.",
    ProposalState.SENT: "{name} gets the link: it stands in the contact's field, for GoHighLevel to send.",
    ProposalState.DISMISSED: "The proposal for {name} is dismissed.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What has become of a proposal that somebody has just settled, in a sentence; `done` unless it still waits."""

    sentence: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """A proposal in a list."""

    id: str
    name: str
    address: str
    job: str
    notes: str
    product: str
    wanted: str
    state: str
    badge: str
    trouble: str | None
    created_at: int
    booking_href: str | None
    to_settle: bool
    open: bool


async def list_proposals(asking: Asking) -> Response:
    """List what is open, then what was sent or is over lately; `settled` names the one to say something about."""
    async with asking.rooms.storage.open(asking.who.business) as books:
        frame = await frame_of(books, asking)
        found = [
            one
            for states in ([ProposalState.OPEN], [ProposalState.SENT, ProposalState.BOOKED, ProposalState.DISMISSED])
            for one in await books.integrations.proposals.page(states=states, limit=MOST)
        ]
        settled = await books.integrations.proposals.find(asking.query.get("settled", ""))
    products = {one.id: one.name or one.id for one in asking.business.products}
    return show(
        asking,
        "integrations/proposals.html",
        {
            "frame": frame,
            "became": None if settled is None else _became(settled),
            "rows": [_row(one, products) for one in found],
            "may_settle": asking.who.may(Permission.BOOKINGS_DECIDE),
        },
    )


async def settle(asking: Asking) -> Response:
    """Book it, send the link, or dismiss it; the list says what has become of it."""
    how = asking.form.get("how", "")
    if how not in set(Settling):
        raise Problem("invalid_request", "Say what to do about the proposal.", errors=[])
    wanted = SettleProposal(proposal=str(asking.request.path_params["id"]), how=Settling(how), actor=asking.who.actor)
    try:
        async with booking_refusals(asking.rooms, asking.who.business, asking.who):
            proposal = await settle_proposal(outward_of(asking), asking.who.business, wanted)
    except UnknownProposalError:
        raise Problem("not_found") from None
    except Problem as problem:
        raise Problem(problem.code, _WORDS.get(problem.code) or said_of(problem)) from None
    return asking.go("crm", "proposals", settled=proposal.id)


def _became(proposal: Proposal) -> Became | None:
    """Say it as the proposal stands now, whenever the page is looked at."""
    name = proposal.said.get("name") or "the customer"
    if proposal.trouble is not None:
        why = TROUBLES.get(proposal.trouble, OTHER_TROUBLE)
        return Became(sentence=f"That could not be done for {name}, and nothing was booked or sent. {why}", done=False)
    if proposal.state not in _BECAME:
        return None
    return Became(sentence=_first_large(_BECAME[proposal.state].format(name=name)), done=True)


def _first_large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _row(proposal: Proposal, products: dict[str, str]) -> ProposalRow:
    state, badge = _STATES[proposal.state]
    return ProposalRow(
        id=proposal.id,
        name=proposal.said.get("name", ""),
        address=proposal.said.get("address", ""),
        job=proposal.said.get("job", ""),
        notes=proposal.said.get("notes", ""),
        product=products.get(proposal.product, proposal.product),
        wanted="Book at once" if proposal.mode == StageMode.BOOK.value else "Send a link",
        state=state,
        badge=badge,
        trouble=None if proposal.trouble is None else TROUBLES.get(proposal.trouble, OTHER_TROUBLE),
        created_at=proposal.created_at,
        booking_href=None if proposal.booking is None else desk_link("bookings", proposal.booking),
        to_settle=proposal.state in {ProposalState.OPEN, ProposalState.SENT},
        open=proposal.state is ProposalState.OPEN,
    )
