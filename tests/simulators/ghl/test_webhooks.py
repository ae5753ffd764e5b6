"""Webhooks: what is told of, how it is signed, and how it is spoilt and sent again."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from fieldfare_ghl_sim.accounts import CLIENT_ID, CLIENT_SECRET
from fieldfare_ghl_sim.faults import WebhookFaults
from fieldfare_ghl_sim.operations.oauth import USER
from fieldfare_ghl_sim.webhooks import LARGEST_BODY, Delivery
from fieldfare_ghl_sim.world import Quirks

from tests.simulators.ghl.asking import HOUR, MONDAY, PLACE, Account

PAGES = Path(__file__).parents[4] / "shared" / "ghl" / "webhooks"
APPOINTMENTS = "/calendars/events/appointments"


def visit(account: Account) -> str:
    return account.sim.add_appointment(
        PLACE, "visits", account.contact, "ann", MONDAY + HOUR, MONDAY + 2 * HOUR, "[H01] x"
    )


def genuine(account: Account, delivery: Delivery) -> bool:
    key = load_pem_public_key(account.sim.webhook_public_key_pem.encode())
    assert isinstance(key, Ed25519PublicKey)
    try:
        key.verify(base64.b64decode(delivery.headers["X-GHL-Signature"]), delivery.body)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_an_appointment_is_nested_with_times_in_utc() -> None:
    account = Account()
    id_ = visit(account)
    delivery = account.sim.webhooks[0]

    told = orjson.loads(delivery.body)

    assert (told["type"], told["locationId"], told["timestamp"]) == (
        "AppointmentCreate",
        PLACE,
        "2026-09-28T12:00:05.000Z",
    )
    assert told["appointment"]["id"] == id_
    assert told["appointment"]["startTime"] == "2026-09-28T13:00:00.000Z"
    assert told["webhookId"]
    assert genuine(account, delivery)


def edits(account: Account) -> dict[str, Callable[[], object]]:
    sim, contact = account.sim, account.contact
    id_ = visit(account)
    lead = sim.add_opportunity(PLACE, "pipe", "new", contact)
    block = sim.add_block(PLACE, user="ann", start=MONDAY, end=MONDAY + HOUR)
    booking = sim.add_service_booking(PLACE, contact, "home", [("check", "ann", MONDAY, MONDAY + HOUR)])
    return {
        "a move": lambda: sim.edit(id_, start=MONDAY + 5 * HOUR, end=MONDAY + 6 * HOUR),
        "a cancellation": lambda: sim.edit(id_, status="cancelled"),
        "a deletion": lambda: sim.delete(id_),
        "a contact's change": lambda: sim.edit(contact, city="Milton"),
        "a note": lambda: sim.add_note(contact, "x"),
        "a stage": lambda: sim.move_opportunity(lead, stage="book"),
        "a block": lambda: sim.edit(block, title="x"),
        "a block's end": lambda: sim.delete(block),
        "a service booking": lambda: sim.edit(booking, status="cancelled"),
        "a contact's end": lambda: sim.delete(contact),
    }


@pytest.mark.parametrize(
    ("edit", "events"),
    [
        ("a move", ["AppointmentUpdate"]),
        ("a cancellation", ["AppointmentUpdate"]),
        ("a deletion", ["AppointmentDelete"]),
        ("a contact's change", ["ContactUpdate"]),
        ("a contact's end", ["ContactDelete"]),
        ("a note", ["NoteCreate"]),
        ("a stage", ["OpportunityUpdate", "OpportunityStageUpdate"]),
        ("a block", []),  # the vendor tells of no block
        ("a block's end", []),
        ("a service booking", []),  # nor of service bookings
    ],
)
def test_what_is_told_of(edit: str, events: list[str]) -> None:
    account = Account()
    edited = edits(account)
    account.sim.webhooks.clear()

    edited[edit]()

    assert [delivery.event for delivery in account.sim.webhooks] == events


def test_what_an_app_does_itself_is_told_of_too() -> None:
    account = Account()
    id_ = account.ask("POST", APPOINTMENTS, account.appointment()).body["id"]
    account.ask("PUT", f"{APPOINTMENTS}/{id_}", {"appointmentStatus": "cancelled"})
    account.ask("DELETE", f"/calendars/events/{id_}", {})

    assert [delivery.event for delivery in account.sim.webhooks] == [
        "AppointmentCreate",
        "AppointmentUpdate",
        "AppointmentDelete",
    ]


@pytest.mark.skipif(not PAGES.is_dir(), reason="the vendor's event pages are not beside this checkout")
def test_each_message_has_the_keys_of_the_vendors_page_and_no_others() -> None:
    account = Account()
    edited = edits(account)
    contact = account.ask("POST", f"/contacts/{account.contact}/tags", {"tags": ["vip"]})
    for edit in edited.values():
        edit()
    told = [orjson.loads(delivery.body) for delivery in account.sim.webhooks]

    assert contact.status == 201
    assert {message["type"] for message in told} >= {"AppointmentDelete", "ContactTagUpdate", "OpportunityStageUpdate"}
    for message in told:
        page = (PAGES / f"{message['type']}.md").read_text(encoding="utf-8")
        example = orjson.loads(page.split("```json\n")[1].split("```")[0])
        known = {"timestamp", "webhookId"} | example.keys()
        assert message.keys() <= known, (message["type"], message.keys() - known)
        assert message.get("appointment", {}).keys() == example.get("appointment", {}).keys()


def test_the_retiring_signature_comes_beside_the_current_one() -> None:
    account = Account(quirks=Quirks(old_signature=True))
    visit(account)
    delivery = account.sim.webhooks[0]

    key = load_pem_public_key(account.sim.webhook_old_public_key_pem.encode())

    assert isinstance(key, RSAPublicKey)
    key.verify(base64.b64decode(delivery.headers["X-WH-Signature"]), delivery.body, PKCS1v15(), hashes.SHA256())
    assert genuine(account, delivery)


@pytest.mark.parametrize(
    ("faults", "messages", "are_genuine"),
    [
        (WebhookFaults(), 1, True),
        (WebhookFaults(lose=1.0), 0, None),
        (WebhookFaults(duplicate=1.0), 2, True),
        (WebhookFaults(bad_signature=1.0), 1, False),
        (WebhookFaults(not_applicable=1.0), 1, False),
    ],
)
def test_spoilt_messages(faults: WebhookFaults, messages: int, are_genuine: bool | None) -> None:
    account = Account()
    account.sim.faults.webhooks = faults
    visit(account)

    sent = account.sim.take_webhooks()

    assert len(sent) == messages
    assert {genuine(account, delivery) for delivery in sent} <= {are_genuine}
    assert len({orjson.loads(delivery.body)["webhookId"] for delivery in sent}) <= 1


def test_a_message_may_be_late_or_old() -> None:
    account = Account()
    account.sim.faults.webhooks = WebhookFaults(delay=1.0, delay_seconds=30, old_timestamp=1.0)
    visit(account)
    at_once = account.sim.take_webhooks()
    account.clock.at += 30
    later = account.sim.take_webhooks()

    assert (len(at_once), len(later)) == (0, 1)
    assert orjson.loads(later[0].body)["timestamp"] == "2026-09-28T11:00:05.000Z"


def test_messages_may_come_in_another_order() -> None:
    account = Account()
    account.sim.faults.webhooks = WebhookFaults(reorder=1.0)
    ids = [visit(account) for _ in range(6)]
    at_once = account.sim.take_webhooks()
    account.clock.at += WebhookFaults().reorder_seconds

    sent = [orjson.loads(delivery.body)["appointment"]["id"] for delivery in account.sim.take_webhooks()]

    assert at_once == []
    assert sorted(sent) == sorted(ids)
    assert sent != ids


def test_what_is_emptied_all_the_time_still_comes_in_another_order() -> None:
    """As over HTTP, where each message would leave before the next is made."""
    account = Account()
    account.sim.faults.webhooks = WebhookFaults(reorder=0.5)
    ids, sent = [], []
    for _ in range(40):
        ids += [visit(account)]
        account.clock.at += 0.05
        sent += account.sim.take_webhooks()
    account.clock.at += 10
    sent += account.sim.take_webhooks()

    order = [orjson.loads(delivery.body)["appointment"]["id"] for delivery in sent]

    assert sorted(order) == sorted(ids)
    assert order != ids


def test_a_large_message_is_cut_and_says_so() -> None:
    account = Account()
    account.sim.add_note(account.contact, "x" * LARGEST_BODY)
    delivery = account.sim.webhooks[0]

    told = orjson.loads(delivery.body)

    assert (told["payloadTooLarge"], told["type"], "body" in told) == (True, "NoteCreate", False)
    assert genuine(account, delivery)


def retried(account: Account, status: int | None, times: int) -> list[float]:
    """Fail a message again and again; gives the waits."""
    waits = []
    for _ in range(times):
        sent = account.sim.take_webhooks()
        if not sent:
            break
        account.sim.outbox.failed(sent[0], status, account.clock.at)
        if account.sim.webhooks:
            waits.append(account.sim.webhooks[0].due - account.clock.at)
            account.clock.at = account.sim.webhooks[0].due
    return waits


@pytest.mark.parametrize(
    ("status", "waits"),
    [(429, [600.0] * 6), (500, [2.0, 4.0, 8.0, 16.0]), (None, [2.0, 4.0, 8.0, 16.0])],
)
def test_a_message_that_is_not_taken_comes_again(status: int | None, waits: list[float]) -> None:
    account = Account()
    visit(account)

    assert retried(account, status, 8)[: len(waits)] == waits


def test_after_six_busy_answers_a_message_is_given_up() -> None:
    account = Account()
    visit(account)
    retried(account, 429, 7)

    assert account.sim.webhooks == []


def test_a_retry_keeps_its_ids_and_has_a_new_stamp() -> None:
    account = Account()
    visit(account)
    first = account.sim.take_webhooks()[0]
    account.sim.outbox.failed(first, 429, account.clock.at)
    second = account.sim.webhooks[0]
    told = [orjson.loads(delivery.body) for delivery in (first, second)]

    for name in ("deliveryId", "X-Delivery-Id"):  # sources disagree about its name
        assert first.headers[name] == second.headers[name]
    assert told[0]["webhookId"] == told[1]["webhookId"]
    assert told[0]["timestamp"] != told[1]["timestamp"]
    assert genuine(account, second)


@pytest.mark.parametrize(
    "faults", [WebhookFaults(bad_signature=1.0), WebhookFaults(not_applicable=1.0), WebhookFaults(old_timestamp=1.0)]
)
def test_a_spoilt_message_stays_spoilt_however_often_it_comes(faults: WebhookFaults) -> None:
    account = Account()
    account.sim.faults.webhooks = faults
    visit(account)
    first = account.sim.take_webhooks()[0]
    account.sim.faults.webhooks = WebhookFaults()
    account.sim.outbox.failed(first, 401, account.clock.at)
    account.clock.at += 10

    again = account.sim.take_webhooks()[0]

    assert (again.attempt, again.body, again.headers) == (1, first.body, first.headers)


def test_a_message_may_be_replayed_byte_for_byte() -> None:
    account = Account()
    visit(account)
    account.sim.add_note(account.contact, "x")
    first, last = account.sim.take_webhooks()
    account.clock.at += 3600
    known = str(orjson.loads(first.body)["webhookId"])

    told = [account.sim.replay(known), account.sim.replay()]
    again = account.sim.take_webhooks()

    assert told == [known, orjson.loads(last.body)["webhookId"]]
    assert [(each.body, each.headers) for each in again] == [(each.body, each.headers) for each in (first, last)]
    with pytest.raises(KeyError):
        account.sim.replay("wh-never")


def messages(account: Account) -> list[dict[str, object]]:
    unstable = ("timestamp", "webhookId")
    told = [orjson.loads(delivery.body) for delivery in account.sim.take_webhooks()]
    return [{key: value for key, value in each.items() if key not in unstable} for each in told]


@pytest.mark.parametrize(
    ("account_id", "named", "installed"),
    [
        (PLACE, {"locationId": PLACE}, {"companyId": "agency", "userId": USER}),
        ("agency", {"companyId": "agency"}, {}),
    ],
)
def test_an_app_is_told_that_it_comes_and_goes(
    account_id: str, named: dict[str, str], installed: dict[str, str]
) -> None:
    account = Account()
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "authorization_code"}
    codes = [account.sim.issue_oauth_code(account_id) for _ in range(2)]
    given = [
        account.ask("POST", "/oauth/token", token=None, version=None, form=form | {"code": code}).body for code in codes
    ]
    came = messages(account)

    account.sim.uninstall(account_id)

    app = CLIENT_ID.partition("-")[0]
    assert came == [{"type": "INSTALL", "appId": app} | named | installed]  # once
    assert messages(account) == [{"type": "UNINSTALL", "appId": app} | named]
    for each in given:
        refresh = {"grant_type": "refresh_token", "refresh_token": each["refresh_token"]}
        told = [account.ask("GET", "/calendars/", token=each["access_token"], locationId=PLACE)]
        told.append(account.ask("POST", "/oauth/token", token=None, version=None, form=form | refresh))
        assert [each.status for each in told] == [401, 400]
    assert account.ask("GET", "/calendars/", locationId=PLACE).status == 200  # a private token is no app's
