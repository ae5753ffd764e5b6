"""What the policy of the pages would forbid isn't in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parents[3] / "src/fieldfare/entrypoints/web/templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.stem)
def test_nothing_inline_and_nothing_foreign(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"\son\w+\s*=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "://" not in text
    assert "|safe" not in re.sub(r"\s", "", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.stem)
def test_every_form_that_writes_carries_the_state(template: Path) -> None:
    forms = re.findall(r'<form method="post".*?</form>', template.read_text(encoding="utf-8"), re.DOTALL)

    for form in forms:
        assert 'name="s"' in form or "{{ hidden }}" in form or "form.items()" in form
