"""The command as a process: what it loads, and what it does when nobody reads on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fieldfare import __version__
from tests.unit.cli.answers import EXAMPLE

HEAVY = {"asyncio", "numpy", "orjson", "pydantic", "rich", "shapely"}
MAP = Path(__file__).parents[3] / "examples" / "northern-comfort" / "boundaries" / "wards.geojson"
LOADED = """
import sys
from fieldfare.__main__ import main
sys.argv = ["fieldfare", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["slots", "--help"], ["slots"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=False)

    # For a command of its own, typer itself looks whether pydantic is there.
    heavy = HEAVY if arguments[0].startswith("--") else HEAVY - {"pydantic", "asyncio"}
    assert "typer" in done.stderr.split()
    assert heavy.isdisjoint(done.stderr.split())


def test_help_names_the_commands() -> None:
    done = subprocess.run([sys.executable, "-m", "fieldfare", "--help"], capture_output=True, text=True, check=True)

    for word in ("slots", "explain", "boundaries", "--version"):
        assert word in done.stdout


def test_version() -> None:
    done = subprocess.run([sys.executable, "-m", "fieldfare", "--version"], capture_output=True, text=True, check=True)

    assert done.stdout == f"fieldfare {__version__}\n"


def test_broken_pipe_ends_quietly() -> None:
    line = EXAMPLE.read_bytes().replace(b"\n", b" ")
    command = [sys.executable, "-m", "fieldfare", "slots", "--batch", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(line + b"\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(b'{"resolution":')  # answered before the next line is there
        process.stdout.close()
        process.stdin.write((line + b"\n") * 3)
        process.stdin.close()

        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


def test_standard_input_that_is_closed() -> None:
    command = f'"{sys.executable}" -m fieldfare slots - <&-'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "can't read standard input: it is closed\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["slots", str(EXAMPLE)],
        ["explain", str(EXAMPLE), "--technician", "t1", "--start", "2026-11-24T10:30"],
        ["boundaries", "check", str(MAP)],
    ],
    ids=["slots", "explain", "boundaries"],
)
def test_standard_output_that_takes_nothing(arguments: list[str]) -> None:
    asked = [sys.executable, "-m", "fieldfare", *arguments]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode in {1, 2}
    assert done.stderr == "can't write to standard output: No space left on device\n"


def test_a_module_beside_the_file_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "shapely.py").write_text("raise SystemExit('poisoned')")
    (tmp_path / "map.geojson").write_text('{"type":"Point","coordinates":[0,0]}')

    asked = [str(Path(sys.executable).with_name("fieldfare")), "boundaries", "check", "map.geojson"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "poisoned" not in done.stdout + done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_check_writes_nothing_that_it_was_not_asked_for(tmp_path: Path, form: str) -> None:
    file = tmp_path / "map.geojson"
    file.write_text('{"type":"FeatureCollection","x":NaN,"features":[]}')

    asked = [sys.executable, "-m", "fieldfare", "boundaries", "check", str(file), "--format", form]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
