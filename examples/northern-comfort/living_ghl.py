"""What the people of Northern Comfort do by hand in their GoHighLevel, so that the desk has something to show.

    python3 living_ghl.py --simulator http://127.0.0.1:8010 --fieldfare http://127.0.0.1:8000

Waits until Fieldfare answers, and does it once: three opportunities reach a stage, everybody's time is blocked in which
a visit stands, and somebody writes an entry that ends before it starts.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import urllib.error
import urllib.request
from typing import Any

LOCATION, PIPELINE = "loc-northern-comfort", "pipe-leads"
USERS = ("user-amara", "user-ben", "user-chloe", "user-dev")
NO_ADDRESS = "Nadia Petrov"
LEADS = (
    ("Priya Raman", "stage-book-now", "Tune-up before the first frost"),
    ("Hannah Vogt", "stage-send-link", "Wants to choose the time herself"),
    (NO_ADDRESS, "stage-book-now", "Asked by phone, the address is missing"),
)
HOUR, PATIENCE_SECONDS = 3_600, 300


def asked(simulator: str, what: str, **given: Any) -> Any:
    """Do something at the simulator, and give what came of it."""
    body = json.dumps(given).encode()
    request = urllib.request.Request(f"{simulator}/_sim/api/{what}", data=body, method="POST")  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own
        return json.load(answer)["result"]


def is_ready(fieldfare: str) -> bool:
    """Whether Fieldfare answers."""
    try:
        with urllib.request.urlopen(f"{fieldfare}/readyz", timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def written(simulator: str) -> list[dict[str, Any]]:
    """List the visits that Fieldfare has written or taken over: their titles carry its reference."""
    return [one for one in asked(simulator, "appointments", location=LOCATION) if "#FF-" in one.get("title", "")]


def wait(until: Any, parent: int) -> bool:
    """Wait for something, for as long as whoever started this is there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and os.getppid() == parent:
        if until():
            return True
        time.sleep(0.5)
    return False


def live(simulator: str) -> None:
    """Do what people do."""
    contacts = {one.get("name"): one["id"] for one in asked(simulator, "contacts", location=LOCATION)}
    contacts[NO_ADDRESS] = asked(
        simulator, "add_contact", location=LOCATION, name=NO_ADDRESS, email="nadia.petrov@example.com"
    )
    for name, stage, said in LEADS:
        lead = {"location": LOCATION, "pipeline": PIPELINE, "contact": contacts[name], "name": said}
        made = asked(simulator, "add_opportunity", stage="stage-new", **lead)
        asked(simulator, "move_opportunity", id=made, stage=stage)
    visit = min(written(simulator), key=lambda one: float(one["start"]))
    start = float(visit["start"])
    # Of everybody: a visit that one of them could take over would be given to them, and nobody asked.
    for user in USERS:
        asked(
            simulator,
            "add_block",
            location=LOCATION,
            user=user,
            title="Team meeting",
            start=start + HOUR // 2,
            end=start + HOUR + HOUR // 2,
        )
    asked(
        simulator,
        "add_appointment",
        location=LOCATION,
        calendar="cal-private",
        contact=contacts["Grace Okafor"],
        user="user-dev",
        title="Call the supplier",
        start=start + 4 * HOUR,
        end=start + 3 * HOUR,
    )


def main() -> None:
    """Wait, then live."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulator", required=True)
    parser.add_argument("--fieldfare", required=True)
    given, parent = parser.parse_args(), os.getppid()
    done = any(one["name"] == LEADS[0][2] for one in asked(given.simulator, "opportunities", location=LOCATION))
    if not done and wait(lambda: is_ready(given.fieldfare) and written(given.simulator), parent):
        live(given.simulator)


if __name__ == "__main__":
    main()
