"""Brings appointments, blocked slots and service bookings into one form; three shapes go in, `Outside` comes out.

What can't be read comes out as `Unreadable`, unless it is cancelled or deleted: then nothing needs to be known of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldfare.adapters.crms.ghl.moments import Fault, Span, read_instant, read_span, said
from fieldfare.adapters.crms.ghl.picking import Row, flag, ids, parts, text
from fieldfare.adapters.crms.ghl.placing import place_in
from fieldfare.adapters.crms.ghl.statuses import status_of
from fieldfare.domain.clock import Clock
from fieldfare.domain.mirrored import Outside, OutsideStatus, Unreadable
from fieldfare.ports.crm import CrmScope, SourceKind

Read = Outside | Unreadable

LONGEST_SAID = 40
_OVER = frozenset({OutsideStatus.CANCELLED, OutsideStatus.INVALID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose entries they are, by which clock naive times are read, and where services take place, by location id."""

    id: str
    clock: Clock
    places: Mapping[str, str] = field(default_factory=dict, repr=False)


def map_event(row: Row, scope: CrmScope, account: Account) -> tuple[Read, ...]:
    """Bring an appointment or a blocked slot into our form; what it doesn't say of itself, the question said."""
    id_ = text(row, "id", "_id")
    if not id_ or not of_account(row, account):
        return ()
    blocks = scope.source is SourceKind.BLOCKS
    status = OutsideStatus.BLOCKED if blocks else status_of(row)
    deleted = flag(row, "deleted")
    start, end = row.get("startTime"), row.get("endTime")
    span = read_span(start, end, account.clock, full_day=flag(row, "isFullDay"))
    if isinstance(span, Fault):
        if deleted or status in _OVER:
            return ()
        return (_unreadable(account, span, (start, end), source=scope.source, source_id=id_),)
    people = ids(row, "assignedUserId", "users") or ids(row, "userId")
    calendar = text(row, "calendarId")
    if not people and not calendar and scope.user is not None:
        # What is a calendar's and names nobody is its whole team's, whoever's list it came in.
        people = frozenset({scope.user})
    entry = Outside(
        source=scope.source,
        source_id=id_,
        start=span.start,
        end=span.end,
        status=status,
        account=account.id,
        series=text(row, "masterEventId") or None,
        calendar=calendar or scope.calendar,
        people=people,
        contact=text(row, "contactId") or None,
        title=text(row, "title"),
        description=text(row, "description", "notes"),
        place_text=place_in(text(row, "address")),
        updated_at=read_instant(row.get("dateUpdated"), account.clock),
        deleted=deleted,
    )
    return (entry,)


def map_booking(row: Row, account: Account) -> tuple[Read, ...]:
    """Bring a service booking into our form, one entry for each leg, in the order of their starts.

    Where the start of one can't be read none can: nobody can say which of those that were known before it is.
    """
    id_ = text(row, "bookingId", "id", "_id")
    if not id_ or not of_account(row, account):
        return ()
    legs = _legs(row, account)
    lost = next((leg for leg in legs if leg.start is None), None)
    return tuple(
        entry
        for number, leg in enumerate(legs)
        if (entry := _leg_entry(row, account, leg if lost is None else lost, number=number, id_=id_)) is not None
    )


def _leg_entry(row: Row, account: Account, leg: _Leg, *, number: int, id_: str) -> Read | None:
    status, deleted, span = status_of(row), flag(row, "deleted"), leg.span
    if isinstance(span, Fault):
        if deleted or status in _OVER:
            return None
        return _unreadable(account, span, leg.said, source=SourceKind.SERVICES, source_id=id_, leg=number)
    return Outside(
        source=SourceKind.SERVICES,
        source_id=id_,
        start=span.start,
        end=span.end,
        status=status,
        account=account.id,
        leg=number,
        calendar=leg.service or None,
        people=leg.people,
        contact=text(row, "contactId") or None,
        title=text(row, "title"),
        place_text=_place(row, account),
        updated_at=read_instant(row.get("dateUpdated"), account.clock),
        deleted=deleted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    service: str
    start: int | None
    span: Span | Fault
    people: frozenset[str]
    said: tuple[object, object]

    @property
    def order(self) -> tuple[int, str, tuple[str, ...]]:
        return (self.start or 0, self.service, tuple(sorted(self.people)))


def _legs(row: Row, account: Account) -> list[_Leg]:
    """Read the legs, in the order of their starts and services; a booking that names none is one leg of nobody."""
    whole = (row.get("startTime"), row.get("endTime"))
    legs = []
    for part in list(parts(row, "services")) or [{}]:
        people = ids(part, "serviceStaffId")
        times = (part.get("serviceStartTime"), part.get("serviceEndTime"))
        if not people or not all(map(said, times)):
            # What a leg leaves open is as wide as the booking, and may be anybody's.
            people, times = frozenset(), whole
        start, span = read_instant(times[0], account.clock), read_span(*times, account.clock)
        legs.append(_Leg(service=text(part, "id"), start=start, span=span, people=people, said=times))
    return sorted(legs, key=lambda leg: leg.order)


def _place(row: Row, account: Account) -> str | None:
    written = text(row, "meetingLocation") or account.places.get(text(row, "serviceLocationId"), "")
    return place_in(written)


def of_account(row: Row, account: Account) -> bool:
    """Tell whether an entry is of this account; one that doesn't say is."""
    return text(row, "locationId") in {"", account.id}


def _unreadable(
    account: Account,
    fault: Fault,
    times: tuple[object, object],
    *,
    source: SourceKind,
    source_id: str,
    leg: int | None = None,
) -> Unreadable:
    return Unreadable(
        source=source,
        source_id=source_id,
        account=account.id,
        fault=fault,
        leg=leg,
        said_start=said(times[0])[:LONGEST_SAID],
        said_end=said(times[1])[:LONGEST_SAID],
    )
