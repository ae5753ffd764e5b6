"""A TOML file's bytes to the plain values that JSON would hold."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import Any

from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.json_text import LONGEST_TEXT_BYTES, TOO_LONG


def parse_toml(text: bytes, file: str) -> dict[str, Any]:
    """Parse a text; dates, clock times and moments become texts. Raises `ScenarioError`, with an empty path."""
    if len(text) > LONGEST_TEXT_BYTES:
        raise ScenarioError("", TOO_LONG)
    try:
        return {key: _plain(value) for key, value in tomllib.loads(text.decode("utf-8-sig")).items()}
    except UnicodeDecodeError as error:
        raise ScenarioError("", f"{file} is not UTF-8: byte {error.start + 1} does not fit") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError("", f"{file} is not TOML: {error}") from None
    except ValueError:
        # A whole number of thousands of digits.
        raise ScenarioError("", f"{file} holds a number that is too long to be read") from None
    except RecursionError:
        raise ScenarioError("", f"{file} is nested too deeply") from None


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case datetime() | date():
            return value.isoformat()
        case time():
            # Clock times are whole minutes; seconds stay in sight, for the form to refuse.
            return value.isoformat("auto" if value.second or value.microsecond else "minutes")
        case _:
            return value
