"""What the policy says of data that is too old: read, written where it is another than the default, and refused."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from fieldfare.domain.policy import OnStale
from fieldfare.entrypoints.files.writing import business_text
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.worlds import world


def document(**policy: Any) -> dict[str, Any]:
    made: dict[str, Any] = world().technician("t1").crow_flies().policy(**policy).document["business"]
    return made


@pytest.mark.parametrize("toml", [True, False])
def test_what_is_said_survives_a_file(toml: bool) -> None:
    said = {"stale_after_minutes": 90, "on_stale": "request"}
    configuration, business = read_business(document(**said))
    text = business_text(configuration, toml=toml)
    written = tomllib.loads(text) if toml else json.loads(text)
    again, same = read_business(written)

    assert (business.policy.stale_after_minutes, business.policy.on_stale) == (90, OnStale.REQUEST)
    assert same.policy == business.policy
    assert again == configuration
    assert written["policy"].items() >= said.items()


def test_the_defaults_are_not_written() -> None:
    configuration, business = read_business(document(stale_after_minutes=240, on_stale="hide"))

    assert (business.policy.stale_after_minutes, business.policy.on_stale) == (240, OnStale.HIDE)
    assert not {"stale_after_minutes", "on_stale"} & set(configuration.document()["policy"])
    assert configuration == read_business(document())[0]


@pytest.mark.parametrize(("key", "value"), [("stale_after_minutes", -1), ("on_stale", "ignore"), ("on_stale", None)])
def test_what_cannot_be(key: str, value: Any) -> None:
    with pytest.raises(ScenarioError, match=key):
        read_business(document(**{key: value}))
