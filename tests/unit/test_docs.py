"""The docs say what the code does: rules, reasons, commands, examples and links."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fieldfare.engine.rules import RULES, code_of
from tests.questions import answer_of

ROOT = Path(__file__).parents[2]
PAGES = [page for page in ROOT.glob("**/*.md") if not {".venv", "node_modules"} & set(page.relative_to(ROOT).parts)]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_every_rule_has_its_row_in_the_order_of_the_rules() -> None:
    rows = re.findall(r"^\| (F\d+) \| `(\w+)` \|", read("docs/reasons.md"), re.MULTILINE)

    assert rows == [(f"F{number}", code_of(rule)) for number, rule in enumerate(RULES, start=1)]


@pytest.mark.parametrize("number", range(1, len(RULES) + 1))
def test_every_rule_has_its_file_its_number_and_its_table_of_cases(number: int) -> None:
    name = RULES[number - 1].__name__

    assert RULES[number - 1].__module__ == f"fieldfare.engine.rules.{name}"
    assert re.search(rf"\bF{number}\b", RULES[number - 1].__doc__ or "")
    assert (ROOT / f"tests/unit/engine/rules/test_{name}.py").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_index_of_decisions_is_complete() -> None:
    pages = sorted(page.name for page in (ROOT / "docs/decisions").glob("0*.md"))

    assert re.findall(r"\((\d{4}-[\w-]+\.md)\)", read("docs/decisions/README.md")) == pages


def test_the_glossary_is_in_order() -> None:
    words = re.findall(r"^\| ([a-z][\w ]*) \|", read("docs/glossary.md"), re.MULTILINE)[1:]

    assert words == sorted(words)


def test_the_smallest_scenario_is_answered() -> None:
    example = re.search(r"```json\n(.*?)```", read("docs/scenario.md"), re.DOTALL)
    assert example

    answer = answer_of(json.loads(example[1]))

    # Only Tuesdays are open. From HQ it is a drive of 89 s, so that 08:00 fails.
    starts = [slot["start"][:16] for slot in answer["slots"]]
    assert starts[:4] == ["2026-11-24T09:00", "2026-11-24T10:00", "2026-11-24T11:00", "2026-12-01T09:00"]


@pytest.mark.parametrize("command", ["slots", "explain", "boundaries check"])
def test_every_option_that_the_readme_shows_exists(command: str) -> None:
    shown = set(re.findall(rf"^\$ fieldfare {command}\b.*?(--[a-z]+)", read("README.md"), re.MULTILINE))

    asked = [sys.executable, "-m", "fieldfare", *command.split(), "--help"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout

    assert shown
    assert {option for option in shown if option not in said} == set()
