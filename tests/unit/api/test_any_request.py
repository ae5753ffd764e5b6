"""Schemathesis asks whatever the description allows, and whatever it doesn't: every answer is a documented one."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.unit.api.sample import build

SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", build())

UNSAYABLE: list[CheckFunction] = [positive_data_acceptance]
"""A schema can't say that a cursor must come from this list, nor that no text anywhere in free JSON holds a NUL."""


@pytest.mark.slow
@SCHEMA.parametrize()
def test_strangers_get_documented_answers(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(excluded_checks=UNSAYABLE)


@pytest.mark.slow
@SCHEMA.include(tag="staff").parametrize()
def test_staff_get_documented_answers(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers={"Authorization": "Bearer good"}, excluded_checks=UNSAYABLE)
