"""Builds clients of GoHighLevel from plain settings, and the refresh of their tokens."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2
from pydantic import SecretStr

from fieldfare.adapters.crms.ghl.calling import Caller, Lane
from fieldfare.adapters.crms.ghl.crm import GhlCrm
from fieldfare.adapters.crms.ghl.oauth import App, refreshed
from fieldfare.adapters.crms.ghl.pace import Pace, Ticker
from fieldfare.domain.connections import Connection
from fieldfare.ports.crm import Crm, CrmUnauthorisedError, TokenSource, Turns
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.integrations.crms import BuildCrm, Refresh

URL = "https://services.leadconnectorhq.com"
AUTHORISE_URL = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class GhlSettings:
    """The settings under their own names, without `FIELDFARE_GHL_`; `pace` is how fast one account is asked."""

    url: str = URL
    client_id: str = ""
    client_secret: SecretStr | None = None
    authorise_url: str = AUTHORISE_URL
    pace: Pace = field(default=Pace())

    @property
    def app(self) -> App | None:
        """Our entry in the marketplace, if there is one: without it there are private integration tokens alone."""
        if not self.client_id or self.client_secret is None:
            return None
        return App(
            url=self.url.rstrip("/"),
            authorise_url=self.authorise_url,
            client_id=self.client_id,
            client_secret=self.client_secret.get_secret_value(),
        )


def build_crm(
    settings: GhlSettings,
    *,
    client: httpx2.AsyncClient,
    ticker: Ticker | None = None,
    now: Callable[[], int] = lambda: int(time.time()),
) -> BuildCrm:
    """Give what makes the client of an account; the HTTP client is the caller's to close.

    All clients of an account that take turns share its limits, however often they are made anew; one that takes none
    has limits of its own. The HTTP library stops logging its requests, which would hold what customers are called.
    """
    _silence_request_logs()
    lanes: dict[str, Lane] = {}
    waits = ticker or Ticker()

    def build(connection: Connection, tokens: TokenSource, turns: Turns | None = None) -> Crm:
        lane = Lane(pace=settings.pace, ticker=waits)
        if turns is not None:
            lane = lanes.setdefault(connection.account, lane)
        caller = Caller(client=client, url=settings.url.rstrip("/"), tokens=tokens, lane=lane, turns=turns)
        return GhlCrm(caller, account=connection.account, time_zone=connection.time_zone, now=now)

    return build


def refresher(
    settings: GhlSettings, *, client: httpx2.AsyncClient, now: Callable[[], int] = lambda: int(time.time())
) -> Refresh:
    """Give what refreshes the credentials of a connection."""
    _silence_request_logs()

    async def refresh(connection: Connection, credentials: Credentials) -> Credentials:
        if settings.app is None:
            raise CrmUnauthorisedError("without the app's id and secret no token can be refreshed")
        return await refreshed(
            client,
            settings.app,
            credentials=credentials,
            company=connection.agency,
            account=connection.account,
            now=now(),
        )

    return refresh


def _silence_request_logs() -> None:
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
