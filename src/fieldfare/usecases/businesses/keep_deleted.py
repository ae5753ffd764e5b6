"""Deleted zones and boundaries, which stay in the document with a flag because the rules speak of them (Z1, Z4)."""

from __future__ import annotations

from fieldfare.domain.configuration import Configuration, Document, RecordKind


def with_deleted(old: Configuration | None, new: Configuration) -> Configuration:
    """Add to a configuration what was there before, keeps its place when deleted, and is left out now."""
    if old is None:
        return new
    whole = new
    for kind in RecordKind:
        if kind.keeps_deleted:
            for id_ in old.records[kind].keys() - new.records[kind].keys():
                whole = whole.with_record(kind, id_, {**old.records[kind][id_], "deleted": True})
    return without_dangling(whole)


def without_dangling(configuration: Configuration) -> Configuration:
    """Take out of deleted zones what refers to records that are gone: the document would not be valid with it."""
    whole = configuration
    for id_, zone in configuration.records[RecordKind.ZONES].items():
        if zone["deleted"]:
            whole = whole.with_record(RecordKind.ZONES, id_, _trimmed(zone, configuration))
    return whole


def _trimmed(zone: Document, configuration: Configuration) -> Document:
    industries, products = configuration.records[RecordKind.INDUSTRIES], configuration.records[RecordKind.PRODUCTS]
    return {
        **zone,
        "industries": [link for link in zone["industries"] if link["industry"] in industries],
        "overrides": [override for override in zone["overrides"] if override["product"] in products],
    }
