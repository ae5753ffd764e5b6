"""In which countries a business's addresses are looked for, by its time zone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

# Here addresses are written, and geocoders answer, under the country as often as under the territory's own code.
_ALSO_UNITED_STATES = {"AS", "GU", "MP", "PR", "VI"}
_LINK_PARTS = 3


def countries_of(time_zone: str) -> tuple[str, ...]:
    """Name the countries of an IANA time zone, alpha-2; none for one that lies nowhere, such as `Etc/UTC`."""
    country = _country_by_zone().get(_target_by_link().get(time_zone, time_zone))
    if country is None:
        return ()
    return (country, "US") if country in _ALSO_UNITED_STATES else (country,)


@cache
def _country_by_zone() -> dict[str, str]:
    # zone1970.tab would be the wrong table: there Toronto's zone is that of the Bahamas, too.
    rows = (line.split("\t") for line in _lines("zone.tab") if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@cache
def _target_by_link() -> dict[str, str]:
    """Read the old names: `US/Eastern` is `America/New_York`. A zone that has its own country is no old name."""
    links = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    own = _country_by_zone()
    return {parts[2]: parts[1] for parts in links if len(parts) == _LINK_PARTS and parts[2] not in own}


def _lines(name: str) -> list[str]:
    return (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()
