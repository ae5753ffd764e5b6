"""Looking for the entry that an earlier attempt has made, and of which nobody has heard."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from fieldfare.domain.connections import ConnectionSettings
from fieldfare.domain.mirrored import Outside, Unreadable
from fieldfare.ports.crm import Crm, CrmAsked, CrmTarget, CrmWritten, SourceKind
from fieldfare.ports.integrations import Mirrored
from fieldfare.usecases.integrations.claim import Claim
from fieldfare.usecases.integrations.entries import ENDED
from fieldfare.usecases.integrations.late_entries import AROUND, Asked
from fieldfare.usecases.integrations.visit_of import UnwritableError, visit_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What is in hand, and the account in which its entry may be; `contact` is whose it would be."""

    crm: Crm
    settings: ConnectionSettings
    taken: Claim
    contact: str | None

    @property
    def asked_last(self) -> Asked:
        """Give what an earlier attempt has asked for, the latest of them."""
        return self.taken.asked[-1] if self.taken.asked else self._wanted

    async def anywhere(self, target: CrmTarget) -> tuple[CrmWritten, CrmTarget] | None:
        """Find the entry where it belongs, or else where something was seen that names the booking."""
        for place in (target, *_elsewhere(self.taken.entries, target)):
            written = await self.at(place)
            if written is not None:
                return written, place
        return None

    async def at(self, target: CrmTarget, *, without: CrmWritten | None = None) -> CrmWritten | None:
        """Find the entry in one place, leaving out one that is known."""
        asked, entries = self._asked, self.taken.entries
        return await self.crm.find_by_reference(
            self.taken.booking.reference,
            target=target,
            since=min([*(start for start, _, _ in asked.times), *(one.start for one in entries)]) - AROUND,
            until=max([*(end for _, end, _ in asked.times), *(one.end for one in entries)]) + AROUND,
            asked=asked,
            without=without,
        )

    async def is_over(self, written: CrmWritten) -> bool:
        """Tell whether people have cancelled what was found."""
        parts: Sequence[Outside | Unreadable] = await self.crm.entry(written.source, written.source_id)
        return bool(parts) and all(isinstance(part, Outside) and part.status in ENDED for part in parts)

    @property
    def _asked(self) -> CrmAsked:
        contacts = {one for one in (self.contact, self.taken.contact) if one is not None}
        times = tuple(dict.fromkeys((*self.taken.asked, self._wanted)))
        return CrmAsked(title=self._title, contacts=frozenset(contacts), times=times)

    @property
    def _wanted(self) -> Asked:
        booking = self.taken.booking
        user = None if booking.technician is None else self.settings.user_of(booking.technician)
        return booking.start, booking.end, user

    @property
    def _title(self) -> str:
        """What the entry is called, empty where nobody can say."""
        with suppress(UnwritableError):
            return "" if self.taken.sheet is None else visit_of(self.taken.sheet, contact="").title
        return ""


def _elsewhere(entries: Sequence[Mirrored], target: CrmTarget) -> tuple[CrmTarget, ...]:
    """Tell where else entries were seen: all service bookings are in one list."""
    found: dict[CrmTarget, None] = {}
    for one in entries:
        services = one.source is SourceKind.SERVICES
        place = CrmTarget(service=one.calendar or "") if services else CrmTarget(calendar=one.calendar)
        if place.calendar is not None or place.source is not target.source:
            found[place] = None
    found.pop(target, None)
    return tuple(found)
