"""The books around bookings: what is written is read, by one business, and once where two come at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import event

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.storage import PostgresBooks, PostgresStorage, postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.configuration import Configuration, RecordKind, changes_between
from fieldfare.domain.customers import Contact, Customer, Language, ServiceAddress
from fieldfare.domain.places import Place
from fieldfare.ports.bookings import Given, Link, LinkPurpose, Task
from fieldfare.ports.customers import (
    BookingContact,
    Message,
    MessageKind,
    MessageStatus,
    Waiting,
    WaitingStatus,
)
from fieldfare.ports.storage import Entry, Personal, StorageContendedError
from fieldfare.ports.webhooks import DeliveryStatus, Webhook
from tests.databases import Database

T = TypeVar("T")

AT = 1_750_000_000
PLACE = Place(lat=43.5, lng=-79.7, postal_code="L6H1A1")
ANN = Contact(name="Ann", email="ann@example.org", phone="+14165550101", language=Language.FRENCH)
VISIT = Booking(
    id="v1",
    reference="AAAA-1111",
    status=Status.REQUESTED,
    technician=None,
    start=AT,
    end=AT + 3_600,
    place=PLACE,
    hub=None,
    zone=None,
    schedule=None,
    product="tune-up",
    product_name="Tune-up",
    price=9_900,
    currency="CAD",
    created_at=AT,
)
SAID = BookingContact(
    booking="v1",
    customer="c1",
    contact=ANN,
    address=ServiceAddress(street="1 Main St", unit="2", notes="ring twice", postal_code="L6H1A1"),
    ended_because="away",
)
MESSAGE = Message(
    id="m1",
    kind=MessageKind.CONFIRMED,
    booking="v1",
    customer="c1",
    sequence=2,
    created_at=AT,
    facts={"start": AT},
)
WAITS = Waiting(id="w1", customer="c1", product="tune-up", place=PLACE, wishes=((1, 2), (3, 4)), joined_at=AT)
HOOK = Webhook(id="h1", url="https://example.org/hook", types=(), secrets=(b"one", b"two"), created_at=AT)
TOKEN = b"\x01" * 32
LINK = Link(token_hash=TOKEN, purpose=LinkPurpose.MANAGE, booking="v1")
NOBODY = Actor(kind=ActorKind.COMMAND_LINE, id="root")


def run(database: Database, work: Callable[[PostgresStorage], Awaitable[T]], *businesses: str) -> T:
    """Do something with a database in which businesses sell one product."""

    async def opened() -> T:
        async with postgres_storage(database.application) as storage:
            await create(storage, *(businesses or ("b",)))
            return await work(storage)

    return asyncio.run(opened())


async def create(storage: PostgresStorage, *businesses: str) -> None:
    for business in businesses:
        records: dict[RecordKind, Any] = {kind: {} for kind in RecordKind}
        records[RecordKind.PRODUCTS] = {"tune-up": {"id": "tune-up"}}
        async with storage.open(business) as books:
            new = Configuration(id=business, own={"name": business}, records=records)
            await books.configuration.save(list(changes_between(None, new)))


async def write_all(books: PostgresBooks) -> None:
    """Write one of everything."""
    await books.customers.known(ANN, new_id="c1", at=AT)
    await books.bookings.add(replace(VISIT, customer="c1"))
    await books.customers.note(SAID)
    await books.messages.add(MESSAGE)
    await books.waiting.add(WAITS)
    await books.links.add(LINK)
    await books.once.claim(b"key", b"print")
    await books.once.keep(b"key", b"sealed")
    await books.webhooks.save(HOOK)
    await books.events.add("booking.requested", {"booking": "v1"}, at=AT)
    personal = Personal(customer="c1", before={"name": "An"}, after={"name": "Ann"}, reason="Ann rang")
    await books.audit.write([Entry(actor=NOBODY, action="x", subject="y", subject_id="z", personal=personal)])


async def read_all(books: PostgresBooks) -> dict[str, Any]:
    """Read everything that there is."""
    trail = await books.customers.personal_trail("c1")
    deliveries = await books.webhooks.deliveries("h1", statuses=None, before=None, limit=9)
    return {
        "customers": await books.customers.page(after=None, limit=9),
        "customer": await books.customers.find("c1"),
        "by name": await books.customers.search(name="NN", limit=9),
        "said": await books.customers.said_for(["v1", "v2"]),
        "trail": [(line["before"], line["after"], line["reason"]) for line in trail],
        "message": await books.messages.find("m1"),
        "messages": await books.messages.page(statuses=None, booking=None, unsettled=False, before=None, limit=9),
        "waiting": await books.waiting.find("w1"),
        "all waiting": await books.waiting.page(statuses=list(WaitingStatus), after=None, limit=9),
        "link": await books.links.find(TOKEN, LinkPurpose.MANAGE),
        "answer": await books.once.find(b"key"),
        "webhooks": await books.webhooks.all(),
        "webhook": await books.webhooks.find("h1"),
        "deliveries": [(one.webhook, one.event.type, one.event.data, one.status, one.attempts) for one in deliveries],
    }


ANN_KEPT = Customer(id="c1", contact=ANN, created_at=AT)
ALL: dict[str, Any] = {
    "customers": (ANN_KEPT,),
    "customer": ANN_KEPT,
    "by name": (ANN_KEPT,),
    "said": {"v1": SAID},
    "trail": [({"name": "An"}, {"name": "Ann"}, "Ann rang")],
    "message": MESSAGE,
    "messages": (MESSAGE,),
    "waiting": WAITS,
    "all waiting": (WAITS,),
    "link": LINK,
    "answer": Given(fingerprint=b"print", answer=b"sealed"),
    "webhooks": (HOOK,),
    "webhook": HOOK,
    "deliveries": [("h1", "booking.requested", {"booking": "v1"}, DeliveryStatus.PENDING, 0)],
}
NOTHING: dict[str, Any] = {
    "customers": (),
    "customer": None,
    "by name": (),
    "said": {},
    "trail": [],
    "message": None,
    "messages": (),
    "waiting": None,
    "all waiting": (),
    "link": None,
    "answer": None,
    "webhooks": (),
    "webhook": None,
    "deliveries": [],
}


@pytest.mark.parametrize("role", ["application", "superuser"])
def test_businesses_with_the_same_ids_and_emails_do_not_see_each_other(database: Database, role: str) -> None:
    """As the superuser nothing but the books' own questions keeps them apart."""

    async def work() -> list[dict[str, Any]]:
        async with postgres_storage(getattr(database, role)) as storage:
            await create(storage, "a", "b", "empty")
            for business in ("a", "b"):
                async with storage.open(business) as books:
                    await write_all(books)
            async with storage.open("a") as books:
                (delivery,) = await books.webhooks.deliveries("h1", statuses=None, before=None, limit=9)
                await books.customers.change(replace(ANN_KEPT, tier="gold"))
                await books.messages.change(replace(MESSAGE, status=MessageStatus.SENT, sent_at=AT))
                await books.waiting.change(replace(WAITS, status=WaitingStatus.BOOKED))
                await books.webhooks.settle(replace(delivery, status=DeliveryStatus.REFUSED))
                await books.once.keep(b"key", b"other")
                assert await books.links.revoke(booking="v1", purpose=LinkPurpose.MANAGE) == 1
                await books.webhooks.delete("h1")
                await books.customers.erase("c1", at=AT)
            async with storage.open("b") as books:
                assert await books.webhooks.delivery(delivery.id) is None
                assert await books.webhooks.again(delivery.id, new_id="d2", at=AT) is None
            return [await read(storage, business) for business in ("b", "empty")]

    async def read(storage: PostgresStorage, business: str) -> dict[str, Any]:
        async with storage.open(business) as books:
            return await read_all(books)

    assert asyncio.run(work()) == [ALL, NOTHING]


def test_a_link_is_found_until_it_runs_out_or_is_revoked(database: Database) -> None:
    hold = Link(token_hash=b"hold", purpose=LinkPurpose.HOLD, booking="v1", expires_at=AT + 10**10)
    late = Link(token_hash=b"late", purpose=LinkPurpose.HOLD, booking="v1", expires_at=AT)
    waits = Link(token_hash=b"waits", purpose=LinkPurpose.WAITING, waiting="w1")

    async def work(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            await write_all(books)
            for link in (hold, late, waits, replace(waits, expires_at=AT)):
                await books.links.add(link)
            found = [await books.links.find(link.token_hash, link.purpose) for link in (LINK, hold, late, waits)]
            assert found == [LINK, hold, None, waits]
            assert await books.links.find(b"hold", LinkPurpose.MANAGE) is None
            revoked = [
                await books.links.revoke(booking="v1", purpose=LinkPurpose.MANAGE),
                await books.links.revoke(booking="v1", purpose=LinkPurpose.MANAGE),
                await books.links.revoke(waiting="w1", purpose=LinkPurpose.WAITING),
                await books.links.revoke(purpose=LinkPurpose.HOLD),
            ]
            assert revoked == [1, 0, 1, 0]
            found = [await books.links.find(link.token_hash, link.purpose) for link in (LINK, hold, waits)]
            assert found == [None, hold, None]

    run(database, work)


def test_a_business_keeps_its_secret_and_shares_it_with_nobody(database: Database) -> None:
    async def ask(storage: PostgresStorage, business: str) -> bytes:
        async with storage.open(business) as books:
            return await books.secret()

    async def work(storage: PostgresStorage) -> list[bytes]:
        return list(await asyncio.gather(*(ask(storage, business) for business in ("a", "a", "a", "b", "a"))))

    of_a, *others, of_b, again = run(database, work, "a", "b")
    assert len(of_a) == len(of_b) == 32
    assert {*others, again} == {of_a}
    assert of_b != of_a


async def until_somebody_waits(database: Database) -> None:
    """Return as soon as a connection waits for another's lock."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
    )
    async with await psycopg.AsyncConnection.connect(for_libpq(database.superuser), autocommit=True) as connection:
        for _ in range(1_000):
            row = await (await connection.execute(query)).fetchone()
            if row is not None and row[0]:
                return
            await asyncio.sleep(0.01)
    raise TimeoutError("nobody waits")


async def one_after_the_other(
    database: Database,
    storage: PostgresStorage,
    first: Callable[[PostgresBooks], Awaitable[Any]],
    second: Callable[[PostgresBooks], Awaitable[T]],
    *,
    commits: bool = True,
) -> tuple[Any, T]:
    """Begin a transaction; end it once a second one, begun after it, waits for it."""

    async def in_its_own() -> T:
        async with storage.open("b") as books:
            return await second(books)

    with suppress(ZeroDivisionError):
        async with storage.open("b") as books:
            done = await first(books)
            waits = asyncio.create_task(in_its_own())
            await until_somebody_waits(database)
            if not commits:
                raise ZeroDivisionError
    return done, await waits


@pytest.mark.parametrize(
    ("commits", "given"), [(True, Given(fingerprint=b"print", answer=b"sealed")), (False, None)], ids=str
)
def test_who_claims_a_key_waits_for_whoever_is_at_it(database: Database, commits: bool, given: Given | None) -> None:
    async def first(books: PostgresBooks) -> Given | None:
        before = await books.once.claim(b"key", b"print")
        await books.once.keep(b"key", b"sealed")
        return before

    async def second(books: PostgresBooks) -> Given | None:
        assert await books.once.find(b"key") is None
        return await books.once.claim(b"key", b"other print")

    async def work(storage: PostgresStorage) -> tuple[object, object]:
        return await one_after_the_other(database, storage, first, second, commits=commits)

    assert run(database, work) == (None, given)


def test_of_many_who_claim_a_key_at_once_one_gets_it(database: Database) -> None:
    async def claim(storage: PostgresStorage) -> Given | None:
        async with storage.open("b") as books:
            given = await books.once.claim(b"key", b"print")
            if given is None:
                await books.once.keep(b"key", b"sealed")
            return given

    async def work(storage: PostgresStorage) -> list[Given | None]:
        return list(await asyncio.gather(*(claim(storage) for _ in range(8))))

    answers = run(database, work)
    assert answers.count(None) == 1
    assert answers.count(Given(fingerprint=b"print", answer=b"sealed")) == 7


BARE = Contact(name="Ann", email="ann@example.org")
BY_PHONE = Contact(name="Ann", phone="+14165550101")
KNOWN = [
    pytest.param([BARE], BARE, "c0", BARE, id="the same email"),
    pytest.param([BY_PHONE], BY_PHONE, "c0", BY_PHONE, id="the same phone"),
    pytest.param([BARE], BY_PHONE, "new", BY_PHONE, id="a phone that nobody has"),
    pytest.param(
        [BARE],
        replace(ANN, name="Mallory", consent=True),
        "c0",
        replace(BARE, phone=ANN.phone, consent=True),
        id="phone and consent are filled in, name and language stay",
    ),
    pytest.param([replace(ANN, consent=True)], BARE, "c0", replace(ANN, consent=True), id="consent is not taken back"),
    pytest.param([ANN], replace(ANN, phone="+14165550199"), "c0", ANN, id="a phone is not written over by another"),
    pytest.param([BY_PHONE], BARE, "new", BARE, id="an email that nobody has"),
    pytest.param(
        [BY_PHONE], replace(BARE, phone=ANN.phone), "c0", replace(BARE, phone=ANN.phone), id="an email is filled in"
    ),
    pytest.param(
        [ANN],
        replace(ANN, email="bob@example.org"),
        "new",
        replace(ANN, email="bob@example.org"),
        id="a phone with another email is somebody else's",
    ),
    pytest.param([ANN], BY_PHONE, "c0", ANN, id="a phone alone is whose it is"),
    pytest.param(
        [BY_PHONE, BARE], replace(BARE, phone=ANN.phone), "c1", replace(BARE, phone=ANN.phone), id="email comes first"
    ),
    pytest.param(
        [ANN, replace(ANN, email="bob@example.org")], BY_PHONE, "c0", ANN, id="of two with a phone, the first"
    ),
]


@pytest.mark.parametrize(("before", "contact", "id_", "kept"), KNOWN)
def test_a_customer_is_known_again(
    database: Database, before: list[Contact], contact: Contact, id_: str, kept: Contact
) -> None:
    async def work(storage: PostgresStorage) -> tuple[Customer, Customer | None]:
        async with storage.open("b") as books:
            for number, known in enumerate(before):
                await books.customers.known(known, new_id=f"c{number}", at=AT)
        async with storage.open("b") as books:
            found = await books.customers.known(contact, new_id="new", at=AT)
        async with storage.open("b") as books:
            return found, await books.customers.find(found.id)

    assert run(database, work) == (Customer(id=id_, contact=kept, created_at=AT),) * 2


@pytest.mark.parametrize(("commits", "id_"), [(True, "first"), (False, "second")])
def test_two_who_are_the_same_new_customer_become_one(database: Database, commits: bool, id_: str) -> None:
    async def first(books: PostgresBooks) -> Customer:
        return await books.customers.known(BARE, new_id="first", at=AT)

    async def second(books: PostgresBooks) -> Customer:
        return await books.customers.known(ANN, new_id="second", at=AT)

    async def work(storage: PostgresStorage) -> Customer:
        return (await one_after_the_other(database, storage, first, second, commits=commits))[1]

    found = run(database, work)
    assert (found.id, found.contact.phone) == (id_, ANN.phone)


def test_an_email_that_becomes_another_customers_meanwhile_is_not_filled_in(database: Database) -> None:
    async def first(books: PostgresBooks) -> Customer:
        return await books.customers.known(BARE, new_id="first", at=AT)

    async def second(books: PostgresBooks) -> Customer:
        return await books.customers.known(replace(BARE, phone=BY_PHONE.phone), new_id="second", at=AT)

    async def work(storage: PostgresStorage) -> tuple[Customer, Customer | None]:
        async with storage.open("b") as books:
            await books.customers.known(BY_PHONE, new_id="by phone", at=AT)
        _, found = await one_after_the_other(database, storage, first, second)
        async with storage.open("b") as books:
            return found, await books.customers.find("by phone")

    found, by_phone = run(database, work)
    assert found.id == "first"
    assert by_phone == Customer(id="by phone", contact=BY_PHONE, created_at=AT)


def test_of_many_who_are_the_same_new_customer_there_is_one(database: Database) -> None:
    async def known(storage: PostgresStorage, number: int) -> str:
        async with storage.open("b") as books:
            return (await books.customers.known(ANN, new_id=f"c{number}", at=AT)).id

    async def work(storage: PostgresStorage) -> list[str]:
        return list(await asyncio.gather(*(known(storage, number) for number in range(8))))

    assert len(set(run(database, work))) == 1


CANARY = "canary"
CANARY_CONTACT = Contact(name=f"Ann {CANARY}", email=f"{CANARY}@example.org", phone=f"+1{CANARY}", consent=True)
CANARY_SAID = BookingContact(
    booking="v1",
    customer="c1",
    contact=replace(CANARY_CONTACT, name=f"Bob {CANARY}"),
    address=ServiceAddress(street=f"1 {CANARY} St", unit=CANARY, notes=CANARY, postal_code=CANARY),
    ended_because=f"my {CANARY} died",
)


def tables_with(database: Database, value: str) -> set[str]:
    """Name the tables, the queue's too, that have a value in any column of any row."""
    with psycopg.connect(for_libpq(database.superuser), row_factory=dict_row) as connection:
        named = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
            "WHERE schemaname IN ('public', 'queue')"
        ).fetchall()
        hidden = value.encode().hex()
        return {
            table["name"]
            for table in named
            for row in connection.execute(f"SELECT to_jsonb(t)::text AS line FROM {table['name']} t")
            if value in row["line"] or hidden in row["line"]
        }


def test_erasing_a_customer_leaves_nothing_personal(database: Database) -> None:
    async def write(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            await books.customers.known(CANARY_CONTACT, new_id="c1", at=AT)
            await books.customers.change(Customer(id="c1", contact=CANARY_CONTACT, tier=CANARY, created_at=AT))
            await books.bookings.add(replace(VISIT, customer="c1"))
            await books.customers.note(CANARY_SAID)
            personal = Personal(customer="c1", before={"x": CANARY}, after={"x": CANARY}, reason=CANARY)
            await books.audit.write([Entry(actor=NOBODY, action="x", subject="y", subject_id="z", personal=personal)])

    async def erase(storage: PostgresStorage) -> tuple[Customer | None, ...]:
        async with storage.open("b") as books:
            await books.customers.erase("c1", at=AT + 5)
        async with storage.open("b") as books:
            # None of these brings anything back.
            await books.customers.change(Customer(id="c1", contact=CANARY_CONTACT, created_at=AT))
            await books.customers.note(CANARY_SAID)
            await books.customers.erase("c1", at=AT + 9)
            searched = await books.customers.search(limit=9)
            return (await books.customers.find("c1"), *searched)

    async def opened(work: Callable[[PostgresStorage], Awaitable[T]]) -> T:
        async with postgres_storage(database.application) as storage:
            return await work(storage)

    run(database, write)
    before = tables_with(database, CANARY)
    found = asyncio.run(opened(erase))

    assert before == {"public.customers", "public.booking_contacts", "public.audit_personal"}
    assert tables_with(database, CANARY) == set()
    assert found == (Customer(id="c1", contact=Contact(name=""), created_at=AT, erased_at=AT + 5),)


async def erase_ann(books: PostgresBooks) -> None:
    await books.customers.erase("c1", at=AT)


async def note_what_ann_said(books: PostgresBooks) -> None:
    await books.customers.note(SAID)


@pytest.mark.parametrize(
    ("first", "second"),
    [(erase_ann, note_what_ann_said), (note_what_ann_said, erase_ann)],
    ids=["noted while erased", "erased while noted"],
)
def test_nothing_slips_past_an_erasure(
    database: Database,
    first: Callable[[PostgresBooks], Awaitable[None]],
    second: Callable[[PostgresBooks], Awaitable[None]],
) -> None:
    async def work(storage: PostgresStorage) -> dict[str, BookingContact]:
        async with storage.open("b") as books:
            # Without an email that erasing would change, nothing but `note` itself makes the two meet.
            await books.customers.known(BY_PHONE, new_id="c1", at=AT)
            await books.bookings.add(replace(VISIT, customer="c1"))
        await one_after_the_other(database, storage, first, second)
        async with storage.open("b") as books:
            return await books.customers.said_for(["v1"])

    assert run(database, work) == {}


def test_customers_are_sought_by_what_was_asked_and_listed_by_page(database: Database) -> None:
    people = {
        "c0": Contact(name="100% Ann", email="a@example.org", phone="+1"),
        "c1": Contact(name="Joanne", email="b@example.org", phone="+1"),
        "c2": Contact(name="Bob", phone="+2"),
    }

    async def work(storage: PostgresStorage) -> list[list[str]]:
        async with storage.open("b") as books:
            for id_, contact in people.items():
                await books.customers.known(contact, new_id=id_, at=AT)
            found = [
                await books.customers.search(name="ann", limit=9),
                await books.customers.search(name="%", limit=9),
                await books.customers.search(phone="+1", limit=9),
                await books.customers.search(email="b@example.org", phone="+1", limit=9),
                await books.customers.search(limit=2),
                await books.customers.page(after="c0", limit=1),
                await books.customers.page(after="c1", limit=9),
            ]
            return [[customer.id for customer in customers] for customers in found]

    assert run(database, work) == [["c0", "c1"], ["c0"], ["c0", "c1"], ["c1"], ["c0", "c1"], ["c1"], ["c2"]]


def test_what_is_said_again_takes_the_place_of_what_was_said(database: Database) -> None:
    again = BookingContact(booking="v1", customer="c1", contact=Contact(name="Bea", email="bea@example.org"))

    async def work(storage: PostgresStorage) -> dict[str, BookingContact]:
        async with storage.open("b") as books:
            await write_all(books)
            await books.customers.note(again)
            return await books.customers.said_for(["v1"])

    assert run(database, work) == {"v1": again}


def test_messages_are_changed_and_listed(database: Database) -> None:
    second = replace(MESSAGE, id="m2", kind=MessageKind.CANCELLED, facts={})
    failed = replace(MESSAGE, status=MessageStatus.UNSENT, failure="refused", attempts=3)

    async def work(storage: PostgresStorage) -> list[tuple[Message, ...]]:
        async with storage.open("b") as books:
            await write_all(books)
            await books.messages.add(second)
            await books.messages.change(failed)
            assert await books.messages.find("m1", for_change=True) == failed

            async def page(
                statuses: set[MessageStatus] | None = None,
                *,
                booking: str | None = None,
                unsettled: bool = False,
                before: str | None = None,
                limit: int = 9,
            ) -> tuple[Message, ...]:
                return await books.messages.page(
                    statuses=statuses, booking=booking, unsettled=unsettled, before=before, limit=limit
                )

            pages = [await page(), await page({MessageStatus.UNSENT}, unsettled=True), await page(booking="v2")]
            pages += [await page(limit=1), await page(before="m2")]
            await books.messages.change(replace(failed, settled_at=AT + 1))
            return [*pages, await page({MessageStatus.UNSENT}, unsettled=True)]

    assert run(database, work) == [(second, failed), (failed,), (), (second,), (failed,), ()]


def test_those_who_wait_are_changed_and_listed_in_the_order_in_which_they_joined(database: Database) -> None:
    second, offered = replace(WAITS, id="w2"), replace(WAITS, status=WaitingStatus.OFFERED, offered="v1")
    open_ones = {WaitingStatus.WAITING, WaitingStatus.OFFERED}

    async def work(storage: PostgresStorage) -> list[tuple[Waiting, ...]]:
        async with storage.open("b") as books:
            await write_all(books)
            await books.waiting.add(second)
            await books.waiting.change(offered)
            assert await books.waiting.find("w1", for_change=True) == offered
            return [
                await books.waiting.page(statuses=open_ones, customer="c1", after=None, limit=9),
                await books.waiting.page(statuses=open_ones, after="w1", limit=9),
                await books.waiting.page(statuses={WaitingStatus.WAITING}, after=None, limit=9),
                await books.waiting.page(statuses=open_ones, customer="c2", after=None, limit=9),
            ]

    assert run(database, work) == [(offered, second), (second,), (second,), ()]


def jobs(database: Database) -> list[dict[str, Any]]:
    with psycopg.connect(for_libpq(database.superuser), row_factory=dict_row) as connection:
        return connection.execute(
            "SELECT queue_name, task_name, priority, lock, queueing_lock, args, status::text, "
            "extract(epoch FROM scheduled_at)::bigint AS at FROM queue.procrastinate_jobs ORDER BY id"
        ).fetchall()


TASKS = [
    Task(name="send_message", arguments={"business": "b", "message": "m1"}, lock="messages:b:v1"),
    Task(name="end_hold", arguments={"business": "b", "booking": "v1"}, not_before=AT),
    Task(name="tidy"),
    Task(name="write_to_crm", priority=7),
]


def test_tasks_are_in_the_queue_in_their_order(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            await books.tasks.add(TASKS)
            await books.tasks.add([])

    run(database, work)

    always = {"queue_name": "default", "queueing_lock": None, "status": "todo"}
    assert jobs(database) == [
        always
        | {
            "task_name": task.name,
            "priority": task.priority,
            "lock": task.lock,
            "args": dict(task.arguments),
            "at": task.not_before,
        }
        for task in TASKS
    ]


def test_a_reference_that_is_taken_is_contended_and_another_one_is_tried(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[str]:
        second = replace(VISIT, id="v2", start=VISIT.start + 86_400, end=VISIT.end + 86_400)
        async with storage.open("b") as books:
            await books.bookings.add(VISIT)
        with pytest.raises(StorageContendedError):
            async with storage.open("b") as books:
                await books.bookings.add(second)
        async with storage.open("b") as books:
            await books.bookings.add(replace(second, reference="FF-OTHER"))
        async with storage.open("b") as books:
            found = [await books.bookings.find(id_) for id_ in ("v1", "v2")]
        return [one.reference for one in found if one is not None]

    assert run(database, work) == [VISIT.reference, "FF-OTHER"]


def test_tasks_of_a_transaction_that_is_rolled_back_are_not_there(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        with suppress(ZeroDivisionError):
            async with storage.open("b") as books:
                await books.tasks.add(TASKS)
                raise ZeroDivisionError

    run(database, work)

    assert jobs(database) == []


def test_an_event_is_delivered_to_whoever_wants_its_type(database: Database) -> None:
    hooks = [
        HOOK,
        replace(HOOK, id="h2", types=("booking.cancelled", "booking.confirmed")),
        replace(HOOK, id="other", types=("booking.cancelled",)),
        replace(HOOK, id="disabled", disabled_at=AT, disabled_because="gone"),
        replace(HOOK, id="deleted"),
    ]

    async def work(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            assert await books.events.add("booking.confirmed", {}, at=AT) == ()
            for hook in hooks:
                await books.webhooks.save(hook)
            await books.webhooks.delete("deleted")
            first = await books.events.add("booking.confirmed", {"booking": {"id": "v1"}}, at=AT)
            later = await books.events.add("booking.moved", {}, at=AT + 1)

            found = [await books.webhooks.delivery(id_) for id_ in (*first, *later)]
            assert sorted(one.webhook for one in found[:2] if one) == ["h1", "h2"]
            assert [one.webhook for one in found[2:] if one] == ["h1"]
            assert found[0] is not None
            event_ = found[0].event
            assert (event_.type, event_.data, event_.at) == ("booking.confirmed", {"booking": {"id": "v1"}}, AT)
            assert max(first) < min(later)
            assert {len(id_) for id_ in (*first, *later)} == {22}
            assert [hook.id for hook in await books.webhooks.all()] == ["disabled", "h1", "h2", "other"]
            assert await books.webhooks.find("disabled", for_change=True) == hooks[3]

    run(database, work)


def test_deliveries_are_settled_listed_and_made_again(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            await write_all(books)
            (id_,) = await books.events.add("booking.confirmed", {}, at=AT + 1)
            kept = await books.webhooks.delivery(id_, for_change=True)
            assert kept is not None
            settled = replace(
                kept,
                status=DeliveryStatus.DELIVERED,
                attempts=2,
                answer=204,
                failure="a timeout before",
                next_at=AT + 2,
                delivered_at=AT + 3,
            )
            await books.webhooks.settle(settled)
            again = await books.webhooks.again(id_, new_id="z", at=AT + 9)

            async def page(*statuses: DeliveryStatus, before: str | None = None, limit: int = 9) -> list[str]:
                wanted = statuses or None
                found = await books.webhooks.deliveries("h1", statuses=wanted, before=before, limit=limit)
                return [one.id for one in found]

            assert await books.webhooks.delivery(id_) == settled
            fresh = replace(kept, id="z", created_at=AT + 9)
            assert again == fresh
            (oldest,) = await page(before=id_)
            assert await page() == ["z", id_, oldest]
            assert await page(limit=1) == ["z"]
            assert await page(DeliveryStatus.DELIVERED) == [id_]
            await books.webhooks.delete("h1")
            assert await books.webhooks.again(id_, new_id="y", at=AT + 9) is None

    run(database, work)


def test_a_webhook_is_changed(database: Database) -> None:
    changed = replace(
        HOOK, url="https://example.org/new", types=("booking.moved",), secrets=(b"three",), disabled_at=AT
    )

    async def work(storage: PostgresStorage) -> Webhook | None:
        async with storage.open("b") as books:
            await books.webhooks.save(HOOK)
            await books.webhooks.save(changed)
            return await books.webhooks.find("h1")

    assert run(database, work) == changed


MORE = replace(ANN, consent=True)
TRIPS: list[tuple[str, int, Callable[[PostgresBooks], Awaitable[Any]]]] = [
    ("a new customer", 2, lambda books: books.customers.known(Contact(name="Bo", email="bo@x.org"), new_id="n", at=AT)),
    ("a customer again", 1, lambda books: books.customers.known(ANN, new_id="n", at=AT)),
    ("a customer who says more", 2, lambda books: books.customers.known(MORE, new_id="n", at=AT)),
    ("what was said", 1, lambda books: books.customers.note(SAID)),
    ("a key", 1, lambda books: books.once.claim(b"new", b"")),
    ("a key that was answered", 2, lambda books: books.once.claim(b"key", b"")),
    ("several tasks", 1, lambda books: books.tasks.add(TASKS)),
    ("an event", 1, lambda books: books.events.add("booking.confirmed", {}, at=AT)),
    ("a secret", 3, lambda books: books.secret()),
]


@pytest.mark.parametrize(("trips", "step"), [case[1:] for case in TRIPS], ids=[case[0] for case in TRIPS])
def test_what_a_booking_waits_for_takes_few_round_trips(
    database: Database, trips: int, step: Callable[[PostgresBooks], Awaitable[Any]]
) -> None:
    async def work(storage: PostgresStorage) -> list[str]:
        said: list[str] = []
        async with storage.open("b") as books:
            await write_all(books)
            event.listen(
                books.connection.sync_connection,
                "before_cursor_execute",
                lambda _connection, _cursor, statement, *_: said.append(statement),
            )
            await step(books)
        return said

    assert len(run(database, work)) == trips


def test_holds_that_nobody_confirmed_keep_no_exact_place(database: Database) -> None:
    exact = Place(lat=43.46751, lng=-79.68772, postal_code="L6H1A1")

    async def work(storage: PostgresStorage) -> list[Place]:
        async with storage.open("b") as books:
            now = books.moment
            technician = {"t1": {"id": "t1"}}
            records: dict[RecordKind, Any] = {kind: {} for kind in RecordKind}
            old = Configuration(id="b", own={"name": "b"}, records=records)
            new = Configuration(id="b", own={"name": "b"}, records={**records, RecordKind.TECHNICIANS: technician})
            await books.configuration.save(list(changes_between(old, new)))
            rows = (("old", Status.EXPIRED, 7_200), ("new", Status.EXPIRED, 60), ("booked", Status.CONFIRMED, 86_400))
            for day, (id_, status, ago) in enumerate(rows):
                start = AT + day * 86_400
                made = replace(VISIT, id=id_, reference=id_, status=status, technician="t1", place=exact)
                await books.bookings.add(replace(made, start=start, end=start + 60, held_at=1, expires_at=now - ago))
        for _ in range(2):
            async with storage.open("b") as books:
                await books.forget_expired()
        async with storage.open("b") as books:
            found = [await books.bookings.find(id_) for id_, _, _ in rows]
        return [one.place for one in found if one is not None]

    assert run(database, work) == [Place(lat=43.47, lng=-79.69, postal_code="L6H"), exact, exact]
