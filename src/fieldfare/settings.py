"""What a deployment may set, from the environment; every setting has its row in docs/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

GeocoderName = Literal["postal", "nominatim", "photon", "google"]
ErrorSinkName = Literal["log", "supabase", "sentry"]


class SettingsError(ValueError):
    """A setting is wrong; the message has a line for each, with the name of its variable and never its value."""


def _data_home() -> Path:
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "fieldfare"


def _whole_address(address: str) -> str:
    if address and not address.startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    return address.rstrip("/")


def _tile_template(address: str) -> str:
    if address and not address.startswith(("http://", "https://", "/")):
        raise ValueError("an address of tiles begins with http://, https:// or /")
    if address and not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise ValueError("an address of tiles has {z}, {x} and {y} in it")
    return address


_Address = Annotated[str, AfterValidator(_whole_address)]
_Names = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """All settings, under the names of their variables."""

    model_config = SettingsConfigDict(env_prefix="FIELDFARE_", extra="ignore", frozen=True, case_sensitive=False)

    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    """The database as the application; none: an embedded one."""
    database_owner_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_OWNER_URL")
    """The database as its owner, for `fieldfare migrate`."""
    data: Path = Field(default_factory=_data_home)
    """The folder of the embedded database."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    public_url: _Address = ""
    """Under which address customers and staff reach this installation; https makes cookies secure."""
    trusted_proxies: _Names = ()
    """Addresses and networks of proxies whose `X-Forwarded-For` is believed."""
    connections: int = Field(default=10, ge=2, le=1_000)
    """How many connections to the database a process opens at most."""

    geocoders: Annotated[tuple[GeocoderName, ...], NoDecode] = ("postal",)
    """Who turns addresses into places, in the order in which they are asked."""
    geocoder_seconds: float = Field(default=2.0, gt=0, le=60)
    geocoder_countries: _Names = ()
    """Two-letter countries in which addresses are looked for; none: that of the business's time zone."""
    nominatim_url: _Address = ""
    nominatim_contact: str = ""
    photon_url: _Address = ""
    google_key: SecretStr | None = None
    google_geocoding_url: _Address = "https://maps.googleapis.com"
    google_places_url: _Address = "https://places.googleapis.com"

    rate_address: int = Field(default=600, ge=0)
    """Requests a minute from one client address; 0 is without a limit, here and below."""
    rate_key: int = Field(default=12_000, ge=0)
    """Requests a minute with one API key or session."""
    rate_business: int = Field(default=60_000, ge=0)
    """Requests a minute to one business."""
    rate_geocode: int = Field(default=120, ge=0)
    """Addresses and suggestions a minute from one client address."""
    rate_sign_in: int = Field(default=10, ge=0)
    """Attempts to sign in a minute, from one client address and to one account."""

    rate_wrong_key: int = Field(default=60, ge=0)
    """Keys and sessions that open nothing a minute, from one client address; then it has to wait."""

    smtp_host: str = ""
    """The mail server; none: no mails are sent, and the desk is told of each that wasn't."""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr | None = None
    mail_from: str = ""
    """The address that mails come from."""

    webhook_networks: _Names = ()
    """Private networks in which webhooks may be called all the same."""
    webhook_http: bool = False
    """Whether webhooks may be called by http, too."""

    secret_key: SecretStr | None = None
    """Seals what opens other systems, such as the CRM's token: 32 random bytes as base64 or hex.

    None: with the embedded database, a key in a file beside it; else nothing can be connected.
    """
    secret_keys_before: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Keys that were used before: they still open, and nothing new is sealed with them."""

    ghl_url: _Address = "https://services.leadconnectorhq.com"
    """Where GoHighLevel answers."""
    ghl_authorise_url: _Address = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
    """Where people let an app in."""
    ghl_client_id: str = ""
    """The Marketplace app, for connecting without a token; none: by private integration token only."""
    ghl_client_secret: SecretStr | None = None
    ghl_webhook_keys: Annotated[tuple[Path, ...], NoDecode] = ()
    """Files of public keys that webhooks are signed with; none: GoHighLevel's own."""

    error_sinks: Annotated[tuple[ErrorSinkName, ...], NoDecode] = ("log",)
    """Where failures of systems outside are told."""
    supabase_url: _Address = ""
    supabase_key: SecretStr | None = None
    supabase_table: str = "fieldfare_errors"
    sentry_dsn: SecretStr | None = None

    map_tiles: Annotated[str, AfterValidator(_tile_template)] = ""
    """Where the map's ground comes from, as images of tiles; none: a plain ground."""
    map_attribution: str = ""
    """Whose tiles they are: shown on the map."""
    map_pmtiles: Path | None = None
    """A file of vector tiles (PMTiles) for the map's ground, which this installation serves itself."""

    metrics: bool = False
    """Whether `/metrics` answers, in the format of Prometheus."""
    traces_url: _Address = ""
    """Where traces are sent, by OpenTelemetry's OTLP over HTTP; none: nowhere."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _mail_comes_from_somewhere(self) -> Settings:
        if self.smtp_host and not self.mail_from:
            raise PydanticCustomError("no_sender", "FIELDFARE_MAIL_FROM: is needed beside FIELDFARE_SMTP_HOST")
        return self

    @model_validator(mode="after")
    def _sinks_are_reachable(self) -> Settings:
        if "supabase" in self.error_sinks and not (self.supabase_url and self.supabase_key):
            raise PydanticCustomError(
                "no_supabase",
                "FIELDFARE_ERROR_SINKS: supabase needs FIELDFARE_SUPABASE_URL and FIELDFARE_SUPABASE_KEY",
            )
        if "sentry" in self.error_sinks and not self.sentry_dsn:
            raise PydanticCustomError("no_sentry", "FIELDFARE_ERROR_SINKS: sentry needs FIELDFARE_SENTRY_DSN")
        if self.ghl_client_id and not self.ghl_client_secret:
            raise PydanticCustomError(
                "no_secret", "FIELDFARE_GHL_CLIENT_SECRET: is needed beside FIELDFARE_GHL_CLIENT_ID"
            )
        return self

    @field_validator(
        "trusted_proxies",
        "geocoder_countries",
        "geocoders",
        "webhook_networks",
        "secret_keys_before",
        "ghl_webhook_keys",
        "error_sinks",
        mode="before",
    )
    @classmethod
    def _listed(cls, value: object) -> object:
        """Take a list that is written with commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def read_settings() -> Settings:
    """Read the settings from the environment; raises `SettingsError`."""
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for fault in error.errors(include_input=False, include_url=False):
            if not fault["loc"]:
                lines.append(fault["msg"])
                continue
            name = str(fault["loc"][0])
            variable = name if name.isupper() else f"FIELDFARE_{name.upper()}"
            lines.append(f"{variable}: {fault['msg'].removeprefix('Value error, ')}")
        raise SettingsError("\n".join(lines)) from None
