"""A booking that the pipeline asks for: booked in the best slot, or sent to the customer as a link with slots."""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.answers import Slot
from fieldfare.domain.business import Request
from fieldfare.domain.connections import BookingField
from fieldfare.domain.customers import Contact, ServiceAddress
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.domain.zones import Outcome
from fieldfare.ports.crm import CrmContact, CrmError, CrmUnavailableError
from fieldfare.ports.integrations import UNSETTLED, Proposal, ProposalState
from fieldfare.ports.storage import Books, Entry
from fieldfare.usecases.availability.drivable import slots_of
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.book import Book, book
from fieldfare.usecases.bookings.confirm import Confirm, Served
from fieldfare.usecases.bookings.refusals import BookingRefusedError, SlotTakenError
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.proposal_link import booking_link

PIPELINE = Actor(kind=ActorKind.SYSTEM, id="pipeline")
"""Who books what an opportunity asks for. Not the CRM itself: of these bookings it has to be told."""
SOURCE = "pipeline"
SUBJECT = "proposals"

_TRIES = 3
_ASKS_SECONDS = 5
_JOB = ("job", "notes")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class TroubleError(Exception):
    """Why a proposal can't be booked or sent now, in a code."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class SettledError(Exception):
    """Meanwhile somebody else has settled the proposal."""


async def book_proposal(outward: Outward, business: str, proposal: Proposal, *, actor: Actor) -> Proposal:
    """Book the best slot for the customer, in one transaction with the proposal's end; gives it as it is then."""
    try:
        return await _booked(outward, business, proposal, actor=actor)
    except TroubleError as error:
        return await in_trouble(outward, business, proposal, error.code)
    except SettledError:
        return await _again(outward, business, proposal)


async def send_proposal(outward: Outward, business: str, proposal: Proposal, *, actor: Actor) -> Proposal:
    """Write a link to the booking page into the contact's field, for the CRM to send; gives the proposal then."""
    try:
        return await _sent(outward, business, proposal, actor=actor)
    except TroubleError as error:
        return await in_trouble(outward, business, proposal, error.code)
    except SettledError:
        return await _again(outward, business, proposal)


async def in_trouble(outward: Outward, business: str, proposal: Proposal, code: str) -> Proposal:
    """Note why it can't be done, for the desk."""
    async with outward.storage.open(business) as books:
        known = await books.integrations.proposals.find(proposal.id, for_change=True)
        if known is None or known.state not in UNSETTLED:
            return known or proposal
        troubled = replace(
            known, trouble=code, place=proposal.place, contact=proposal.contact, said=dict(proposal.said)
        )
        await books.integrations.proposals.change(troubled)
    return troubled


async def settle(books: Books, proposal: Proposal, *, to: Proposal, action: str, actor: Actor) -> Proposal:
    """Write what has become of a proposal, and a line about it; raises `SettledError` if it is over already."""
    known = await books.integrations.proposals.find(proposal.id, for_change=True)
    if known is None or known.state not in UNSETTLED:
        raise SettledError
    over = to.state not in UNSETTLED
    settled = replace(
        to,
        settled_at=books.moment if over else None,
        settled_by=f"{actor.kind.value}:{actor.id}" if over else None,
        trouble=None,
    )
    await books.integrations.proposals.change(settled)
    entry = Entry(
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=proposal.id,
        before={"state": known.state.value},
        after={"state": settled.state.value, "booking": settled.booking, "opportunity": settled.opportunity},
    )
    await books.audit.write([entry])
    return settled


async def read_again(outward: Outward, business: str, proposal: Proposal) -> Proposal:
    """Give a proposal with what the CRM knows of its contact by now; where it can't be asked in time, as it was."""
    try:
        async with asyncio.timeout(_ASKS_SECONDS):
            contact = await _contact_of(outward, business, proposal)
    except (CrmError, TimeoutError):
        return proposal
    if contact is None:
        return proposal
    job = {key: text for key, text in proposal.said.items() if key in _JOB}
    said = job | said_by(contact)
    same = said.get("address") == proposal.said.get("address")
    return replace(proposal, contact=contact.id, said=said, place=proposal.place if same else None)


async def _contact_of(outward: Outward, business: str, proposal: Proposal) -> CrmContact | None:
    connected = await outward.crms.of(business)
    if connected is None:
        return None
    id_ = proposal.contact
    if id_ is None:
        opportunity = await connected.crm.opportunity(proposal.opportunity)
        id_ = None if opportunity is None else opportunity.contact
    return None if id_ is None else await connected.crm.contact(id_)


def said_by(contact: CrmContact) -> dict[str, str]:
    """Gather who somebody is and where, as their contact has it; what isn't known is left out."""
    said = {
        "name": contact.name,
        "email": (contact.email or "").lower(),
        "phone": contact.phone or "",
        "address": contact.address,
        "street": contact.street,
        "city": contact.city,
        "state": contact.state,
        "postal_code": contact.postal_code or "",
    }
    return {key: text.strip() for key, text in said.items() if text.strip()}


def contact_in(proposal: Proposal) -> Contact | None:
    """Read who the proposal is for; None where nobody could reach them."""
    said = proposal.said
    email = said.get("email", "").strip().lower()
    phone = said.get("phone", "").strip()
    email, phone = email if _EMAIL.fullmatch(email) else "", phone if _PHONE.fullmatch(phone) else ""
    if not email and not phone:
        return None
    return Contact(name=said.get("name", "").strip() or email or phone, email=email or None, phone=phone or None)


async def _booked(outward: Outward, business: str, proposal: Proposal, *, actor: Actor) -> Proposal:
    contact = contact_in(proposal)
    if contact is None:
        raise TroubleError("no_contact" if proposal.contact is None else "no_reach")
    place = proposal.place or await place_of(outward, business, proposal.said)
    if place is None:
        raise TroubleError("no_address")
    proposal = replace(proposal, place=place)
    token = _token(proposal, secret=await outward.acting.secret(business))
    address = ServiceAddress(
        street=proposal.said.get("street") or proposal.said.get("address", ""),
        postal_code=normalise_postal_code(proposal.said.get("postal_code")),
    )
    who = Confirm(token=token, contact=contact, actor=PIPELINE, served=Served(address=address, place=place))
    done: list[Proposal] = []

    async def plan(desk: Desk) -> Act[Proposal]:
        request = Request(place=place, product=proposal.product)
        slot = await best_slot(desk, request)
        booking = await book(desk, Book(request=request, start=slot.start, who=who, source=SOURCE))

        async def act(books: Books) -> Proposal:
            # Before anything else is locked: of two who book it, the second finds it done.
            known = await books.integrations.proposals.find(proposal.id, for_change=True)
            if known is None or known.state not in UNSETTLED:
                raise SettledError
            made = (await booking(books)).booking
            await _keep_contact(books, customer=made.customer, contact=proposal.contact)
            wanted = replace(proposal, state=ProposalState.BOOKED, booking=made.id, customer=made.customer)
            return await settle(books, proposal, to=wanted, action="book", actor=actor)

        return act

    def write(settled: Proposal) -> bytes:
        done.append(settled)
        return b""

    for _ in range(_TRIES):
        try:
            await outward.acting.run(business, plan, write=write)
        except SlotTakenError:
            continue
        except BookingRefusedError as error:
            raise TroubleError(error.code) from None
        return done[-1]
    raise TroubleError("no_slot")


async def _keep_contact(books: Books, *, customer: str | None, contact: str | None) -> None:
    """Note which contact a new customer is: else it is looked for by email, and another one found or made."""
    writes = books.integrations.writes
    if customer is not None and contact is not None and await writes.contact_of(customer) is None:
        await writes.save_contact(customer=customer, contact=contact)


async def best_slot(desk: Desk, request: Request) -> Slot:
    """Choose the first recommended slot, else the first (rules O3, O4); raises `TroubleError` where there is none."""
    if not any(known.id == request.product and known.active for known in desk.business.products):
        raise TroubleError("no_product")
    found = await desk.current.snapshot.drivable(request, now=desk.now, travel=desk.travel)
    if found.slot_map is None:
        outside = found.resolution.outcome in {Outcome.OUT_OF_AREA, Outcome.BLOCKED}
        raise TroubleError("out_of_area" if outside else "not_sold")
    slots = slots_of(found.slot_map, [block.id for block in desk.business.policy.blocks])
    if not slots:
        raise TroubleError("no_slot")
    return next((slot for slot in slots if slot.recommended), slots[0])


async def place_of(outward: Outward, business: str, said: Mapping[str, str]) -> Place | None:
    """Find the place of what was said; None where nobody knows it now."""
    address = said.get("address", "")
    return await outward.locate(business, address) if address else None


async def _sent(outward: Outward, business: str, proposal: Proposal, *, actor: Actor) -> Proposal:
    if proposal.contact is None:
        raise TroubleError("no_contact")
    connected = await outward.crms.of(business)
    if connected is None:
        raise TroubleError("crm_unavailable")
    field = connected.connection.settings.fields.get(BookingField.BOOKING_LINK)
    if field is None:
        raise TroubleError("no_field")
    link = booking_link(outward, business, proposal, secret=await outward.acting.secret(business))
    try:
        await connected.crm.set_fields(proposal.contact, {field: link})
    except CrmUnavailableError:
        raise TroubleError("crm_unavailable") from None
    except CrmError as error:
        raise TroubleError(error.code) from None
    async with outward.storage.open(business) as books:
        sent = replace(proposal, state=ProposalState.SENT)
        return await settle(books, proposal, to=sent, action="send_link", actor=actor)


async def _again(outward: Outward, business: str, proposal: Proposal) -> Proposal:
    async with outward.storage.open(business) as books:
        return await books.integrations.proposals.find(proposal.id) or proposal


def _token(proposal: Proposal, *, secret: bytes) -> str:
    derived = hmac.digest(secret, f"fieldfare proposal {proposal.id}".encode(), sha256)
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
