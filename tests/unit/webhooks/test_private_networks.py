"""No address leads anywhere but to the public internet: seen at the sockets of this very process."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from ipaddress import ip_network

import pytest

from fieldfare.adapters.webhooks.delivering import HttpDeliverer
from fieldfare.adapters.webhooks.guarded import resolve
from fieldfare.ports.deliveries import DeliveryError, DeliveryFailedError, DeliveryRefusedError, Outcome
from tests.unit.webhooks.receiver import LOOPBACK, answer, delivery, receiver, resolver

_connects: list[tuple[str, int]] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _connects.append((arguments[1][0], arguments[1][1]))


sys.addaudithook(_watch)


@pytest.fixture
def connects() -> Iterator[list[tuple[str, int]]]:
    """Every address that this process connects a socket to, as Python itself reports it."""
    _connects.clear()
    yield _connects
    _connects.clear()


# {port} is the port of a server on loopback that counts who comes.
WRITTEN = [
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/?x=allowed.com",
    "http://127.0.0.1:{port}/allowed.com",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://2130706433:{port}/",
    "http://017700000001:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:808:808::80ff:fffe]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]:{port}/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "http://172.16.0.1/",
    "http://192.0.0.192/",
    "http://192.168.0.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://allowed.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@allowed.com/",
    "http://127.0.0.1:{port}\\@allowed.com/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127.0.0.1%2f@allowed.com:{port}/",
    "http:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_POST",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/",
    "unix:///var/run/docker.sock",
]

# Names that lead there, whatever they look like.
RESOLVED = [
    ("127.0.0.1",),
    ("127.8.8.8",),
    ("0.0.0.0",),
    ("10.1.2.3",),
    ("100.64.1.1",),
    ("169.254.169.254",),
    ("172.20.0.1",),
    ("192.168.1.1",),
    ("224.0.0.251",),
    ("::1",),
    ("::",),
    ("::ffff:127.0.0.1",),
    ("64:ff9b::7f00:1",),
    ("2002:7f00:1::",),
    ("fe80::1%lo",),
    ("fd00::1",),
    ("1.1.1.1", "127.0.0.1"),
    ("127.0.0.1", "1.1.1.1"),
    ("2606:4700:4700::1111", "::1"),
    ("1.1.1.1", "8.8.8.8", "9.9.9.9", "1.0.0.1", "10.0.0.1"),
    ("not an address",),
]


@pytest.mark.parametrize("url", WRITTEN)
def test_no_written_address_leads_to_a_private_network(url: str, connects: list[tuple[str, int]]) -> None:
    async def work() -> int:
        async with receiver() as server:
            with pytest.raises(DeliveryRefusedError):
                await HttpDeliverer(allow_http=True).deliver(delivery(url.format(port=server.port)))
            return server.connections

    assert asyncio.run(work()) == 0
    assert connects == []


@pytest.mark.parametrize("addresses", RESOLVED, ids=",".join)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_name_leads_to_a_private_network(
    addresses: tuple[str, ...], scheme: str, connects: list[tuple[str, int]]
) -> None:
    async def work() -> int:
        async with receiver() as server:
            deliverer = HttpDeliverer(allow_http=True, resolver=resolver(*addresses))
            with pytest.raises(DeliveryRefusedError):
                await deliverer.deliver(delivery(server.url(scheme=scheme, host="hooks.example.com")))
            return server.connections

    assert asyncio.run(work()) == 0
    assert connects == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "hooks.example.com"])
def test_the_same_addresses_are_reached_once_nobody_guards_them(host: str, connects: list[tuple[str, int]]) -> None:
    async def local(name: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if name in {"localhost", "hooks.example.com"} else await resolve(name, port)

    async def work() -> int:
        async with receiver() as server:
            deliverer = HttpDeliverer(allow_http=True, trusted=LOOPBACK, resolver=local)
            await deliverer.deliver(delivery(server.url(host=host)))
            return server.connections

    assert asyncio.run(work()) == 1
    assert len(connects) == 1


def test_a_trusted_network_opens_no_other(connects: list[tuple[str, int]]) -> None:
    deliverer = HttpDeliverer(allow_http=True, trusted=(ip_network("10.1.0.0/16"),))

    with pytest.raises(DeliveryRefusedError):
        asyncio.run(deliverer.deliver(delivery("http://127.0.0.1:8000/")))
    assert connects == []


def test_a_name_that_is_moved_while_it_is_called_gains_nothing(connects: list[tuple[str, int]]) -> None:
    asked: list[str] = []

    # 127.0.0.2 stands for a public address. Nobody listens there; on 127.0.0.1 somebody does.
    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    async def work() -> tuple[int, int]:
        async with receiver() as server:
            deliverer = HttpDeliverer(allow_http=True, trusted=(ip_network("127.0.0.2/32"),), resolver=rebinding)
            sent = delivery(server.url(host="rebinding.example"))
            with pytest.raises(DeliveryFailedError):
                await deliverer.deliver(sent)
            assert asked == ["rebinding.example"]
            with pytest.raises(DeliveryRefusedError):
                await deliverer.deliver(sent)
            return server.connections, server.port

    connections, port = asyncio.run(work())

    assert connections == 0
    assert connects == [("127.0.0.2", port)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:{port}/", "/again"])
def test_no_redirect_is_followed(status: int, target: str, connects: list[tuple[str, int]]) -> None:
    async def work() -> tuple[DeliveryError, int, int, int]:
        async with receiver() as other:
            location = f"location: {target.format(port=other.port)}\r\n"
            async with receiver(answer(status, headers=location)) as server:
                with pytest.raises(DeliveryFailedError) as caught:
                    await HttpDeliverer(allow_http=True, trusted=LOOPBACK).deliver(delivery(server.url()))
                return caught.value, server.port, server.connections, other.connections

    error, port, connections, others = asyncio.run(work())

    assert (error.status, str(error)) == (status, f"status {status}")
    assert (connections, others) == (1, 0)
    assert connects == [("127.0.0.1", port)]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_no_proxy_of_the_environment_is_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> tuple[Outcome, int]:
        async with receiver() as proxy, receiver() as server:
            monkeypatch.setenv(name, proxy.url(path=""))
            outcome = await HttpDeliverer(allow_http=True, trusted=LOOPBACK).deliver(delivery(server.url()))
            return outcome, proxy.connections

    assert asyncio.run(work()) == (Outcome(status=204), 0)
