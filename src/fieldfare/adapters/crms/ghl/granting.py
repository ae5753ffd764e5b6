"""Letting an app of ours into accounts; see `usecases.integrations.granting`."""

from __future__ import annotations

import httpx2

from fieldfare.adapters.crms.ghl.oauth import App, authorise_url, exchange, location_credentials
from fieldfare.ports.crm import CrmForbiddenError
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.integrations.granting import Granted


class GhlGranting:
    """GoHighLevel's authorisation for one app."""

    def __init__(self, app: App, *, client: httpx2.AsyncClient) -> None:
        """Keep the app; the HTTP client is the caller's to close."""
        self._app = app
        self._client = client

    @property
    def app(self) -> str:
        """The id of our app: a client's id is that with something behind it."""
        return self._app.client_id.partition("-")[0]

    def page(self, *, redirect: str, state: str) -> str:
        """Give the page on which somebody chooses a location and lets the app in."""
        return authorise_url(self._app, redirect_uri=redirect, state=state)

    async def exchange(self, *, code: str, redirect: str, now: int) -> Granted:
        """Exchange the code of a redirect; raises `CrmError`."""
        grant = await exchange(self._client, self._app, code=code, redirect_uri=redirect, now=now)
        return Granted(
            credentials=grant.credentials, account=grant.account, agency=grant.company, approved=grant.approved
        )

    async def of_account(self, granted: Granted, account: str, *, now: int) -> Credentials:
        """Get the credentials of one location of an agency; raises `CrmError`."""
        if granted.agency is None:
            raise CrmForbiddenError("GoHighLevel did not say which agency let the app in")
        return await location_credentials(
            self._client, self._app, agency=granted.credentials, company=granted.agency, account=account, now=now
        )
