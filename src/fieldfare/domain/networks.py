"""Which IP addresses are on the public internet: the only ones that an address given by others may lead to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The special-purpose registries of IANA, written out: what `ipaddress` knows of them differs between Pythons. Its
# `is_private` leaves out 100.64.0.0/10, and its `is_global` lets multicast, NAT64 and 6to4 through.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind a carrier's NAT; one cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # looks public, and is what Azure's machines reach their host by
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; one cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, abandoned
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_UNICAST_6 = IPv6Network("2000::/3")
"""All that was ever given out as global unicast. Loopback, link-local, unique local and multicast lie outside."""
_NOT_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocol assignments, benchmarks
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(ip: Address) -> bool:
    """Whether an address leads to the public internet, also by way of an IPv4 address that it carries.

    One with a scope (`%eth0`) names an interface of this machine, and doesn't. Neither does one of a local NAT64
    (64:ff9b:1::/48): it carries addresses in a way that only its own network knows.
    """
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    if ip.scope_id is not None:
        return False
    carried = carried_by(ip)
    if carried:
        return all(is_public(each) for each in carried)
    return ip in _UNICAST_6 and not any(ip in network for network in _NOT_PUBLIC_6)


def carried_by(ip: Address) -> tuple[IPv4Address, ...]:
    """List the IPv4 addresses that an IPv6 address leads to: mapped, 6to4, NAT64; for Teredo its server, too."""
    if isinstance(ip, IPv4Address):
        return ()
    if ip.ipv4_mapped is not None:
        return (ip.ipv4_mapped,)
    if ip.sixtofour is not None:
        return (ip.sixtofour,)
    if ip.teredo is not None:
        return ip.teredo
    if ip in _NAT64:
        return (IPv4Address(int(ip) & 0xFFFF_FFFF),)
    return ()


def lies_in(ip: Address, networks: tuple[Network, ...]) -> bool:
    """Whether an address, or the IPv4 address that is mapped into it, lies in one of some networks."""
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return any(each in network for each in (ip, mapped) if each is not None for network in networks)
