"""Contacts: written without touching what others own, and found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.world import Quirks

from fieldfare.adapters.crms.ghl.contacts import e164
from fieldfare.ports.crm import CrmContact, CrmForbiddenError, CrmPerson, CrmRefusedError
from tests.unit.crms.ghl.account import LOCATION, World, with_world

UPSERT = "POST /contacts/upsert"
AT_ONCE = Quirks(contact_search_lag=0.0)


def jo(world: World, **changes: Any) -> str:
    given = {
        "name": "Jo Tremblay",
        "email": "jo@example.com",
        "phone": "+15185550100",
        "address1": "12 Sparrow Street",
        "city": "Albany",
        "state": "NY",
        "postal_code": "12207",
        "tags": ("vip",),
    }
    return world.sim.add_contact(LOCATION, **{**given, **changes})


@pytest.mark.parametrize(
    ("person", "body"),
    [
        (
            CrmPerson(
                name="Jo", email="jo@example.com", phone="+15185550100", street="12 Sparrow", postal_code="12207"
            ),
            {
                "name": "Jo",
                "email": "jo@example.com",
                "phone": "+15185550100",
                "address1": "12 Sparrow",
                "postalCode": "12207",
            },
        ),
        (CrmPerson(name="Jo", email="jo@example.com"), {"name": "Jo", "email": "jo@example.com"}),
        (CrmPerson(name="Jo", phone="(518) 555-0100"), {"name": "Jo", "phone": "+15185550100"}),
        # A number that can be none is better left out than a reason for refusing all.
        (CrmPerson(name="Jo", email="jo@example.com", phone="12"), {"name": "Jo", "email": "jo@example.com"}),
        (CrmPerson(name="", email="jo@example.com"), {"email": "jo@example.com"}),
    ],
)
def test_only_what_is_known_is_sent(person: CrmPerson, body: dict[str, str]) -> None:
    async def work(world: World) -> dict[str, Any]:
        await world.crm.upsert_contact(person)
        sent: dict[str, Any] = json.loads(world.calls(UPSERT)[0].body)
        return sent

    assert with_world(work) == {"locationId": LOCATION, **body}


def test_tags_and_fields_of_others_stay() -> None:
    async def work(world: World) -> tuple[bool, dict[str, Any]]:
        field = world.sim.add_field(LOCATION, "manage_link")
        theirs = world.sim.add_field(LOCATION, "gate_code")
        known = jo(world, fields={"gate_code": "1234"})
        id_ = await world.crm.upsert_contact(CrmPerson(name="Jo Tremblay", email="JO@example.com"))
        await world.crm.set_fields(id_, {field: "https://book.example/m/1"})
        (kept,) = world.sim.contacts(LOCATION)
        assert theirs != field
        return id_ == known, kept

    same, kept = with_world(work)

    assert same
    assert kept["tags"] == ["vip"]
    assert kept["fields"] == {"contact.gate_code": "1234", "contact.manage_link": "https://book.example/m/1"}


def test_fields_are_written_by_id_and_none_makes_no_call() -> None:
    async def work(world: World) -> list[Any]:
        id_ = jo(world)
        field = world.sim.add_field(LOCATION, "manage_link")
        await world.crm.set_fields(id_, {})
        await world.crm.set_fields(id_, {field: "x"})
        return [json.loads(call.body) for call in world.calls("PUT /contacts")] + [field]

    body, field = with_world(work)
    assert body == {"customFields": [{"id": field, "field_value": "x"}]}


@pytest.mark.parametrize(
    ("before", "person", "after"),
    [
        # What is there is the office's.
        (
            {},
            CrmPerson(name="joan", email="jo@example.com", phone="+15185550199", street="9 Elm Road", postal_code="1"),
            {"name": "Jo Tremblay", "phone": "+15185550100", "address1": "12 Sparrow Street", "postalCode": "12207"},
        ),
        # What is blank is filled in.
        (
            {"phone": "", "address1": "", "city": "", "postal_code": ""},
            CrmPerson(name="joan", email="JO@example.com", phone="518 555 0199", street="9 Elm Road", postal_code="1"),
            {"name": "Jo Tremblay", "phone": "+15185550199", "address1": "9 Elm Road", "postalCode": "1"},
        ),
        # Half of an address is none.
        (
            {"postal_code": ""},
            CrmPerson(name="joan", email="jo@example.com", street="9 Elm Road", postal_code="1"),
            {"address1": "12 Sparrow Street", "postalCode": None},
        ),
        # Somebody of the same phone keeps their email.
        (
            {},
            CrmPerson(name="Sam", email="sam@example.com", phone="+15185550100"),
            {"name": "Jo Tremblay", "email": "jo@example.com"},
        ),
    ],
)
def test_of_a_contact_that_is_there_only_what_is_blank_is_written(
    before: dict[str, str], person: CrmPerson, after: dict[str, Any]
) -> None:
    async def work(world: World) -> tuple[bool, dict[str, Any]]:
        known = jo(world, **before)
        same = await world.crm.upsert_contact(person) == known
        (kept,) = world.sim.contacts(LOCATION)
        return same, kept

    same, kept = with_world(work)

    assert same
    assert {key: kept.get(key) for key in after} == after


@pytest.mark.parametrize("status", [400, 404, 422])
def test_where_the_vendor_will_not_say_who_is_there_the_upsert_decides(status: int) -> None:
    async def work(world: World) -> bool:
        known = jo(world)
        world.sim.faults.add(Fault(match="GET /contacts/search/duplicate", status=status))
        return await world.crm.upsert_contact(CrmPerson(name="Jo", email="jo@example.com")) == known

    assert with_world(work)


def test_a_refused_upsert_finds_the_contact_that_is_there() -> None:
    async def work(world: World) -> bool:
        known = jo(world)
        world.sim.faults.add(Fault(match=UPSERT, status=422))
        world.sim.faults.add(Fault(match="GET /contacts/search/duplicate", status=422, times=1))
        return await world.crm.upsert_contact(CrmPerson(name="Jo", phone="518 555 0100")) == known

    assert with_world(work, quirks=AT_ONCE)


def test_a_refused_upsert_of_somebody_unknown_stays_refused() -> None:
    async def work(world: World) -> None:
        world.sim.faults.add(Fault(match=UPSERT, status=422))
        with pytest.raises(CrmRefusedError):
            await world.crm.upsert_contact(CrmPerson(name="Jo", email="jo@example.com"))

    with_world(work)


def test_a_contact_comes_out_whole() -> None:
    async def work(world: World) -> tuple[CrmContact | None, str, str]:
        field = world.sim.add_field(LOCATION, "gate_code")
        id_ = jo(world, fields={"gate_code": "1234"})
        return await world.crm.contact(id_), id_, field

    contact, id_, field = with_world(work)

    assert contact == CrmContact(
        id=id_,
        name="Jo Tremblay",
        email="jo@example.com",
        phone="+15185550100",
        street="12 Sparrow Street",
        city="Albany",
        state="NY",
        postal_code="12207",
        country="US",
        tags=("vip",),
        fields={field: "1234"},
    )
    assert contact.address == "12 Sparrow Street, Albany, NY 12207"


def test_an_unknown_contact_is_none() -> None:
    async def work(world: World) -> CrmContact | None:
        return await world.crm.contact("gone")

    assert with_world(work) is None


def test_another_accounts_contact_stays_there() -> None:
    async def work(world: World) -> None:
        world.sim.add_location(id="loc-2")
        theirs = world.sim.add_contact("loc-2", name="Jo Tremblay", email="jo@example.com")
        assert await world.crm.search_contacts("jo@example.com", limit=5) == ()
        with pytest.raises(CrmForbiddenError):
            await world.crm.contact(theirs)
        with pytest.raises(CrmForbiddenError):
            await world.crm.set_fields(theirs, {"f": "x"})

    with_world(work, quirks=AT_ONCE)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tremblay", ["Jo Tremblay"]),
        ("JO@example.com", ["Jo Tremblay"]),
        ("(518) 555-0100", ["Jo Tremblay"]),
        ("sparrow street", ["Ann Roy", "Jo Tremblay"]),
        ("ann", ["Ann Roy"]),
        ("nobody", []),
        ("nobody@example.com", []),
        ("   ", []),
    ],
)
@pytest.mark.parametrize("searches", [True, False], ids=["search", "fallback"])
def test_searching(query: str, found: list[str], searches: bool) -> None:
    async def work(world: World) -> list[str]:
        jo(world)
        world.sim.add_contact(LOCATION, name="Ann Roy", email="ann@example.com", address1="14 Sparrow Street")
        if not searches:
            world.sim.faults.add(Fault(match="POST /contacts/search", status=422))
        return sorted(contact.name for contact in await world.crm.search_contacts(query, limit=5))

    assert with_world(work, quirks=AT_ONCE) == found


def test_a_long_query_is_cut_and_a_limit_kept() -> None:
    async def work(world: World) -> tuple[int, int]:
        for number in range(8):
            jo(world, email=f"jo{number}@example.com", phone="")
        hits = await world.crm.search_contacts("tremblay", limit=3)
        await world.crm.search_contacts("x" * 300, limit=3)
        return len(hits), len(json.loads(world.calls("POST /contacts/search")[-1].body)["query"])

    assert with_world(work, quirks=AT_ONCE) == (3, 75)


@pytest.mark.parametrize(
    ("phone", "country", "read"),
    [
        ("(518) 555-0100", "US", "+15185550100"),
        ("+33 6 12 34 56 78", "US", "+33612345678"),
        ("5185550100", None, None),
        ("+15185550100", None, "+15185550100"),
        ("12", "US", None),
        ("", "US", None),
        (None, "US", None),
        ("call me", "US", None),
    ],
)
def test_phones(phone: str | None, country: str | None, read: str | None) -> None:
    assert e164(phone, country) == read


def test_nothing_personal_is_in_what_gets_printed() -> None:
    assert "Jo" not in repr(CrmPerson(name="Jo", email="jo@example.com", phone="+15185550100"))
