"""What is on the public internet, and what only looks so."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldfare.domain.networks import carried_by, is_public, lies_in

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "2001:4860:4860::8888",
    # By way of a translator or a tunnel to what is public.
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
]

NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "::ffff:8.8.8.8%1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::6440:1",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::f7f7:f7f7",
    "2001:0:808:808::80ff:fffe",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "2002:6440:1::",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "2606:4700:4700::1111%1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [each for each in NOT_PUBLIC if ":" not in each])
@pytest.mark.parametrize("shell", ["::ffff:0:0", "64:ff9b::"])
def test_no_shell_makes_an_ipv4_address_public(address: str, shell: str) -> None:
    wrapped = IPv6Address(int(IPv6Address(shell)) | int(IPv4Address(address)))

    assert carried_by(wrapped) == (IPv4Address(address),)
    assert not is_public(wrapped)


# Hypothesis favours the special networks.
@given(ip=st.ip_addresses())
def test_whatever_python_knows_to_be_special_is_not_public(ip: IPv4Address | IPv6Address) -> None:
    led_to = carried_by(ip) or (ip,)

    if is_public(ip):
        assert all(each.is_global and not each.is_multicast and not each.is_reserved for each in led_to)


def test_a_teredo_address_leads_to_its_server_and_its_client() -> None:
    assert carried_by(ip_address("2001:0:4136:e378:8000:63bf:3fff:fdd2")) == (
        IPv4Address("65.54.227.120"),
        IPv4Address("192.0.2.45"),
    )


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("fd00::1", True),
        ("10.2.0.0", False),
        ("::ffff:10.2.0.0", False),
        ("64:ff9b::a01:203", False),
        ("2002:a01:203::", False),
        ("fc00::1", False),
    ],
)
def test_a_trusted_network_holds_its_own_addresses_alone(address: str, inside: bool) -> None:
    trusted = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))

    assert lies_in(ip_address(address), trusted) is inside
