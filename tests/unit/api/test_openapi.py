"""The API's description is complete, and every fault in it would be found."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.api.openapi_walk import faults_of
from tests.unit.api.sample import build, client_of

ASK = "/api/v1/{business}/places"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    document: dict[str, Any] = client_of().get("/openapi.json").json()
    return document


def test_every_operation_is_described_with_its_examples(document: dict[str, Any]) -> None:
    assert faults_of(document) == []


def test_it_is_openapi_3_1_with_problems_as_the_only_errors(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]


def codes_of(operation: dict[str, Any]) -> set[str]:
    return {
        code
        for response in operation["responses"].values()
        for content in response["content"].values()
        for code in content.get("examples", {})
    }


OF_ALL = {"invalid_request", "internal_error"}
OF_DATA = OF_ALL | {"rate_limited", "database_unavailable"}
OF_BODY = {"body_too_large", "request_timeout", "unsupported_media_type"}
OF_WRITERS = {"unauthenticated", "forbidden", "cross_site"}


@pytest.mark.parametrize(
    ("method", "path", "codes"),
    [
        ("get", "/healthz", OF_ALL),
        ("get", "/readyz", OF_ALL | {"not_ready"}),
        ("get", "/api/v1/{business}/records", OF_DATA | {"not_found"}),
        ("post", ASK, OF_DATA | OF_BODY | {"not_found", "slot_taken"}),
        ("post", "/api/v1/staff/notes", OF_DATA | OF_WRITERS),
        ("put", "/api/v1/staff/file", OF_DATA | OF_BODY | OF_WRITERS),
    ],
)
def test_problems_follow_from_what_an_operation_takes(
    document: dict[str, Any], method: str, path: str, codes: set[str]
) -> None:
    assert codes_of(document["paths"][path][method]) == codes


def test_security_names_the_key_and_the_session(document: dict[str, Any]) -> None:
    assert document["paths"]["/api/v1/staff/notes"]["post"]["security"] == [{"api_key": []}, {"session": []}]
    assert set(document["components"]["securitySchemes"]) == {"api_key", "session"}


Operation = dict[str, Any]


def drop_body_example(operation: Operation) -> None:
    operation["requestBody"]["content"]["application/json"]["schema"] = {"type": "object"}


def wrong_status(operation: Operation) -> None:
    operation["responses"]["404"] = operation["responses"].pop("409")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda operation: operation.pop("summary"), "no summary"),
        (lambda operation: operation.pop("description"), "no description"),
        (lambda operation: operation.update(operationId="Ask"), "no operationId in snake case"),
        (lambda operation: operation["parameters"][0]["schema"].pop("examples"), "no example for business"),
        (drop_body_example, "no example for its application/json"),
        (lambda operation: operation["responses"].pop("200"), "no answer for success"),
        (lambda operation: operation["responses"]["200"]["content"]["application/json"].pop("example"),
         "no example for its answer 200"),
        (lambda operation: operation["responses"]["409"].pop("content"), "no problem for 409"),
        (wrong_status, "slot_taken stands under 404"),
        (lambda operation: operation.update(security=[{"api_key": []}]), "security and 401 don't go together"),
    ],
)  # fmt: skip
def test_a_fault_is_found(document: dict[str, Any], spoil: Callable[[Operation], Any], fault: str) -> None:
    spoilt = copy.deepcopy(document)

    spoil(spoilt["paths"][ASK]["post"])

    assert faults_of(spoilt) == [f"POST {ASK}: {fault}"]


def test_an_id_that_stands_twice_is_found(document: dict[str, Any]) -> None:
    spoilt = copy.deepcopy(document)

    spoilt["paths"]["/healthz"]["get"]["operationId"] = "ask"

    assert faults_of(spoilt) == ["operationId ask stands 2 times"]


def test_the_document_is_made_once() -> None:
    app = build()

    assert app.openapi() is app.openapi()
