"""The simulator as a server: its command, its page, its switches over HTTP, and webhooks to a listener."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest
import typer
from fieldfare_ghl_sim import worlds
from fieldfare_ghl_sim.__main__ import serve
from typer.testing import CliRunner

PAGE = "/_sim/"


class Listener(HTTPServer):
    """Takes webhooks; refuses the first ones to order."""

    def __init__(self, refusals: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.taken: queue.Queue[tuple[bytes, dict[str, str]]] = queue.Queue()
        self.refusals = refusals


class _Post(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.put((body, dict(self.headers)))
        refuse = self.server.refusals > 0
        self.server.refusals -= refuse
        self.send_response(503 if refuse else 200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener(refusals=1)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def started(*options: str) -> tuple[subprocess.Popen[str], str]:
    """Start the command; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fieldfare_ghl_sim", "--port", "0", *options], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"GoHighLevel simulator listens on (http://127\.0\.0\.1:\d+)\n", line)
    assert found is not None, line
    return process, found[1]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    process, url = started()
    yield url
    process.terminate()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {worlds.TOKEN}", "Version": "2021-04-15"}
    with httpx2.Client(base_url=address, headers=headers) as made:
        yield made
        made.post("/_sim/api/clear_faults")


def api(client: httpx2.Client, what: str, **given: Any) -> Any:
    told = client.post(f"/_sim/api/{what}", json=given)
    assert told.status_code == 200, told.text
    return told.json()["result"]


class Reader(HTMLParser):
    """Reads what a page refers to, and whether each field has a label."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.unlabelled: list[str] = []
        self.headings: list[int] = []
        self._labels = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [given[key] or "" for key in ("src", "href", "action") if key in given]
        self._labels += tag == "label"
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag in ("input", "select") and given.get("type") != "hidden" and not self._labels:
            self.unlabelled.append(given.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"


def test_it_answers_over_a_socket(client: httpx2.Client) -> None:
    told = client.get("/calendars/", params={"locationId": worlds.LOCATION})

    assert told.status_code == 200
    assert len(told.json()["calendars"]) == 3
    assert told.headers["x-ratelimit-max"] == "100"


def test_the_page_shows_the_account_with_labels_and_nothing_from_elsewhere(client: httpx2.Client) -> None:
    told = client.get(PAGE)
    reader = Reader()
    reader.feed(told.text)

    assert told.status_code == 200
    assert "default-src 'none'" in told.headers["content-security-policy"]
    assert all(name in told.text for name in ("Chloé Tremblay", "[H02] Furnace tune-up", "Maya Lindqvist", "Day off"))
    assert all(link.startswith("/_sim/") for link in reader.links)
    assert reader.unlabelled == []
    assert reader.headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(reader.headings))
    assert client.get("/_sim/style.css").headers["content-type"].startswith("text/css")


def test_buttons_edit_by_hand(client: httpx2.Client) -> None:
    visit = api(client, "appointments", location=worlds.LOCATION)[-1]
    form = {"location": worlds.LOCATION, "id": visit["id"], "title": "By <hand>", "status": "cancelled", "user": ""}

    told = client.post("/_sim/do/edit", data=form | {"start": "2026-12-01T09:30", "minutes": "45"})
    edited = next(row for row in api(client, "appointments", location=worlds.LOCATION) if row["id"] == visit["id"])

    assert (told.status_code, told.headers["location"]) == (303, f"/_sim/?location={worlds.LOCATION}")
    assert (edited["title"], edited["appointmentStatus"]) == ("By <hand>", "cancelled")
    assert edited["end"] - edited["start"] == 45 * 60
    assert "By <hand>" not in client.get(PAGE).text


def test_buttons_add_delete_move_and_break(client: httpx2.Client) -> None:
    place = {"location": worlds.LOCATION}
    when = {"start": "2026-12-01T09:30", "minutes": "30", "user": "user-ben"}
    contact = api(client, "contacts", **place)[0]["id"]
    lead = api(client, "opportunities", **place)[0]["id"]
    before = len(api(client, "blocks", **place))
    client.post("/_sim/do/add-block", data=place | when | {"full_day": "on"})
    client.post(
        "/_sim/do/add-appointment",
        data=place | when | {"calendar": worlds.VISITS, "contact": contact, "title": "[H01] z"},
    )
    client.post("/_sim/do/move-opportunity", data=place | {"id": lead, "stage": worlds.BOOK_NOW})
    client.post("/_sim/do/outage", data=place | {"on": "true"})
    down = client.get("/calendars/", params={"locationId": worlds.LOCATION}).status_code
    client.post("/_sim/do/outage", data=place | {"on": "false"})
    client.post("/_sim/do/add-fault", data=place | {"match": "GET /calendars/", "status": "504", "times": "1"})
    broken = [client.get("/calendars/", params={"locationId": worlds.LOCATION}).status_code for _ in range(2)]
    made = next(row for row in api(client, "appointments", **place) if row["title"] == "[H01] z")
    client.post("/_sim/do/delete", data=place | {"id": made["id"]})

    assert len(api(client, "blocks", **place)) == before + 1
    assert "Oakville" in made["address"]
    assert api(client, "opportunities", **place)[0]["pipelineStageId"] == worlds.BOOK_NOW
    assert (down, broken) == (502, [504, 200])
    assert made["id"] not in [row["id"] for row in api(client, "appointments", **place)]


def test_a_dropped_connection_has_no_whole_answer(client: httpx2.Client) -> None:
    api(client, "add_fault", match="GET /calendars/", drop=True, times=1)

    with pytest.raises(httpx2.TransportError):
        client.get("/calendars/", params={"locationId": worlds.LOCATION})


@pytest.mark.parametrize(
    ("what", "given", "status"),
    [
        ("nonsense", {}, 404),
        ("_kept", {}, 404),
        ("add_user", {"nobody": 1}, 400),
        ("set_quirks", {"nothing": 1}, 400),
        ("deliver_webhooks_to", {"url": "http://example.com/hook"}, 400),
        ("set_limits", {"burst": 100}, 200),
        ("calls", {}, 200),
    ],
)
def test_switches_over_http(client: httpx2.Client, what: str, given: dict[str, Any], status: int) -> None:
    assert client.post(f"/_sim/api/{what}", json=given).status_code == status


def test_an_owner_lets_an_app_in(client: httpx2.Client) -> None:
    asked = {
        "client_id": "my-app",
        "redirect_uri": "http://127.0.0.1:1/back?x=1",
        "scope": "contacts.readonly",
        "state": "s",
    }

    shown = client.get("/v2/oauth/chooselocation", params=asked | {"response_type": "code"})
    agreed = client.post("/v2/oauth/chooselocation", data=asked | {"account": worlds.LOCATION})

    assert worlds.LOCATION in shown.text
    assert agreed.status_code == 303
    assert re.fullmatch(r"http://127\.0\.0\.1:1/back\?x=1&code=[^&]+&state=s", agreed.headers["location"])


def test_webhooks_reach_a_listener_and_come_again_if_refused(listener: Listener) -> None:
    process, url = started(
        "--world", "empty", "--webhooks", f"http://127.0.0.1:{listener.server_port}/in", "--speed", "50"
    )
    try:
        with httpx2.Client(base_url=url) as client:
            api(client, "add_contact", location="empty-sub", name="Jo", email="jo@example.com")
            first, second = listener.taken.get(timeout=30), listener.taken.get(timeout=30)
    finally:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

    for name in ("deliveryId", "X-Delivery-Id"):
        assert first[1][name] == second[1][name]
    assert b'"type":"ContactCreate"' in second[0]


def test_an_account_is_kept_from_one_start_to_the_next(tmp_path: Path) -> None:
    kept, key = tmp_path / "state.json", tmp_path / "key.pem"
    headers = {"Authorization": f"Bearer {worlds.TOKEN}", "Version": "2021-07-28"}
    seen = []
    for _ in range(2):
        process, url = started("--state", str(kept), "--public-key", str(key))
        try:
            with httpx2.Client(base_url=url, headers=headers) as client:
                seen.append(len(api(client, "contacts", location=worlds.LOCATION)))
                body = {"locationId": worlds.LOCATION, "email": "new@example.com"}
                seen.append(client.post("/contacts/upsert", json=body).json()["new"])
        finally:
            process.terminate()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()

    assert seen == [7, True, 8, False]
    assert key.read_text(encoding="ascii").startswith("-----BEGIN PUBLIC KEY-----")


def test_a_port_that_is_taken_is_said_and_nothing_is_overwritten(address: str, tmp_path: Path) -> None:
    """Where a simulator listens already, the file has its key."""
    key, port = tmp_path / "key.pem", address.rpartition(":")[2]
    key.write_text("of the one that listens")

    told = subprocess.run(
        [sys.executable, "-m", "fieldfare_ghl_sim", "--port", port, "--public-key", str(key)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"TERMINAL_WIDTH": "200", "NO_COLOR": "1"},
    )

    assert (told.returncode, told.stdout) == (2, "")
    assert f"can't listen on 127.0.0.1, port {port}" in told.stderr
    assert key.read_text() == "of the one that listens"


STARTER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-m", *sys.argv[1:]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
child.stdout.readline()
print(child.pid)
"""


def test_it_ends_with_whoever_started_it() -> None:
    options = ["fieldfare_ghl_sim", "--port", "0", "--until-parent-ends"]
    told = subprocess.run(
        [sys.executable, "-c", STARTER, *options], capture_output=True, text=True, check=True, timeout=60
    )
    child = int(told.stdout)

    for _ in range(600):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            break
        if Path(f"/proc/{child}/stat").exists() and Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            break  # over, and nobody has asked how it ended
        time.sleep(0.1)
    else:
        pytest.fail("it lives on")


def test_webhooks_never_leave_the_machine() -> None:
    command = typer.Typer()
    command.command()(serve)

    told = CliRunner().invoke(command, ["--webhooks", "https://example.com/hook"])

    assert told.exit_code == 2
