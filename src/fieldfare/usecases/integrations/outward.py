"""What reading from and writing to a CRM needs, in one hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fieldfare.domain.places import Place
from fieldfare.ports.bookings import LinkPurpose
from fieldfare.ports.error_sinks import ErrorReports
from fieldfare.ports.storage import Storage
from fieldfare.usecases.availability.in_memory import BusinessesInMemory
from fieldfare.usecases.bookings.acting import Acting
from fieldfare.usecases.integrations.crms import Crms
from fieldfare.usecases.integrations.memory import Memory

Locate = Callable[[str, str], Awaitable[Place | None]]
"""Finds the place of an address for a business; None where nobody knows it now."""

LinkTo = Callable[[str, LinkPurpose, str], str]
"""Gives the address that a token of a business opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outward:
    """The way out of the house: to the CRMs, and to whoever is told of what went wrong.

    `clock` gives instants. `memory` is what this process remembers of accounts, so as not to ask again.
    """

    storage: Storage
    crms: Crms
    businesses: BusinessesInMemory
    acting: Acting
    locate: Locate
    link: LinkTo
    reports: ErrorReports
    clock: Callable[[], int]
    memory: Memory = field(default_factory=Memory)
