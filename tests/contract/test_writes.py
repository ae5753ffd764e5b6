"""What Fieldfare writes: a contact, a visit from its making to its cancellation, and a note.

A real account is left with a contact named "Fieldfare Contract", a cancelled appointment, a cancelled service booking
where it has services, and one note.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import pytest

from fieldfare.domain.mirrored import Outside, OutsideStatus
from fieldfare.domain.references import new_reference
from fieldfare.domain.titles import write_title
from fieldfare.ports.crm import (
    CrmAsked,
    CrmNote,
    CrmPerson,
    CrmScope,
    CrmServiceLocation,
    CrmTarget,
    CrmVisit,
    CrmWritten,
    SourceKind,
)
from tests.contract.subjects import DAY, HOUR, NAMES, REAL_WRITES, Subject, subject

PERSON = CrmPerson(name="Fieldfare Contract", email="fieldfare.contract@example.com", street="9 Elm Road")
WRITABLE = [name for name in NAMES if name == "simulator" or REAL_WRITES]


async def live_through(it: Subject) -> None:
    calendar = next(one for one in await it.crm.calendars() if one.users and one.kind in {"round_robin", "personal"})
    zone = (await it.crm.account()).time_zone
    contact = await it.crm.upsert_contact(PERSON)
    assert await it.crm.upsert_contact(PERSON) == contact

    reference = new_reference(secrets.randbelow)
    start = (it.now // DAY + 9) * DAY + 15 * HOUR
    visit = CrmVisit(
        target=CrmTarget(calendar=calendar.id),
        contact=contact,
        user=min(calendar.users),
        start=start,
        end=start + 95 * 60,  # no length of the calendar's own
        title=write_title(hub="H07", product="Contract", customer=PERSON.name, reference=reference),
        place_text="9 Elm Road",
        time_zone=zone,
        notify=False,
    )
    written = await it.crm.create(visit)
    found = await it.crm.find_by_reference(reference, target=visit.target, since=start - DAY, until=start + DAY)
    assert found == written

    scope = CrmScope(source=SourceKind.APPOINTMENTS, calendar=calendar.id)
    reading = await it.crm.read([scope], since=start, until=start + DAY)
    (item,) = [item for item in reading.items if item.source_id == written.source_id]
    assert (item.start, item.end, item.title) == (visit.start, visit.end, visit.title)
    assert item.people >= {visit.user}

    await it.crm.retitle(written, f"[H08] Renamed #{reference}")
    await it.crm.cancel(written, notify=False)
    await it.crm.cancel(written, notify=False)
    (entry,) = await it.crm.entry(SourceKind.APPOINTMENTS, written.source_id)
    assert isinstance(entry, Outside)
    assert (entry.status, entry.title) == (OutsideStatus.CANCELLED, f"[H08] Renamed #{reference}")

    note = CrmNote(title="Booking cancelled", body=f"Cancelled #{reference} - reason: <none>", mark=f"#{reference}")
    await it.crm.add_note(contact, note)
    await it.crm.add_note(contact, note)
    person = await it.crm.contact(contact)
    assert person is not None
    assert person.email == PERSON.email


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITABLE)
def test_the_life_of_a_visit(name: str) -> None:
    async def run() -> None:
        async with subject(name) as opened:
            await live_through(opened)

    asyncio.run(run())


async def live_through_as_service_booking(it: Subject) -> None:
    target = await a_service(it)
    if target is None:
        # What an account without the module answers is read in test_reads.
        assert await it.crm.services() == ()
        return
    service, where, user = target
    contact = await it.crm.upsert_contact(PERSON)
    reference = new_reference(secrets.randbelow)
    start = (it.now // DAY + 10) * DAY + 15 * HOUR
    visit = CrmVisit(
        target=CrmTarget(service=service, service_location=where.id),
        contact=contact,
        user=user,
        start=start,
        end=start + 95 * 60,  # longer than the catalogue says
        title=write_title(hub="H07", product="Contract", customer=PERSON.name, reference=reference),
        place_text="9 Elm Road" if where.asks_booker else "",
        time_zone=(await it.crm.account()).time_zone,
        notify=False,
    )
    written = await it.crm.create(visit)
    assert written.source is SourceKind.SERVICES
    found = await it.crm.find_by_reference(reference, target=visit.target, since=start - DAY, until=start + DAY)
    assert found == written

    async def standing(it: Subject) -> tuple[CrmWritten, ...]:
        times = ((visit.start, visit.end, user),)
        asked = CrmAsked(title=visit.title, contacts=frozenset({contact}), times=times)
        since, until = start - DAY, start + DAY
        return await it.crm.standing_of(reference, target=visit.target, since=since, until=until, asked=asked)

    assert await standing(it) == (written,)
    assert await booked(it, visit, written) == (visit.start, visit.end, {user}, OutsideStatus.CONFIRMED)

    moved = replace(visit, start=start + 2 * HOUR, end=start + 3 * HOUR)
    await it.crm.change(written, moved)
    await it.crm.change(written, moved)
    assert await booked(it, moved, written) == (moved.start, moved.end, {user}, OutsideStatus.CONFIRMED)

    renamed = f"[H08] Renamed #{reference}"
    await it.crm.retitle(written, renamed)
    await it.crm.cancel(written, notify=False)
    await it.crm.cancel(written, notify=False)
    entries = await it.crm.entry(SourceKind.SERVICES, written.source_id)
    assert [one for one in entries if not isinstance(one, Outside) or one.status is not OutsideStatus.CANCELLED] == []
    assert await standing(it) == ()


async def a_service(it: Subject) -> tuple[str, CrmServiceLocation, str] | None:
    """Name a service that somebody does, where, and who; None where there is none."""
    service = next((one for one in await it.crm.services() if one.users), None)
    place = next((one for one in await it.crm.service_locations()), None)
    return None if service is None or place is None else (service.id, place, min(service.users))


async def booked(it: Subject, visit: CrmVisit, written: CrmWritten) -> tuple[int, int, set[str], OutsideStatus]:
    """Tell how a service booking stands in the list: when, by whom and how it is."""
    reading = await it.crm.read([CrmScope(source=SourceKind.SERVICES)], since=visit.start, until=visit.end)
    (item,) = [item for item in reading.items if item.source_id == written.source_id]
    return item.start, item.end, set(item.people), item.status


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITABLE)
def test_the_life_of_a_service_booking(name: str) -> None:
    async def run() -> None:
        async with subject(name) as opened:
            await live_through_as_service_booking(opened)

    asyncio.run(run())
