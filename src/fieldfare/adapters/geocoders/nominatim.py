"""Nominatim, the geocoder of OpenStreetMap: one's own server, or the public one within its usage policy.

The policy of the public server: a contact in the User-Agent, one request a second for all customers together, answers
cached, the attribution shown, and no completion while somebody types; so this geocoder never suggests.

| result | precision |
| --- | --- |
| has a house number | `rooftop` |
| place rank 26 or more: streets, and what stands in them without a number | `street` |
| a postal code (`place=postcode`) | `postal` |
| anything else: villages, towns, regions | `area` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from fieldfare.adapters.geocoders.fetching import Fetcher
from fieldfare.adapters.geocoders.same_code import under_code
from fieldfare.adapters.geocoders.sifting import country_code, read_all, shown, sound_place, within, wrong_shape
from fieldfare.adapters.geocoders.spacing import Spacing
from fieldfare.domain.addresses import Located, Precision, read_code
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias

PUBLIC_URL = "https://nominatim.openstreetmap.org"
PUBLIC_SPACING_SECONDS = 1.1
"""A second, and what a busy machine may wake up late."""
_STREET_RANK = 26
_HALF_BOX_DEGREES = 0.5
_NO_SHOPS = {"layer": "address"}


class _Address(BaseModel):
    house_number: str | None = None
    postcode: str | None = None
    country_code: str | None = None


class _Result(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)

    lat: float
    lon: float
    display_name: str
    category: str = ""
    type: str = ""
    place_rank: int = 0
    address: _Address = Field(default_factory=_Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominatim:
    """One Nominatim server; see `ports.geocoder.Geocoder`, and `Reverses`."""

    fetcher: Fetcher
    url: str
    contact: str
    spacing: Spacing
    name: str = "nominatim"

    async def search(self, text: str, bias: Bias) -> tuple[Located, ...]:
        """Locate an address."""
        return within(await self._search({"q": text, **_NO_SHOPS}, bias), bias)

    async def postal_code(self, code: str, bias: Bias) -> tuple[Located, ...]:
        """Locate a postal code by a structured search."""
        read = read_code(code, countries=bias.countries)
        found = await self._search({"postalcode": read.shown if read else code}, bias)
        return under_code(code, within(found, bias))

    async def reverse(self, point: Place) -> Located | None:
        """Find the nearest address."""
        body = await self._ask("reverse", {"lat": f"{point.lat:.7f}", "lon": f"{point.lng:.7f}", **_NO_SHOPS})
        if not isinstance(body, dict):
            raise wrong_shape()
        # Far out at sea there is nothing to find, which is an answer.
        return None if "error" in body else read_all([body], self._read)[0]

    async def _search(self, what: Mapping[str, str], bias: Bias) -> list[Located]:
        params = {**what, "limit": "5"}
        if bias.countries:
            params["countrycodes"] = ",".join(bias.countries).lower()
        if bias.near:
            west, east = bias.near.lng - _HALF_BOX_DEGREES, bias.near.lng + _HALF_BOX_DEGREES
            south, north = bias.near.lat - _HALF_BOX_DEGREES, bias.near.lat + _HALF_BOX_DEGREES
            # A preference, not a fence: `bounded` stays 0.
            params["viewbox"] = f"{west:.4f},{south:.4f},{east:.4f},{north:.4f}"
        body = await self._ask("search", params)
        if not isinstance(body, list):
            raise wrong_shape()
        return read_all(body, self._read)

    async def _ask(self, path: str, params: Mapping[str, str]) -> object:
        await self.spacing.turn(patience=self.fetcher.seconds / 2)
        reply = await self.fetcher.fetch(
            f"{self.url}/{path}",
            params={**params, "format": "jsonv2", "addressdetails": "1"},
            headers={"User-Agent": f"Fieldfare ({self.contact})"},
        )
        return reply.body

    def _read(self, row: object) -> Located:
        result = _Result.model_validate(row)
        address = result.address
        return Located(
            place=sound_place(result.lat, result.lon, address.postcode),
            formatted=shown(result.display_name),
            precision=_precision(result),
            country=country_code(address.country_code),
            source=self.name,
        )


def _precision(result: _Result) -> Precision:
    if (result.category, result.type) == ("place", "postcode"):
        return Precision.POSTAL
    if result.address.house_number:
        return Precision.ROOFTOP
    return Precision.STREET if result.place_rank >= _STREET_RANK else Precision.AREA
