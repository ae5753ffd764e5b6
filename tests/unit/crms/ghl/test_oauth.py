"""Letting an app in: the code, the refresh that rotates, and an agency's way to one of its accounts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.transport import SimulatorTransport
from pydantic import SecretStr

from fieldfare.adapters.crms.ghl.build import GhlSettings, refresher
from fieldfare.adapters.crms.ghl.oauth import (
    App,
    Grant,
    authorise_url,
    exchange,
    location_credentials,
)
from fieldfare.ports.crm import CrmError, CrmRefusedError, CrmUnauthorisedError, CrmUnavailableError
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.integrations.crms import HalfRefreshedError, Refresh
from tests.unit.crms.ghl.account import LOCATION, NOON, Clockwork, connection, simulator

T = TypeVar("T")
URL = "https://ghl.example"
COMPANY, CLIENT_ID, CLIENT_SECRET = "sim-company", "an-app", "the-secret-of-the-app"
APP = App(url=URL, authorise_url=f"{URL}/v2/oauth/chooselocation", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
SETTINGS = GhlSettings(url=URL, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET))
REDIRECT = "https://desk.example/api/v1/oauth/ghl/callback"
DAY_LESS_A_SECOND = 86_399


def with_vendor(work: Callable[[Simulator, httpx2.AsyncClient], Awaitable[T]]) -> T:
    async def run() -> T:
        sim = simulator(Clockwork())
        sim.add_client(CLIENT_ID, CLIENT_SECRET)
        async with httpx2.AsyncClient(transport=SimulatorTransport(sim)) as client:
            return await work(sim, client)

    return asyncio.run(run())


async def granted(sim: Simulator, client: httpx2.AsyncClient, account: str = LOCATION) -> Grant:
    return await exchange(
        client, APP, code=sim.issue_oauth_code(account, client=CLIENT_ID), redirect_uri=REDIRECT, now=NOON
    )


def refresh_of(client: httpx2.AsyncClient, settings: GhlSettings = SETTINGS) -> Refresh:
    return refresher(settings, client=client, now=lambda: NOON)


def test_the_page_on_which_people_let_the_app_in() -> None:
    parts = urlsplit(authorise_url(APP, redirect_uri=REDIRECT, state="s t&x", scopes=("a.readonly", "b/c.write")))

    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == APP.authorise_url
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "redirect_uri": [REDIRECT],
        "client_id": [CLIENT_ID],
        "scope": ["a.readonly b/c.write"],
        "state": ["s t&x"],
    }
    assert CLIENT_SECRET not in parts.query


def test_a_code_becomes_credentials_once() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> Grant:
        code = sim.issue_oauth_code(LOCATION, client=CLIENT_ID)
        grant = await exchange(client, APP, code=code, redirect_uri=REDIRECT, now=NOON)
        with pytest.raises(CrmUnauthorisedError):
            await exchange(client, APP, code=code, redirect_uri=REDIRECT, now=NOON)
        return grant

    grant = with_vendor(work)

    assert (grant.account, grant.company) == (LOCATION, COMPANY)
    assert grant.credentials.expires_at == NOON + DAY_LESS_A_SECOND
    assert grant.credentials.refresh_token is not None
    assert "calendars.readonly" in grant.credentials.scopes


def test_a_refresh_rotates() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> tuple[Credentials, Credentials]:
        old = (await granted(sim, client)).credentials
        fresh = await refresh_of(client)(connection(), old)
        with pytest.raises(CrmUnauthorisedError):  # a refresh token works once
            await refresh_of(client)(connection(), old)
        await refresh_of(client)(connection(), fresh)
        return old, fresh

    old, fresh = with_vendor(work)

    assert fresh.token != old.token
    assert fresh.refresh_token != old.refresh_token


def test_an_agency_leads_to_one_of_its_accounts_and_is_refreshed_itself() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> tuple[Grant, Credentials, Credentials, list[str]]:
        agency = await granted(sim, client, COMPANY)
        first = await location_credentials(
            client, APP, agency=agency.credentials, company=COMPANY, account=LOCATION, now=NOON
        )
        second = await refresh_of(client)(connection(agency=COMPANY), first)
        await refresh_of(client)(connection(agency=COMPANY), second)
        opens = [sim.tokens.tokens[each.token].location or "" for each in (first, second)]
        return agency, first, second, opens

    agency, first, second, opens = with_vendor(work)

    assert (agency.account, agency.company) == (None, COMPANY)
    assert first.refresh_token == agency.credentials.refresh_token
    assert second.refresh_token != first.refresh_token
    assert opens == [LOCATION, LOCATION]


@pytest.mark.parametrize(("status", "kind"), [(502, CrmUnavailableError), (403, CrmUnauthorisedError)])
def test_a_rotated_refresh_token_is_not_lost_when_the_second_step_fails(status: int, kind: type[CrmError]) -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> tuple[HalfRefreshedError, Credentials]:
        agency = await granted(sim, client, COMPANY)
        sim.faults.add(Fault(match="POST /oauth/locationToken", status=status, times=1))
        with pytest.raises(HalfRefreshedError) as half:
            await refresh_of(client)(connection(agency=COMPANY), agency.credentials)
        return half.value, await refresh_of(client)(connection(agency=COMPANY), half.value.credentials)

    half, whole = with_vendor(work)

    assert type(half.error) is kind
    assert half.credentials.expires_at == NOON  # so that it is refreshed before it is used
    assert whole.expires_at == NOON + DAY_LESS_A_SECOND


def test_what_the_page_asks_for_is_enough_for_an_agencys_account() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> Credentials:
        page = authorise_url(APP, redirect_uri=REDIRECT, state="x")
        (asked,) = parse_qs(urlsplit(page).query)["scope"]
        code = sim.issue_oauth_code(COMPANY, client=CLIENT_ID, scopes=asked.split())
        agency = await exchange(client, APP, code=code, redirect_uri=REDIRECT, now=NOON)
        return await location_credentials(
            client, APP, agency=agency.credentials, company=COMPANY, account=LOCATION, now=NOON
        )

    assert with_vendor(work).token


def test_another_agencys_account_is_refused() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> None:
        sim.add_location(id="loc-2", company="another")
        agency = await granted(sim, client, COMPANY)
        with pytest.raises(CrmError):
            await location_credentials(
                client, APP, agency=agency.credentials, company=COMPANY, account="loc-2", now=NOON
            )

    with_vendor(work)


def test_the_token_of_another_account_is_not_taken() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> None:
        sim.add_location(id="loc-2")
        theirs = (await granted(sim, client, "loc-2")).credentials
        with pytest.raises(CrmUnauthorisedError):
            await refresh_of(client)(connection(), theirs)

    with_vendor(work)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=500), CrmUnavailableError),
        (Fault(status=429), CrmUnavailableError),
        (Fault(drop=True), CrmUnavailableError),
        (Fault(slow=60.0), CrmUnavailableError),
        (Fault(status=401), CrmUnauthorisedError),
    ],
)
def test_what_goes_wrong(fault: Fault, kind: type[CrmError]) -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> None:
        old = (await granted(sim, client)).credentials
        sim.faults.add(fault)
        with pytest.raises(CrmError) as caught:
            await refresh_of(client)(connection(), old)
        assert type(caught.value) is kind

    with_vendor(work)


def test_an_app_that_is_not_known_is_told_apart() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> None:
        old = (await granted(sim, client)).credentials
        wrong = GhlSettings(url=URL, client_id=CLIENT_ID, client_secret=SecretStr("wrong"))
        with pytest.raises(CrmRefusedError):
            await refresh_of(client, wrong)(connection(), old)
        await refresh_of(client)(connection(), old)  # nothing was used up

    with_vendor(work)


def test_without_an_app_or_a_refresh_token_there_is_nothing_to_refresh() -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> None:
        for settings, old in ((GhlSettings(url=URL), "r"), (SETTINGS, None)):
            with pytest.raises(CrmUnauthorisedError):
                await refresh_of(client, settings)(connection(), Credentials(token="t", refresh_token=old))

    with_vendor(work)


def test_no_secret_is_printed_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def work(sim: Simulator, client: httpx2.AsyncClient) -> tuple[Grant, str]:
        grant = await granted(sim, client)
        with pytest.raises(CrmUnauthorisedError) as caught:
            await refresh_of(client)(connection(), Credentials(token="t", refresh_token="secret-refresh"))
        return grant, repr(caught.value)

    with caplog.at_level(logging.DEBUG):
        grant, error = with_vendor(work)

    shown = " ".join((repr(grant), repr(APP), repr(SETTINGS), error, caplog.text))
    for secret in (CLIENT_SECRET, "secret-refresh", grant.credentials.token, str(grant.credentials.refresh_token)):
        assert secret not in shown
