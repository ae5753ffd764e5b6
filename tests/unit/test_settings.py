"""Settings: read from the environment, said clearly when they are wrong, and each in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fieldfare.settings import Settings, SettingsError, read_settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def variables() -> set[str]:
    return {
        field.validation_alias if isinstance(field.validation_alias, str) else f"FIELDFARE_{name.upper()}"
        for name, field in Settings.model_fields.items()
    }


def test_every_setting_has_a_row_and_every_row_a_setting() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(), flags=re.MULTILINE)
    assert sorted(rows) == sorted(variables())


def test_the_page_tells_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    told = dict(re.findall(r"^\| `FIELDFARE_([A-Z_]+)` \| `([^`]+)` \|", PAGE.read_text(), flags=re.MULTILINE))
    found = read_settings()
    del told["DATA"]
    for name, text in told.items():
        value = getattr(found, name.lower())
        written = ",".join(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else value
        assert str(written).lower() == text, name


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDFARE_GEOCODERS", "nominatim, postal")
    monkeypatch.setenv("FIELDFARE_TRUSTED_PROXIES", "10.0.0.0/8,::1")
    found = read_settings()
    assert (found.geocoders, found.trusted_proxies) == (("nominatim", "postal"), ("10.0.0.0/8", "::1"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FIELDFARE_PORT", "eighty"),
        ("FIELDFARE_PORT", "70000"),
        ("FIELDFARE_GEOCODERS", "bing"),
        ("FIELDFARE_PUBLIC_URL", "book.example.com"),
        ("FIELDFARE_LOG_LEVEL", "loud"),
        ("FIELDFARE_METRICS", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable) as caught:
        read_settings()
    assert value not in str(caught.value)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:hidden@host/db")
    monkeypatch.setenv("FIELDFARE_GOOGLE_KEY", "hidden")
    assert "hidden" not in repr(read_settings())
