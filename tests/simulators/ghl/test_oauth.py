"""The authorisation server: codes, rotating refresh tokens, and agencies' ways into locations."""

from __future__ import annotations

import pytest
from fieldfare_ghl_sim.accounts import CLIENT_ID, CLIENT_SECRET

from tests.simulators.ghl.asking import PLACE, Account, Told

TOKEN = "/oauth/token"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def exchanged(account: Account, who: str = PLACE, **more: str) -> Told:
    code = account.sim.issue_oauth_code(who)
    form = CLIENT | {"grant_type": "authorization_code", "code": code} | more
    return account.ask("POST", TOKEN, token=None, version=None, form=form)


def refreshed(account: Account, token: str) -> Told:
    form = CLIENT | {"grant_type": "refresh_token", "refresh_token": token}
    return account.ask("POST", TOKEN, token=None, version=None, form=form)


def test_a_code_becomes_a_token_of_its_location() -> None:
    account = Account()

    told = exchanged(account)

    assert told.status == 200
    assert (told.body["token_type"], told.body["expires_in"], told.body["userType"]) == ("Bearer", 86_399, "Location")
    assert (told.body["locationId"], told.body["companyId"]) == (PLACE, "agency")
    assert account.ask("GET", "/calendars/", token=told.body["access_token"], locationId=PLACE).status == 200


def test_the_newest_version_spells_it_all_another_way() -> None:
    account = Account()
    code = account.sim.issue_oauth_code(PLACE)
    form = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "grantType": "authorization_code", "code": code}

    old = account.ask("POST", TOKEN, token=None, version=None, form=form)
    new = account.ask("POST", TOKEN, token=None, version="v3", form=form)

    assert old.status == 422
    assert new.status == 200
    assert {"accessToken", "refreshToken", "expiresIn"} <= new.body.keys()


@pytest.mark.parametrize(("version", "status"), [(None, 422), ("2021-07-28", 422), ("v3", 200)])
def test_only_the_newest_version_takes_json(version: str | None, status: int) -> None:
    account = Account()
    code = account.sim.issue_oauth_code(PLACE)
    old = CLIENT | {"grant_type": "authorization_code", "code": code}
    new = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "grantType": "authorization_code", "code": code}

    told = account.ask("POST", TOKEN, new if version == "v3" else old, token=None, version=version)

    assert told.status == status
    if status == 422:
        assert "client_id should not be empty" in told.message


PAGE = "https://app.example.com/back"


@pytest.mark.parametrize(
    ("who", "issued_to", "more", "status"),
    [
        (PLACE, None, {"user_type": "Location", "redirect_uri": PAGE}, 200),
        (PLACE, PAGE, {"redirect_uri": PAGE}, 200),
        (PLACE, PAGE, {}, 200),  # the files demand none
        (PLACE, PAGE, {"redirect_uri": "https://another.example.com/back"}, 400),
        (PLACE, None, {"user_type": "Company"}, 400),  # more than was granted
        ("agency", None, {"user_type": "Company"}, 200),
        ("agency", None, {"user_type": "Location"}, 200),  # it is the agency's token nevertheless
        (PLACE, None, {"user_type": "Nobody"}, 422),
    ],
)
def test_a_code_is_for_whom_and_where_it_was_given(
    who: str, issued_to: str | None, more: dict[str, str], status: int
) -> None:
    account = Account()
    code = account.sim.issue_oauth_code(who, redirect_uri=issued_to)
    form = CLIENT | {"grant_type": "authorization_code", "code": code} | more

    told = account.ask("POST", TOKEN, token=None, version=None, form=form)

    assert told.status == status
    assert told.body.get("userType", "") == ("" if status != 200 else "Location" if who == PLACE else "Company")


def test_a_code_works_once_and_for_ten_minutes() -> None:
    account = Account()
    code = account.sim.issue_oauth_code(PLACE)
    form = CLIENT | {"grant_type": "authorization_code", "code": code}
    told = [account.ask("POST", TOKEN, token=None, version=None, form=form).status for _ in range(2)]
    late = account.sim.issue_oauth_code(PLACE)
    account.clock.at += 601

    assert told == [200, 400]
    assert account.ask("POST", TOKEN, token=None, version=None, form=form | {"code": late}).status == 400


def test_a_refresh_token_works_once_and_brings_the_next() -> None:
    account = Account()
    first = exchanged(account).body
    second = refreshed(account, first["refresh_token"])
    again = refreshed(account, first["refresh_token"])

    assert (second.status, again.status) == (200, 400)
    assert second.body["refresh_token"] != first["refresh_token"]
    assert refreshed(account, second.body["refresh_token"]).status == 200


@pytest.mark.parametrize("how", ["a day later", "to order"])
def test_an_access_token_runs_out(how: str) -> None:
    account = Account()
    told = exchanged(account).body
    if how == "to order":
        account.sim.expire_tokens()
    else:
        account.clock.at += 86_400

    asked = account.ask("GET", "/calendars/", token=told["access_token"], locationId=PLACE)

    assert (asked.status, asked.message) == (401, "Invalid JWT")
    assert refreshed(account, told["refresh_token"]).status == 200
    assert account.ask("GET", "/calendars/", locationId=PLACE).status == 200  # private tokens don't run out


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"client_secret": "wrong"}, 401),
        ({"client_id": "nobody"}, 401),
        ({"grant_type": "password"}, 422),
        ({"grant_type": "client_credentials"}, 400),
        ({"code": "nonsense"}, 400),
    ],
)
def test_what_does_not_fit_is_refused(form: dict[str, str], status: int) -> None:
    assert exchanged(Account(), **form).status == status


@pytest.mark.parametrize(
    ("version", "path", "key", "refresh"),
    [
        ("2021-07-28", "/oauth/locationToken", "access_token", False),
        ("v3", "/oauth/location-token", "accessToken", True),
    ],
)
def test_an_agency_gets_a_token_of_one_of_its_locations(version: str, path: str, key: str, refresh: bool) -> None:
    account = Account()
    agency = exchanged(account, "agency").body["access_token"]
    form = {"companyId": "agency", "locationId": PLACE}

    alone = account.ask("GET", "/calendars/", token=agency, locationId=PLACE).status
    told = account.ask("POST", path, token=agency, version=version, form=form)
    foreign = account.ask("POST", path, token=agency, version=version, form=form | {"companyId": "another"})

    assert (alone, told.status, foreign.status) == (403, 200, 403)
    assert any("refresh" in name for name in told.body) == refresh
    assert account.ask("GET", "/calendars/", token=told.body[key], locationId=PLACE).status == 200


def test_installed_locations_are_listed_in_two_shapes() -> None:
    account = Account()
    agency = exchanged(account, "agency").body["access_token"]
    exchanged(account)
    query = {"companyId": "agency", "appId": "app"}

    old = account.ask("GET", "/oauth/installedLocations", token=agency, **query)
    new = account.ask("GET", "/oauth/installed-locations", token=agency, **query)

    assert [(row["_id"], row["isInstalled"]) for row in old.body["locations"]] == [(PLACE, True)]
    assert [row["_id"] for row in new.body["items"]] == [PLACE]
