"""Complete an authorisation: the code of the redirect becomes credentials, and those a connection.

An agency that lets the app in has accounts: the one that was named before, or the only one, is connected. Its token is
kept with the agency's refresh token, sealed like any other, as an account's token is had by that of its agency alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fieldfare.domain.actors import Actor
from fieldfare.domain.connections import Connection
from fieldfare.ports.crm import CrmError, CrmUnavailableError
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.integrations.connect import Connect, connect
from fieldfare.usecases.integrations.granting import Granted, Granting
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.refusals import AccountNotChosenError, TokenRefusedError, WrongAccountError


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteOauth:
    """The code that came back, where it came back to, and the account that is wanted, if one was named."""

    code: str = field(repr=False)
    redirect: str
    actor: Actor
    account: str | None = None


async def complete_oauth(
    outward: Outward, granting: Granting, business: str, wanted: CompleteOauth, *, now: int
) -> Connection:
    """Exchange the code and connect.

    Raises what `connect` raises, and `AccountNotChosenError` where an agency has several accounts.
    """
    try:
        granted = await granting.exchange(code=wanted.code, redirect=wanted.redirect, now=now)
    except CrmUnavailableError:
        raise
    except CrmError:
        raise TokenRefusedError("GoHighLevel did not let the app in: allow it anew.") from None
    account = _chosen(granted, wanted.account)
    credentials = await _credentials(granting, granted, account, now=now)
    connected = Connect(
        account=account, credentials=credentials, actor=wanted.actor, granted="oauth", agency=granted.agency
    )
    return await connect(outward, business, connected, now=now)


def _chosen(granted: Granted, named: str | None) -> str:
    """Tell which account is to be connected; raises the refusals."""
    if granted.account is not None:
        if named not in {None, granted.account}:
            raise WrongAccountError("Another location was chosen than the one that was to be connected.")
        return granted.account
    if named is not None:
        return named
    if len(granted.approved) == 1:
        return granted.approved[0]
    raise AccountNotChosenError(
        "The agency has several locations: say which one it is, and allow the app once more.",
        accounts=[(id_, id_) for id_ in granted.approved],
    )


async def _credentials(granting: Granting, granted: Granted, account: str, *, now: int) -> Credentials:
    if granted.account is not None:
        return granted.credentials
    try:
        return await granting.of_account(granted, account, now=now)
    except CrmUnavailableError:
        raise
    except CrmError:
        raise WrongAccountError("The agency does not let the app into this location.") from None
