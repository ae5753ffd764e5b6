"""Write down at the contact why a visit was cancelled: once, and after it was cancelled there (rule B7)."""

from __future__ import annotations

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.bookings import Status
from fieldfare.ports.crm import Crm, CrmNote, CrmNotFoundError
from fieldfare.ports.integrations import WriteState
from fieldfare.usecases.integrations.claim import Claim, NeedlessError, NotYetError
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.person import is_there, person_of
from fieldfare.usecases.integrations.troubles import LONGEST_WAIT
from fieldfare.usecases.integrations.visit_of import Sheet, span_text

_BY = {
    ActorKind.CUSTOMER.value: "customer",
    ActorKind.ACCOUNT.value: "staff",
    ActorKind.COMMAND_LINE.value: "staff",
    ActorKind.KEY.value: "agent",
    ActorKind.SYSTEM.value: "Fieldfare",
}
_DOORS = {"link": "online", "public": "online", "widget": "online"}


async def add_note(outward: Outward, crm: Crm, taken: Claim, *, now: int) -> str:
    """Write the note, and give the contact that has it.

    Raises `NeedlessError` where the reason or its customer was erased, and `NotYetError` until the visit is cancelled.
    """
    if taken.sheet is None or taken.said is None:
        raise NeedlessError
    facts = taken.write.facts
    note = note_of(taken.sheet, by=str(facts.get("by", "")), door=str(facts.get("door", "")))
    if note is None:
        raise NeedlessError
    async with outward.storage.open(taken.sheet.business.id) as books:
        before = await books.integrations.writes.find(str(facts.get("after", "")))
    if before is not None and before.state is WriteState.PARKED:
        raise NotYetError(now + LONGEST_WAIT)
    if before is not None and before.state is WriteState.WAITING:
        raise NotYetError(max(now + 1, before.next_at))
    if taken.contact is not None:
        try:
            await crm.add_note(taken.contact, note)
        except CrmNotFoundError:
            if await is_there(crm, taken.contact):
                raise
        else:
            return taken.contact
    contact = await crm.upsert_contact(person_of(taken.said, fields={}))
    await crm.add_note(contact, note)
    return contact


def note_of(sheet: Sheet, *, by: str, door: str) -> CrmNote | None:
    """Write the note about a cancelled visit; None where there is no reason (any more)."""
    if sheet.booking.status is not Status.CANCELLED or not sheet.said.ended_because:
        return None
    booking = sheet.booking
    mark = f"Cancelled #{booking.reference}"
    who = " ".join(part for part in (_BY.get(by, by), _DOORS.get(door, "") if by == ActorKind.CUSTOMER else "") if part)
    when = span_text(booking, sheet.business.time_zone)
    said = " ".join(sheet.said.ended_because.split())
    return CrmNote(title="Booking cancelled", body=f"{mark}, {when} — reason: {said}; by: {who}", mark=mark)
