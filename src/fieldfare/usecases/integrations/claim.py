"""Taking something to be written in hand, so that nobody else does, and noting what came of it.

A worker may be killed at any point. What it had in hand is free again after a while, and whoever takes it up then
knows whether an entry may have been made whose name nobody has heard: `begun`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.connections import Connection, ConnectionSettings
from fieldfare.ports.bookings import BookingFilter, LinkPurpose
from fieldfare.ports.crm import CrmVisit
from fieldfare.ports.customers import BookingContact
from fieldfare.ports.integrations import CrmLink, CrmWrite, Mirrored, WriteKind, WriteState
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.confirm import manage_link
from fieldfare.usecases.integrations.late_entries import LATE_SECONDS, Asked, asked_in
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.person import manage_token
from fieldfare.usecases.integrations.visit_of import Sheet

HELD_SECONDS = 30
"""For how long an attempt has something in hand; it gives up before."""
_MOST_SENT = 20
_AHEAD = (Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS)
_MOST_AHEAD = 5


class Outcome(StrEnum):
    """What came of an attempt: `trouble` concerns everything else that is to be written, too."""

    DONE = "done"
    AGAIN = "again"
    TROUBLE = "trouble"
    PARKED = "parked"
    NOTHING = "nothing"


class NotYetError(Exception):
    """Something else has to be written first: not before an instant."""

    def __init__(self, at: int) -> None:
        """Keep when to look again."""
        super().__init__(at)
        self.at = at


class NeedlessError(Exception):
    """There is nothing to write any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that is in hand: what is to be written, and what the CRM is known to hold of it.

    `account` is whose CRM it is written to. `searched` says that there may be an entry that nobody has noted, and
    `asked` what earlier attempts asked for without an answer that counts: start, end, and who goes. `shown` is whose
    fields the contact shows where the booking itself is over.
    """

    write: CrmWrite
    account: str
    booking: Booking
    said: BookingContact | None = field(repr=False)
    sheet: Sheet | None = field(repr=False)
    link: CrmLink | None
    contact: str | None
    entries: tuple[Mirrored, ...]
    secret: bytes = field(repr=False)
    searched: bool = False
    asked: tuple[Asked, ...] = ()
    shown: Sheet | None = field(default=None, repr=False)

    @property
    def unanswered(self) -> bool:
        """Whether an entry may still turn up that was asked for without an answer."""
        return self.searched and bool(self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What the CRM holds now, as far as this attempt knows it; `moved` says that somebody's day has changed there.

    `visit` is how the entry was written, where it was.
    """

    link: CrmLink | None = None
    contact: str | None = None
    visit: CrmVisit | None = None
    moved: bool = False


async def claim(
    books: Books, outward: Outward, write_id: str, *, business: Business, connection: Connection, now: int
) -> Claim | None:
    """Take something in hand; None where it is done, or somebody else is at it."""
    settings = connection.settings
    seen = await books.integrations.writes.find(write_id)
    if seen is None:
        return None
    # The booking is locked first, as by every change of it: else each could wait for the other.
    booking = await books.bookings.find(seen.booking, for_change=True)
    write = await books.integrations.writes.find(write_id, for_change=True)
    if write is None or write.state is not WriteState.WAITING or int(write.facts.get("held_until", 0)) > now:
        return None
    if booking is None:
        await books.integrations.writes.change(replace(write, state=WriteState.DROPPED, done_at=now))
        return None
    link = await books.integrations.writes.link(booking.id)
    said = (await books.customers.said_for([booking.id])).get(booking.id)
    contact = None if booking.customer is None else await books.integrations.writes.contact_of(booking.customer)
    known = await _known(books, write, booking, link, contact=contact if link is None else link.contact or contact)
    secret = await books.secret()
    visit = write.kind is WriteKind.VISIT
    facts = dict(write.facts) | {"held_until": now + HELD_SECONDS}
    if visit and booking.status is not Status.CANCELLED and booking.technician is not None:
        # What an attempt asked for whose answer was lost is nothing that people have done.
        asked = (booking.start, booking.end, settings.user_of(booking.technician))
        facts["sent"] = [list(one) for one in (*(one for one in known.asked if one != asked), asked)][-_MOST_SENT:]
    # A note that was asked for without an answer may turn up late, and can't be taken back: as after an outage (O12).
    held = HELD_SECONDS if visit else LATE_SECONDS
    taken = replace(
        write,
        attempts=write.attempts + 1,
        next_at=max(write.next_at, now + held),
        begun=write.begun or (visit and link is None and booking.status is not Status.CANCELLED),
        facts=facts,
    )
    await books.integrations.writes.change(taken)
    sheets = _Sheets(books, outward, business, settings, secret)
    ahead = None
    if visit and not booking.status.stands:
        ahead = await _ahead(books, booking, contact=known.contact, now=now)
    return Claim(
        write=taken,
        account=connection.account,
        booking=booking,
        said=said,
        sheet=None if said is None else await sheets.of(booking, said),
        link=link,
        contact=known.contact,
        entries=known.entries,
        secret=secret,
        searched=known.searched,
        asked=known.asked,
        shown=None if ahead is None or said is None else await sheets.of(*ahead),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a booking's entry and of earlier attempts."""

    contact: str | None
    entries: tuple[Mirrored, ...] = ()
    asked: tuple[Asked, ...] = ()
    searched: bool = False


async def _known(
    books: Books, write: CrmWrite, booking: Booking, link: CrmLink | None, *, contact: str | None
) -> _Known:
    """Look up what the account was last seen to hold, and what attempts have asked for whose answer was lost.

    Those count, too, that were dropped when the account was taken away: it may be connected again.
    """
    if link is not None:
        entries = await books.integrations.mirror.of_source(link.written.source, link.written.source_id)
        return _Known(contact=contact, entries=entries, asked=asked_in(write), searched=write.begun)
    if write.kind is not WriteKind.VISIT:
        return _Known(contact=contact)
    seen = (await books.integrations.mirror.of_bookings([booking.id])).get(booking.id, ())
    entries = tuple(one for one in seen if not one.deleted)
    before = [
        one
        for one in reversed(await books.integrations.writes.visits_of(booking.id))
        if one.begun and one.state is WriteState.DROPPED
    ]
    asked = dict.fromkeys(each for one in (*before, write) for each in asked_in(one))
    searched = write.begun or bool(before or entries)
    return _Known(contact=contact, entries=entries, asked=tuple(asked), searched=searched)


async def _ahead(
    books: Books, booking: Booking, *, contact: str | None, now: int
) -> tuple[Booking, BookingContact] | None:
    """Find the next visit of a contact: once another of theirs is over, their fields are about that."""
    if booking.customer is None or contact is None:
        return None
    wanted = BookingFilter(customer=booking.customer, statuses=_AHEAD, since=now)
    for one in await books.bookings.page(wanted, after=None, limit=_MOST_AHEAD):
        link = await books.integrations.writes.link(one.id)
        said = (await books.customers.said_for([one.id])).get(one.id)
        if link is not None and link.contact == contact and said is not None:
            return one, said
    return None


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Makes sheets, each with a link by which its visit is managed."""

    books: Books
    outward: Outward
    business: Business
    settings: ConnectionSettings
    secret: bytes = field(repr=False)

    async def of(self, booking: Booking, said: BookingContact) -> Sheet:
        token = manage_token(booking, secret=self.secret)
        await self.books.links.add(manage_link(booking, token))
        link = self.outward.link(self.books.business, LinkPurpose.MANAGE, token)
        return Sheet(booking=booking, said=said, business=self.business, settings=self.settings, manage_link=link)
