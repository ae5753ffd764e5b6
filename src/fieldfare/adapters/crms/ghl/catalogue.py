"""The account and what it consists of: users, calendars, services, custom fields, pipelines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.operations import (
    CREATE_FIELD,
    GET_ACCOUNT,
    LIST_CALENDARS,
    LIST_FIELDS,
    LIST_PIPELINES,
    LIST_SERVICE_LOCATIONS,
    LIST_SERVICES,
    LIST_USERS,
    SEARCH_USERS,
)
from fieldfare.adapters.crms.ghl.picking import Row, flag, ids, inner, listed, minutes, parts, text
from fieldfare.domain.clock import MINUTE, Clock, UnknownTimeZoneError, clock_of
from fieldfare.ports.crm import (
    CrmAccount,
    CrmCalendar,
    CrmField,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmPipeline,
    CrmRefusedError,
    CrmService,
    CrmServiceLocation,
    CrmStage,
    CrmUser,
)

KEPT_SECONDS = 15 * MINUTE
PAGE = 100
MOST_PAGES = 50

T = TypeVar("T")


class Catalogue:
    """What seldom changes; the account, calendars, services and fields are kept for a quarter of an hour."""

    def __init__(self, caller: Caller, *, account: str, time_zone: str) -> None:
        """Know the account and the time zone that it had when it was connected."""
        self._caller = caller
        self._account = account
        self._time_zone = time_zone
        self._kept: dict[str, tuple[float, Any]] = {}

    def forget(self) -> None:
        """Look everything up anew the next time."""
        self._kept.clear()

    async def clock(self) -> Clock:
        """Give the account's clock: the one of its connection, unless that is none."""
        try:
            return clock_of(self._time_zone)
        except UnknownTimeZoneError:
            zone = (await self.account()).time_zone
        try:
            return clock_of(zone)
        except UnknownTimeZoneError:
            raise CrmRefusedError("the account's time zone is none that is known") from None

    async def account(self) -> CrmAccount:
        """Read the account."""
        return await self._once("account", self._read_account)

    async def users(self) -> tuple[CrmUser, ...]:
        """List who works in the account; the search asks for the agency's id, even by the account's own token."""
        company = (await self.account()).company
        if company is None:
            body = await self._caller.call(LIST_USERS, params={"locationId": self._account})
            return tuple(filter(None, map(_user, listed(body, "users"))))
        found: dict[str, CrmUser] = {}
        for page in range(MOST_PAGES):
            params = {"companyId": company, "locationId": self._account, "skip": str(page * PAGE), "limit": str(PAGE)}
            rows = listed(await self._caller.call(SEARCH_USERS, params=params), "users")
            found |= {user.id: user for user in map(_user, rows) if user is not None}
            if len(rows) < PAGE:
                break
        return tuple(found.values())

    async def calendars(self) -> tuple[CrmCalendar, ...]:
        """List the calendars, drafts among them."""
        return await self._once("calendars", self._read_calendars)

    async def services(self) -> tuple[CrmService, ...]:
        """List the services; an account without them answers with nothing, or not at all."""
        return await self._once("services", self._read_services)

    async def service_locations(self) -> tuple[CrmServiceLocation, ...]:
        """List where services take place."""
        return await self._once("service locations", self._read_service_locations)

    async def fields(self) -> tuple[CrmField, ...]:
        """List the custom fields of contacts."""
        return await self._once("fields", self._read_fields)

    async def create_field(self, name: str) -> CrmField:
        """Make a custom field of contacts."""
        body = {"name": name, "dataType": "TEXT", "model": "contact"}
        answer = await self._caller.call(CREATE_FIELD, id_=self._account, body=body)
        self._kept.pop("fields", None)
        made = _field(inner(answer, "customField") or answer)
        if made is None:
            raise CrmOutcomeUnknownError("the answer doesn't name the new custom field")
        return made

    async def pipelines(self) -> tuple[CrmPipeline, ...]:
        """List the pipelines."""
        body = await self._caller.call(LIST_PIPELINES, params={"locationId": self._account})
        return tuple(
            CrmPipeline(
                id=text(row, "id", "_id"),
                name=text(row, "name"),
                stages=tuple(
                    CrmStage(id=text(stage, "id", "_id"), name=text(stage, "name")) for stage in parts(row, "stages")
                ),
            )
            for row in listed(body, "pipelines")
        )

    async def _once(self, name: str, read: Callable[[], Awaitable[T]]) -> T:
        now = self._caller.lane.ticker.clock()
        kept = self._kept.get(name)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            value: T = kept[1]
            return value
        value = await read()
        self._kept[name] = (now, value)
        return value

    async def _read_account(self) -> CrmAccount:
        body = await self._caller.call(GET_ACCOUNT, id_=self._account)
        row = inner(body, "location") or body
        if text(row, "id", "_id") not in {"", self._account}:
            raise CrmRefusedError("GoHighLevel answered with another account")
        return CrmAccount(
            id=self._account,
            company=text(row, "companyId") or None,
            name=text(row, "name") or text(inner(row, "business"), "name"),
            time_zone=text(row, "timezone") or text(inner(row, "business"), "timezone"),
            country=text(row, "country") or text(inner(row, "business"), "country") or None,
            allows_duplicates=flag(inner(row, "settings"), "allowDuplicateContact"),
        )

    async def _read_calendars(self) -> tuple[CrmCalendar, ...]:
        params = {"locationId": self._account, "showDrafted": "true"}
        rows = listed(await self._caller.call(LIST_CALENDARS, params=params), "calendars")
        return tuple(_calendar(row) for row in rows if text(row, "id", "_id"))

    async def _read_services(self) -> tuple[CrmService, ...]:
        try:
            body = await self._caller.call(LIST_SERVICES, params={"locationId": self._account})
        except (CrmNotFoundError, CrmRefusedError):
            return ()
        return tuple(
            CrmService(
                id=text(row, "id", "_id"),
                name=text(row, "name"),
                users=ids(row, "staff"),
                minutes=minutes(row, "serviceDuration", "serviceDurationUnit") or None,
            )
            for row in listed(body, "services")
        )

    async def _read_service_locations(self) -> tuple[CrmServiceLocation, ...]:
        try:
            body = await self._caller.call(LIST_SERVICE_LOCATIONS, params={"locationId": self._account})
        except (CrmNotFoundError, CrmRefusedError):
            return ()
        return tuple(
            CrmServiceLocation(
                id=text(row, "id", "_id"),
                name=text(row, "name"),
                asks_booker=text(row, "locationType") == "ask_booker",
                address=text(row, "address"),
            )
            for row in listed(body, "serviceLocations")
        )

    async def _read_fields(self) -> tuple[CrmField, ...]:
        body = await self._caller.call(LIST_FIELDS, id_=self._account, params={"model": "contact"})
        return tuple(made for row in listed(body, "customFields") if (made := _field(row)) is not None)


def _user(row: Row) -> CrmUser | None:
    """Read a user; one that was deleted is none."""
    id_ = text(row, "id", "_id")
    if not id_ or flag(row, "deleted"):
        return None
    name = text(row, "name") or f"{text(row, 'firstName')} {text(row, 'lastName')}".strip()
    return CrmUser(id=id_, name=name, email=text(row, "email") or None)


def _calendar(row: Row) -> CrmCalendar:
    return CrmCalendar(
        id=text(row, "id", "_id"),
        name=text(row, "name"),
        kind=text(row, "calendarType"),
        active=row.get("isActive") is not False,
        users=ids(row, "teamMembers"),
    )


def _field(row: Row) -> CrmField | None:
    """Read a custom field; one of opportunities is none."""
    id_, model = text(row, "id", "_id"), text(row, "model")
    if not id_ or model not in {"", "contact"}:
        return None
    return CrmField(
        id=id_, key=text(row, "fieldKey", "key"), name=text(row, "name"), kind=text(row, "dataType") or "TEXT"
    )
