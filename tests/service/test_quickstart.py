"""The quickstart does what it says: its blocks run in order, in a shell, and answer in the shape that it shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import environment
from tests.service.example import ROOT
from tests.service.test_demo import free_port

PAGE = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block to run, and the answer that the page shows for it, if it does."""

    commands: str
    shown: Any


def blocks() -> Iterator[Block]:
    for commands, shown in re.findall(r"```sh\n(.*?)```(?:\n\n```json\n(.*?)```)?", PAGE, re.DOTALL):
        yield Block(commands=commands, shown=json.loads(shown) if shown else None)


@pytest.mark.slow
def test_the_quickstart_runs_from_top_to_bottom(tmp_path: Path) -> None:
    steps = list(blocks())
    output = tmp_path / "output"
    output.mkdir()
    script = tmp_path / "quickstart.sh"
    script.write_text(
        "set -eu\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n"
        + "".join(f"{{\n{step.commands}}} > '{output}/{number}'\n" for number, step in enumerate(steps))
    )
    env = environment(None, FIELDFARE_DATA=str(tmp_path / "data"), FIELDFARE_PORT=str(free_port()))
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"

    done = subprocess.run(
        ["/bin/sh", str(script)], cwd=ROOT, env=env, capture_output=True, text=True, timeout=180, check=False
    )

    said = [
        # The server says so on its own, between two answers.
        re.sub(r"^Fieldfare listens on .*\n", "", (output / str(number)).read_text())
        for number in range(len(list(output.iterdir())))
    ]
    assert done.returncode == 0, f"{done.stderr}\n{said[-1]}"
    for step, found in zip(steps, said, strict=True):
        if step.shown is not None:
            assert faults(step.shown, json.loads(found)) == [], step.commands
    assert said[-1].strip() == "stopped"
    storm = dict(re.findall(r"^(map|storm): +(\d+) starts on 20", "\n".join(said), re.MULTILINE))
    assert int(storm["map"]) > int(storm["storm"]) == 0
    assert "no difference" in said[-2]


def faults(shown: Any, found: Any, at: str = "") -> list[str]:
    """List where an answer isn't of the shape that is shown; what is shown may be shorter.

    Words and codes that a program would read are compared; figures, times and sentences are not.
    """
    if isinstance(shown, dict):
        if not isinstance(found, dict):
            return [f"{at}: no object"]
        missing = [f"{at}.{key}: missing" for key in shown if key not in found]
        return missing + [
            fault for key in shown if key in found for fault in faults(shown[key], found[key], f"{at}.{key}")
        ]
    if isinstance(shown, list):
        if not isinstance(found, list) or not found:
            return [f"{at}: no list with something in it"]
        return [fault for one in shown for fault in faults(one, found[0], f"{at}[0]")]
    if isinstance(shown, str) and re.fullmatch(r"[a-z][a-z_-]*", shown) and at.rpartition(".")[2] not in {"technician"}:
        return [] if shown == found else [f"{at}: {found!r} instead of {shown!r}"]
    return [] if type(shown) is type(found) else [f"{at}: {found!r} is of another type than {shown!r}"]


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": "1"}),
        ({"a": [{"b": 1}]}, {"a": []}),
        ({"a": [{"b": 1}]}, {"a": [{}]}),
        ({"outcome": "zone"}, {"outcome": "blocked"}),
        ({"a": {}}, {"a": 1}),
    ],
)
def test_another_shape_is_noticed(shown: Any, found: Any) -> None:
    assert faults(shown, found) != []


def test_the_page_names_no_machine() -> None:
    assert [step.shown for step in blocks()].count(None) < len(list(blocks()))
    assert not re.search(r"/(?:root|home/\w|work|Users)\b", PAGE)
