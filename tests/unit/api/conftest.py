"""Logs are caught: structlog's own way of showing them takes its time over a traceback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def _caught_logs() -> Iterator[None]:
    with capture_logs():
        yield
