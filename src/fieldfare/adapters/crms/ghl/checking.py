"""Tries each capability by reading alone, and says in a sentence what is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.catalogue import Catalogue
from fieldfare.adapters.crms.ghl.operations import (
    LIST_BLOCKS,
    LIST_BOOKINGS,
    LIST_EVENTS,
    LIST_NOTES,
    SEARCH_CONTACTS,
    Operation,
)
from fieldfare.adapters.crms.ghl.picking import listed, text
from fieldfare.domain.clock import DAY
from fieldfare.ports.crm import (
    Capability,
    CapabilityState,
    CrmCalendar,
    CrmError,
    CrmForbiddenError,
    CrmRateLimitedError,
    CrmUnauthorisedError,
    CrmUnavailableError,
    CrmUser,
)

_KINDS = {
    "event": "nobody is assigned to an event calendar",
    "class_booking": "several customers share a slot of a class calendar",
    "collective": "all members of a collective calendar are busy with each visit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """The check of one account. `now` gives the instant around which calendars are tried."""

    caller: Caller
    catalogue: Catalogue
    account: str
    now: Callable[[], int]

    async def check(self) -> tuple[Capability, ...]:
        """Give a line for each capability, then one for each calendar and each user."""
        self.catalogue.forget()
        users: tuple[CrmUser, ...] = ()
        calendars: tuple[CrmCalendar, ...] = ()
        lines = [await _tried("account", self.catalogue.account())]
        try:
            users = await self.catalogue.users()
            lines.append(_line("users", "" if users else "Nobody works in this account yet: add its technicians."))
        except CrmError as error:
            lines.append(_failed("users", error))
        try:
            calendars = await self.catalogue.calendars()
            lines.append(_line("calendars", "" if calendars else "There is no calendar yet: make one for visits."))
        except CrmError as error:
            lines.append(_failed("calendars", error))
        lines.append(await self._listing("appointments", LIST_EVENTS, "events", _first(calendars, "calendarId")))
        lines.append(await self._listing("blocks", LIST_BLOCKS, "events", _first(users, "userId")))
        lines.append(await self._services())
        lines += await self._contacts()
        lines.append(await _tried("fields", self.catalogue.fields()))
        lines.append(await _tried("opportunities", self.catalogue.pipelines()))
        lines += [_line(f"calendar:{calendar.id}", _fault(calendar)) for calendar in calendars]
        if calendars:
            lines += [_line(f"technician:{user.id}", _lack(user, calendars)) for user in users]
        return tuple(lines)

    async def _listing(self, name: str, operation: Operation, envelope: str, selector: dict[str, str]) -> Capability:
        if not selector:
            missing = "calendar" if operation is LIST_EVENTS else "user"
            advice = f"Can't be tried without a {missing}."
            return Capability(name=name, state=CapabilityState.UNTRIED, advice=advice)
        return await _tried(name, self._list(operation, envelope, selector))

    async def _list(self, operation: Operation, envelope: str, selector: dict[str, str]) -> None:
        now = self.now()
        window = {"startTime": str((now - DAY) * 1_000), "endTime": str((now + DAY) * 1_000)}
        body = await self.caller.call(operation, params={"locationId": self.account, **window, **selector})
        listed(body, envelope)

    async def _services(self) -> Capability:
        try:
            services = await self.catalogue.services()
            if services:
                await self._list(LIST_BOOKINGS, "bookings", {})
        except CrmError as error:
            return _failed("services", error)
        if not services:
            advice = "Services are not enabled in this account, or it has none. Visits can go into calendars."
            return Capability(name="services", state=CapabilityState.MISSING, advice=advice)
        return _line("services", "")

    async def _contacts(self) -> list[Capability]:
        body = {"locationId": self.account, "page": 1, "pageLimit": 1}
        try:
            rows = listed(await self.caller.call(SEARCH_CONTACTS, body=body), "contacts")
        except CrmError as error:
            untried = Capability(name="notes", state=CapabilityState.UNTRIED, advice="Can't be tried without contacts.")
            return [_failed("contacts", error), untried]
        contact = next((text(row, "id", "_id") for row in rows), "")
        if not contact:
            untried = Capability(
                name="notes", state=CapabilityState.UNTRIED, advice="Can't be tried without a contact."
            )
            return [_line("contacts", ""), untried]
        return [_line("contacts", ""), await _tried("notes", self.caller.call(LIST_NOTES, id_=contact))]


async def _tried(name: str, question: Awaitable[object]) -> Capability:
    try:
        await question
    except CrmError as error:
        return _failed(name, error)
    return _line(name, "")


def _line(name: str, fault: str) -> Capability:
    state = CapabilityState.MISSING if fault else CapabilityState.WORKS
    return Capability(name=name, state=state, advice=fault)


def _failed(name: str, error: CrmError) -> Capability:
    """Say what to do about an error; one that passes by itself says nothing about the capability."""
    said = f"GoHighLevel: {error}."
    if isinstance(error, CrmRateLimitedError):
        said = "GoHighLevel takes no more calls for now: try again in a while."
    elif isinstance(error, CrmUnavailableError):
        said = "GoHighLevel does not answer now: try again in a while."
    elif isinstance(error, CrmUnauthorisedError):
        said = "GoHighLevel does not take the token: make a new one and enter it."
    elif isinstance(error, CrmForbiddenError):
        said = f"{said} Give the token this scope in GoHighLevel, and see that it is of this location."
    passes = isinstance(error, CrmUnavailableError)
    return Capability(name=name, state=CapabilityState.UNTRIED if passes else CapabilityState.MISSING, advice=said)


def _first(things: tuple[CrmCalendar, ...] | tuple[CrmUser, ...], selector: str) -> dict[str, str]:
    return {selector: things[0].id} if things else {}


def _fault(calendar: CrmCalendar) -> str:
    """Say why a calendar can't take visits; empty if it can."""
    if not calendar.active:
        return f"The calendar {calendar.name} is a draft: make it active."
    if calendar.kind in _KINDS:
        why = _KINDS[calendar.kind]
        return f"The calendar {calendar.name} can't take visits: {why}. Use a round robin or a personal one."
    if not calendar.users:
        return f"The calendar {calendar.name} has no team members: add the technicians."
    return ""


def _lack(user: CrmUser, calendars: tuple[CrmCalendar, ...]) -> str:
    if any(user.id in calendar.users for calendar in calendars):
        return ""
    return f"{user.name or 'This user'} is in no calendar: add them to one that takes visits."
