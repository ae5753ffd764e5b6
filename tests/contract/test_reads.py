"""What Fieldfare reads of an account, whoever answers: nothing is written here."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from fieldfare.domain.mirrored import Outside
from fieldfare.ports.crm import (
    CapabilityState,
    CrmForbiddenError,
    CrmNotFoundError,
    CrmScope,
    SourceKind,
)
from tests.contract.subjects import DAY, NAMES, TECHNICIANS, Subject, subject

T = TypeVar("T")
SUBJECTS = pytest.mark.parametrize("name", NAMES)
ALLOWED_IN_TEN_SECONDS = 100
OFTEN = 5
"""So often all is read in a row: several times what is allowed in ten seconds."""


def ask(name: str, work: Callable[[Subject], Awaitable[T]]) -> T:
    async def run() -> T:
        async with subject(name) as opened:
            return await work(opened)

    return asyncio.run(run())


async def everything(it: Subject) -> list[CrmScope]:
    """Name all that is read of ten technicians."""
    users, calendars = await it.crm.users(), await it.crm.calendars()
    return [
        *(CrmScope(source=SourceKind.APPOINTMENTS, calendar=one.id) for one in calendars[:TECHNICIANS]),
        *(CrmScope(source=SourceKind.BLOCKS, user=one.id) for one in users[:TECHNICIANS]),
        CrmScope(source=SourceKind.SERVICES),
    ]


def most_in_ten_seconds(moments: list[float]) -> int:
    """Count the calls of the busiest ten seconds."""
    moments = sorted(moments)
    return max(bisect_left(moments, at + 10) - row for row, at in enumerate(moments))


@SUBJECTS
def test_the_account_says_its_time_zone_and_its_agency(name: str) -> None:
    async def work(it: Subject) -> None:
        account = await it.crm.account()
        assert account.id == it.account
        assert ZoneInfo(account.time_zone).key == account.time_zone
        assert account.company

    ask(name, work)


@SUBJECTS
def test_users_and_calendars_name_each_other(name: str) -> None:
    async def work(it: Subject) -> None:
        users, calendars = await it.crm.users(), await it.crm.calendars()
        assert len({user.id for user in users}) == len(users)
        assert all(calendar.id and calendar.kind for calendar in calendars)
        assert {user for calendar in calendars for user in calendar.users} & {user.id for user in users}

    ask(name, work)


@SUBJECTS
def test_each_capability_has_a_line_and_what_is_missing_has_a_sentence(name: str) -> None:
    async def work(it: Subject) -> None:
        lines = await it.crm.check()
        assert [line.name for line in lines][:10] == [
            "account",
            "users",
            "calendars",
            "appointments",
            "blocks",
            "services",
            "contacts",
            "notes",
            "fields",
            "opportunities",
        ]
        assert all(line.advice for line in lines if line.state is not CapabilityState.WORKS)

    ask(name, work)


@pytest.mark.slow
@SUBJECTS
def test_ten_technicians_over_thirty_days_take_few_calls(name: str) -> None:
    async def work(it: Subject) -> None:
        scopes = await everything(it)
        it.calls.clear()
        reading = await it.crm.read(scopes, since=it.now, until=it.now + 30 * DAY)

        assert set(map(type, reading.failed.values())) <= {CrmNotFoundError, CrmForbiddenError}
        assert {scope.source for scope in reading.failed} <= {SourceKind.SERVICES}
        # Two windows for a calendar and for the services, three for a user's blocks, and the account, and the places.
        assert len(it.calls) <= 2 * TECHNICIANS + 3 * TECHNICIANS + 2 + 2
        assert {call.status for call in it.calls} <= {200, 404, 401}

    ask(name, work)


@pytest.mark.slow
@SUBJECTS
def test_however_often_all_is_read_the_limit_is_kept(name: str) -> None:
    async def work(it: Subject) -> None:
        scopes = await everything(it)
        it.calls.clear()
        for _ in range(OFTEN):
            await it.crm.read(scopes, since=it.now, until=it.now + 30 * DAY)

        assert len(it.calls) > ALLOWED_IN_TEN_SECONDS
        assert most_in_ten_seconds([call.at for call in it.calls]) <= ALLOWED_IN_TEN_SECONDS
        assert 429 not in {call.status for call in it.calls}
        left = [call.remaining for call in it.calls if call.remaining is not None]
        assert min(left, default=ALLOWED_IN_TEN_SECONDS) > 0

    ask(name, work)


@SUBJECTS
def test_what_is_read_overlaps_the_time_and_is_of_this_account(name: str) -> None:
    async def work(it: Subject) -> None:
        calendars = [CrmScope(source=SourceKind.APPOINTMENTS, calendar=one.id) for one in await it.crm.calendars()]
        reading = await it.crm.read(calendars[:3], since=it.now, until=it.now + 7 * DAY)
        assert reading.complete == set(calendars[:3])
        assert {item.account for item in reading.items} <= {it.account}
        assert all(item.start < reading.until and item.end > reading.since for item in reading.items)
        assert len({item.key for item in reading.items}) == len(reading.items)
        for item in reading.items[:3]:
            again = await it.crm.entry(SourceKind.APPOINTMENTS, item.source_id)
            assert [(one.start, one.end) for one in again if isinstance(one, Outside)] == [(item.start, item.end)]

    ask(name, work)


@SUBJECTS
def test_what_is_not_there_is_said_to_be_not_there(name: str) -> None:
    async def work(it: Subject) -> None:
        assert await it.crm.entry(SourceKind.APPOINTMENTS, "fieldfare0000unknown") == ()
        assert await it.crm.contact("fieldfare0000unknown") is None
        assert await it.crm.search_contacts("fieldfare.nobody@example.com", limit=3) == ()

    ask(name, work)


@SUBJECTS
def test_the_fields_of_contacts_can_be_listed(name: str) -> None:
    async def work(it: Subject) -> None:
        assert all(field.key.startswith("contact.") for field in await it.crm.fields())

    ask(name, work)


@SUBJECTS
def test_a_stage_lists_its_own_opportunities_and_each_says_the_same_by_itself(name: str) -> None:
    async def work(it: Subject) -> None:
        pipelines = await it.crm.pipelines()
        assert len({one.id for one in pipelines}) == len(pipelines)
        for pipeline in pipelines[:2]:
            for stage in pipeline.stages[:2]:
                found = await it.crm.opportunities(pipeline=pipeline.id, stage=stage.id)
                assert {(one.pipeline, one.stage) for one in found} <= {(pipeline.id, stage.id)}
                for one in found[:2]:
                    again = await it.crm.opportunity(one.id)
                    assert again is not None
                    assert (again.pipeline, again.stage, again.contact) == (one.pipeline, one.stage, one.contact)
        assert await it.crm.opportunity("fieldfare0000unknown") is None

    ask(name, work)


@SUBJECTS
def test_the_catalogue_of_services_names_who_does_them(name: str) -> None:
    async def work(it: Subject) -> None:
        services, places = await it.crm.services(), await it.crm.service_locations()
        users = {one.id for one in await it.crm.users()}
        assert all(one.id and one.name for one in services)
        assert all(one.id and (one.asks_booker or one.address) for one in places)
        assert all(one.users & users for one in services if one.users)

    ask(name, work)
