"""The example business on a database of the test's own, and a key that opens everything there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2

from tests.servers import Server, fieldfare

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "northern-comfort"
BUSINESS = "northern-comfort"
EMAIL, PASSWORD = "owner@example.com", "a long winter evening"
OAKVILLE = {"lat": 43.48955, "lng": -79.70841, "postal_code": "L6H 0H3"}
ASK: dict[str, Any] = {"place": OAKVILLE, "product": "furnace-tune-up"}
PLACES = f"/api/v1/{BUSINESS}/places"
AVAILABILITY = f"/api/v1/{BUSINESS}/availability"


def import_example(env: Mapping[str, str]) -> None:
    """Import Northern Comfort, without commitments."""
    done = fieldfare("business", "import", str(FOLDER / "business.json"), env=env)
    assert done.returncode == 0, done.stderr


def let_owner_in(env: Mapping[str, str]) -> None:
    """Make the account of an owner."""
    words = ("business", "create-owner", BUSINESS, "--email", EMAIL, "--password-stdin")
    done = fieldfare(*words, env=env, given=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr


def key_of(server: Server) -> str:
    """Make a key of every scope, as the owner."""
    with server.client() as client:
        signed_in = client.post("/api/v1/staff/sessions", json={"email": EMAIL, "password": PASSWORD})
        assert signed_in.status_code == 201, signed_in.text
        scopes = [
            "availability",
            "configuration",
            "commitments",
            "audit",
            "bookings",
            "customers",
            "webhooks",
            "integrations",
        ]
        made = client.post("/api/v1/staff/keys", json={"name": "Tests", "scopes": scopes})
        assert made.status_code == 201, made.text
        return str(made.json()["key"])


def with_key(server: Server) -> httpx2.Client:
    """Open a client that sends a key of every scope."""
    return server.client(headers={"Authorization": f"Bearer {key_of(server)}"})
