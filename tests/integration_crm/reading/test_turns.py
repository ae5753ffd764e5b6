"""However many processes ask an account, together they ask no more often than it is to be asked."""

from __future__ import annotations

import asyncio
import time

import httpx2
import psycopg

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm, refresher
from fieldfare.adapters.crms.ghl.pace import Pace, Ticker
from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.ports.crm import Crm, CrmScope, CrmUnavailableError, SourceKind
from fieldfare.usecases.integrations.crms import Crms
from tests.databases import Database
from tests.integration_crm.kit import Kit, days, run
from tests.integration_crm.writing.shop import Unread

PROCESSES = 4
CALLS = 10
PACE = Pace(burst=5, per_second=10.0, kept_back=2)


async def opened(one: Kit, client: httpx2.AsyncClient) -> Crm:
    """Open the account as one more process does, by a clock that is real."""
    ghl = GhlSettings(url="http://ghl.test", pace=PACE)
    crms = Crms(
        storage=one.storage,
        build=build_crm(ghl, client=client, ticker=Ticker()),
        refresh=refresher(ghl, client=client),
        reports=one.told,
        clock=lambda: one.now,
    )
    connected = await crms.of(one.id)
    assert connected is not None
    return connected.crm


def test_all_processes_together_keep_below_the_limit(database: Database) -> None:
    """In all the time that it takes there are no more calls than the burst, and what comes by the second."""

    async def story(one: Kit) -> None:
        one.sim.limits.burst = 10_000  # what the vendor allows slows nobody down: our own allowance has to
        async with httpx2.AsyncClient(transport=Unread(one.sim)) as client:
            crms = [await opened(one, client) for _ in range(PROCESSES)]

            async def ask(crm: Crm, *, pressing: bool) -> None:
                scopes = [CrmScope(source=SourceKind.BLOCKS, user="u0")]
                for _ in range(CALLS):
                    reading = await crm.read(scopes, since=one.at(0), until=one.at(days(1)), pressing=pressing)
                    assert reading.failed == {}

            # What each of them asks once of the account itself.
            await asyncio.gather(*(crm.account() for crm in crms))
            before, began = len(one.sim.calls), time.monotonic()
            await asyncio.gather(*(ask(crm, pressing=bool(number % 2)) for number, crm in enumerate(crms)))
            seconds, calls = time.monotonic() - began, len(one.sim.calls) - before

        assert calls >= PROCESSES * CALLS
        assert calls <= PACE.burst + PACE.per_second * (seconds + 0.01)

    run(database, story)


def test_where_the_turns_are_held_the_account_is_not_asked(database: Database) -> None:
    """As while the database is down: nobody asks for more than there may be, and the account is not what failed."""

    async def story(one: Kit) -> None:
        async with httpx2.AsyncClient(transport=Unread(one.sim)) as client:
            crm = await opened(one, client)
            await crm.account()
            before = len(one.sim.calls)
            with psycopg.connect(for_libpq(one.database.superuser)) as other:
                other.execute("SELECT 1 FROM crm_turns WHERE business_id = %s FOR UPDATE", [one.id])

                reading = await crm.read(
                    [CrmScope(source=SourceKind.BLOCKS, user="u0")], since=one.at(0), until=one.at(days(1))
                )

            assert {type(error) for error in reading.failed.values()} == {CrmUnavailableError}
            assert len(one.sim.calls) == before
            assert (await crm.read([*reading.failed], since=one.at(0), until=one.at(days(1)))).failed == {}

    run(database, story)
