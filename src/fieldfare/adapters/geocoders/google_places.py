"""Google's Places API (New): completing an address while it is typed, and looking up the line that was chosen.

Google bills a session: all completions with one session token, and the look-up that ends it, are one price. The field
mask says which fields are wanted, and paid for. Nothing of this is cached, for Google forbids it.

A looked-up place says nothing of its precision: with a house number it is `rooftop`, with a street `street`, with a
postal code `postal`, else `area`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import orjson
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from fieldfare.adapters.geocoders.fetching import Fetcher, Reply
from fieldfare.adapters.geocoders.sifting import (
    NonsenseError,
    country_code,
    read_all,
    shown,
    sound_place,
    within,
    wrong_shape,
)
from fieldfare.domain.addresses import Located, Precision, Suggestion
from fieldfare.ports.geocoder import Bias, GeocoderRefusedError, GeocoderUnavailableError

PLACES_URL = "https://places.googleapis.com"
DETAILS_MASK = "id,formattedAddress,location,addressComponents"
SUGGESTIONS_MASK = (
    "suggestions.placePrediction.placeId,suggestions.placePrediction.text,suggestions.placePrediction.structuredFormat"
)
NEAR_METRES = 50_000.0
_OK, _BAD_REQUEST, _NOT_FOUND = 200, 400, 404
_MOST_REGIONS = 15
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,300}", re.ASCII)
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,36}", re.ASCII)


class _Text(BaseModel):
    text: str = ""


class _Format(BaseModel):
    main_text: _Text = Field(alias="mainText")
    secondary_text: _Text = Field(default_factory=_Text, alias="secondaryText")


class _Prediction(BaseModel):
    place_id: str = Field(alias="placeId")
    text: _Text
    format: _Format | None = Field(default=None, alias="structuredFormat")


class _Suggestion(BaseModel):
    prediction: _Prediction = Field(alias="placePrediction")


class _Component(BaseModel):
    short: str = Field(default="", alias="shortText")
    types: list[str] = Field(default_factory=list)


class _Location(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)

    latitude: float
    longitude: float


class _Details(BaseModel):
    formatted: str = Field(alias="formattedAddress")
    location: _Location
    components: list[_Component] = Field(default_factory=list, alias="addressComponents")


@dataclass(frozen=True, slots=True, kw_only=True)
class GooglePlaces:
    """Autocomplete and place details; see `ports.geocoder.Suggests`, and `Resolves`."""

    fetcher: Fetcher
    key: SecretStr
    url: str = PLACES_URL
    name: str = "google"

    async def suggest(self, text: str, bias: Bias, session: str | None) -> tuple[Suggestion, ...]:
        """Complete what was typed."""
        body: dict[str, object] = {"input": text, **_token(session)}
        if bias.countries:
            body["includedRegionCodes"] = [country.lower() for country in bias.countries[:_MOST_REGIONS]]
        if bias.near:
            center = {"latitude": bias.near.lat, "longitude": bias.near.lng}
            body["locationBias"] = {"circle": {"center": center, "radius": NEAR_METRES}}
        reply = await self.fetcher.fetch(
            f"{self.url}/v1/places:autocomplete",
            headers=self._headers(SUGGESTIONS_MASK),
            body=body,
            expected={_BAD_REQUEST},
        )
        _check_key(reply)
        if reply.status != _OK:
            raise GeocoderUnavailableError(f"status {reply.status}")
        # Without any suggestion the body is `{}`.
        rows = reply.body.get("suggestions", []) if isinstance(reply.body, dict) else None
        if not isinstance(rows, list):
            raise wrong_shape()
        return tuple(read_all(rows, _read_suggestion))

    async def resolve(self, reference: str, session: str | None, bias: Bias) -> Located | None:
        """Look a chosen place up, which closes the session."""
        if not _REFERENCE.fullmatch(reference):
            return None
        reply = await self.fetcher.fetch(
            f"{self.url}/v1/places/{reference}",
            params=_token(session),
            headers=self._headers(DETAILS_MASK),
            expected={_BAD_REQUEST, _NOT_FOUND},
        )
        _check_key(reply)
        if reply.status != _OK:
            # References come from customers: Google doesn't know this one, or no longer.
            return None
        located = read_all([reply.body], self._read_details)
        return next(iter(within(located, bias)), None)

    def _headers(self, mask: str) -> dict[str, str]:
        return {
            "X-Goog-Api-Key": self.key.get_secret_value(),
            "X-Goog-FieldMask": mask,
            "Content-Type": "application/json",
        }

    def _read_details(self, row: object) -> Located:
        details = _Details.model_validate(row)
        parts = {kind: part.short for part in reversed(details.components) for kind in part.types}
        return Located(
            place=sound_place(
                details.location.latitude,
                details.location.longitude,
                parts.get("postal_code") or parts.get("postal_code_prefix"),
            ),
            formatted=shown(details.formatted),
            precision=_precision(parts.keys()),
            country=country_code(parts.get("country")),
            source=self.name,
        )


def _check_key(reply: Reply) -> None:
    """Tell a wrong key from other bad requests; it is one, too."""
    if reply.status == _BAD_REQUEST and b"API_KEY_INVALID" in orjson.dumps(reply.body):
        raise GeocoderRefusedError("API_KEY_INVALID")


def _token(session: str | None) -> dict[str, str]:
    """Pass a session on that Google would take; one that it wouldn't costs more, and fails nothing."""
    return {"sessionToken": session} if session and _SESSION.fullmatch(session) else {}


def _read_suggestion(row: object) -> Suggestion:
    prediction = _Suggestion.model_validate(row).prediction
    if not _REFERENCE.fullmatch(prediction.place_id):
        raise NonsenseError
    if prediction.format is None:
        return Suggestion(text=shown(prediction.text.text), detail="", reference=prediction.place_id)
    first, rest = prediction.format.main_text.text, prediction.format.secondary_text.text
    return Suggestion(text=shown(first), detail=shown(rest), reference=prediction.place_id)


def _precision(kinds: Collection[str]) -> Precision:
    grades = (
        ("street_number", Precision.ROOFTOP),
        ("premise", Precision.ROOFTOP),
        ("route", Precision.STREET),
        ("postal_code", Precision.POSTAL),
        ("postal_code_prefix", Precision.POSTAL),
    )
    return next((precision for kind, precision in grades if kind in kinds), Precision.AREA)
