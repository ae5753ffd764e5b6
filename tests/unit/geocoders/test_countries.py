"""The countries of a time zone."""

from __future__ import annotations

import pytest

from fieldfare.adapters.geocoders.countries import countries_of


@pytest.mark.parametrize(
    ("zone", "countries"),
    [
        ("America/Toronto", ("CA",)),
        ("America/Vancouver", ("CA",)),
        ("America/New_York", ("US",)),
        ("America/Indiana/Knox", ("US",)),
        ("Pacific/Honolulu", ("US",)),
        ("America/Puerto_Rico", ("PR", "US")),
        ("Europe/London", ("GB",)),
        ("Europe/Oslo", ("NO",)),
        # Old names.
        ("US/Eastern", ("US",)),
        ("Canada/Pacific", ("CA",)),
        ("America/Montreal", ("CA",)),
        ("Asia/Calcutta", ("IN",)),
        # Nowhere.
        ("Etc/UTC", ()),
        ("UTC", ()),
        ("Mars/Olympus", ()),
    ],
)
def test_countries(zone: str, countries: tuple[str, ...]) -> None:
    assert countries_of(zone) == countries
