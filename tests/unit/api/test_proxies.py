"""Whose address counts."""

from __future__ import annotations

import pytest

from fieldfare.entrypoints.api.app import Manners
from fieldfare.entrypoints.api.limits import Rates
from fieldfare.entrypoints.api.proxies import TrustedProxies, group_of
from tests.unit.api.sample import build, client_of

PROXIES = ("10.0.0.0/8", "2001:db8:ffff::/48")
RECORDS = "/api/v1/b1/records"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7, 10.2.3.4"], "198.51.100.7"),
        ("10.0.0.1", ["10.5.5.5, 10.2.3.4"], "10.5.5.5"),
        ("10.0.0.1", ["1.1.1.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7:52110"], "198.51.100.7"),
        ("2001:db8:ffff::1", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("2001:db8:ffff::1", ["fe80::1%eth0"], "fe80::1"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", [",".join(["1.1.1.1"] * 9_999 + ["198.51.100.7"])], "198.51.100.7"),
        (None, ["198.51.100.7"], "unknown"),
        ("testclient", ["198.51.100.7"], "unknown"),
    ],
)
def test_the_address_behind_trusted_proxies_counts(peer: str | None, forwarded: list[str], client: str) -> None:
    assert TrustedProxies(PROXIES).client_of(peer, forwarded) == client


def test_without_trusted_proxies_nothing_is_believed() -> None:
    assert TrustedProxies().client_of("10.0.0.1", ["198.51.100.7"]) == "10.0.0.1"


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        TrustedProxies(("proxy.example",))


@pytest.mark.parametrize(
    ("client", "group"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.7"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_customer_is_one_however_many_addresses_they_have(client: str, group: str) -> None:
    assert group_of(client) == group


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "Forwarded"])
def test_made_up_headers_make_nobody_new(header: str) -> None:
    app = build(rates=Rates(address=5), manners=Manners(trusted_proxies=PROXIES))
    client = client_of(app, client=("192.0.2.1", 50_000))

    statuses = [client.get(RECORDS, headers={header: f"198.51.100.{n}"}).status_code for n in range(10)]

    assert statuses == [200] * 5 + [429] * 5


def test_behind_a_proxy_everybody_counts_for_themselves() -> None:
    app = build(rates=Rates(address=1), manners=Manners(trusted_proxies=PROXIES))
    client = client_of(app, client=("10.0.0.1", 50_000))

    def ask(forwarded: str) -> int:
        return client.get(RECORDS, headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("198.51.100.7"), ask("198.51.100.8"), ask("203.0.113.1, 198.51.100.7")] == [200, 200, 429]
