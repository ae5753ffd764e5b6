"""Notes on contacts: each is looked for before it is written, so that it stands there once."""

from __future__ import annotations

import html
from dataclasses import dataclass

from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.operations import CREATE_NOTE, LIST_NOTES
from fieldfare.adapters.crms.ghl.picking import listed, text
from fieldfare.ports.crm import CrmNote

LONGEST_BODY = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The notes of one account's contacts."""

    caller: Caller

    async def add(self, contact: str, note: CrmNote) -> None:
        """Write a note, unless one that holds its mark is there."""
        notes = listed(await self.caller.call(LIST_NOTES, id_=contact), "notes")
        if any(note.mark in html.unescape(text(row, "body")) for row in notes):
            return
        body = {"title": _plain(note.title), "body": _body(note)}
        await self.caller.call(CREATE_NOTE, id_=contact, body=body)


def _body(note: CrmNote) -> str:
    """Give the body as it is sent, with its mark in it whatever has to be cut."""
    written = _plain(note.body)
    if len(written) <= LONGEST_BODY and note.mark in note.body:
        return written
    mark = f"\n{_plain(note.mark)}"
    return written[: LONGEST_BODY - len(mark)] + mark


def _plain(words: str) -> str:
    """Keep words from being taken for markup: the vendor shows notes as rich text."""
    return words.replace("<", "&lt;")
