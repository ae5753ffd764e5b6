"""Writing the document back: what is valid as it was, what was mended, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fieldfare.entrypoints.geojson.checking import Verdict
from fieldfare.entrypoints.geojson.reading import Document


class NotWritable(Exception):
    """The output cannot be, or may not be, written there."""


def refuse_unsafe(out: Path, *, source: Path, force: bool) -> None:
    """Refuse to write over the input, ever, or over another file without being asked. Raises NotWritable."""
    if out.resolve() == source.resolve() or (out.exists() and source.exists() and out.samefile(source)):
        raise NotWritable("is the input file; name another")
    if out.is_dir():
        raise NotWritable("is a folder")
    if out.exists() and not force:
        raise NotWritable("exists already; --force writes over it")
    if not out.absolute().parent.is_dir():
        raise NotWritable("cannot be written: its folder does not exist")


def kept(verdict: Verdict) -> Any:
    """Give the feature that is to be written, None if it is left out."""
    if verdict.left_out is not None:
        return None
    return verdict.feature.value if verdict.mended is None else verdict.mended.value


def text_of(document: Document, verdicts: Sequence[Verdict]) -> str | None:
    """Give the document with one feature a line; None if it held a single feature, which is left out."""
    values = [value for verdict in verdicts if (value := kept(verdict)) is not None]
    if not document.is_collection:
        return f"{_json(values[0])}\n" if values else None
    members = []
    for name, member in document.root.items():
        if name == "features":
            members.append('"features": [\n' + ",\n".join(map(_json, values)) + "\n]")
        elif name != "bbox" or all(verdict.mended is None and verdict.left_out is None for verdict in verdicts):
            # A box around what is no longer all there would be wrong, and it is optional.
            members.append(f"{_json(name)}: {_json(member)}")
    return "{" + ", ".join(members) + "}\n"


def write(out: Path, text: str) -> None:
    """Write a whole file or none: beside its place first, then moved into it. Raises NotWritable."""
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can escape and UTF-8 cannot hold
        data = json.dumps(json.loads(text)).encode()
    aside = out.with_name(f".fieldfare-{os.getpid()}.tmp")
    try:
        file = aside.open("xb")
    except OSError as error:
        raise NotWritable(f"cannot be written: {error.strerror or error}") from error
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(out)
    except OSError as error:
        raise NotWritable(f"cannot be written: {error.strerror or error}") from error
    finally:
        aside.unlink(missing_ok=True)


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        raise NotWritable("cannot be written: the input holds a number beyond JSON, or is nested too deep") from None
