"""Letting an app in by OAuth: where people allow it, the exchange of the code, and the refresh, which rotates.

A refresh token works once. Of an agency the refresh token leads to the agency's own access token, and by that to the
account's; then it is the agency's that is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
import orjson

from fieldfare.adapters.crms.ghl.operations import Version
from fieldfare.adapters.crms.ghl.picking import text
from fieldfare.adapters.crms.ghl.refusals import message_of
from fieldfare.adapters.crms.ghl.throttle import number
from fieldfare.ports.crm import CrmError, CrmRefusedError, CrmUnauthorisedError, CrmUnavailableError
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.integrations.crms import HalfRefreshedError

WANTED_SCOPES = (
    "calendars.readonly",
    "calendars/events.readonly",
    "calendars/events.write",
    "contacts.readonly",
    "contacts.write",
    "locations.readonly",
    "locations/customFields.readonly",
    "locations/customFields.write",
    "opportunities.readonly",
    "users.readonly",
)
AGENCY_SCOPE = "oauth.write"
"""What the way from an agency's token to one of its accounts takes: nobody says beforehand who will let the app in."""
ASKED_SCOPES = (*WANTED_SCOPES, AGENCY_SCOPE)
SECONDS = 10.0
MOST_BYTES = 1_000_000
A_DAY = 86_400
_FAULTS, _TOO_MANY = 500, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Our entry in the vendor's marketplace, and the addresses from the settings."""

    url: str
    authorise_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a code or a refresh token was exchanged for: an account's credentials, or (no `account`) an agency's."""

    credentials: Credentials
    account: str | None
    company: str | None
    approved: tuple[str, ...] = ()


def authorise_url(app: App, *, redirect_uri: str, state: str, scopes: Sequence[str] = ASKED_SCOPES) -> str:
    """Give the page on which somebody of the account lets the app in."""
    asked = {
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "client_id": app.client_id,
        "scope": " ".join(scopes),
        "state": state,
    }
    joint = "&" if "?" in app.authorise_url else "?"
    return f"{app.authorise_url}{joint}{urlencode(asked)}"


async def exchange(client: httpx2.AsyncClient, app: App, *, code: str, redirect_uri: str, now: int) -> Grant:
    """Exchange the code of a redirect; raises `CrmUnauthorisedError` for one that is used up or was never given."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "user_type": "Location"}
    return _grant(await _token(client, app, asked), now=now)


async def refresh(client: httpx2.AsyncClient, app: App, *, refresh_token: str, now: int) -> Grant:
    """Exchange a refresh token for new credentials; the old one is worth nothing any more."""
    asked = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _grant(await _token(client, app, asked), now=now)


async def location_credentials(
    client: httpx2.AsyncClient, app: App, *, agency: Credentials, company: str, account: str, now: int
) -> Credentials:
    """Get an account's token by that of its agency; it is refreshed by the agency's refresh token."""
    body = await _post(
        client,
        f"{app.url}/oauth/locationToken",
        {"companyId": company, "locationId": account},
        headers={"Authorization": f"Bearer {agency.token}"},
    )
    given = text(body, "locationId")
    if given not in {"", account}:
        raise CrmRefusedError("GoHighLevel gave the token of another account")
    return Credentials(
        token=_must(body, "access_token"),
        refresh_token=agency.refresh_token,
        expires_at=_expiry(body, now=now),
        scopes=tuple(text(body, "scope").split()),
    )


async def refreshed(
    client: httpx2.AsyncClient, app: App, *, credentials: Credentials, company: str | None, account: str, now: int
) -> Credentials:
    """Give new credentials of an account in place of old ones; raises `CrmUnauthorisedError` where that is over.

    Raises `HalfRefreshedError` where an agency's were refreshed and don't lead to the account just now.
    """
    if credentials.refresh_token is None:
        raise CrmUnauthorisedError("there is nothing to refresh the token with")
    grant = await refresh(client, app, refresh_token=credentials.refresh_token, now=now)
    if grant.account == account:
        return grant.credentials
    if grant.account is not None:
        raise CrmUnauthorisedError("GoHighLevel refreshed the token of another account")
    agency = grant.company or company
    if agency is None:
        raise CrmUnauthorisedError("GoHighLevel doesn't say of which agency the token is")
    try:
        return await location_credentials(
            client, app, agency=grant.credentials, company=agency, account=account, now=now
        )
    except CrmError as error:
        # The agency's own token is of no use here, and runs out at once; what refreshes it must not be lost.
        agencys = grant.credentials
        kept = Credentials(token=agencys.token, refresh_token=agencys.refresh_token, expires_at=now)
        raise HalfRefreshedError(kept, error) from error


async def _token(client: httpx2.AsyncClient, app: App, asked: Mapping[str, str]) -> Mapping[str, Any]:
    form = {"client_id": app.client_id, "client_secret": app.client_secret, **asked}
    return await _post(client, f"{app.url}/oauth/token", form)


async def _post(
    client: httpx2.AsyncClient, url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """Post a form; no message repeats what was sent, nor what the vendor says of it but for its kind."""
    head = {"Accept": "application/json", "Accept-Encoding": "identity", "Version": Version.ACCOUNTS}
    try:
        async with asyncio.timeout(SECONDS):
            response = await client.post(
                url, data=dict(form), headers={**head, **(headers or {})}, follow_redirects=False
            )
    except (TimeoutError, httpx2.TimeoutException):
        raise CrmUnavailableError("GoHighLevel took too long to give a token") from None
    except httpx2.HTTPError as error:
        raise CrmUnavailableError(f"GoHighLevel can't be reached ({type(error).__name__})") from None
    try:
        body = orjson.loads(response.content[:MOST_BYTES])
    except orjson.JSONDecodeError:
        body = None
    if not httpx2.codes.is_success(response.status_code):
        raise _refusal(response.status_code, message_of(body))
    if not isinstance(body, Mapping):
        raise CrmUnavailableError("GoHighLevel's answer makes no sense", status=response.status_code)
    return body


def _refusal(status: int, said: str) -> CrmError:
    if status >= _FAULTS or status == _TOO_MANY:
        return CrmUnavailableError(f"GoHighLevel gave no token: status {status}", status=status)
    if "client" in said.lower():
        return CrmRefusedError("GoHighLevel doesn't know the app: see to its id and secret", status=status)
    return CrmUnauthorisedError("GoHighLevel gave no token: it has to be allowed anew", status=status)


def _grant(body: Mapping[str, Any], *, now: int) -> Grant:
    approved = body.get("approvedLocations")
    agency = text(body, "userType").lower() == "company"
    credentials = Credentials(
        token=_must(body, "access_token"),
        refresh_token=text(body, "refresh_token", "refreshToken") or None,
        expires_at=_expiry(body, now=now),
        scopes=tuple(text(body, "scope").split()),
    )
    return Grant(
        credentials=credentials,
        account=None if agency else text(body, "locationId") or None,
        company=text(body, "companyId") or None,
        approved=tuple(map(str, approved)) if isinstance(approved, list) else (),
    )


def _expiry(body: Mapping[str, Any], *, now: int) -> int:
    return now + int(number(text(body, "expires_in", "expiresIn")) or A_DAY)


def _must(body: Mapping[str, Any], name: str) -> str:
    token = text(body, name, "accessToken")
    if not token:
        raise CrmUnavailableError("GoHighLevel's answer holds no token")
    return token
