"""Who turns addresses into places, and where they look first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    import httpx2

    from fieldfare.adapters.postgres.storage import PostgresStorage
    from fieldfare.domain.business import Business
    from fieldfare.domain.places import Place
    from fieldfare.ports.geocoder import Bias, Geocoders
    from fieldfare.settings import Settings
    from fieldfare.usecases.availability.in_memory import BusinessesInMemory
    from fieldfare.usecases.integrations.outward import Locate


def geocoders_of(settings: Settings, client: httpx2.AsyncClient) -> Geocoders:
    """Build the chain of geocoders; raises `CommandError` for settings that contradict each other."""
    from fieldfare.adapters.geocoders.build import GeocoderSettings, GeocoderSettingsError, build_geocoders

    try:
        return build_geocoders(
            GeocoderSettings(
                geocoders=settings.geocoders,
                seconds=settings.geocoder_seconds,
                nominatim_url=settings.nominatim_url,
                nominatim_contact=settings.nominatim_contact,
                photon_url=settings.photon_url,
                google_key=settings.google_key,
                google_geocoding_url=settings.google_geocoding_url,
                google_places_url=settings.google_places_url,
            ),
            client=client,
        )
    except GeocoderSettingsError as error:
        raise CommandError(str(error)) from None


def bias_of(business: Business, countries: tuple[str, ...]) -> Bias:
    """Tell where a business's addresses are: in these countries, else in that of its time zone, near its HQ."""
    from fieldfare.adapters.geocoders.countries import countries_of
    from fieldfare.ports.geocoder import Bias

    return Bias(
        countries=tuple(country.upper() for country in countries) or countries_of(business.time_zone),
        near=business.hq,
    )


def locator(
    settings: Settings, storage: PostgresStorage, *, geocoders: Geocoders, businesses: BusinessesInMemory
) -> Locate:
    """Make what finds the place of an address that stands in somebody else's calendar."""
    import time

    from fieldfare.adapters.postgres.geocode_cache import PostgresGeocodeCache
    from fieldfare.usecases.places.locate import (
        Address,
        AddressAmbiguousError,
        AddressNotFoundError,
        AddressUnansweredError,
        locate,
    )

    async def located(business: str, text: str) -> Place | None:
        now = int(time.time())
        known = await businesses.configured(business, now=now)
        bias = bias_of(known.snapshot.business, settings.geocoder_countries)
        cache = PostgresGeocodeCache(storage, business)
        try:
            found = await locate(Address(text=text), geocoders=geocoders, cache=cache, bias=bias, now=now)
        except (AddressNotFoundError, AddressAmbiguousError, AddressUnansweredError):
            # Nobody is there to ask: the entry takes its time without a place (rule T5), and is tried again later.
            return None
        return found.place

    return located
