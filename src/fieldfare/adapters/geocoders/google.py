"""Google's Geocoding API: addresses, postal codes, and what is at a point.

| result | precision |
| --- | --- |
| `ROOFTOP` | `rooftop` |
| `RANGE_INTERPOLATED` | `street` |
| of the type `postal_code`, or its prefix, an FSA | `postal` |
| anything else: `GEOMETRIC_CENTER`, `APPROXIMATE` | `area` |

A `partial_match` is kept and counts as partial. The API answers 200 whatever has happened; what did is in `status`.
Coordinates may be kept for 30 days; see `build.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from fieldfare.adapters.geocoders.fetching import Fetcher
from fieldfare.adapters.geocoders.same_code import under_code
from fieldfare.adapters.geocoders.sifting import country_code, read_all, shown, sound_place, within, wrong_shape
from fieldfare.domain.addresses import Located, Precision, read_code
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias, GeocoderRefusedError, GeocoderUnavailableError, RateLimitedError

GEOCODING_URL = "https://maps.googleapis.com"
_HALF_BOX_DEGREES = 0.5
_POSTAL = {"postal_code", "postal_code_prefix"}
_REFUSALS = {"REQUEST_DENIED", "OVER_DAILY_LIMIT"}


class _Component(BaseModel):
    short_name: str = ""
    types: list[str] = Field(default_factory=list)


class _Location(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)

    lat: float
    lng: float


class _Geometry(BaseModel):
    location: _Location
    location_type: str = ""


class _Result(BaseModel):
    address_components: list[_Component] = Field(default_factory=list)
    formatted_address: str
    geometry: _Geometry
    types: list[str] = Field(default_factory=list)
    partial_match: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleGeocoding:
    """The Geocoding API; see `ports.geocoder.Geocoder`, and `Reverses`."""

    fetcher: Fetcher
    key: SecretStr
    url: str = GEOCODING_URL
    name: str = "google"

    async def search(self, text: str, bias: Bias) -> tuple[Located, ...]:
        """Locate an address."""
        params = {"address": text}
        if bias.countries:
            params["region"] = bias.countries[0].lower()
        if len(bias.countries) == 1:
            # Several countries would be a conjunction, which nothing meets.
            params["components"] = f"country:{bias.countries[0]}"
        if bias.near:
            south, west = bias.near.lat - _HALF_BOX_DEGREES, bias.near.lng - _HALF_BOX_DEGREES
            north, east = bias.near.lat + _HALF_BOX_DEGREES, bias.near.lng + _HALF_BOX_DEGREES
            params["bounds"] = f"{south:.4f},{west:.4f}|{north:.4f},{east:.4f}"
        return within(await self._ask(params), bias)

    async def postal_code(self, code: str, bias: Bias) -> tuple[Located, ...]:
        """Locate a postal code by the component filter."""
        read = read_code(code, countries=bias.countries)
        country = read.country if read else bias.countries[0] if len(bias.countries) == 1 else None
        filters = f"postal_code:{read.shown if read else code.replace('|', ' ')}"
        found = await self._ask({"components": f"{filters}|country:{country}" if country else filters})
        return under_code(code, within(found, bias))

    async def reverse(self, point: Place) -> Located | None:
        """Find the nearest address."""
        found = await self._ask({"latlng": f"{point.lat:.7f},{point.lng:.7f}"})
        return found[0] if found else None

    async def _ask(self, params: Mapping[str, str]) -> list[Located]:
        reply = await self.fetcher.fetch(
            f"{self.url}/maps/api/geocode/json", params={**params, "key": self.key.get_secret_value()}
        )
        if not isinstance(reply.body, dict):
            raise wrong_shape()
        status, rows = reply.body.get("status"), reply.body.get("results")
        if status == "ZERO_RESULTS":
            return []
        if status == "OVER_QUERY_LIMIT":
            raise RateLimitedError("status OVER_QUERY_LIMIT")
        if status in _REFUSALS:
            raise GeocoderRefusedError(f"status {status}")
        if status in {"UNKNOWN_ERROR", "INVALID_REQUEST"}:
            raise GeocoderUnavailableError(f"status {status}")
        if status != "OK" or not isinstance(rows, list):
            raise wrong_shape()
        return read_all(rows, self._read)

    def _read(self, row: object) -> Located:
        result = _Result.model_validate(row)
        location = result.geometry.location
        return Located(
            place=sound_place(location.lat, location.lng, _component(result, _POSTAL)),
            formatted=shown(result.formatted_address),
            precision=_precision(result),
            country=country_code(_component(result, {"country"})),
            source=self.name,
            partial=result.partial_match,
        )


def _component(result: _Result, types: set[str]) -> str | None:
    return next((part.short_name for part in result.address_components if types & set(part.types)), None)


def _precision(result: _Result) -> Precision:
    if _POSTAL & set(result.types):
        return Precision.POSTAL
    exact = {"ROOFTOP": Precision.ROOFTOP, "RANGE_INTERPOLATED": Precision.STREET}
    return exact.get(result.geometry.location_type, Precision.AREA)
