"""Connecting by the app: a state for one business, one account and ten minutes, and the location that was chosen."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from itsdangerous import URLSafeTimedSerializer

from fieldfare.domain.connections import ConnectionState
from fieldfare.entrypoints.api.oauth_ghl import CALLBACK, STATE_SECONDS
from tests.databases import Database
from tests.service.ghl_house import GHL, LOCATION, GhlHouse, on
from tests.unit.customers.kit import BUSINESS, open_business

AGENCY = "sim-company"


async def begun(client: httpx2.AsyncClient, *, location: str | None = None) -> str:
    """Begin, and give the state that goes to the vendor."""
    sent = {} if location is None else {"location": location}
    answer = await client.post(f"{GHL}/authorise", json=sent)
    assert answer.status_code == 200, answer.text
    query = parse_qs(urlsplit(answer.json()["url"]).query)
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"] == [f"http://localhost{CALLBACK}"]
    return str(query["state"][0])


async def came_back(client: httpx2.AsyncClient, **query: str) -> httpx2.Response:
    return await client.get(CALLBACK, params=query)


def test_a_location_lets_the_app_in(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            state = await begun(client)

            answer = await came_back(client, state=state, code=house.sim.issue_oauth_code(LOCATION))

            assert (answer.status_code, answer.headers["location"]) == (303, "/desk/settings/ghl"), answer.text
            found = (await client.get(GHL)).json()
            assert (found["location"], found["granted"], found["state"]) == (LOCATION, "oauth", "setting_up")
            async with house.whole.storage.open(BUSINESS) as books:
                kept = await books.integrations.connections.credentials()
            assert kept is not None
            assert kept.refresh_token is not None
            # A state is good for one time, whatever came of it.
            again = await came_back(client, state=state, code=house.sim.issue_oauth_code(LOCATION))
            assert (again.status_code, again.json()["code"]) == (403, "bad_state")
            # Spelt another way it is the same: the last two bits of its base64 stand for nothing.
            signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            respelt = state[:-1] + signs[signs.index(state[-1]) ^ 1]
            assert (await came_back(client, state=respelt, code="x")).json()["code"] == "bad_state"

    on(database, work, with_app=True)


@pytest.mark.parametrize(
    ("named", "back"),
    [
        (LOCATION, "/desk/settings/ghl"),
        (None, "/desk/settings/ghl?problem=crm_account_needed"),
        ("never-heard-of", "/desk/settings/ghl?problem=crm_wrong_account"),
    ],
)
def test_an_agency_lets_the_app_into_the_location_that_was_chosen(
    database: Database, named: str | None, back: str
) -> None:
    async def work(house: GhlHouse) -> None:
        house.sim.add_location("elsewhere")
        async with await house.whole.key(BUSINESS) as client:
            state = await begun(client, location=named)

            answer = await came_back(client, state=state, code=house.sim.issue_oauth_code(AGENCY))

            assert (answer.status_code, answer.headers["location"]) == (303, back), answer.text
            found = await client.get(GHL)
            assert found.status_code == (200 if named == LOCATION else 404)

    on(database, work, with_app=True)


def test_a_token_that_ran_out_is_refreshed_and_stays_of_the_location(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            state = await begun(client, location=LOCATION)
            await came_back(client, state=state, code=house.sim.issue_oauth_code(AGENCY))
            house.sim.expire_tokens()

            assert (await client.post(f"{GHL}/check")).json()["works"] is not None
            connection = await house.connection()

        assert connection is not None
        assert connection.state is not ConnectionState.RECONNECT

    on(database, work, with_app=True)


def test_another_location_than_the_chosen_one_is_refused(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        house.sim.add_location("elsewhere")
        async with await house.whole.key(BUSINESS) as client:
            state = await begun(client, location="elsewhere")

            answer = await came_back(client, state=state, code=house.sim.issue_oauth_code(LOCATION))

            assert answer.headers["location"] == "/desk/settings/ghl?problem=crm_wrong_account"
            assert (await client.get(GHL)).status_code == 404

    on(database, work, with_app=True)


@pytest.mark.parametrize("query", [{"code": "never-given"}, {"error": "access_denied"}, {}])
def test_whoever_does_not_let_us_in_is_told_so(database: Database, query: dict[str, str]) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            answer = await came_back(client, state=await begun(client), **query)

        assert answer.headers["location"] == "/desk/settings/ghl?problem=crm_token_refused"

    on(database, work, with_app=True)


def _other_secret(said: list[Any]) -> str:
    return str(URLSafeTimedSerializer(b"x" * 32, salt="fieldfare ghl oauth").dumps(said))


@pytest.mark.parametrize("spoilt", ["another signature", "x", ""])
def test_a_state_that_is_not_ours_is_refused(database: Database, spoilt: str) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            state = await begun(client)
            state = (
                state[:-9] + ("A" if state[-9] != "A" else "B") + state[-8:] if spoilt.startswith("another") else spoilt
            )

            answer = await came_back(client, state=state, code=house.sim.issue_oauth_code(LOCATION))

            assert (answer.status_code, answer.json()["code"]) == (403, "bad_state")
            forged = _other_secret([BUSINESS, "key", "x", "", "n"])
            assert (await came_back(client, state=forged, code="c")).status_code == 403
            assert (await client.get(GHL)).status_code == 404

    on(database, work, with_app=True)


def test_a_state_is_of_whoever_began(database: Database) -> None:
    """Another account, another business and a stranger can't complete what somebody began."""

    async def work(house: GhlHouse) -> None:
        await open_business(house.whole, "second-world")
        code = house.sim.issue_oauth_code(LOCATION)
        async with (
            await house.whole.key(BUSINESS) as began,
            await house.whole.key(BUSINESS) as colleague,
            await house.whole.key("second-world") as rival,
            house.whole.client() as stranger,
        ):
            state = await begun(began)

            assert (await came_back(stranger, state=state, code=code)).status_code == 401
            for other in (colleague, rival):
                answer = await came_back(other, state=state, code=code)
                assert (answer.status_code, answer.json()["code"]) == (403, "bad_state")
            assert (await came_back(began, state=state, code=code)).headers["location"] == "/desk/settings/ghl"

    on(database, work, with_app=True)


def test_a_state_lasts_ten_minutes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            now = time.time()
            with monkeypatch.context() as then:
                then.setattr("itsdangerous.timed.time.time", lambda: now - STATE_SECONDS - 5)
                state = await begun(client)

            answer = await came_back(client, state=state, code=house.sim.issue_oauth_code(LOCATION))

        assert (answer.status_code, answer.json()["code"]) == (403, "bad_state")

    on(database, work, with_app=True)


def test_without_an_app_there_is_nothing_to_begin(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            answer = await client.post(f"{GHL}/authorise", json={})

        assert (answer.status_code, answer.json()["code"]) == (409, "no_crm_app")

    on(database, work)
