"""Somebody whose browser runs no script and shows no picture: forms and links, as the pages write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2


@dataclass(kw_only=True)
class Form:
    """A form as it stands on a page: where it goes, what it holds, and its named buttons."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(method=given.get("method", "get"), action=given["action"])
            self.forms.append(self._open)
        if self._open is None or "name" not in given:
            return
        if tag == "input" and given.get("type") not in {"radio", "checkbox"}:
            self._open.fields[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self._area = given["name"]
            self._open.fields[self._area] = ""
        elif tag == "button":
            self._open.buttons.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._open is not None:
            self._open.fields[self._area] += data.removeprefix("\n")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page that was read."""

    answer: httpx2.Response

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def step(self) -> str:
        found = re.search(r'data-step="(\w+)"', self.text)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return self.answer.text

    @property
    def forms(self) -> list[Form]:
        read = _Forms()
        read.feed(self.text)
        return read.forms

    def form(self, action: str) -> Form:
        """Find the last form that goes to a step."""
        return next(form for form in reversed(self.forms) if f"/{action}" in form.action)

    @property
    def choices(self) -> list[str]:
        """List the times that can be chosen on it, as the form sends them."""
        return [value for form in self.forms for name, value in form.buttons if name == "choice"]


class Reader:
    """Reads pages, follows links, sends forms."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        client.headers["Accept"] = "text/html"
        client.follow_redirects = True

    def open(self, address: str) -> Seen:
        return Seen(answer=self._client.get(address))

    def send(self, form: Form, **fields: str) -> Seen:
        filled = {**form.fields, **fields}
        if form.method == "get":
            return Seen(answer=self._client.get(form.action, params=filled))
        return Seen(answer=self._client.post(form.action, data=filled))

    def at_calendar(self, start: str, address: str, *, industry: int = 0, product: int = 1) -> Seen:
        """Go from the first page to the calendar."""
        page = self.send(self.open(start).form("where"), address=address)
        if page.step == "what":
            page = self.send(page.forms[industry])
        return self.send(page.forms[product]) if page.step == "what" else page

    def hold(self, page: Seen, number: int) -> Seen:
        """Choose a time of the shown day."""
        return self.send(page.form("hold"), choice=page.form("hold").buttons[number][1])
