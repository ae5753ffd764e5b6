"""The way to one business's CRM: what is read with, and what it is understood by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.business import Business
from fieldfare.domain.connections import Connection
from fieldfare.ports.crm import Crm, CrmError
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.scopes import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A business, its CRM, and how its account is laid out; `trouble` is why that isn't certain."""

    outward: Outward
    business: Business
    connection: Connection
    crm: Crm
    layout: Layout
    trouble: CrmError | None = None


async def open_way(outward: Outward, business: str, *, now: int) -> Way | None:
    """Open the way to a business's CRM; None where none is connected.

    Whoever is no technician of the business any more is nobody. Raises `UnknownBusinessError` and
    `StorageUnavailableError`.
    """
    connected = await outward.crms.of(business)
    if connected is None:
        return None
    connection = connected.connection
    known = (await outward.businesses.current(business, now=now)).snapshot.business
    people = {person.id for person in known.technicians}
    users = {user: one for user, one in connection.settings.technicians.items() if one in people}
    layout, trouble = await outward.memory.layouts.of(
        business,
        connection.account,
        replace(connection.settings, technicians=users),
        connected.crm,
    )
    return Way(
        outward=outward, business=known, connection=connection, crm=connected.crm, layout=layout, trouble=trouble
    )
