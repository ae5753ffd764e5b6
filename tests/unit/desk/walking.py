"""Walking through the desk's forms without a browser: every field of a form, as the page has filled it in."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx2


class _Forms(HTMLParser):
    """Gathers the forms of a page with their fields, and the words that it says."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.said: list[str] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append({"action": at.get("action", ""), "method": at.get("method", "get"), "fields": {}})
        elif self.forms and tag == "input" and at.get("name"):
            ticked = at.get("type") not in {"checkbox", "radio"} or "checked" in at
            if ticked and "disabled" not in at:
                self.forms[-1]["fields"][at["name"]] = at.get("value", "")
        elif self.forms and tag == "select":
            self._select = at.get("name")
        elif self.forms and tag == "option" and self._select:
            fields = self.forms[-1]["fields"]
            if "selected" in at or self._select not in fields:
                fields[self._select] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def words_of(answer: httpx2.Response) -> str:
    """Give what a page says, on one line."""
    reader = _Forms()
    reader.feed(answer.text)
    return " ".join(" ".join(reader.said).split())


def forms_of(answer: httpx2.Response) -> list[dict[str, Any]]:
    """List the forms of a page."""
    reader = _Forms()
    reader.feed(answer.text)
    return reader.forms


def form_of(answer: httpx2.Response, ending: str) -> dict[str, Any]:
    """Find the form of a page whose address ends so."""
    forms = forms_of(answer)
    found = [form for form in forms if form["action"].partition("?")[0].endswith(ending)]
    assert found, (ending, [form["action"] for form in forms])
    return dict(found[0])


async def send(client: httpx2.AsyncClient, form: dict[str, Any], **typed: str) -> httpx2.Response:
    """Send a form with what was typed into it."""
    content = urlencode({**form["fields"], **typed})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(form["action"], content=content, headers=headers)
