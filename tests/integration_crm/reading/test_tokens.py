"""A token that runs out is refreshed once, by one for all, and no matter who stops waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx2
from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.simulator import Simulator
from pydantic import SecretStr

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm, refresher
from fieldfare.adapters.crms.ghl.oauth import exchange
from fieldfare.adapters.crms.ghl.pace import Ticker
from fieldfare.domain.connections import ConnectionState
from fieldfare.ports.crm import CrmScope, CrmUnavailableError, SourceKind
from fieldfare.ports.integrations import Credentials
from fieldfare.usecases.integrations.crms import HALF_RESTS_SECONDS, Crms
from fieldfare.usecases.integrations.refresh import refresh
from tests.databases import Database
from tests.integration_crm.kit import LIVELY, LOCATION, Kit, days, run
from tests.integration_crm.writing.shop import Unread

TOKEN_CALL = "/oauth/token"


@dataclass
class Held(Unread):
    """Holds the answers back that give tokens, after the vendor has done what it was asked; counts who asks."""

    sim: Simulator
    asked: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        super().__init__(self.sim)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await super().handle_async_request(request)
        if request.url.path == TOKEN_CALL:
            self.asked += 1
            self.done.set()
            await self.released.wait()
        return answer


@asynccontextmanager
async def let_in(one: Kit, *, agency: str | None = None) -> AsyncIterator[tuple[Held, Crms]]:
    """Let our app into the account, or into its agency, with a token that is about to run out."""
    id_, secret = one.sim.add_client()
    ghl = GhlSettings(url="http://ghl.test", client_id=id_, client_secret=SecretStr(secret), pace=LIVELY)
    assert ghl.app is not None
    held = Held(one.sim)
    async with httpx2.AsyncClient(transport=held) as client:
        held.released.set()
        code = one.sim.issue_oauth_code(agency or LOCATION, client=id_)
        grant = await exchange(client, ghl.app, code=code, redirect_uri="https://desk.example/", now=one.now)
        held.released.clear()
        held.done.clear()
        held.asked = 0
        async with one.storage.open(one.id) as books:
            known = await books.integrations.connections.find(for_change=True)
            assert known is not None
            await books.integrations.connections.save(
                replace(known, granted="oauth", agency=agency),
                credentials=replace(grant.credentials, expires_at=one.now),
            )
        ticker = Ticker(clock=one.time, sleep=one.time.sleep)
        crms = Crms(
            storage=one.storage,
            build=build_crm(ghl, client=client, ticker=ticker, now=lambda: one.now),
            refresh=refresher(ghl, client=client, now=lambda: one.now),
            reports=one.told,
            clock=lambda: one.now,
        )
        one.outward = replace(one.outward, crms=crms)
        yield held, crms
        held.released.set()
        await crms.close()


async def kept(one: Kit) -> tuple[ConnectionState, Credentials]:
    async with one.storage.open(one.id) as books:
        connection = await books.integrations.connections.find()
        credentials = await books.integrations.connections.credentials()
    assert connection is not None
    assert credentials is not None
    return connection.state, credentials


def test_a_refresh_outlives_whoever_waits_for_it(database: Database) -> None:
    """The vendor has rotated the refresh token: to lose the new one would cost the connection."""

    async def story(one: Kit) -> None:
        async with let_in(one) as (held, crms):
            _, before = await kept(one)
            waiting = asyncio.create_task(
                refresh(one.outward, one.id, ["t0"], since=one.at(0), until=one.at(days(1)), budget=600.0)
            )
            await held.done.wait()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            held.released.set()
            await crms.close()

            state, after = await kept(one)

            assert after.refresh_token != before.refresh_token
            assert state is ConnectionState.CONNECTED
            assert (await one.sweep()).failed == {}
            assert held.asked == 1

    run(database, story)


def test_all_who_need_it_wait_for_one_refresh(database: Database) -> None:
    """However many ask, one connection of the pool is in use, and the desk answers meanwhile."""

    async def story(one: Kit) -> None:
        async with let_in(one) as (held, _):
            sweeps = [asyncio.create_task(one.sweep()) for _ in range(10)]
            await held.done.wait()
            async with asyncio.timeout(10.0):
                assert [await one.bookings() for _ in range(5)] == [[]] * 5
            held.released.set()

            assert [(await swept).failed for swept in sweeps] == [{}] * 10

            assert held.asked == 1

    run(database, story)


def test_while_another_process_refreshes_it_the_crm_can_not_be_asked(database: Database) -> None:
    """Their row is locked for longer than anybody waits; what is not read has failed, and nothing else has."""

    async def story(one: Kit) -> None:
        async with let_in(one) as (held, crms):
            connected = await crms.of(one.id)
            assert connected is not None
            scopes = {CrmScope(source=SourceKind.BLOCKS, user=user) for user in ("u0", "u1")}
            async with one.storage.open(one.id) as books:
                await books.integrations.connections.credentials(for_change=True)

                reading = await connected.crm.read(scopes, since=one.at(0), until=one.at(days(1)))

            assert reading.failed.keys() == scopes
            assert {error.code for error in reading.failed.values()} == {"crm_unavailable"}
            held.released.set()
            assert (await one.sweep()).failed == {}
            assert (await kept(one))[0] is ConnectionState.CONNECTED

    run(database, story)


def test_an_agencys_refresh_that_ends_halfway_is_kept_and_its_token_is_not_used(database: Database) -> None:
    """The agency's own token opens nothing of the account, and its refresh token works once."""

    async def story(one: Kit) -> None:
        async with let_in(one, agency="sim-company") as (held, _):
            held.released.set()
            _, before = await kept(one)
            one.sim.faults.add(Fault(match="POST /oauth/locationToken", status=502))

            failed = (await one.sweep()).failed

            assert {type(error) for error in failed.values()} == {CrmUnavailableError}
            state, after = await kept(one)
            assert after.refresh_token != before.refresh_token
            assert state is ConnectionState.CONNECTED
            assert {call.path for call in one.sim.calls if call.status in {401, 403}} == set()
            assert held.asked == 1  # each refresh uses a token up
            one.sim.faults.clear()
            one.time.now += HALF_RESTS_SECONDS
            assert (await one.sweep()).failed == {}

    run(database, story)
