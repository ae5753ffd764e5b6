"""Webhooks of GoHighLevel: whose they are, how old, taken in once, and gone after whatever they say (S17 to S22)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from fieldfare_ghl_sim.accounts import CLIENT_ID
from fieldfare_ghl_sim.simulator import Simulator
from sqlalchemy import URL

from fieldfare.adapters.crms.ghl.signatures import WebhookKeys, read_keys
from fieldfare.domain.connections import ConnectionState
from fieldfare.ports.crm import CrmUnavailableError
from fieldfare.ports.integrations import Received
from tests.databases import Database
from tests.service import ghl_house
from tests.service.ghl_house import LOCATION, PRIVATE, WEBHOOK, GhlHouse, Shared, moment, new_id, on
from tests.unit.customers.kit import BUSINESS

DAY = 86_400
OUR_APP = CLIENT_ID.partition("-")[0]


@pytest.fixture(scope="module")
def shared(database_server: URL, database_template: str) -> Iterator[Shared]:
    """A house whose business is connected."""
    with ghl_house.shared(database_server, database_template) as house:
        yield house


def counted(house: GhlHouse) -> dict[str, int]:
    """Give the figures of what came in, by outcome."""
    samples = [one for metric in house.rooms.inbound.counter.collect() for one in metric.samples]
    return {one.labels["outcome"]: int(one.value) for one in samples if one.name.endswith("_total")}


async def received(house: GhlHouse, id_: str) -> Received | None:
    async with house.whole.storage.open(BUSINESS) as books:
        return await books.integrations.received.find(id_)


async def taken(house: GhlHouse) -> int:
    """Count the webhooks that are to be gone after, or were."""
    return len(await house.tasks())


async def commitments(house: GhlHouse) -> list[tuple[str, int, int]]:
    """List what stands in the commitments, by technician and time."""
    async with house.whole.storage.open(BUSINESS) as books:
        standing = await books.commitments.standing(since=int(time.time()))
    return sorted((one.technician or "", one.start, one.end) for one in standing)


def tomorrow(hour: int) -> int:
    return (int(time.time()) // DAY + 1) * DAY + hour * 3_600


async def connected(house: GhlHouse) -> None:
    async with await house.whole.key(BUSINESS) as client:
        await house.connect(client)


def test_ten_at_once_are_one_effect_and_ten_answers(database: Database) -> None:
    """S17."""

    async def work(house: GhlHouse) -> None:
        await connected(house)
        entry = house.sim.add_appointment(
            LOCATION, calendar=PRIVATE, contact=None, user="userOne", start=tomorrow(15), end=tomorrow(16), title="Away"
        )
        body = house.webhook(appointment={"id": entry})

        answers = await asyncio.gather(*(house.send(body) for _ in range(10)))

        assert [answer.status_code for answer in answers] == [200] * 10
        assert sorted(answer.json()["outcome"] for answer in answers) == ["known"] * 9 + ["taken"]
        assert len(await house.tasks()) == 1
        await house.go_after()
        await house.go_after()
        assert await commitments(house) == [("t1", tomorrow(15), tomorrow(16))]

    on(database, work)


def test_whatever_the_order_what_is_there_now_counts(database: Database) -> None:
    """S18: an update, then the creation that it changed, then an update from before."""

    async def work(house: GhlHouse) -> None:
        await connected(house)
        entry = house.sim.add_appointment(
            LOCATION, calendar=PRIVATE, contact=None, user="userOne", start=tomorrow(15), end=tomorrow(16), title="Away"
        )
        house.sim.edit(entry, start=tomorrow(18), end=tomorrow(19))

        def told(id_: str, type_: str, hour: int) -> bytes:
            said = {"id": entry, "startTime": moment(tomorrow(hour)), "endTime": moment(tomorrow(hour + 1))}
            return house.webhook(webhookId=id_, type=type_, appointment=said)

        for body in (
            told("v2", "AppointmentUpdate", 18),
            told("v0", "AppointmentCreate", 15),
            told("v1", "AppointmentUpdate", 16),
        ):
            assert (await house.send(body)).json() == {"outcome": "taken"}
            await house.go_after()
            assert await commitments(house) == [("t1", tomorrow(18), tomorrow(19))]

    on(database, work)


def test_a_deletion_frees_the_time_and_a_late_creation_brings_nothing_back(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        await connected(house)
        entry = house.sim.add_appointment(
            LOCATION, calendar=PRIVATE, contact=None, user="userTwo", start=tomorrow(15), end=tomorrow(16), title="Away"
        )
        await house.send(house.webhook(webhookId="a", type="AppointmentCreate", appointment={"id": entry}))
        await house.go_after()
        assert await commitments(house) == [("t2", tomorrow(15), tomorrow(16))]
        house.sim.delete(entry)

        for id_, type_ in (("c", "AppointmentDelete"), ("b", "AppointmentUpdate")):
            await house.send(house.webhook(webhookId=id_, type=type_, appointment={"id": entry}))
            await house.go_after()
            assert await commitments(house) == []

    on(database, work)


def test_what_the_simulator_sends_is_taken(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        await connected(house)
        house.sim.take_webhooks()
        house.sim.add_appointment(
            LOCATION, calendar=PRIVATE, contact=None, user="userOne", start=tomorrow(15), end=tomorrow(16), title="Away"
        )

        for delivery in house.sim.take_webhooks():
            assert (await house.send(delivery.body, delivery.headers)).status_code == 200

        await house.go_after()
        assert await commitments(house) == [("t1", tomorrow(15), tomorrow(16))]

    on(database, work)


async def _resent(house: GhlHouse) -> tuple[bytes, dict[str, str]]:
    body = house.webhook(appointment={"id": "x"})
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2), house.sim.sign(body)


async def _changed(house: GhlHouse) -> tuple[bytes, dict[str, str]]:
    body = house.webhook(appointment={"id": "x"})
    return body[:-2] + bytes([body[-2] ^ 1]) + body[-1:], house.sim.sign(body)


async def _missing(house: GhlHouse) -> tuple[bytes, dict[str, str]]:
    return house.webhook(appointment={"id": "x"}), {}


async def _not_applicable(house: GhlHouse) -> tuple[bytes, dict[str, str]]:
    return house.webhook(appointment={"id": "x"}), {"X-GHL-Signature": "N/A", "X-WH-Signature": "N/A"}


async def _no_base64(house: GhlHouse) -> tuple[bytes, dict[str, str]]:
    return house.webhook(appointment={"id": "x"}), {"X-GHL-Signature": "!!!"}


async def _other_key(house: GhlHouse) -> tuple[bytes, dict[str, str]]:
    body = house.webhook(appointment={"id": "x"})
    stranger = Simulator(clock=time.time)
    signature = stranger.sign(body)["X-GHL-Signature"]
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    return body, {"X-GHL-Signature": flipped}


async def _old_for_new(house: GhlHouse) -> tuple[bytes, dict[str, str]]:
    """The retiring signature doesn't help where the new one is wrong."""
    body = house.webhook(appointment={"id": "x"})
    old = house.sim.keys.sign(body, old=True)
    return body, {"X-GHL-Signature": house.sim.sign(b"something else")["X-GHL-Signature"]} | old


Spoil = Callable[[GhlHouse], Awaitable[tuple[bytes, dict[str, str]]]]


@pytest.mark.parametrize("spoil", [_resent, _changed, _missing, _not_applicable, _no_base64, _other_key, _old_for_new])
def test_who_is_not_the_crm_is_not_believed(shared: Shared, spoil: Spoil) -> None:
    """S20: by the raw bytes, and never without a signature."""

    async def work(house: GhlHouse) -> None:
        body, headers = await spoil(house)
        before, refused = await taken(house), counted(house).get("refused", 0)

        answer = await house.send(body, headers)

        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
        assert await taken(house) == before
        assert counted(house)["refused"] == refused + 1

    shared.on(work)


@pytest.mark.parametrize("keys", [None, WebhookKeys()])
def test_without_a_key_nobody_is_believed(shared: Shared, keys: WebhookKeys | None) -> None:
    """S20: it never fails open."""

    async def work(house: GhlHouse) -> None:
        _replace(house, ghl_keys=keys)

        answer = await house.send(house.webhook(appointment={"id": "x"}))

        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")

    shared.on(work)


def _replace(house: GhlHouse, **changes: Any) -> None:
    house.whole.app.state.given = replace(house.rooms, **changes)


def test_keys_change_in_three_steps(shared: Shared) -> None:
    """S21: the old key alone, both of them, the new one alone."""

    async def work(house: GhlHouse) -> None:
        ed25519, rsa = house.sim.webhook_public_key_pem.encode(), house.sim.webhook_old_public_key_pem.encode()

        async def statuses(*pems: bytes) -> tuple[int, int]:
            _replace(house, ghl_keys=read_keys(pems))
            body = house.webhook(appointment={"id": "x"})
            new = await house.send(body, house.sim.sign(body))
            old = await house.send(body, house.sim.keys.sign(body, old=True))
            return old.status_code, new.status_code

        assert await statuses(rsa) == (200, 401)
        assert await statuses(rsa, ed25519) == (200, 200)
        assert await statuses(ed25519) == (401, 200)

    shared.on(work)


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, 200), (-290, 200), (290, 200), (-310, 401), (310, 401), (-DAY, 401), (None, 401)]
)
def test_what_is_older_than_five_minutes_is_not_taken(shared: Shared, seconds: int | None, status: int) -> None:
    async def work(house: GhlHouse) -> None:
        timestamp = None if seconds is None else moment(time.time() + seconds)
        before = await taken(house)

        answer = await house.send(house.webhook(timestamp=timestamp, appointment={"id": "x"}))

        assert answer.status_code == status
        if status == 401:
            assert answer.json()["code"] == "stale_webhook"
        assert await taken(house) == before + (status == 200)

    shared.on(work)


@pytest.mark.parametrize(
    "timestamp", ["", "yesterday", "2026-11-24T14:35:00", 1_793_000_000, None, "9999-99-99T00:00:00Z", ["x"]]
)
def test_a_time_that_is_none_is_too_old(shared: Shared, timestamp: object) -> None:
    async def work(house: GhlHouse) -> None:
        answer = await house.send(house.webhook(timestamp=timestamp))

        assert (answer.status_code, answer.json()["code"]) == (401, "stale_webhook")

    shared.on(work)


@pytest.mark.parametrize("account", ["another-location", None])
def test_what_is_nobodys_is_parked_and_attached_to_nobody(shared: Shared, account: str | None) -> None:
    """S22."""

    async def work(house: GhlHouse) -> None:
        body = house.webhook(locationId=account, appointment={"id": "x", "title": "Sam Doe"})
        before, parked = await taken(house), counted(house).get("parked", 0)

        answer = await house.send(body)

        assert (answer.status_code, answer.json()) == (200, {"outcome": "parked"})
        assert await taken(house) == before
        assert counted(house)["parked"] == parked + 1
        assert house.told.codes == ["webhook_unknown_account"]
        assert "Sam" not in repr(house.told.reports)

    shared.on(work)


def test_an_entry_of_another_location_is_never_taken_for_ours(database: Database) -> None:
    """S22: the location is ours, what it is about is somebody else's."""

    async def work(house: GhlHouse) -> None:
        await connected(house)
        house.sim.add_location("elsewhere", name="Elsewhere")
        house.sim.add_user("elsewhere", id="userOne")
        house.sim.add_calendar("elsewhere", id="theirs", kind="personal", users=("userOne",))
        entry = house.sim.add_appointment(
            "elsewhere",
            calendar="theirs",
            contact=None,
            user="userOne",
            start=tomorrow(15),
            end=tomorrow(16),
            title="T",
        )

        await house.send(house.webhook(appointment={"id": entry}))
        await house.go_after()

        assert await commitments(house) == []

    on(database, work)


@pytest.mark.parametrize(
    ("type_", "outcome"),
    [
        ("AppointmentCreate", "taken"),
        ("OpportunityStageUpdate", "taken"),
        ("UNINSTALL", "ignored"),
        ("INSTALL", "ignored"),
        ("NoteCreate", "ignored"),
        ("ContactUpdate", "ignored"),
        ("InboundMessage", "ignored"),
        ("SomethingNew", "ignored"),
    ],
)
def test_only_what_changes_something_is_gone_after(shared: Shared, type_: str, outcome: str) -> None:
    async def work(house: GhlHouse) -> None:

        before = await taken(house)

        answer = await house.send(house.webhook(type=type_, id="thing-1"))

        assert (answer.status_code, answer.json()) == (200, {"outcome": outcome})
        assert await taken(house) == before + (outcome == "taken")

    shared.on(work)


def test_one_that_was_cut_is_a_hint_still(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        await connected(house)
        house.sim.add_appointment(
            LOCATION, calendar=PRIVATE, contact=None, user="userOne", start=tomorrow(15), end=tomorrow(16), title="Away"
        )

        answer = await house.send(house.webhook(payloadTooLarge=True))
        await house.go_after()

        assert answer.json() == {"outcome": "taken"}
        assert await commitments(house) == [("t1", tomorrow(15), tomorrow(16))]

    on(database, work)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b"{", 422, "invalid_request"),
        (b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", 422, "invalid_request"),
        (b'{"timestamp":"%s"}', 422, "invalid_request"),
        (b'{"pad":"' + b"x" * 600_000 + b'"}', 413, "body_too_large"),
    ],
)
def test_signed_nonsense_is_refused(shared: Shared, body: bytes, status: int, code: str) -> None:
    async def work(house: GhlHouse) -> None:
        sent = body.replace(b"%s", moment(time.time()).encode())

        answer = await house.send(sent)

        assert (answer.status_code, answer.json()["code"]) == (status, code)

    shared.on(work)


def test_one_without_an_id_is_told_by_what_it_says(shared: Shared) -> None:
    async def work(house: GhlHouse) -> None:
        thing = new_id()
        body = house.webhook(webhookId=None, appointment={"id": thing})

        first, second = await house.send(body), await house.send(body)
        third = await house.send(house.webhook(webhookId=None, appointment={"id": f"{thing}-other"}))

        assert [one.json()["outcome"] for one in (first, second, third)] == ["taken", "known", "taken"]

    shared.on(work)


@pytest.mark.parametrize(
    ("granted", "app", "state"),
    [
        ("oauth", OUR_APP, ConnectionState.RECONNECT),
        ("token", OUR_APP, ConnectionState.CONNECTED),
        ("oauth", "another-app", ConnectionState.CONNECTED),
        ("oauth", None, ConnectionState.CONNECTED),
    ],
)
def test_an_app_that_is_taken_out_asks_for_a_new_connection(
    database: Database, granted: str, app: str | None, state: ConnectionState
) -> None:
    """A private token doesn't mind, and other apps come and go."""

    async def work(house: GhlHouse) -> None:
        await connected(house)
        async with house.whole.storage.open(BUSINESS) as books:
            known = await books.integrations.connections.find(for_change=True)
            assert known is not None
            await books.integrations.connections.save(replace(known, granted=granted))

        await house.send(house.webhook(type="UNINSTALL", appId=app))
        await house.go_after()

        found = await house.connection()
        assert found is not None
        assert found.state is state
        assert (found.failing is None) == (state is ConnectionState.CONNECTED)

    on(database, work, with_app=True)


@pytest.mark.parametrize(
    ("before", "ago"),
    [(ConnectionState.CONNECTED, 60), (ConnectionState.PAUSED, 0), (ConnectionState.SETTING_UP, 0)],
)
def test_news_of_a_former_install_or_where_nothing_is_read_changes_nothing(
    database: Database, before: ConnectionState, ago: int
) -> None:
    async def work(house: GhlHouse) -> None:
        await connected(house)
        async with house.whole.storage.open(BUSINESS) as books:
            known = await books.integrations.connections.find(for_change=True)
            assert known is not None
            await books.integrations.connections.save(replace(known, granted="oauth", state=before))

        await house.send(house.webhook(type="UNINSTALL", appId=OUR_APP, timestamp=moment(time.time() - ago)))
        await house.go_after()

        found = await house.connection()
        assert found is not None
        assert (found.state, found.failing) == (before, None)

    on(database, work, with_app=True)


def test_a_crm_that_is_down_leaves_the_hint_to_be_gone_after_again(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        await connected(house)
        entry = house.sim.add_appointment(
            LOCATION, calendar=PRIVATE, contact=None, user="userOne", start=tomorrow(15), end=tomorrow(16), title="Away"
        )
        await house.send(house.webhook(webhookId="wh-1", appointment={"id": entry}))
        house.sim.faults.outage(on=True)
        with pytest.raises(CrmUnavailableError):
            await house.go_after()
        kept = await received(house, "wh-1")
        assert kept is not None
        assert kept.processed_at is None
        house.sim.faults.outage(on=False)

        await house.go_after()

        kept = await received(house, "wh-1")
        assert kept is not None
        assert kept.processed_at is not None
        assert await commitments(house) == [("t1", tomorrow(15), tomorrow(16))]

    on(database, work)


def test_strangers_who_try_keys_have_to_wait(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        body = house.webhook()

        answers = [await house.send(body, {}) for _ in range(6)]

        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        # Whoever signs is believed all the same.
        assert (await house.send(body)).status_code == 200

    on(database, work, rate_wrong_key=5)


def test_no_business_is_called_as_the_addresses_are(shared: Shared) -> None:
    async def work(house: GhlHouse) -> None:
        async with house.whole.client() as client:
            answer = await client.get(WEBHOOK)

        assert answer.status_code == 405

    shared.on(work)
