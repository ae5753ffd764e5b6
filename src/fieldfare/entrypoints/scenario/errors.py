"""What is wrong with a scenario, and where: the one error that leaves this door."""

from __future__ import annotations

import json
import re

Step = str | int
"""One step down into a document: a key of an object, or a place in a list."""

LONGEST_SHOWN = 60
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class ScenarioError(ValueError):
    """The document is not a valid scenario: the path inside it, empty for the whole, and what is wrong in words."""

    def __init__(self, path: str, message: str) -> None:
        """Keep the two apart: a batch answers with both."""
        super().__init__(path, message)
        self.path = path
        self.message = message

    def __str__(self) -> str:
        """Read as one line, `path: message`."""
        return f"{self.path}: {self.message}" if self.path else self.message


def path_of(*steps: Step) -> str:
    """Write a path as people read it (`business.zones[2].priority`); odd keys stand in quotes (`business["a b"]`)."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            path += f".{step}" if path else step
        else:
            path += f"[{show(step)}]"
    return path


def show(value: object) -> str:
    """Write a value of the document into a message: short, on one line, and safe for a terminal."""
    match value:
        case str():
            cut = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
            return json.dumps(cut, ensure_ascii=not cut.isprintable())
        case None | bool():
            return json.dumps(value)
        case int() | float():
            return _show_number(value)
        case _:
            return "a list" if isinstance(value, list) else "an object"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun, `1 position`, `2 positions`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _show_number(value: float) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) < 10**LONGEST_SHOWN else f"a number of over {LONGEST_SHOWN} digits"
    # JSON's own writer knows NaN and Infinity, too; a plain 90.0 reads better as 90.
    return json.dumps(value).removesuffix(".0")
