"""One attempt to bring the CRM to what stands of a booking: an entry, its contact's fields, or a cancelled entry."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from fieldfare.domain.bookings import Status
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.ports.crm import (
    Crm,
    CrmError,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmRefusedError,
    CrmTarget,
    CrmVisit,
    CrmWritten,
    SourceKind,
)
from fieldfare.ports.integrations import CrmLink, Mirrored
from fieldfare.usecases.integrations.claim import Brought, Claim, NeedlessError
from fieldfare.usecases.integrations.crms import Connected
from fieldfare.usecases.integrations.late_entries import asked_in
from fieldfare.usecases.integrations.looking import Looking
from fieldfare.usecases.integrations.meanwhile import PLACED, as_it_was_made, by_hand, disputes_of, edited
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.person import is_there, person_of
from fieldfare.usecases.integrations.take_up import end_proposals
from fieldfare.usecases.integrations.visit_of import (
    MARKS,
    Sheet,
    UnwritableError,
    fields_of,
    print_of,
    same_entry,
    shown_status,
    target_of,
    visit_of,
    where_of,
    wrote_of,
)

_ENTRY = ("start", "end", "user", "target", "print")


class Bringing:
    """The attempt. Where it fails, `unknown` says that an entry may have been made whose name nobody has heard.

    `contact` is the contact as far as it was found by then.
    """

    def __init__(self, outward: Outward, business: str, connected: Connected, taken: Claim, *, now: int) -> None:
        """Begin with what is in hand."""
        self._outward = outward
        self._business = business
        self._connected = connected
        self._taken = taken
        self._now = now
        self.unknown = taken.searched
        self.contact = taken.contact
        self._link = taken.link

    @property
    def _crm(self) -> Crm:
        return self._connected.crm

    async def bring(self) -> Brought:
        """Do it; raises `CrmError`, `UnwritableError`, and `NeedlessError` where there is nothing to write any more."""
        if self._taken.booking.status is Status.CANCELLED:
            return await self._cancelled()
        if self._taken.sheet is None:
            # Its customer was erased: nothing of them goes out any more.
            raise NeedlessError
        return await self._standing(self._taken.sheet)

    async def _cancelled(self) -> Brought:
        taken, link = self._taken, self._taken.link
        if link is None and taken.searched:
            target = target_of(taken.booking, self._connected.connection.settings)
            link = await self._unnoted(target, contact=taken.contact)
        if link is None:
            return Brought()
        wrote = dict(link.wrote)
        for other in await self._left_behind(link):
            await self._leave(other)
        wrote.pop("leaves", None)
        if wrote.get("status") != "cancelled" or _stands_there(taken.entries):
            await self._crm.cancel(link.written, notify=self._notify)
        wrote["status"] = "cancelled"
        contact = link.contact
        if taken.sheet is not None and contact is not None:
            fields = fields_of(taken.shown or taken.sheet)
            known, wrote["fields"] = wrote.get("fields"), self._print_of(contact, fields)
            try:
                if known != wrote["fields"]:
                    await self._crm.set_fields(contact, fields)
            except CrmNotFoundError:
                # The contact is gone; there is nobody left to tell.
                contact = None
        return Brought(link=replace(link, contact=contact, version=taken.booking.version, wrote=wrote))

    async def _left_behind(self, link: CrmLink) -> tuple[CrmWritten, ...]:
        """Name what a transfer has left that was broken off: the old entry, or a new one that nobody has noted."""
        taken, old = self._taken, link.wrote.get("leaves")
        found = () if old is None else (CrmWritten(source=SourceKind(old[0]), source_id=old[1]),)
        if not taken.asked or by_hand(link.wrote):
            return found
        try:
            target = target_of(taken.booking, self._connected.connection.settings)
        except UnwritableError:
            return found
        if where_of(target) == link.wrote.get("target"):
            return found
        new = await self._looking(link.contact).at(target, without=link.written)
        return found if new is None else (*found, new)

    async def _standing(self, sheet: Sheet) -> Brought:
        """Bring it about that the booking stands there; a contact that is gone is found or made anew, once."""
        known = self._taken.contact
        # What can't be written is found out before anything is.
        visit_of(sheet, contact="")
        try:
            return await self._with_contact(sheet, known)
        except (CrmNotFoundError, CrmRefusedError):
            if known is None or await is_there(self._crm, known):
                raise
            return await self._with_contact(sheet, None)

    async def _with_contact(self, sheet: Sheet, known: str | None) -> Brought:
        taken = self._taken
        # First the fields: the CRM's own mails are written the moment that an entry is made, and show them. Once the
        # visit is over, they are about the contact's next one.
        fields = fields_of(taken.shown or sheet)
        contact = known or await self._crm.upsert_contact(person_of(sheet.said, fields=fields))
        self.contact = contact
        visit = visit_of(sheet, contact=contact)
        self._link = link = self._link or await self._unnoted(visit.target, contact=contact)
        before: Mapping[str, Any] = {} if link is None else link.wrote
        visit = as_it_was_made(visit, before)
        visit = replace(visit, notify=visit.notify and visit.end > self._now)
        wrote: dict[str, Any] = wrote_of(visit, secret=taken.secret) | {"at": before.get("at", self._now)}
        wrote["status"] = shown_status(taken.booking)
        if by_hand(before):
            wrote["kept"] = True
        wrote["fields"] = self._print_of(contact, fields)
        if known is not None and before.get("fields") != wrote["fields"]:
            await self._crm.set_fields(contact, fields)
        if link is None:
            written = await self._made(visit)
            # Should the rest fail, the next attempt has to find it.
            self.unknown = True
            await self._end_proposals(contact)
            return await self._marked(Brought(link=self._linked(written, contact, wrote), visit=visit, moved=True))
        if taken.link is None:
            await self._end_proposals(contact)
        if "leaves" not in before and not self._is_news(before, wrote, visit):
            return await self._marked(Brought(link=self._linked(link.written, contact, wrote)))
        return await self._over(link, visit, wrote)

    def _linked(self, written: CrmWritten, contact: str, wrote: Mapping[str, Any]) -> CrmLink:
        booking = self._taken.booking
        return CrmLink(booking=booking.id, written=written, contact=contact, version=booking.version, wrote=wrote)

    def _is_news(self, before: Mapping[str, Any], wrote: Mapping[str, Any], visit: CrmVisit) -> bool:
        """Tell whether the entry is to be written at all."""
        if not same_entry(before, {key: wrote[key] for key in _ENTRY}) or before.get("status") == "cancelled":
            return True
        return self._taken.booking.status.stands and _differs(self._taken.entries, visit)

    async def _over(self, link: CrmLink, visit: CrmVisit, wrote: dict[str, Any]) -> Brought:
        """Write over the entry that there is, unless people have changed it since it was written."""
        before = link.wrote
        if "leaves" in before:
            await self._leave(CrmWritten(source=SourceKind(before["leaves"][0]), source_id=before["leaves"][1]))
        parts = await self._crm.entry(link.written.source, link.written.source_id)
        booking, sent = self._taken.booking, asked_in(self._taken.write)
        async with self._outward.storage.open(self._business) as books:
            disputes = await disputes_of(books, booking.id, since=int(before.get("at", 0)))
        hand = edited(parts, before, wanted=visit, sent=sent, disputes=disputes)
        if hand is not None and hand.ended:
            return Brought(link=link, contact=visit.contact)
        if hand is not None:
            visit = hand.left(visit)
            # What they have made of it is news to the next reading, which the booking follows.
            wrote |= {key: before[key] for key in PLACED if key in before}
        if before.get("target", wrote["target"]) != wrote["target"] and "leaves" not in before:
            written = await self._transferred(link, visit, wrote)
        else:
            written = await self._changed(link.written, visit)
        wrote["at"] = self._now
        made = self._linked(written, visit.contact, wrote)
        return await self._marked(Brought(link=made, visit=visit if hand is None else None, moved=True))

    async def _marked(self, brought: Brought) -> Brought:
        """Say at the entry how its visit ended, or that it hasn't after all, where it says otherwise."""
        link, before = brought.link, self._taken.link
        if link is None:
            return brought
        known = Status.CONFIRMED.value if before is None else before.wrote.get("status", Status.CONFIRMED.value)
        shown = link.wrote["status"]
        if known != shown and known in MARKS:
            with suppress(CrmNotFoundError):
                await self._crm.mark(link.written, MARKS[shown])
        return replace(brought, contact=link.contact, visit=brought.visit if shown == Status.CONFIRMED else None)

    async def _unnoted(self, target: CrmTarget, *, contact: str | None) -> CrmLink | None:
        """Find the entry that an earlier attempt has made and nobody has noted, and note it.

        What people have done to it since is for whoever writes it next to see, or for the next reading.
        """
        if not self.unknown:
            return None
        looking = self._looking(contact)
        found = await looking.anywhere(target)
        self.unknown = False
        if found is None:
            return None
        (written, place), (start, end, user) = found, looking.asked_last
        wrote = {"start": start, "end": end, "user": user, "status": "confirmed", "target": where_of(place)}
        wrote["at"] = self._now
        link = CrmLink(booking=self._taken.booking.id, written=written, contact=contact, version=0, wrote=wrote)
        await self._note(link, in_place_of=None)
        return link

    def _looking(self, contact: str | None) -> Looking:
        settings = self._connected.connection.settings
        return Looking(crm=self._crm, settings=settings, taken=self._taken, contact=contact)

    async def _note(self, link: CrmLink, *, in_place_of: CrmLink | None) -> None:
        """Note what an entry is, so that it isn't forgotten whatever becomes of this attempt."""
        async with self._outward.storage.open(self._business) as books:
            connection = await books.integrations.connections.find()
            ours = connection is not None and connection.account == self._taken.account
            if ours and await books.integrations.writes.link(link.booking, for_change=True) == in_place_of:
                await books.integrations.writes.save_link(link)

    async def _made(self, visit: CrmVisit, *, without: CrmWritten | None = None) -> CrmWritten:
        """Make the entry, or bring one to what stands that an earlier attempt has made."""
        if self.unknown:
            looking = self._looking(visit.contact)
            found = await looking.at(visit.target, without=without)
            if found is not None:
                # One that people have cancelled stays so: the booking follows it.
                if not await looking.is_over(found):
                    await self._crm.change(found, visit)
                return found
        # Whatever breaks this off: the request may have got there.
        self.unknown = True
        try:
            return await self._crm.create(visit)
        except CrmOutcomeUnknownError:
            raise
        except CrmError:
            self.unknown = False
            raise

    async def _changed(self, written: CrmWritten, visit: CrmVisit) -> CrmWritten:
        """Change the entry; one that is gone is made anew."""
        try:
            await self._crm.change(written, visit)
        except CrmNotFoundError:
            self.unknown = True
            return await self._made(visit, without=written)
        return written

    async def _transferred(self, link: CrmLink, visit: CrmVisit, wrote: dict[str, Any]) -> CrmWritten:
        """Make the entry where it belongs now, and only then cancel the old one, which is remembered until then."""
        self.unknown = True
        old = link.written
        written = await self._made(visit, without=old)
        leaving = replace(link, written=written, wrote={**wrote, "leaves": [old.source.value, old.source_id]})
        await self._note(leaving, in_place_of=link)
        self.unknown = False
        await self._leave(old)
        return written

    async def _leave(self, old: CrmWritten) -> None:
        # Nobody shall read that their visit was cancelled because it is in another calendar now.
        await self._crm.cancel(old, notify=False)

    def _print_of(self, contact: str, fields: Mapping[str, str]) -> str:
        return print_of([contact, dict(fields)], secret=self._taken.secret)

    async def _end_proposals(self, contact: str) -> None:
        """End what the pipeline asks for where this is the answer to it."""
        async with self._outward.storage.open(self._business) as books:
            await end_proposals(books, self._taken.booking, contact=contact)

    @property
    def _notify(self) -> bool:
        return self._connected.connection.settings.notify and self._taken.booking.end > self._now


def _differs(entries: tuple[Mirrored, ...], visit: CrmVisit) -> bool:
    """Whether the entry was last seen to show something else, as when people have edited its title."""
    standing = [one for one in entries if not one.deleted and one.unreadable is None]
    if not standing:
        return False
    span = (min(one.start for one in standing), max(one.end for one in standing))
    return span != (visit.start, visit.end) or any(
        one.title != visit.title or one.status in {OutsideStatus.CANCELLED, OutsideStatus.INVALID} for one in standing
    )


def _stands_there(entries: tuple[Mirrored, ...]) -> bool:
    return any(one.takes_time and not one.deleted for one in entries)
