"""The way to the CRMs for a command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldfare.usecases.integrations.outward import Outward


@asynccontextmanager
async def open_outward() -> AsyncIterator[Outward]:
    """Open the database and the way out; what goes wrong is said by the command, and reported to nobody."""
    import time

    import httpx2

    from fieldfare.adapters.error_sinks.queue import ReportQueue
    from fieldfare.settings import read_settings
    from fieldfare.usecases.availability.in_memory import BusinessesInMemory
    from fieldfare.usecases.bookings.acting import Acting
    from fieldfare.wiring.database import database, fit_storage, spoken
    from fieldfare.wiring.engine import read_business, travel_times
    from fieldfare.wiring.geocoding import geocoders_of
    from fieldfare.wiring.integrations import crms_of, outward_of

    def clock() -> int:
        return int(time.time())

    with spoken():
        settings = read_settings()
        with database(settings) as addresses:
            async with (
                fit_storage(settings, addresses, connections=2) as storage,
                httpx2.AsyncClient(follow_redirects=False) as client,
            ):
                reports = ReportQueue([])
                businesses = BusinessesInMemory(storage=storage, read=read_business)
                yield outward_of(
                    settings,
                    storage,
                    geocoders=geocoders_of(settings, client),
                    businesses=businesses,
                    acting=Acting(storage=storage, businesses=businesses, travel=travel_times, clock=clock),
                    crms=crms_of(settings, storage, client, reports=reports),
                    reports=reports,
                )
