"""A business out as a text that imports to exactly the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import tomli_w

from fieldfare.domain.configuration import Configuration


def business_text(configuration: Configuration, *, toml: bool) -> str:
    """Write a business as JSON, or as TOML, which has no null: what is null is left out there."""
    document = configuration.document()
    if toml:
        return tomli_w.dumps(_without_null(document))
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _without_null(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _without_null(inner) for key, inner in value.items() if inner is not None}
        case list():
            return [_without_null(inner) for inner in value]
        case _:
            return value
