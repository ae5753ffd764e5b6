"""A business as it is written down: plain documents in the form of the scenario file, with every default filled in.

The engine decides on a `Business`; people edit, export and compare documents. A document keeps what a `Business` leaves
out because nothing follows from it, such as an override's price whose flag is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]
"""A JSON object of plain values; nobody changes one in place."""


class RecordKind(StrEnum):
    """The kinds of records that a business consists of, by their key in its document, each after those it refers to."""

    HUBS = "hubs"
    INDUSTRIES = "industries"
    RESOURCES = "resources"
    BOUNDARIES = "boundaries"
    PRODUCTS = "products"
    ZONES = "zones"
    TECHNICIANS = "technicians"
    SCHEDULES = "schedules"

    @property
    def id_key(self) -> str:
        """The key that holds a record's id."""
        return "kind" if self is RecordKind.RESOURCES else "id"

    @property
    def keeps_deleted(self) -> bool:
        """Whether a deleted record stays in the document with a flag, because the rules speak of it (Z1, Z4)."""
        return self in {RecordKind.BOUNDARIES, RecordKind.ZONES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A business's document, taken apart: what it says of itself, and its records by kind and id, sorted by id."""

    id: str
    own: Document
    records: Mapping[RecordKind, Mapping[str, Document]]

    @classmethod
    def of(cls, document: Document) -> Configuration:
        """Take a whole business document apart."""
        kinds = {kind.value for kind in RecordKind}
        return cls(
            id=document["id"],
            own={key: value for key, value in document.items() if key not in kinds and key != "id"},
            records={
                kind: {record[kind.id_key]: record for record in sorted(document[kind], key=lambda r: r[kind.id_key])}
                for kind in RecordKind
            },
        )

    def document(self) -> dict[str, Any]:
        """Put the whole business document together again."""
        return {"id": self.id, **self.own, **{kind.value: list(self.records[kind].values()) for kind in RecordKind}}

    def with_record(self, kind: RecordKind, id_: str, record: Document | None) -> Configuration:
        """Put one record in place of what stood there; None takes it out."""
        records = {known: value for known, value in self.records[kind].items() if known != id_}
        if record is not None:
            records[id_] = record
        return Configuration(id=self.id, own=self.own, records={**self.records, kind: dict(sorted(records.items()))})

    def with_own(self, own: Document) -> Configuration:
        """Replace what the business says of itself."""
        return Configuration(id=self.id, own=own, records=self.records)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record before and after; `kind` and `id` are None for what the business says of itself.

    Without a `before` it is new, without an `after` it is gone.
    """

    kind: RecordKind | None
    id: str | None
    before: Document | None
    after: Document | None


def changes_between(old: Configuration | None, new: Configuration) -> Iterator[Change]:
    """List what differs, records in the order of their kinds, so that what is referred to comes first.

    A record that keeps its place when deleted is flagged so where the new configuration leaves it out; one that both
    leave out or call deleted is no change.
    """
    own = None if old is None else old.own
    if own != new.own:
        yield Change(kind=None, id=None, before=own, after=new.own)
    for kind in RecordKind:
        before, after = {} if old is None else old.records[kind], new.records[kind]
        for id_ in sorted(before.keys() | after.keys()):
            was, is_ = before.get(id_), after.get(id_)
            if is_ is None and was is not None and kind.keeps_deleted:
                is_ = {**was, "deleted": True}
            if was != is_:
                yield Change(kind=kind, id=id_, before=was, after=is_)
