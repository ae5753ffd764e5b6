"""Rate limits with their headers, and what goes wrong to order."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from fieldfare_ghl_sim.faults import Dropped, Fault
from fieldfare_ghl_sim.transport import SimulatorTransport
from fieldfare_ghl_sim.world import Quirks

from tests.simulators.ghl.asking import DAY, PLACE, TOKEN, Account

APPOINTMENTS = "/calendars/events/appointments"
HEADERS = {
    "X-RateLimit-Max",
    "X-RateLimit-Remaining",
    "X-RateLimit-Interval-Milliseconds",
    "X-RateLimit-Limit-Daily",
    "X-RateLimit-Daily-Remaining",
}


def statuses(account: Account, times: int, **more: Any) -> list[int]:
    return [account.ask("GET", "/calendars/", **({"locationId": PLACE} | more)).status for _ in range(times)]


def test_a_hundred_in_ten_seconds_and_no_more() -> None:
    account = Account()
    first = statuses(account, 101)
    refused = account.ask("GET", "/calendars/", locationId=PLACE)
    account.clock.at += 10

    assert (first.count(200), first[-1]) == (100, 429)
    assert (refused.status, refused.message) == (429, "Too Many Requests")
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert statuses(account, 1) == [200]


def test_the_hint_when_to_come_again_may_be_missing() -> None:
    account = Account(quirks=Quirks(retry_after=False))
    account.sim.limits.burst = 0

    assert "Retry-After" not in account.ask("GET", "/calendars/", locationId=PLACE).headers


def test_a_day_has_a_limit_of_its_own_that_looks_the_same() -> None:
    account = Account()
    account.sim.limits.daily = 3
    told = statuses(account, 4)
    account.clock.at += 10
    still = account.ask("GET", "/calendars/", locationId=PLACE)
    account.clock.at += DAY

    assert told == [200, 200, 200, 429]
    assert (still.status, still.headers["X-RateLimit-Daily-Remaining"]) == (429, "0")
    assert still.headers["X-RateLimit-Remaining"] != "0"
    assert statuses(account, 1) == [200]


def test_limits_are_per_app_and_location() -> None:
    account = Account()
    account.sim.add_location("loc-two", company="agency")
    account.sim.add_token("pit-two", location="loc-two")
    account.sim.add_token("pit-other", location=PLACE)
    account.sim.limits.burst = 2

    told = [statuses(account, 3), statuses(account, 1, token="pit-two", locationId="loc-two")]
    told.append(statuses(account, 1, token="pit-other"))

    assert told == [[200, 200, 429], [200], [200]]


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("GET", "/calendars/", TOKEN, 422),
        ("GET", "/nonsense", TOKEN, 404),
        ("GET", "/calendars/", "pit-nobody", 401),
        ("GET", "/calendars/visits", TOKEN, 200),
    ],
)
def test_every_answer_tells_of_the_limits(method: str, path: str, token: str, status: int) -> None:
    told = Account().ask(method, path, token=token)

    assert told.status == status
    assert told.headers.keys() >= HEADERS


def book(account: Account) -> int:
    return account.ask("POST", APPOINTMENTS, account.appointment()).status


@pytest.mark.parametrize(
    ("fault", "status", "kept"),
    [
        (Fault(status=500), 500, 0),
        (Fault(status=502), 502, 0),
        (Fault(status=504), 504, 0),
        (Fault(status=429), 429, 0),
        (Fault(status=500, after_commit=True), 500, 1),
        (Fault(status=504, after_commit=True), 504, 1),
        (Fault(lost=True), 200, 0),
        (Fault(match="GET *", status=500), 200, 1),
        (Fault(match=f"POST {APPOINTMENTS}", status=500), 500, 0),
        (Fault(share=0.0, status=500), 200, 1),
    ],
)
def test_faults(fault: Fault, status: int, kept: int) -> None:
    account = Account()
    account.sim.faults.add(fault)

    assert book(account) == status
    assert len(account.sim.appointments(PLACE)) == kept
    assert len(account.sim.webhooks) == kept


@pytest.mark.parametrize(("after", "kept"), [(True, 1), (False, 0)])
def test_a_connection_may_break_before_or_after_the_work(after: bool, kept: int) -> None:
    account = Account()
    account.sim.faults.add(Fault(drop=True, after_commit=after))

    with pytest.raises(Dropped):
        book(account)
    assert len(account.sim.appointments(PLACE)) == kept


def test_a_fault_wears_off() -> None:
    account = Account()
    account.sim.faults.add(Fault(status=500, times=2))

    assert [book(account) for _ in range(3)] == [500, 500, 200]


def test_a_share_of_requests_fails_the_same_in_each_run() -> None:
    def run() -> list[int]:
        account = Account()
        account.sim.faults.add(Fault(status=500, share=0.5))
        return statuses(account, 40)

    first = run()

    assert first == run()
    assert 10 < first.count(500) < 30


def test_an_outage_answers_as_a_gateway_does() -> None:
    account = Account()
    account.sim.faults.outage(True)
    down = account.ask("GET", "/calendars/", locationId=PLACE)
    account.sim.faults.outage(False)

    assert (down.status, down.headers) == (502, {"Content-Type": "text/html"})  # whoever answers knows no limits
    assert statuses(account, 1) == [200]
    assert [call.status for call in account.sim.calls] == [502, 200]


def test_an_outage_leaves_ordered_faults_for_afterwards() -> None:
    account = Account()
    account.sim.faults.add(Fault(status=504, times=1))
    account.sim.faults.outage(True)
    down = statuses(account, 2)
    account.sim.faults.outage(False)

    assert (down, statuses(account, 2)) == ([502, 502], [504, 200])


@pytest.mark.parametrize(
    ("fault", "error", "kept"),
    [
        (Fault(slow=30), httpx2.ReadTimeout, 1),
        (Fault(drop=True), httpx2.ReadError, 0),
        (Fault(drop=True, after_commit=True), httpx2.ReadError, 1),
    ],
)
def test_a_client_in_process_sees_what_one_on_a_socket_would(
    fault: Fault, error: type[httpx2.TransportError], kept: int
) -> None:
    account = Account()
    account.sim.faults.add(fault)

    async def asked() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}", "Version": "2021-04-15"}
        transport = SimulatorTransport(account.sim)
        async with httpx2.AsyncClient(transport=transport, base_url="http://sim", headers=headers, timeout=5) as client:
            await client.post(APPOINTMENTS, json=account.appointment())

    with pytest.raises(error):
        asyncio.run(asked())
    assert len(account.sim.appointments(PLACE)) == kept


def test_calls_are_counted_by_their_templates() -> None:
    account = Account()
    account.ask("GET", "/calendars/visits")
    account.ask("GET", "/calendars/anns")

    assert [(call.method, call.template, call.status, call.location, call.version) for call in account.sim.calls] == [
        ("GET", "/calendars/{calendarId}", 200, PLACE, "2021-04-15"),
        ("GET", "/calendars/{calendarId}", 200, PLACE, "2021-04-15"),
    ]
