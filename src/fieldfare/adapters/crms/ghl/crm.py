"""GoHighLevel as the port wants it: one account, put together from its parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.catalogue import Catalogue
from fieldfare.adapters.crms.ghl.checking import Checking
from fieldfare.adapters.crms.ghl.contacts import Contacts
from fieldfare.adapters.crms.ghl.notes import Notes
from fieldfare.adapters.crms.ghl.opportunities import Opportunities
from fieldfare.adapters.crms.ghl.reading import Reading
from fieldfare.adapters.crms.ghl.visits import Visits
from fieldfare.domain.mirrored import Outside, OutsideStatus, Unreadable
from fieldfare.ports.crm import (
    Capability,
    CrmAccount,
    CrmAsked,
    CrmCalendar,
    CrmContact,
    CrmField,
    CrmNote,
    CrmOpportunity,
    CrmPerson,
    CrmPipeline,
    CrmReading,
    CrmScope,
    CrmService,
    CrmServiceLocation,
    CrmTarget,
    CrmUser,
    CrmVisit,
    CrmWritten,
    SourceKind,
)


class GhlCrm:
    """See `ports.crm.Crm`."""

    def __init__(self, caller: Caller, *, account: str, time_zone: str, now: Callable[[], int]) -> None:
        """Know the account, and the time zone that it had when it was connected."""
        self._catalogue = Catalogue(caller, account=account, time_zone=time_zone)
        self._reading = Reading(caller=caller, catalogue=self._catalogue, account=account)
        self._visits = Visits(caller=caller, catalogue=self._catalogue, reading=self._reading, account=account)
        self._contacts = Contacts(caller=caller, catalogue=self._catalogue, account=account)
        self._notes = Notes(caller=caller)
        self._opportunities = Opportunities(caller=caller, catalogue=self._catalogue, account=account)
        self._checking = Checking(caller=caller, catalogue=self._catalogue, account=account, now=now)

    async def account(self) -> CrmAccount:
        """Read the account."""
        return await self._catalogue.account()

    async def users(self) -> tuple[CrmUser, ...]:
        """List those who work in the account."""
        return await self._catalogue.users()

    async def calendars(self) -> tuple[CrmCalendar, ...]:
        """List the calendars."""
        return await self._catalogue.calendars()

    async def services(self) -> tuple[CrmService, ...]:
        """List the catalogue of services."""
        return await self._catalogue.services()

    async def service_locations(self) -> tuple[CrmServiceLocation, ...]:
        """List where services take place."""
        return await self._catalogue.service_locations()

    async def fields(self) -> tuple[CrmField, ...]:
        """List the custom fields of contacts."""
        return await self._catalogue.fields()

    async def create_field(self, name: str) -> CrmField:
        """Make a custom field of contacts."""
        return await self._catalogue.create_field(name)

    async def pipelines(self) -> tuple[CrmPipeline, ...]:
        """List the pipelines."""
        return await self._catalogue.pipelines()

    async def check(self) -> tuple[Capability, ...]:
        """Try each capability by reading alone."""
        return await self._checking.check()

    async def read(self, scopes: Collection[CrmScope], *, since: int, until: int, pressing: bool = False) -> CrmReading:
        """Read what takes people's time."""
        return await self._reading.read(scopes, since=since, until=until, pressing=pressing)

    async def entry(self, source: SourceKind, source_id: str) -> tuple[Outside | Unreadable, ...]:
        """Read one entry anew."""
        return await self._reading.entry(source, source_id)

    async def find_by_reference(
        self,
        reference: str,
        *,
        target: CrmTarget,
        since: int,
        until: int,
        asked: CrmAsked | None = None,
        without: CrmWritten | None = None,
    ) -> CrmWritten | None:
        """Look for a visit of ours by its reference."""
        return await self._visits.find_by_reference(
            reference, target=target, since=since, until=until, asked=asked, without=without
        )

    async def standing_of(
        self, reference: str, *, target: CrmTarget, since: int, until: int, asked: CrmAsked | None = None
    ) -> tuple[CrmWritten, ...]:
        """List the visits of a reference that stand."""
        return await self._visits.standing_of(reference, target=target, since=since, until=until, asked=asked)

    async def create(self, visit: CrmVisit) -> CrmWritten:
        """Write a visit."""
        return await self._visits.create(visit)

    async def change(self, written: CrmWritten, visit: CrmVisit) -> None:
        """Write a visit anew."""
        await self._visits.change(written, visit)

    async def cancel(self, written: CrmWritten, *, notify: bool = True) -> None:
        """Cancel a visit."""
        await self._visits.cancel(written, notify=notify)

    async def mark(self, written: CrmWritten, status: OutsideStatus) -> None:
        """Write how a visit ended."""
        await self._visits.mark(written, status)

    async def retitle(self, written: CrmWritten, title: str) -> None:
        """Write an entry's title alone."""
        await self._visits.retitle(written, title)

    async def upsert_contact(self, person: CrmPerson) -> str:
        """Find a contact, or make it, and give its id."""
        return await self._contacts.upsert(person)

    async def contact(self, id_: str) -> CrmContact | None:
        """Read a contact."""
        return await self._contacts.get(id_)

    async def search_contacts(self, query: str, *, limit: int) -> tuple[CrmContact, ...]:
        """Search contacts."""
        return await self._contacts.search(query, limit=limit)

    async def set_fields(self, contact: str, values: Mapping[str, str]) -> None:
        """Write custom fields of a contact."""
        await self._contacts.set_fields(contact, values)

    async def add_note(self, contact: str, note: CrmNote) -> None:
        """Write a note on a contact, once."""
        await self._notes.add(contact, note)

    async def opportunity(self, id_: str) -> CrmOpportunity | None:
        """Read an opportunity."""
        return await self._opportunities.get(id_)

    async def opportunities(self, *, pipeline: str, stage: str) -> Sequence[CrmOpportunity]:
        """List the open opportunities of a stage."""
        return await self._opportunities.of_stage(pipeline=pipeline, stage=stage)
