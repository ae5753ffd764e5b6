"""Whose address counts: the peer's, or, behind proxies that are trusted, the one that the nearest of them reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

UNKNOWN = "unknown"
"""The peer of a connection that has no address, such as a Unix socket's."""

_MOST_HOPS = 16
_GROUP_BITS = 64


class TrustedProxies:
    """The networks whose `X-Forwarded-For` is believed; with none, the header is never looked at."""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        """Read networks and addresses (`10.0.0.0/8`, `::1`); raises `ValueError`."""
        self._networks = tuple(ip_network(network) for network in networks)

    def client_of(self, peer: str | None, forwarded: Sequence[str]) -> str:
        """Tell the client's address, walking from the peer outwards for as long as each hop is trusted.

        `forwarded` are the values of the header as they came. What stands left of the first hop that nobody trusts
        was written by the client itself, and proves nothing.
        """
        address = _address_of(peer or "")
        if address is None:
            return UNKNOWN
        for hop in _hops(forwarded):
            if not self._trusts(address):
                break
            before = _address_of(hop)
            if before is None:
                break
            address = before
        return str(address)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)


def group_of(client: str) -> str:
    """Give what a rate limit counts together: an IPv4 address, or the /64 of an IPv6 one, which one customer owns."""
    address = _address_of(client)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address) >> _GROUP_BITS << _GROUP_BITS, _GROUP_BITS)))
    return client


def _hops(forwarded: Iterable[str]) -> Iterator[str]:
    """Give the hops from the right, and no more than a sane chain has."""
    rest = ",".join(forwarded)
    for hop in reversed(rest.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]):
        yield hop.strip()


def _address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, also one with a port (`192.0.2.1:443`, `[2001:db8::1]:443`); an IPv4 one in IPv6 is IPv4."""
    plain = text.rpartition("]")[0].removeprefix("[") if text.startswith("[") else text
    if plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        address = ip_address(plain)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        # A zone (`fe80::1%eth0`) is free text: kept, it would make as many clients as anyone cares to spell.
        plain_address = IPv6Address(int(address))
        return plain_address.ipv4_mapped or plain_address
    return address
