"""`docs/errors.md` and the table of problems say the same, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fieldfare.entrypoints.api import pages
from fieldfare.entrypoints.api.problem_table import PROBLEMS
from fieldfare.entrypoints.api.problems import type_of
from tests.unit.api.sample import client_of

PAGE = Path(__file__).parents[3] / "docs" / "errors.md"


def test_every_problem_has_its_row_and_every_row_its_problem() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (.*)\. \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert rows == [(code, str(kind.status), kind.title, kind.cure) for code, kind in PROBLEMS.items()]


def test_problems_stand_in_the_order_of_their_statuses_and_say_what_to_do() -> None:
    for code, kind in PROBLEMS.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
        assert kind.cure.endswith(".")
        assert not kind.title.endswith(".")


@pytest.mark.parametrize("page", ["errors", "errors.md", "reasons", "reasons.md"])
def test_pages_are_served_as_markdown(page: str) -> None:
    answer = client_of().get(f"/docs/{page}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.text == PAGE.with_stem(page.removesuffix(".md")).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["decisions", "..%2fREADME", "errors.md.md", "%2e%2e"])
def test_other_pages_are_not(page: str) -> None:
    assert client_of().get(f"/docs/{page}").status_code == 404


def test_a_wheel_carries_the_pages_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "errors.md").write_text("packed", encoding="utf-8")
    monkeypatch.setattr(pages, "_PACKED", tmp_path)
    pages.text_of.cache_clear()

    assert pages.text_of("errors") == "packed"
    assert pages.text_of("reasons").startswith("# Reasons")
    pages.text_of.cache_clear()


def test_a_problem_links_to_the_page() -> None:
    client = client_of()

    problem = client.get("/nowhere").json()

    assert problem["type"] == type_of("not_found")
    assert f"`{problem['type'].partition('#')[2]}`" in client.get(problem["type"]).text
