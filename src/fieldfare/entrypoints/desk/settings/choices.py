"""What can be chosen in a business's forms: its own records, by what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from babel.numbers import get_currency_precision

from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.entrypoints.desk.settings.widgets import Choices, Option


def choices_of(configuration: Configuration) -> Choices:
    """Collect them."""
    records, currency = configuration.records, str(configuration.own.get("currency", "CAD"))

    def listed(kind: RecordKind, note: Callable[[Document], str] = _note) -> list[Option]:
        options = [
            Option(value=id_, label=name_of(document, id_), note=note(document))
            for id_, document in records[kind].items()
        ]
        return sorted(options, key=lambda option: (option.label.casefold(), option.value))

    skills = {
        skill
        for kind in (RecordKind.PRODUCTS, RecordKind.TECHNICIANS)
        for document in records[kind].values()
        for skill in document["skills"]
    }
    tiers = {tier for zone in records[RecordKind.ZONES].values() for tier in zone["tiers"]}
    return Choices(
        digits=get_currency_precision(currency),
        currency=currency,
        options={
            **{kind.value: listed(kind) for kind in RecordKind},
            "boundaries": listed(RecordKind.BOUNDARIES, _shape),
            "skills": _plain(skills),
            "tiers": _plain(tiers),
        },
    )


def name_of(document: Document, id_: str) -> str:
    """Say what a record is called: by its name, else by its id."""
    return str(document.get("name") or id_)


def _note(document: Document) -> str:
    if document.get("deleted"):
        return "deleted"
    return "" if document.get("active", True) else "inactive"


def _shape(document: Document) -> str:
    shape = {"polygon": "polygon", "radius": "circle", "postal_set": "postal codes", "composite": "composed"}
    return ", ".join(filter(None, (shape.get(str(document["kind"]), ""), _note(document))))


def _plain(texts: Iterable[str]) -> list[Option]:
    return [Option(value=text, label=text) for text in sorted(texts)]
