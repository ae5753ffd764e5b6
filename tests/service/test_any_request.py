"""Schemathesis asks the running product whatever its description allows, and whatever it doesn't."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import URL

from tests import databases
from tests.conftest import SEARCH
from tests.servers import Server, environment, serving
from tests.service.example import import_example, key_of, let_owner_in

EXAMPLES = SEARCH or 12
UNSAYABLE: list[CheckFunction] = [positive_data_acceptance]
"""A schema can't say that a document must fit the business that it becomes part of, nor that an address exists."""

RATES = {
    f"FIELDFARE_RATE_{bucket}": "0" for bucket in ("ADDRESS", "KEY", "BUSINESS", "GEOCODE", "SIGN_IN", "WRONG_KEY")
}


@pytest.fixture(scope="module")
def server(database_server: URL, database_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product with the example business, whose owner may do anything to it."""
    with databases.clone(database_server, database_template) as database:
        env = environment(database, **RATES)
        import_example(env)
        let_owner_in(env)
        with serving(env, "--with-worker", log=tmp_path_factory.mktemp("server") / "log") as running:
            yield running


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    """A key of every scope."""
    return key_of(server)


@pytest.fixture(scope="module")
def api(server: Server) -> Any:
    """The API as it describes itself."""
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


FEW = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=not SEARCH, database=None, suppress_health_check=list(HealthCheck)
)


def ask_everything(api: Any, headers: dict[str, str], *, business: str | None = None) -> int:
    """Ask each operation some of what it may be asked, and some of what it may not; gives their number."""
    operations = [result.ok() for result in api.get_all_operations()]
    for operation in operations:
        ways = [operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode]

        @FEW
        @given(case=st.one_of(ways))
        def ask(case: schemathesis.Case[Any]) -> None:
            if business is not None and "business" in case.path_parameters:
                case.path_parameters["business"] = business
            case.call_and_validate(headers=headers, excluded_checks=UNSAYABLE)

        ask()
    return len(operations)


@pytest.mark.slow
def test_strangers_get_documented_answers(api: Any) -> None:
    assert ask_everything(api, {}) > 0


@pytest.mark.slow
def test_programs_with_every_scope_get_documented_answers(api: Any, key: str) -> None:
    assert ask_everything(api, {"Authorization": f"Bearer {key}"}, business="northern-comfort") > 0
