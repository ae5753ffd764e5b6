"""Forms of the settings as a browser would send them back, and a business in which every key says something."""

from __future__ import annotations

import copy
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx2

from fieldfare.domain.configuration import Configuration, RecordKind
from fieldfare.entrypoints.desk.settings.choices import choices_of
from fieldfare.entrypoints.desk.settings.forms import OWN, RECORDS
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.scenario.business import read_business
from tests.unit.scenario.documents import EXAMPLE

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SETTINGS = "/desk/settings"
Pairs = list[tuple[str, str]]


def rich() -> dict[str, Any]:
    """Give the worked example with values in every key that a document may have, odd ones among them."""
    document: dict[str, Any] = copy.deepcopy(EXAMPLE["business"])
    document["policy"] |= {
        "waitlist_hold_minutes": 45,
        "change_cutoff_minutes": 60,
        "estimate_threshold_minutes": 20,
        "assignment": "manual",
        "recommended_discount": {"percent": None, "amount": 1234, "floor": 9_900},
        "horizon_days": 40,
    }
    document["booking_page"] = {
        "brand": "#663399",
        "logo": PIXEL,
        "phone": "+1 905 555 0100",
        "email": "office@example.com",
        "origins": ["https://www.example.com", "https://*.example.com"],
    }
    zone = document["zones"][0]
    zone["overrides"][0] |= {
        "name": 'Zwölf <b>&amp;</b> "Stück"',
        "name_on": True,
        "description": "One\ntwo\r\nthree\n",
    }
    zone["tiers"] = ["silver", "gold", "two words, and a comma"]
    zone["priority"] = 50.5
    document["zones"].append({"id": "old", "name": "Old", "deleted": True, "industries": [], "boundaries": ["b2"]})
    document["zones"].append({"id": "no:where.1", "negative": True, "default": True, "active": False})
    document["industries"].append({"id": "air", "name": "Air", "active": False})
    document["products"].append(
        {
            "id": "lines",
            "industry": "air",
            "price": 0,
            "name": " spaced ",
            "description": "\nfirst empty",
            "active": False,
        }
    )
    document["technicians"][0] |= {"weekly_minutes": 960, "skills": ["zinc", "gas", "apple"]}
    document["resources"].append({"kind": "duct.camera-2", "capacity": 0})
    document["products"][0]["resources"] = {"lift": 1, "duct.camera-2": 0}
    document["schedules"].append(
        {
            "id": "nights",
            "owner": {"technician": "t2", "zone": "z1"},
            "priority": 2.5,
            "effective_from": "2026-01-01",
            "effective_to": "2027-01-01",
            "active": False,
            "week": {"sun": [["20:00", "04:00"], ["05:00", "00:00"]]},
            "exceptions": {"2026-12-24": [["08:00", "10:00"], ["12:00", "14:30"]], "2026-12-25": []},
        }
    )
    return document


def rich_configuration() -> Configuration:
    return read_business(rich())[0]


def halves(configuration: Configuration) -> list[tuple[str, Any, Any]]:
    """List every record with its form, and the two halves of the business's own document."""
    records = [
        (f"{kind.value}/{id_}", RECORDS[kind], document)
        for kind in RecordKind
        if kind in RECORDS
        for id_, document in configuration.records[kind].items()
    ]
    return [*records, *((name, form, configuration.own) for name, form in OWN.items())]


def through_a_browser(typed: Typed) -> Typed:
    """Send it through what browsers do to values: other line ends, and a hidden field's stay as they are."""
    return Typed.of((name, value.replace("\n", "\r\n")) for name, value in typed.pairs())


def read_back(
    form: Any, document: Any, configuration: Configuration, base: Any
) -> tuple[dict[str, Any], dict[str, str]]:
    choices = choices_of(configuration)
    read: tuple[dict[str, Any], dict[str, str]] = form.read(
        through_a_browser(form.write(document, choices)), base, choices
    )
    return read


class _Fields(HTMLParser):
    """Gathers what a browser would send of every form of a page's main part, but its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Pairs] = []
        self._select: tuple[str, list[str], list[str]] | None = None
        self._area: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append([])
        elif tag == "input" and at.get("name") and (at.get("type") not in {"checkbox", "radio"} or "checked" in at):
            self.forms[-1].append((at["name"], at.get("value", "")))
        elif tag == "select":
            self._select = (at["name"], [], [])
        elif tag == "option" and self._select:
            self._select[1].append(at.get("value", ""))
            if "selected" in at:
                self._select[2].append(at.get("value", ""))
        elif tag == "textarea":
            self._area = [at["name"], ""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, options, chosen = self._select
            self.forms[-1].append((name, (chosen or options or [""])[0]))
            self._select = None
        elif tag == "textarea" and self._area:
            self.forms[-1].append((self._area[0], self._area[1].removeprefix("\n").replace("\n", "\r\n")))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1] += data


def fields_of(answer: httpx2.Response) -> Pairs:
    """Give the fields of the form of a page's main part."""
    reader = _Fields()
    reader.feed(answer.text[answer.text.index("<main") :])
    return reader.forms[0]


def typed_over(pairs: Pairs, **typed: str | None) -> Pairs:
    """Type something else into fields, `__` standing for a dot; None leaves a field out."""
    wanted = {name.replace("__", "."): value for name, value in typed.items()}
    kept = [(name, value) for name, value in pairs if name not in wanted]
    return kept + [(name, value) for name, value in wanted.items() if value is not None]


async def send(client: httpx2.AsyncClient, path: str, pairs: Pairs) -> httpx2.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(path, content=urlencode(pairs), headers=headers)
