"""The routes about people on a real app and a real database, with no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import httpx2
from fastapi import Depends
from starlette.testclient import TestClient

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.adapters.postgres.addresses import for_sqlalchemy
