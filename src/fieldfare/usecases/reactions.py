"""What follows from what: said in this one place, written in the transaction of the change itself.

Each change of a booking leaves a line in the audit trail, and most an event for the webhooks. Some also write to the
customer, look for somebody who waits for the time that became free, or are to be written to the company's CRM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.bookings import Task
from fieldfare.ports.customers import Message, MessageKind
from fieldfare.ports.integrations import CrmWrite, WriteKind
from fieldfare.ports.storage import Books, Entry, Personal
from fieldfare.usecases.people.tokens import new_id

SUBJECT = "bookings"

SEND_MESSAGE = "send_message"
DELIVER = "deliver"
OFFER_FREED = "offer_freed"
END_HOLD = "end_hold"
WRITE_TO_CRM = "write_to_crm"
RECEIVED_FROM_CRM = "received_from_crm"

CRM = Actor(kind=ActorKind.SYSTEM, id="ghl")
"""Who changed a booking because it was changed in the CRM; of such changes the CRM needn't be told."""
CRM_GRACE_SECONDS = 15
"""For so long what is to be written is left to its own task, which is begun at once; then whoever looks takes it."""
NOTES_LAST = -10
"""The priority of notes, and of whatever else about a CRM can wait (O11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a booking: what it is called, who made it and why, and what was said that is personal.

    `message` is what the customer is written to about, with `facts` that are nobody's personal matter.
    """

    action: str
    actor: Actor
    before: Booking | None
    after: Booking
    event: EventType | None = None
    reason: str | None = None
    personal: Personal | None = None
    message: MessageKind | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


async def follow(books: Books, change: Change, *, at: int) -> None:
    """Write down all that follows from a change."""
    booking, tasks = change.after, []
    await books.audit.write([_entry(change)])
    if change.event is not None:
        deliveries = await books.events.add(change.event.value, told(change), at=at)
        tasks += [
            Task(name=DELIVER, arguments={"business": books.business, "delivery": delivery}) for delivery in deliveries
        ]
    if change.message is not None and booking.customer is not None:
        message = Message(
            id=new_id(now=at),
            kind=change.message,
            booking=booking.id,
            customer=booking.customer,
            sequence=booking.sequence,
            created_at=at,
            facts=change.facts,
        )
        await books.messages.add(message)
        # In order, visit by visit: nobody shall read that a visit was moved before they read that it was booked.
        lock = f"messages:{books.business}:{booking.id}"
        tasks.append(Task(name=SEND_MESSAGE, arguments={"business": books.business, "message": message.id}, lock=lock))
    if _frees(change.before, booking):
        freed = change.before or booking
        tasks.append(look_for_waiting(books.business, freed))
    tasks += await tell_ended(books, at=at)
    tasks += await _tell_crm(books, change, at=at)
    if booking.status is Status.HELD and booking.waiting is not None and booking.expires_at is not None:
        tasks.append(
            Task(
                name=END_HOLD,
                arguments={"business": books.business, "booking": booking.id},
                not_before=booking.expires_at,
            )
        )
    if tasks:
        await books.tasks.add(tasks)


async def tell_ended(books: Books, *, at: int) -> list[Task]:
    """Tell the webhooks of the holds that this transaction found to have run out; gives the tasks that follow.

    An offer to somebody who waits has a task of its own, which lets them wait on first.
    """
    tasks = []
    for id_ in books.bookings.take_ended():
        hold = await books.bookings.find(id_)
        if hold is None or hold.waiting is not None:
            continue
        data = {"booking": described(hold)}
        tasks += [
            Task(name=DELIVER, arguments={"business": books.business, "delivery": delivery})
            for delivery in await books.events.add(EventType.BOOKING_EXPIRED.value, data, at=at)
        ]
        tasks.append(look_for_waiting(books.business, hold))
    return tasks


def told(change: Change) -> dict[str, Any]:
    """Tell a webhook what happened: the booking as it is now, and before, without anything personal."""
    document = {"booking": described(change.after)}
    if change.before is not None:
        document["before"] = described(change.before)
    return document


def described(booking: Booking) -> dict[str, Any]:
    """Describe a booking without its place and its customer's words: instants in seconds since 1970 UTC."""
    return {
        "id": booking.id,
        "reference": booking.reference,
        "status": booking.status.value,
        "start": booking.start,
        "end": booking.end,
        "technician": booking.technician,
        "to_assign": booking.provisional,
        "zone": booking.zone,
        "schedule": booking.schedule,
        "hub": booking.hub,
        "product": booking.product,
        "price": booking.price,
        "discount": booking.discount,
        "currency": booking.currency,
        "customer": booking.customer,
        "source": booking.source,
        "estimated_start": booking.estimated_start,
        "estimated_end": booking.estimated_end,
        "address_unchecked": booking.address_unchecked,
        "reasons": dict(booking.reasons),
    }


def look_for_waiting(business: str, freed: Booking) -> Task:
    """Make the task that offers the time of a visit that is no more to somebody who waits."""
    return Task(
        name=OFFER_FREED,
        arguments={"business": business, "technician": freed.technician or "", "start": str(freed.start)},
        lock=f"waiting:{business}",
    )


async def _tell_crm(books: Books, change: Change, *, at: int) -> list[Task]:
    """Write down what the CRM has to be told; gives the tasks that do it at once. Nothing where none is connected."""
    booking = change.after
    if change.actor == CRM or _seen_by_crm(change.before) == _seen_by_crm(booking):
        return []
    wanted = CrmWrite(
        id=new_id(now=at),
        kind=WriteKind.VISIT,
        booking=booking.id,
        customer=booking.customer,
        created_at=at,
        next_at=at + CRM_GRACE_SECONDS,
    )
    visit = await books.integrations.writes.add(wanted)
    if visit is None:
        return []
    tasks = [write_task(books.business, replace(wanted, id=visit))]
    if booking.status is Status.CANCELLED and change.personal is not None and change.personal.reason:
        # The reason stands where it can be erased; here only whose it is, and what has to be done before.
        facts = {"after": visit, "by": change.actor.kind.value, "door": change.actor.id}
        note = replace(wanted, id=new_id(now=at), kind=WriteKind.NOTE, facts=facts)
        if await books.integrations.writes.add(note) is not None:
            tasks.append(write_task(books.business, note))
    return tasks


def write_task(business: str, write: CrmWrite) -> Task:
    """Make the task that writes something to the CRM: in order for each customer, notes after all else."""
    return Task(
        name=WRITE_TO_CRM,
        arguments={"business": business, "write": write.id},
        lock=f"crm:{business}:{write.customer or write.booking}",
        priority=NOTES_LAST if write.kind is WriteKind.NOTE else 0,
    )


def _seen_by_crm(booking: Booking | None) -> tuple[object, ...] | None:
    """Give what a CRM shows of a booking: nothing of holds and requests, and of a visit on its way that it stands."""
    if booking is None or booking.status in {Status.HELD, Status.EXPIRED, Status.REQUESTED}:
        return None
    if booking.status is Status.CANCELLED and booking.technician is None:
        # It was a request to its end.
        return None
    status = Status.CONFIRMED if booking.status.stands else booking.status
    who, where = (booking.technician, booking.provisional, booking.customer), (booking.place, booking.hub, booking.zone)
    what = (booking.product, booking.product_name, booking.price)
    return (status, booking.start, booking.end, who, where, what)


def _frees(before: Booking | None, after: Booking) -> bool:
    """Whether time that was taken has become free by this."""
    if before is None or before.technician is None or before.status is Status.REQUESTED:
        return False
    if after.status in {Status.CANCELLED, Status.EXPIRED, Status.NO_SHOW, Status.FAILED}:
        return True
    return (before.technician, before.start) != (after.technician, after.start)


def _entry(change: Change) -> Entry:
    """Write the line of the trail: of what was there before, only what has changed."""
    after = described(change.after)
    before = None
    if change.before is not None:
        was = described(change.before)
        before = {key: value for key, value in was.items() if value != after[key]}
        after = {key: value for key, value in after.items() if value != was[key]}
    return Entry(
        actor=change.actor,
        action=change.action,
        subject=SUBJECT,
        subject_id=change.after.id,
        before=before,
        after=after,
        reason=change.reason,
        personal=change.personal,
    )
