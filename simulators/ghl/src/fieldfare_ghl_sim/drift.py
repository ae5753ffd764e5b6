"""Says what has changed in the vendor's official files: `python -m fieldfare_ghl_sim.drift FOLDER`.

The folder holds freshly fetched files as the vendor keeps them. They are compared with those of this package, which
were cut from an older state of them: what the simulator serves has changed where an operation or a schema is another.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from fieldfare_ghl_sim.contract import FILES, GENERATIONS, V2, V3

Json = dict[str, Any]
COMMON = "common-schemas.json"
USAGE = "Usage: python -m fieldfare_ghl_sim.drift FOLDER, the vendor's folder of OpenAPI files"


def official_file(official: Path, generation: str, name: str) -> Path:
    """Say where the vendor keeps a file of a generation."""
    return official / f"{name}.json" if generation == V2 else official / V3 / f"{name}-v3.json"


def official_common(official: Path) -> Path:
    """Say where the vendor keeps the schemas of all files; those of v3 hold all the older ones."""
    return official / V3 / "common" / COMMON


def drift(official: Path) -> Iterator[str]:
    """Compare the official files in a folder with the kept ones; one line for each operation or schema that differs."""
    for generation in GENERATIONS:
        for name in FILES:
            kept = _kept(f"{generation}/{name}.json")
            fresh = _fresh(official_file(official, generation, name))
            yield from (f"{generation} {name}: {line}" for line in _differences(kept, fresh))
    yield from (f"common: {line}" for line in _differences(_kept(COMMON), _fresh(official_common(official))))


def _differences(kept: Json, fresh: Json | None) -> Iterator[str]:
    if fresh is None:
        yield "the file is gone"
        return
    for what, parts in _parts(kept).items():
        there = _parts(fresh)[what]
        for name, part in parts.items():
            if name not in there:
                yield f"{what} {name} is gone"
            elif part != there[name]:
                yield f"{what} {name} has changed: {', '.join(_places(part, there[name]))}"


def _parts(document: Json) -> dict[str, Json]:
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document.get("paths", {}).items()
        for method, operation in methods.items()
    }
    return {"operation": operations, "schema": document.get("components", {}).get("schemas", {})}


def _places(kept: Any, fresh: Any, path: str = "") -> Iterator[str]:
    """Name the places in which two parts differ."""
    if isinstance(kept, dict) and isinstance(fresh, dict):
        for key in sorted(kept.keys() | fresh.keys()):
            if key not in fresh or key not in kept:
                yield f"{'+' if key in fresh else '-'}{path}/{key}"
            else:
                yield from _places(kept[key], fresh[key], f"{path}/{key}")
    elif kept != fresh:
        yield path or "/"


def _kept(name: str) -> Json:
    return dict(orjson.loads(files("fieldfare_ghl_sim").joinpath("openapi", *name.split("/")).read_bytes()))


def _fresh(file: Path) -> Json | None:
    return dict(orjson.loads(file.read_bytes())) if file.is_file() else None


def main(arguments: list[str]) -> int:
    """Say what has changed, a line each; gives 1 if anything has, and 2 if it can't be said."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(USAGE, file=sys.stderr)
        return 2
    lines = list(drift(Path(arguments[0])))
    print("\n".join(lines) or "Nothing has changed in what the simulator serves.")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
