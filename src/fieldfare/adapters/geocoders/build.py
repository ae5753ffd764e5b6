"""Builds the chain of geocoders from plain settings; docs/addresses.md describes each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
from pydantic import SecretStr

from fieldfare.adapters.geocoders.chain import Completion, GeocoderChain, Member, Network
from fieldfare.adapters.geocoders.fetching import Fetcher, silence_request_logs
from fieldfare.adapters.geocoders.google import GEOCODING_URL, GoogleGeocoding
from fieldfare.adapters.geocoders.google_places import PLACES_URL, GooglePlaces
from fieldfare.adapters.geocoders.guarding import Guard
from fieldfare.adapters.geocoders.nominatim import PUBLIC_SPACING_SECONDS, Nominatim
from fieldfare.adapters.geocoders.nominatim import PUBLIC_URL as NOMINATIM_URL
from fieldfare.adapters.geocoders.photon import PUBLIC_URL as PHOTON_URL
from fieldfare.adapters.geocoders.photon import Photon
from fieldfare.adapters.geocoders.postal_codes import PostalCodes
from fieldfare.adapters.geocoders.spacing import Spacing

_DAY = 86_400
OSM_KEEP_SECONDS = 90 * _DAY
GOOGLE_KEEP_SECONDS = 30 * _DAY
"""What Google's terms allow for coordinates."""


class GeocoderSettingsError(ValueError):
    """A geocoder is asked for without what it needs; the message names the setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeocoderSettings:
    """The settings under their own names, without `FIELDFARE_`; empty addresses mean the vendors' public ones.

    `nominatim_spacing_seconds` of None is a second on the public server and nothing on one's own.
    """

    geocoders: Sequence[str] = ("postal",)
    seconds: float = 2.0
    nominatim_url: str = ""
    nominatim_contact: str = ""
    nominatim_spacing_seconds: float | None = None
    photon_url: str = ""
    google_key: SecretStr | None = None
    google_geocoding_url: str = GEOCODING_URL
    google_places_url: str = PLACES_URL


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    settings: GeocoderSettings
    fetcher: Fetcher
    postal: PostalCodes = field(default_factory=PostalCodes)

    def guard(self, name: str) -> Guard:
        return Guard(name=name, seconds=self.settings.seconds)

    def network(self, name: str, keep_seconds: int) -> Network:
        return Network(guard=self.guard(name), keep_seconds=keep_seconds)


def build_geocoders(settings: GeocoderSettings, *, client: httpx2.AsyncClient) -> GeocoderChain:
    """Build the chain; the client is the caller's to close.

    Raises `GeocoderSettingsError`. The HTTP library stops logging its requests, which would hold addresses and a key.
    """
    silence_request_logs()
    parts = _Parts(settings=settings, fetcher=Fetcher(client=client, seconds=settings.seconds))
    makers = {"postal": _postal, "nominatim": _nominatim, "photon": _photon, "google": _google}
    unknown = [name for name in settings.geocoders if name not in makers]
    if unknown:
        raise GeocoderSettingsError("FIELDFARE_GEOCODERS: only postal, nominatim, photon and google are known")
    members = [makers[name](parts) for name in dict.fromkeys(settings.geocoders)]
    return GeocoderChain(members=members, codes=parts.postal, seconds=settings.seconds)


def _postal(parts: _Parts) -> Member:
    return Member(geocoder=parts.postal)


def _nominatim(parts: _Parts) -> Member:
    settings = parts.settings
    url = (settings.nominatim_url or NOMINATIM_URL).rstrip("/")
    public = urlsplit(url).hostname == urlsplit(NOMINATIM_URL).hostname
    if not settings.nominatim_contact:
        raise GeocoderSettingsError(
            "FIELDFARE_NOMINATIM_CONTACT: Nominatim's usage policy asks for an email address or a web page"
        )
    spacing = settings.nominatim_spacing_seconds
    seconds = (PUBLIC_SPACING_SECONDS if public else 0.0) if spacing is None else spacing
    if public and seconds < PUBLIC_SPACING_SECONDS:
        raise GeocoderSettingsError("the public Nominatim server allows no more than one request a second")
    nominatim = Nominatim(
        fetcher=parts.fetcher, url=url, contact=settings.nominatim_contact, spacing=Spacing(seconds=seconds)
    )
    return Member(geocoder=nominatim, network=parts.network(nominatim.name, OSM_KEEP_SECONDS), reverses=nominatim)


def _photon(parts: _Parts) -> Member:
    url = (parts.settings.photon_url or PHOTON_URL).rstrip("/")
    photon = Photon(fetcher=parts.fetcher, url=url, contact=parts.settings.nominatim_contact)
    return Member(
        geocoder=photon,
        network=parts.network(photon.name, OSM_KEEP_SECONDS),
        reverses=photon,
        completion=Completion(suggests=photon, guard=parts.guard("photon's suggestions")),
    )


def _google(parts: _Parts) -> Member:
    settings = parts.settings
    if settings.google_key is None or not settings.google_key.get_secret_value():
        raise GeocoderSettingsError("FIELDFARE_GOOGLE_KEY: Google asks for a key")
    geocoding = GoogleGeocoding(
        fetcher=parts.fetcher, key=settings.google_key, url=settings.google_geocoding_url.rstrip("/")
    )
    places = GooglePlaces(fetcher=parts.fetcher, key=settings.google_key, url=settings.google_places_url.rstrip("/"))
    return Member(
        geocoder=geocoding,
        network=parts.network(geocoding.name, GOOGLE_KEEP_SECONDS),
        reverses=geocoding,
        completion=Completion(suggests=places, resolves=places, guard=parts.guard("Google's suggestions")),
    )
