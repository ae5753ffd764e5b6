"""Change one record of a business, or what the business says of itself; the whole is checked as a file would be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fieldfare.domain.actors import Actor
from fieldfare.domain.business import Business
from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.ports.storage import Books, Storage
from fieldfare.usecases.businesses.apply import apply
from fieldfare.usecases.businesses.keep_deleted import without_dangling
from fieldfare.usecases.businesses.references import referrers_of
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError, InUseError, UnknownRecordError

ReadDocument = Callable[[dict[str, Any]], tuple[Configuration, Business]]
"""Checks a whole business document and gives it in full; raises what the door knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What to change: a record of a kind, or the business's own document if the kind is None.

    Without a `document` the record is deleted. `expected` is the version that the change was made for, None for any;
    `must_be` says that the record has to be there already (True), or must not be (False).
    """

    business: str
    kind: RecordKind | None
    id: str | None
    document: Document | None
    expected: str | None = None
    must_be: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A record as it is now, None if it is gone; and whether there was none before."""

    document: Document | None
    created: bool


def version_of(document: Document) -> str:
    """Sum a document up: another version of it has another sum."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:32]


async def edit_record(
    storage: Storage, edit: Edit, *, read: ReadDocument, actor: Actor, now: int, reason: str | None = None
) -> Edited:
    """Carry an edit out. Raises `UnknownRecordError`, `ChangedMeanwhileError`, `InUseError`, and what `read` raises."""
    async with storage.open(edit.business) as books:
        old = await books.configuration.load(for_change=True)
        if old is None:
            raise UnknownRecordError(edit.business)
        before = _found(old, edit)
        if before is None and (edit.must_be is True or edit.document is None):
            raise UnknownRecordError(f"{edit.kind}/{edit.id}")
        _refuse_another(before, edit)
        wanted = _changed(old, edit)
        if edit.document is None and edit.kind is not None and not edit.kind.keeps_deleted:
            _refuse_in_use(old, edit)
        new, _ = read(wanted.document())
        await apply(books, old=old, new=new, actor=actor, now=now, reason=reason)
        return Edited(document=_found(new, edit), created=before is None)


async def load(books: Books) -> Configuration:
    """Read the documents of a business that has to be there; raises `UnknownRecordError`."""
    found = await books.configuration.load()
    if found is None:
        raise UnknownRecordError(books.business)
    return found


def _found(configuration: Configuration, edit: Edit) -> Document | None:
    if edit.kind is None:
        return configuration.own
    return configuration.records[edit.kind].get(edit.id or "")


def _changed(old: Configuration, edit: Edit) -> Configuration:
    if edit.kind is None or edit.id is None:
        return old.with_own(edit.document or {})
    if edit.document is None and edit.kind.keeps_deleted:
        return old.with_record(edit.kind, edit.id, {**old.records[edit.kind][edit.id], "deleted": True})
    changed = old.with_record(edit.kind, edit.id, edit.document)
    return without_dangling(changed) if edit.document is None else changed


def _refuse_another(before: Document | None, edit: Edit) -> None:
    if before is not None and edit.must_be is False:
        raise ChangedMeanwhileError(f"{edit.kind}/{edit.id} is there already")
    if edit.expected is not None and (before is None or version_of(before) != edit.expected):
        raise ChangedMeanwhileError(f"{edit.kind}/{edit.id} is another version")


def _refuse_in_use(old: Configuration, edit: Edit) -> None:
    if edit.kind is not None and edit.id is not None:
        used_by = tuple(referrers_of(old, edit.kind, edit.id))
        if used_by:
            raise InUseError(f"{edit.kind.value}/{edit.id}", used_by)
