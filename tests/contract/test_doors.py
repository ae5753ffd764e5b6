"""How an account lets an app in, and what it tells by itself: held against the simulator alone.

A real account asks a person in a browser, a refresh token in the environment would be worth nothing after one run, and
messages go to a public address.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx2
import orjson
import pytest
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.transport import SimulatorTransport

from fieldfare.adapters.crms.ghl.oauth import App, exchange, location_credentials, refresh
from fieldfare.adapters.crms.ghl.signatures import read_keys
from fieldfare.domain.references import new_reference
from fieldfare.domain.titles import write_title
from fieldfare.ports.crm import CrmPerson, CrmTarget, CrmUnauthorisedError, CrmVisit
from tests.contract.clocks import Clock
from tests.contract.subjects import DAY, SIMULATED_LOCATION, SIMULATED_TOKEN, SIMULATED_URL, fleet, simulated

COMPANY = "sim-company"
REDIRECT = "https://book.example/api/v1/oauth/ghl/callback"

Work = Callable[[Simulator, Clock, httpx2.AsyncClient, App], Awaitable[None]]


def let_in(work: Work) -> None:
    """Do something as an app that the account knows."""

    async def run() -> None:
        clock = Clock(time.time())
        sim = fleet(clock)
        id_, secret = sim.add_client()
        app = App(url=SIMULATED_URL, authorise_url=f"{SIMULATED_URL}/choose", client_id=id_, client_secret=secret)
        async with httpx2.AsyncClient(transport=SimulatorTransport(sim)) as client:
            await work(sim, clock, client, app)

    asyncio.run(run())


async def opens(sim: Simulator, clock: Clock, token: str) -> str:
    """Ask for the account with a token."""
    async with simulated(sim, clock, token) as it:
        return (await it.crm.account()).id


def test_a_code_and_a_refresh_token_work_once() -> None:
    async def work(sim: Simulator, clock: Clock, client: httpx2.AsyncClient, app: App) -> None:
        code = sim.issue_oauth_code(SIMULATED_LOCATION)
        first = await exchange(client, app, code=code, redirect_uri=REDIRECT, now=int(clock()))
        assert (first.account, first.company) == (SIMULATED_LOCATION, COMPANY)
        assert await opens(sim, clock, first.credentials.token) == SIMULATED_LOCATION
        with pytest.raises(CrmUnauthorisedError):
            await exchange(client, app, code=code, redirect_uri=REDIRECT, now=int(clock()))

        old = first.credentials.refresh_token
        assert old is not None
        second = await refresh(client, app, refresh_token=old, now=int(clock()))
        assert second.account == SIMULATED_LOCATION
        assert second.credentials.refresh_token not in {None, old}
        with pytest.raises(CrmUnauthorisedError):
            await refresh(client, app, refresh_token=old, now=int(clock()))
        assert await opens(sim, clock, second.credentials.token) == SIMULATED_LOCATION

    let_in(work)


def test_a_token_runs_out_when_it_was_said_to() -> None:
    async def work(sim: Simulator, clock: Clock, client: httpx2.AsyncClient, app: App) -> None:
        code = sim.issue_oauth_code(SIMULATED_LOCATION)
        grant = await exchange(client, app, code=code, redirect_uri=REDIRECT, now=int(clock()))
        ends = grant.credentials.expires_at
        assert ends is not None
        assert ends - clock() == pytest.approx(DAY, abs=5)
        clock.now = ends - 60
        assert await opens(sim, clock, grant.credentials.token) == SIMULATED_LOCATION
        clock.now = ends + 60
        with pytest.raises(CrmUnauthorisedError):
            await opens(sim, clock, grant.credentials.token)

    let_in(work)


def test_an_agency_s_token_leads_to_its_own_accounts_alone() -> None:
    async def work(sim: Simulator, clock: Clock, client: httpx2.AsyncClient, app: App) -> None:
        sim.add_location("loc-of-others", company="other-company")
        code = sim.issue_oauth_code(COMPANY)
        grant = await exchange(client, app, code=code, redirect_uri=REDIRECT, now=int(clock()))
        assert (grant.account, grant.company) == (None, COMPANY)
        agency = grant.credentials
        given = await location_credentials(
            client, app, agency=agency, company=COMPANY, account=SIMULATED_LOCATION, now=int(clock())
        )
        assert await opens(sim, clock, given.token) == SIMULATED_LOCATION
        with pytest.raises(CrmUnauthorisedError):
            await location_credentials(
                client, app, agency=agency, company=COMPANY, account="loc-of-others", now=int(clock())
            )

    let_in(work)


def test_what_is_written_is_told_of_in_a_message_that_is_signed() -> None:
    async def run() -> None:
        clock = Clock(time.time())
        sim = fleet(clock)
        keys = read_keys([sim.webhook_public_key_pem.encode()])
        async with simulated(sim, clock, SIMULATED_TOKEN) as it:
            contact = await it.crm.upsert_contact(CrmPerson(name="Jo Doe", email="jo.doe@example.com"))
            reference = new_reference(lambda _: 7)
            start = (it.now // DAY + 9) * DAY + 54_000
            visit = CrmVisit(
                target=CrmTarget(calendar="c0"),
                contact=contact,
                user="u0",
                start=start,
                end=start + 3_600,
                title=write_title(hub="H07", product="Contract", customer="Jo Doe", reference=reference),
            )
            sim.take_webhooks()
            written = await it.crm.create(visit)
            await it.crm.cancel(written)

        messages = sim.take_webhooks()
        told = [orjson.loads(one.body) for one in messages]
        assert [(one["type"], one["locationId"], one["appointment"]["id"]) for one in told if "appointment" in one] == [
            ("AppointmentCreate", SIMULATED_LOCATION, written.source_id),
            ("AppointmentUpdate", SIMULATED_LOCATION, written.source_id),
        ]
        assert len({one["webhookId"] for one in told}) == len(told)
        for message in messages:
            assert keys.verify(message.body, message.headers)
            assert not keys.verify(message.body + b" ", message.headers)

    asyncio.run(run())
