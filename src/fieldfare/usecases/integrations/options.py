"""What an account has to choose from: who works there, its calendars, services, fields and pipelines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from fieldfare.ports.crm import (
    Crm,
    CrmCalendar,
    CrmField,
    CrmForbiddenError,
    CrmNotFoundError,
    CrmPipeline,
    CrmRefusedError,
    CrmService,
    CrmServiceLocation,
    CrmUser,
)
from fieldfare.usecases.integrations.crms import Connected
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.refusals import NotConnectedError

T = TypeVar("T")

UNFIT_KINDS = frozenset({"class_booking", "collective", "event"})
"""Types of calendars whose appointments are many people's, or nobody's: no visit can be written there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Whatever the token may see of them: `unseen` names what it may not."""

    users: tuple[CrmUser, ...] = ()
    calendars: tuple[CrmCalendar, ...] = ()
    services: tuple[CrmService, ...] = ()
    service_locations: tuple[CrmServiceLocation, ...] = ()
    fields: tuple[CrmField, ...] = ()
    pipelines: tuple[CrmPipeline, ...] = ()
    unseen: frozenset[str] = frozenset()


async def opened(outward: Outward, business: str) -> Connected:
    """Open the CRM of a business even while it is set up or paused; raises `NotConnectedError`."""
    connected = await outward.crms.of(business, even_paused=True)
    if connected is None:
        raise NotConnectedError
    return connected


async def read_options(outward: Outward, business: str) -> Options:
    """Ask the CRM of a business; raises `NotConnectedError`, and `CrmError` where nothing can be asked now."""
    return await options_of((await opened(outward, business)).crm)


async def options_of(crm: Crm) -> Options:
    """Ask for everything at once."""
    unseen: set[str] = set()

    async def seen(name: str, asked: Awaitable[tuple[T, ...]]) -> tuple[T, ...]:
        try:
            return await asked
        except (CrmForbiddenError, CrmNotFoundError, CrmRefusedError):
            unseen.add(name)
            return ()

    users, calendars, services, locations, fields, pipelines = await asyncio.gather(
        seen("users", crm.users()),
        seen("calendars", crm.calendars()),
        seen("services", crm.services()),
        seen("services", crm.service_locations()),
        seen("fields", crm.fields()),
        seen("opportunities", crm.pipelines()),
    )
    return Options(
        users=users,
        calendars=calendars,
        services=services,
        service_locations=locations,
        fields=fields,
        pipelines=pipelines,
        unseen=frozenset(unseen),
    )
