"""Contacts, fields, users and opportunities, as the vendor keeps them."""

from __future__ import annotations

from typing import Any

import pytest
from fieldfare_ghl_sim.world import Quirks

from tests.simulators.ghl.asking import PLACE, TOKEN, Account, Told

UPSERT = "/contacts/upsert"


def upsert(account: Account, **values: Any) -> Told:
    return account.ask("POST", UPSERT, {"locationId": PLACE} | values)


@pytest.mark.parametrize(
    ("values", "known"),
    [
        ({"email": "JO@Example.com"}, True),
        ({"phone": "+19055550101"}, True),
        ({"email": "other@example.com", "phone": "+19055550101"}, True),
        ({"email": "other@example.com"}, False),
    ],
)
def test_an_upsert_finds_by_email_then_by_phone(values: dict[str, str], known: bool) -> None:
    account = Account()

    told = upsert(account, **values)

    assert (told.status, told.body["new"]) == (200, not known)
    assert (told.body["contact"]["id"] == account.contact) == known


def test_tags_that_are_sent_replace_all_tags_and_others_stay() -> None:
    account = Account()
    account.ask("POST", f"/contacts/{account.contact}/tags", {"tags": ["VIP", "winter"]})
    upsert(account, email="jo@example.com", firstName="Joan")
    kept = account.sim.contacts(PLACE)[0]["tags"]
    upsert(account, email="jo@example.com", tags=["summer"])

    assert kept == ["vip", "winter"]
    assert account.sim.contacts(PLACE)[0]["tags"] == ["summer"]


def test_custom_fields_are_written_by_id_or_key_and_read_otherwise() -> None:
    account = Account()
    other = account.sim.add_field(PLACE, key="hub")
    upsert(account, email="jo@example.com", customFields=[{"id": account.field, "field_value": "https://x"}])

    told = upsert(account, email="jo@example.com", customFields=[{"key": "contact.hub", "field_value": "H01"}])

    assert told.body["contact"]["customFields"] == [
        {"id": account.field, "value": "https://x"},
        {"id": other, "value": "H01"},
    ]


def test_an_unknown_field_is_answered_well_and_kept_nowhere() -> None:
    account = Account()

    told = upsert(account, email="jo@example.com", customFields=[{"id": "nothing", "field_value": "x"}])

    assert (told.status, told.body["contact"]["customFields"]) == (200, [])


def test_the_newest_version_writes_values_by_another_name() -> None:
    account = Account()
    body = {"customFields": [{"id": account.field, "fieldValue": "x"}]}

    old = account.ask("PUT", f"/contacts/{account.contact}", body)
    new = account.ask("PUT", f"/contacts/{account.contact}", body, generation="v3")

    assert old.status == 422
    assert (new.status, new.body["succeeded"], "succeded" in new.body) == (200, True, False)


@pytest.mark.parametrize(
    ("allowed", "status", "contacts"),
    [(False, 409, 1), (True, 201, 2)],
)
def test_the_location_says_whether_contacts_may_be_there_twice(allowed: bool, status: int, contacts: int) -> None:
    account = Account()
    account.sim.world.locations[PLACE]["settings"]["allowDuplicateContact"] = allowed

    told = account.ask("POST", "/contacts/", {"locationId": PLACE, "email": "jo@example.com"})

    assert told.status == status
    assert allowed or told.body["meta"] == {"contactId": account.contact, "matchingField": "email"}
    assert len(account.sim.contacts(PLACE)) == contacts


def test_an_upsert_makes_a_second_one_only_if_the_location_allows_it() -> None:
    account = Account()

    one = upsert(account, email="jo@example.com", createNewIfDuplicateAllowed=True).body["new"]
    account.sim.world.locations[PLACE]["settings"]["allowDuplicateContact"] = True
    two = upsert(account, email="jo@example.com", createNewIfDuplicateAllowed=True).body["new"]

    assert (one, two) == (False, True)


def search(account: Account, **more: Any) -> list[str]:
    body = {"locationId": PLACE, "pageLimit": 5} | more
    told = account.ask("POST", "/contacts/search", body)
    assert told.status == 200, told.body
    return [row["email"] for row in told.body["contacts"]]


def test_the_search_sees_a_contact_two_seconds_late_and_the_check_for_duplicates_at_once() -> None:
    account = Account()
    upsert(account, email="late@example.com")
    duplicate = account.ask("GET", "/contacts/search/duplicate", locationId=PLACE, email="late@example.com").body
    soon = search(account, query="late@")
    account.clock.at += 2
    later = search(account, query="late@")

    assert duplicate["contact"]["email"] == "late@example.com"
    assert (soon, later) == ([], ["late@example.com"])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([{"field": "email", "operator": "eq", "value": "b@example.com"}], ["b"]),
        ([{"field": "email", "operator": "not_eq", "value": "b@example.com"}], ["a", "c", "jo"]),
        ([{"field": "tags", "operator": "contains", "value": "vi"}], ["a"]),
        ([{"field": "phone", "operator": "exists"}], ["jo"]),
        ([{"field": "phone", "operator": "not_exists"}], ["a", "b", "c"]),
        ([{"field": "dateAdded", "operator": "range", "value": {"gte": "2026-09-28T12:00:01Z"}}], ["a", "b", "c"]),
        (
            [
                {
                    "group": "OR",
                    "filters": [
                        {"field": "email", "operator": "eq", "value": "a@example.com"},
                        {"field": "phone", "operator": "eq", "value": "+19055550101"},
                    ],
                }
            ],
            ["a", "jo"],
        ),
    ],
)
def test_filters(filters: list[dict[str, Any]], expected: list[str]) -> None:
    account = Account()
    for name in "abc":
        account.sim.add_contact(PLACE, name=name, email=f"{name}@example.com", tags=["vip"] if name == "a" else [])
    account.clock.at += 5

    found = search(account, filters=filters, sort=[{"field": "email", "direction": "asc"}])

    assert [email.partition("@")[0] for email in found] == expected


def test_pages_go_on_after_the_last_record() -> None:
    account = Account()
    for name in "abcdefg":
        account.sim.add_contact(PLACE, name=name, email=f"{name}@example.com")
    account.clock.at += 5
    body = {"locationId": PLACE, "pageLimit": 3, "sort": [{"field": "email", "direction": "asc"}]}
    seen, more = [], {"page": 1}
    while rows := account.ask("POST", "/contacts/search", body | more).body["contacts"]:
        seen += [row["email"][0] for row in rows]
        more = {"searchAfter": rows[-1]["searchAfter"]}

    assert seen == list("abcdefgj")


@pytest.mark.parametrize(
    ("more", "status"),
    [({"page": 1, "searchAfter": [1, "x"]}, 422), ({"pageLimit": 501}, 422), ({"page": 21, "pageLimit": 500}, 400)],
)
def test_pages_have_limits(more: dict[str, Any], status: int) -> None:
    assert Account().ask("POST", "/contacts/search", {"locationId": PLACE, "pageLimit": 5} | more).status == status


def test_the_cursor_may_stand_on_top() -> None:
    account = Account(quirks=Quirks(cursor_on_top=True))

    told = account.ask("POST", "/contacts/search", {"locationId": PLACE, "pageLimit": 5}).body

    assert told["searchAfter"] == told["contacts"][-1]["searchAfter"]


def test_the_old_list_goes_on_after_an_id() -> None:
    account = Account()
    account.sim.add_contact(PLACE, name="b", email="b@example.com")
    first = account.ask("GET", "/contacts/", locationId=PLACE, limit=1).body
    second = account.ask(
        "GET", "/contacts/", locationId=PLACE, limit=1, startAfterId=first["meta"]["startAfterId"]
    ).body

    assert [row["email"] for row in (*first["contacts"], *second["contacts"])] == ["b@example.com", "jo@example.com"]
    assert account.ask("GET", "/contacts/", locationId=PLACE, limit=101).status == 422


@pytest.mark.parametrize(
    ("generation", "query", "status", "found"),
    [
        ("v2", {"location_id": PLACE, "pipeline_stage_id": "new"}, 200, 1),
        ("v2", {"location_id": PLACE, "pipeline_stage_id": "book"}, 200, 0),
        ("v2", {"locationId": PLACE}, 422, None),
        ("v3", {"locationId": PLACE, "pipelineStageId": "new"}, 200, 1),
        ("v3", {"location_id": PLACE}, 422, None),
        ("v2", {"location_id": PLACE, "q": "roy"}, 200, 1),
        ("v2", {"location_id": PLACE, "status": "won"}, 200, 0),
        ("v2", {"location_id": PLACE, "status": "all"}, 200, 1),
        ("v2", {"location_id": PLACE, "limit": "101"}, 422, None),
    ],
)
def test_opportunities_are_searched_in_two_spellings(
    generation: str, query: dict[str, str], status: int, found: int | None
) -> None:
    account = Account()
    account.sim.add_opportunity(PLACE, "pipe", "new", account.contact)

    told = account.ask("GET", "/opportunities/search", generation=generation, **query)

    assert told.status == status
    assert found is None or len(told.body["opportunities"]) == found


def test_opportunities_are_searched_by_filters_with_underscores() -> None:
    account = Account()
    account.sim.add_opportunity(PLACE, "pipe", "new", account.contact)
    rule = {"field": "pipeline_stage_id", "operator": "eq", "value": "new"}

    told = account.ask("POST", "/opportunities/search", {"locationId": PLACE, "limit": 5, "filters": [rule]}).body

    assert (told["total"], told["opportunities"][0]["contact"]["email"]) == (1, "jo@example.com")


def test_an_opportunitys_fields_are_read_in_another_shape_than_a_contacts() -> None:
    account = Account()
    id_ = account.sim.add_opportunity(PLACE, "pipe", "new", account.contact)

    told = account.ask("PUT", f"/opportunities/{id_}", {"customFields": [{"id": "f", "field_value": "x"}]}).body

    assert told["opportunity"]["customFields"] == [{"id": "f", "fieldValue": "x"}]


def test_users_are_searched_with_the_agency_even_by_a_location() -> None:
    account = Account()
    account.sim.add_location("loc-two", company="agency")
    account.sim.add_user("loc-two", id="cy", name="Cy")

    told = account.ask("GET", "/users/search", companyId="agency", skip="0", limit="1")

    assert ([row["id"] for row in told.body["users"]], told.body["count"]) == (["ann"], 2)
    assert account.ask("GET", "/users/cy", token=TOKEN).status == 403
    assert account.ask("GET", "/users/search", companyId="another").status == 403
