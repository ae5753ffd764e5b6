"""Connect a business to an account of a CRM: what opens it is tried before it is kept.

A new token for the account that is connected already changes nothing else: whatever waited goes on. Another account
begins anew, with choices of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from fieldfare.domain.actors import Actor
from fieldfare.domain.clock import DAY
from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.ports.crm import (
    Capability,
    CapabilityState,
    Crm,
    CrmAccount,
    CrmError,
    CrmForbiddenError,
    CrmNotFoundError,
    CrmRefusedError,
    CrmScope,
    CrmUnauthorisedError,
    SourceKind,
)
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.integrations.connection_trail import write_down
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.read_all import read_all
from fieldfare.usecases.integrations.refusals import ScopesMissingError, TokenRefusedError, WrongAccountError

PROVIDER = "ghl"
_SCOPE = 401
_ANYTHING = "fieldfare"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """What opens an account, and which account it has to be; `agency` is whose install opened it, if one did."""

    account: str
    credentials: Credentials = field(repr=False)
    actor: Actor
    granted: str = "token"
    agency: str | None = None


async def connect(outward: Outward, business: str, wanted: Connect, *, now: int) -> Connection:
    """Try the credentials and keep them; gives the connection as it is now.

    Raises `TokenRefusedError`, `ScopesMissingError`, `WrongAccountError`, `AccountTakenError`, `SealingError`, and
    `CrmUnavailableError` where the CRM can't be asked now.
    """
    draft = Connection(
        provider=PROVIDER,
        account=wanted.account,
        name=wanted.account,
        time_zone="UTC",
        state=ConnectionState.SETTING_UP,
        granted=wanted.granted,
        agency=wanted.agency,
        created_at=now,
    )
    crm = outward.crms.trial(draft, wanted.credentials)
    account = await _opened(crm, wanted.account, now=now)
    tried = replace(
        draft,
        name=account.name,
        time_zone=account.time_zone,
        agency=wanted.agency or account.company,
        checked_at=now,
    )
    async with outward.storage.open(business) as books:
        known = await books.integrations.connections.find(for_change=True)
        made = await books.integrations.connections.save(_joined(known, tried), credentials=wanted.credentials)
        await books.integrations.failures.over(system=PROVIDER, code=CrmUnauthorisedError.code, at=now)
        action = "connect" if known is None or known.account != made.account else "reconnect"
        await write_down(books, action, wanted.actor, before=known, after=made)
        if made.live and not (known and known.live):
            await read_all(books)
    outward.crms.forget(business)
    return made


async def _opened(crm: Crm, named: str, *, now: int) -> CrmAccount:
    """Read the account and try what is needed of it; raises the refusals."""
    try:
        account = await crm.account()
    except CrmUnauthorisedError:
        raise TokenRefusedError("GoHighLevel does not take this token: copy it again, or make a new one.") from None
    except CrmForbiddenError as error:
        if error.status == _SCOPE:
            raise ScopesMissingError(
                "The token may not read the location: give it the scope locations.readonly."
            ) from None
        raise WrongAccountError(f"The token is not for the location {named}.") from None
    except (CrmNotFoundError, CrmRefusedError):
        raise WrongAccountError(f"GoHighLevel knows no location {named}.") from None
    if account.id != named:
        raise WrongAccountError(f"The token is not for the location {named}.")
    missing = await _lacking(crm, now=now)
    if missing:
        raise ScopesMissingError(" ".join(line.advice for line in missing), missing=missing)
    return account


async def _lacking(crm: Crm, *, now: int) -> tuple[Capability, ...]:
    """Try what nothing works without, and name what the token may not do. All else is told by the check."""
    refused: dict[str, CrmError] = {}

    async def allowed(name: str, question: Awaitable[tuple[T, ...]]) -> tuple[T, ...]:
        try:
            return await question
        except CrmForbiddenError as error:
            refused[name] = error
            return ()

    users = await allowed("users", crm.users())
    calendars = await allowed("calendars", crm.calendars())
    await allowed("contacts", crm.search_contacts(_ANYTHING, limit=1))
    scopes = {
        "appointments": [CrmScope(source=SourceKind.APPOINTMENTS, calendar=one.id) for one in calendars[:1]],
        "blocks": [CrmScope(source=SourceKind.BLOCKS, user=one.id) for one in users[:1]],
    }
    for name, asked in scopes.items():
        reading = await crm.read(asked, since=now, until=now + DAY, pressing=True)
        for error in reading.failed.values():
            if isinstance(error, CrmForbiddenError):
                refused[name] = error
    return tuple(
        Capability(name=name, state=CapabilityState.MISSING, advice=f"GoHighLevel: {error}.")
        for name, error in refused.items()
    )


def _joined(known: Connection | None, tried: Connection) -> Connection:
    """Keep of a known connection to the same account all but what was just tried."""
    if known is None or known.account != tried.account:
        return tried
    lives = known.state is ConnectionState.RECONNECT
    return replace(
        tried,
        state=ConnectionState.CONNECTED if lives else known.state,
        settings=known.settings,
        created_at=known.created_at,
        version=known.version,
    )
