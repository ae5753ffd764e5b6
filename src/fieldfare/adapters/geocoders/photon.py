"""Photon, which completes addresses of OpenStreetMap while they are typed: one's own server, or komoot's in fair use.

| result | precision |
| --- | --- |
| has a house number | `rooftop` |
| a street, or something with a name that stands in one | `street` |
| a postal code (`place=postcode`) | `postal` |
| anything else: villages, towns, regions | `area` |

Photon forgives much, and answers "12 Main Street, Oakville" with other numbers, streets and towns as well. What has a
number, a street or a town that was not typed counts as `partial`. It knows no filter by country that old and new
versions share, so more is asked for than is needed, and what lies abroad is dropped here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field

from fieldfare.adapters.geocoders.fetching import Fetcher
from fieldfare.adapters.geocoders.same_code import under_code
from fieldfare.adapters.geocoders.sifting import country_code, read_all, shown, sound_place, within, wrong_shape
from fieldfare.domain.addresses import Located, Precision, Suggestion, read_code
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias

PUBLIC_URL = "https://photon.komoot.io"
_MOST_RESULTS = "15"
_MOST_SUGGESTIONS = 5
_POSITION = 2
_IN_A_STREET = {"house", "street"}
# Half of all streets share these words, so they tell no street from another.
_ANY_STREET = frozenset(
    re.findall(
        r"\w+",
        "street st road rd avenue ave av drive dr court ct crescent cres boulevard blvd boul lane ln way place pl "
        "rue chemin ch north n south s east e west w nord sud est ouest de du des la le les",
    )
)


class _Properties(BaseModel):
    name: str | None = None
    housenumber: str | None = None
    street: str | None = None
    district: str | None = None
    city: str | None = None
    state: str | None = None
    postcode: str | None = None
    country: str | None = None
    countrycode: str | None = None
    type: str = ""
    osm_key: str = ""
    osm_value: str = ""


class _Geometry(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)

    coordinates: list[float] = Field(min_length=_POSITION)


class _Feature(BaseModel):
    geometry: _Geometry
    properties: _Properties


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    located: Located
    properties: _Properties


@dataclass(frozen=True, slots=True, kw_only=True)
class Photon:
    """One Photon server; see `ports.geocoder.Geocoder`, `Reverses` and `Suggests`."""

    fetcher: Fetcher
    url: str
    contact: str = ""
    name: str = "photon"

    async def search(self, text: str, bias: Bias) -> tuple[Located, ...]:
        """Locate an address."""
        found = await self._search(text, bias)
        return within([replace(each.located, partial=not _was_typed(each.properties, text)) for each in found], bias)

    async def postal_code(self, code: str, bias: Bias) -> tuple[Located, ...]:
        """Locate a postal code by whatever has it."""
        read = read_code(code, countries=bias.countries)
        found = await self._search(read.shown if read else code, bias)
        return under_code(code, within([each.located for each in found], bias))

    async def reverse(self, point: Place) -> Located | None:
        """Find the nearest address within a kilometre."""
        params = {"lat": f"{point.lat:.7f}", "lon": f"{point.lng:.7f}", "radius": "1", "limit": "1"}
        found = await self._ask("reverse", params)
        return found[0].located if found else None

    async def suggest(self, text: str, bias: Bias, session: str | None) -> tuple[Suggestion, ...]:  # noqa: ARG002
        """Complete what was typed; each suggestion has its place already, and nobody bills sessions."""
        found = within([each.located for each in await self._search(text, bias)], bias)
        suggestions: dict[str, Suggestion] = {}
        for located in found:
            if located.precision.locates:
                first, _, rest = located.formatted.partition(", ")
                suggestions.setdefault(located.formatted, Suggestion(text=first, detail=rest, place=located))
        return tuple(suggestions.values())[:_MOST_SUGGESTIONS]

    async def _search(self, text: str, bias: Bias) -> list[_Read]:
        params = {"q": text, "limit": _MOST_RESULTS}
        if bias.near:
            params |= {"lat": f"{bias.near.lat:.4f}", "lon": f"{bias.near.lng:.4f}", "zoom": "10"}
        return await self._ask("api", params)

    async def _ask(self, path: str, params: Mapping[str, str]) -> list[_Read]:
        contact = f" ({self.contact})" if self.contact else ""
        reply = await self.fetcher.fetch(
            f"{self.url}/{path}", params=params, headers={"User-Agent": f"Fieldfare{contact}"}
        )
        if not isinstance(reply.body, dict) or not isinstance(reply.body.get("features"), list):
            raise wrong_shape()
        return read_all(reply.body["features"], self._read)

    def _read(self, row: object) -> _Read:
        feature = _Feature.model_validate(row)
        properties = feature.properties
        lng, lat = feature.geometry.coordinates[:_POSITION]
        located = Located(
            place=sound_place(lat, lng, properties.postcode),
            formatted=_formatted(properties),
            precision=_precision(properties),
            country=country_code(properties.countrycode),
            source=self.name,
        )
        return _Read(located=located, properties=properties)


def _precision(properties: _Properties) -> Precision:
    if (properties.osm_key, properties.osm_value) == ("place", "postcode"):
        return Precision.POSTAL
    if properties.housenumber:
        return Precision.ROOFTOP
    # Old versions don't say the type.
    in_a_street = properties.type in _IN_A_STREET or (not properties.type and properties.osm_key == "highway")
    return Precision.STREET if in_a_street else Precision.AREA


def _formatted(properties: _Properties) -> str:
    street = " ".join(part for part in (properties.housenumber, properties.street) if part)
    region = " ".join(part for part in (properties.state, properties.postcode) if part)
    parts = (properties.name, street, properties.city or properties.district, region, properties.country)
    return shown(", ".join(dict.fromkeys(part for part in parts if part)))


def _was_typed(properties: _Properties, text: str) -> bool:
    """Tell whether the number, a telling word of the street, and one of the town are all in the text."""
    typed = _words(text)
    street = properties.street or (properties.name if properties.type == "street" else None)
    if properties.housenumber and not _words(properties.housenumber) <= typed:
        return False
    return all(not part or typed & (_words(part) - _ANY_STREET or _words(part)) for part in (street, properties.city))


def _words(text: str) -> frozenset[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return frozenset(re.findall(r"\w+", plain.casefold()))
