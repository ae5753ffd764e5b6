"""Where an address that others gave may lead: names are resolved here, and each answer is looked at."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from fieldfare.domain.networks import Address, Network, is_public, lies_in
from fieldfare.ports.deliveries import DeliveryFailedError, DeliveryRefusedError

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the IP addresses of a host's name and a port; raises OSError where nobody knows any."""

MOST_ADDRESSES = 4
"""How many addresses of one name are tried."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the machine's resolver, as everything else on it does."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Gate:
    """Lets through what is on the public internet, and networks that the installation's owner has named.

    It gives addresses, and whoever passes connects to one of these and never to the name: a name that leads somewhere
    else a moment later (DNS rebinding) gains nothing by it.
    """

    def __init__(self, *, trusted: Sequence[Network] = (), resolver: Resolver = resolve) -> None:
        """Keep the networks that are trusted although they aren't public."""
        self._trusted = tuple(trusted)
        self._resolver = resolver

    async def addresses_of(self, host: str, port: int) -> tuple[Address, ...]:
        """Resolve a host, in the order in which its addresses are to be tried.

        One address that leads to a private network closes the gate for all: an honest receiver has none such. Raises
        `DeliveryRefusedError`, or `DeliveryFailedError` where no address is known just now.
        """
        try:
            found = [ip_address(each) for each in dict.fromkeys(await self._resolver(host, port))]
        except OSError:
            raise DeliveryFailedError("the host's name can't be resolved") from None
        except ValueError:  # a name that no resolver takes (UnicodeError is one), or an answer that is no address
            raise DeliveryRefusedError("the host's name can't be read") from None
        if not found:
            raise DeliveryFailedError("the host's name can't be resolved")
        if not all(is_public(each) or lies_in(each, self._trusted) for each in found):
            raise DeliveryRefusedError("the host is not on the public internet")
        return tuple(found[:MOST_ADDRESSES])
