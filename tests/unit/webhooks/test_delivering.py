"""A delivery is one signed request, and whatever the receiver does becomes an outcome with a meaning."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from fieldfare.adapters.webhooks import delivering
from fieldfare.adapters.webhooks.delivering import LONGEST_RETRY_AFTER, HttpDeliverer
from fieldfare.adapters.webhooks.guarded import Gate, Resolver
from fieldfare.domain.webhooks import verify
from fieldfare.ports.deliveries import (
    Delivery,
    DeliveryError,
    DeliveryFailedError,
    DeliveryRefusedError,
    GoneError,
    Outcome,
)
from tests.unit.webhooks.certificates import contexts
from tests.unit.webhooks.receiver import (
    BODY,
    LOOPBACK,
    SECRET,
    SENT_AT,
    Receiver,
    Say,
    answer,
    delivery,
    receiver,
    resolver,
)

NAME = "hooks.example.com"


def deliver(say: Say, *, seconds: float = 5.0, secrets: tuple[bytes, ...] = (SECRET,)) -> tuple[Outcome, Receiver]:
    """Send a delivery to a receiver on loopback, which the installation trusts."""

    async def work() -> tuple[Outcome, Receiver]:
        async with receiver(say) as server:
            deliverer = HttpDeliverer(allow_http=True, trusted=LOOPBACK, seconds=seconds)
            return await deliverer.deliver(delivery(server.url(), secrets=secrets)), server

    return asyncio.run(work())


def test_a_delivery_is_one_signed_request() -> None:
    outcome, server = deliver(answer(200, body=b"thanks"))

    (received,) = server.received
    assert outcome == Outcome(status=200)
    assert received.line == "POST /hooks/a-secret-path HTTP/1.1"
    assert received.body == BODY
    assert {name: received.headers[name] for name in ("content-type", "user-agent", "host", "webhook-id")} == {
        "content-type": "application/json",
        "user-agent": "Fieldfare-Webhooks",
        "host": f"127.0.0.1:{server.port}",
        "webhook-id": "msg_1",
    }
    assert received.headers["webhook-timestamp"] == str(SENT_AT)
    assert "cookie" not in received.headers


@pytest.mark.parametrize("theirs", [SECRET, b"the next secret, 32 bytes long.."])
def test_while_a_secret_is_replaced_both_verify(theirs: bytes) -> None:
    _, server = deliver(answer(204), secrets=(SECRET, b"the next secret, 32 bytes long.."))

    (received,) = server.received
    assert len(received.headers["webhook-signature"].split(" ")) == 2
    assert verify(
        [theirs],
        id_=received.headers["webhook-id"],
        timestamp=received.headers["webhook-timestamp"],
        signatures=received.headers["webhook-signature"],
        body=received.body,
        now=SENT_AT + 5,
    )


def test_a_delivery_without_a_secret_is_none() -> None:
    with pytest.raises(ValueError, match="a secret to be signed with"):
        Delivery(id="msg_1", url="https://example.com/", secrets=(), body=b"{}", sent_at=SENT_AT)


def test_a_delivery_shows_neither_its_address_nor_its_secrets() -> None:
    assert repr(delivery("https://example.com/a-secret-path")) == f"Delivery(id='msg_1', sent_at={SENT_AT})"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_a_success(status: int) -> None:
    assert deliver(answer(status))[0] == Outcome(status=status)


@pytest.mark.parametrize("status", [300, 304, 400, 401, 403, 404, 405, 408, 409, 422, 429, 500, 502, 503, 504, 599])
def test_every_other_status_is_tried_later(status: int) -> None:
    with pytest.raises(DeliveryFailedError, match=f"^status {status}$") as caught:
        deliver(answer(status, body=b"something secret" if status != 304 else b""))

    assert (caught.value.status, caught.value.retry_after) == (status, None)


def test_who_is_gone_wants_nothing_any_more() -> None:
    with pytest.raises(GoneError, match=r"^status 410$") as caught:
        deliver(answer(410))

    assert caught.value.status == 410


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("999999999", LONGEST_RETRY_AFTER),
        ("-1", None),
        ("1.5", None),
        ("9999999999999", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_receiver_may_ask_to_wait(header: str, seconds: int | None) -> None:
    with pytest.raises(DeliveryFailedError) as caught:
        deliver(answer(503, headers=f"retry-after: {header}\r\n"))

    assert caught.value.retry_after == seconds


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Say nothing, and close."""


async def never(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example.com ESMTP\r\n")
    await writer.drain()


async def endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-filler: " + b"x" * 10_000 + b"\r\n")
        await writer.drain()


async def slow_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def always_early(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (hang_up, "can't be reached: RemoteProtocolError"),
        (nonsense, "can't be reached: RemoteProtocolError"),
        (endless_head, "can't be reached: RemoteProtocolError"),
        (never, "took too long"),
        (slow_head, "took too long"),
        (always_early, "took too long"),
    ],
)
def test_who_does_not_answer_is_tried_later(say: Say, why: str) -> None:
    with pytest.raises(DeliveryFailedError, match=f"^{why}$") as caught:
        deliver(say, seconds=0.2)

    assert caught.value.status is None


async def endless_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


async def slow_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def broken_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n")
    await writer.drain()


async def packed_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 8\r\n\r\nnot gzip")
    await writer.drain()


@pytest.mark.parametrize("say", [endless_body, slow_body, broken_body, packed_body])
def test_the_body_of_an_answer_changes_nothing(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "BODY_SECONDS", 0.1)

    assert deliver(say)[0] == Outcome(status=200)


def test_an_endless_body_is_left_for_its_size_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "BODY_SECONDS", 60.0)
    begun = time.monotonic()

    deliver(endless_body)

    assert time.monotonic() - begun < 50


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"

        with pytest.raises(DeliveryFailedError, match=r"^can't be reached: ConnectError$"):
            asyncio.run(HttpDeliverer(allow_http=True, trusted=LOOPBACK).deliver(delivery(url)))


def test_a_dead_address_gives_way_to_the_next() -> None:
    async def work() -> tuple[Outcome, int]:
        async with receiver() as server:
            deliverer = HttpDeliverer(
                allow_http=True, trusted=LOOPBACK, resolver=resolver("127.0.0.2", "127.0.0.3", "127.0.0.1")
            )
            return await deliverer.deliver(delivery(server.url(host=NAME))), server.connections

    assert asyncio.run(work()) == (Outcome(status=204), 1)


def test_what_was_sent_is_not_sent_to_the_next_address() -> None:
    async def work() -> int:
        async with receiver(hang_up) as server:
            deliverer = HttpDeliverer(
                allow_http=True, trusted=LOOPBACK, resolver=resolver("127.0.0.1", "::ffff:127.0.0.1")
            )
            with pytest.raises(DeliveryFailedError):
                await deliverer.deliver(delivery(server.url(host=NAME)))
            return server.connections

    assert asyncio.run(work()) == 1


async def unknown(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def resting(host: str, port: int) -> Sequence[str]:
    await asyncio.sleep(60)
    return ()


@pytest.mark.parametrize(
    ("resolve", "why"),
    [
        (unknown, "the host's name can't be resolved"),
        (resolver(), "the host's name can't be resolved"),
        (resting, "took too long"),
    ],
)
def test_a_name_that_nobody_knows_just_now_is_tried_later(resolve: Resolver, why: str) -> None:
    with pytest.raises(DeliveryFailedError, match=f"^{why}$"):
        asyncio.run(HttpDeliverer(resolver=resolve, seconds=0.1).deliver(delivery(f"https://{NAME}/")))


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost", "a" * 70, "a..b"])
def test_the_gate_needs_nobody_who_looks_at_the_writing_first(host: str) -> None:
    with pytest.raises(DeliveryError):
        asyncio.run(Gate().addresses_of(host, 443))


@pytest.mark.parametrize("host", ["xn--h.a_b", "xn--qJO.3sI_Wv"])
def test_an_international_name_that_is_none_is_refused(host: str) -> None:
    deliverer = HttpDeliverer(trusted=LOOPBACK, resolver=resolver("127.0.0.1"))

    with pytest.raises(DeliveryRefusedError, match=r"^the address can't be read$"):
        asyncio.run(deliverer.deliver(delivery(f"https://{host}/")))


def test_http_is_only_for_those_who_allow_it() -> None:
    async def work() -> int:
        async with receiver() as server:
            with pytest.raises(DeliveryRefusedError, match=r"must begin with https://$"):
                await HttpDeliverer(trusted=LOOPBACK).deliver(delivery(server.url()))
            return server.connections

    assert asyncio.run(work()) == 0


def test_the_certificate_must_be_for_the_name(tmp_path: Path) -> None:
    shown, believed = contexts(NAME, tmp_path)
    greeted: list[str | None] = []
    shown.sni_callback = lambda _socket, name, _context: greeted.append(name)

    async def work() -> None:
        async with receiver(tls=shown) as server:
            here = resolver("127.0.0.1")
            deliverer = HttpDeliverer(trusted=LOOPBACK, resolver=here, tls=believed)
            outcome = await deliverer.deliver(delivery(server.url(scheme="https", host=NAME)))
            assert outcome == Outcome(status=204)
            assert server.received[0].headers["host"] == f"{NAME}:{server.port}"
            for refusing, host in (
                (deliverer, "other.example.com"),
                (HttpDeliverer(trusted=LOOPBACK, resolver=here), NAME),
            ):
                with pytest.raises(DeliveryFailedError, match=r"^can't be reached: ConnectError$"):
                    await refusing.deliver(delivery(server.url(scheme="https", host=host)))
            assert len(server.received) == 1

    asyncio.run(work())
    assert greeted == [NAME, "other.example.com", NAME]


@pytest.mark.parametrize(
    "say",
    [answer(200, body=b"an answer"), answer(500, body=b"an answer"), hang_up],
    ids=["taken", "failed", "hung up"],
)
def test_nothing_of_a_delivery_is_logged(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    failure = ""
    try:
        deliver(say)
    except DeliveryFailedError as error:
        failure = repr(error)

    told = caplog.text + failure
    assert not any(each in told for each in ("a-secret-path", "127.0.0.1", "booking.held", "an answer", "v1,"))
