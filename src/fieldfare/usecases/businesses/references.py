"""Which records of a business refer to another one."""

from __future__ import annotations

from collections.abc import Iterator

from fieldfare.domain.configuration import Configuration, Document, RecordKind


def referrers_of(configuration: Configuration, kind: RecordKind, id_: str) -> Iterator[str]:
    """List the records that refer to one, as `kind/id`; what is deleted itself doesn't count."""
    for other in RecordKind:
        for other_id, document in configuration.records[other].items():
            if not document.get("deleted", False) and (kind, id_) in _references(other, document):
                yield f"{other.value}/{other_id}"


def _references(kind: RecordKind, document: Document) -> set[tuple[RecordKind, str | None]]:
    match kind:
        case RecordKind.BOUNDARIES:
            return {(RecordKind.BOUNDARIES, child["boundary"]) for child in document.get("children", ())}
        case RecordKind.PRODUCTS:
            kinds = {(RecordKind.RESOURCES, resource) for resource in document["resources"]}
            return {(RecordKind.INDUSTRIES, document["industry"]), *kinds}
        case RecordKind.ZONES:
            return {
                *((RecordKind.BOUNDARIES, boundary) for boundary in document["boundaries"]),
                *((RecordKind.INDUSTRIES, link["industry"]) for link in document["industries"]),
                *((RecordKind.PRODUCTS, override["product"]) for override in document["overrides"]),
            }
        case RecordKind.TECHNICIANS:
            return {(RecordKind.ZONES, zone) for zone in document["zones"]}
        case RecordKind.SCHEDULES:
            owner = document["owner"]
            return {(RecordKind.ZONES, owner["zone"]), (RecordKind.TECHNICIANS, owner["technician"])}
        case _:
            return set()
