"""The docs say what the code does: rules, reasons, commands, examples and links."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from fastapi.routing import iter_route_contexts
from typer.core import TyperGroup

from fieldfare.engine.rules import RULES, code_of
from fieldfare.entrypoints.api.routes import all_routers
from fieldfare.wiring import command_line
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


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as a link would; in docs/errors.md, a code of a table is one, too."""
    text = page.read_text(encoding="utf-8")
    headings = (re.sub(r"[^\w\- ]", "", heading).strip().lower() for heading in re.findall(r"^#+ (.*)$", text, re.M))
    return {heading.replace(" ", "-") for heading in headings} | set(re.findall(r"^\| `(\w+)` \|", text, re.M))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_into_a_page_lead_to_a_heading(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8"))

    assert [link for file, link in links if link not in anchors(page.parent / file if file else page)] == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop().resolve()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        ahead += [page.parent / link for link in re.findall(r"\]\(([^)#:]+)", page.read_text(encoding="utf-8"))]

    written = {page for folder in ("docs", "examples") for page in (ROOT / folder).rglob("*.md")}
    assert {page.relative_to(ROOT) for page in written - reached} == set()


def test_every_command_that_a_page_shows_exists() -> None:
    program = typer.main.get_command(command_line())
    assert isinstance(program, TyperGroup)
    business = program.commands["business"]
    assert isinstance(business, TyperGroup)
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    shown = set(re.findall(r"(?:^\$? *|`)fieldfare ([a-z][a-z-]+)", text, re.M))
    below = set(re.findall(r"(?:^\$? *|`|\| )fieldfare business ([a-z][a-z-]+)", text, re.M))

    assert shown - set(program.commands) == set()
    assert set(program.commands) - shown == set(), "a command that no page shows"
    assert below - set(business.commands) == set()
    assert set(business.commands) - below == set()


def test_every_address_of_the_api_that_a_page_shows_exists() -> None:
    known = {
        re.sub(r"\{[^}]*\}", "[^/]+", context.path or "")
        for router in all_routers()
        for context in iter_route_contexts(router.routes)
    }
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    shown = set(re.findall(r"(/api/v1/[\w{}/.-]*[\w}])", text)) - {"/api/v1/northern-comfort"}
    shown |= {f"/api/v1{path}" for path in re.findall(r"\$API(/[\w/-]+)", text)}

    assert shown
    assert sorted(path for path in shown if not any(re.fullmatch(one, path) for one in known)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_no_machine(page: Path) -> None:
    assert not re.search(r"/(?:root|Users|work)/", page.read_text(encoding="utf-8"))


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
