"""What records are called: by name and id where both are known, and safe for a terminal."""

from __future__ import annotations

from fieldfare.domain.business import Business
from fieldfare.domain.commitments import CommitmentKind
from fieldfare.domain.explanations import Cited

LONGEST_NAME = 60


class Names:
    """The names of a business's records."""

    def __init__(self, business: Business) -> None:
        """Keep the names by id."""
        self._technicians = {person.id: person.name for person in business.technicians}
        self._zones = {zone.id: zone.name for zone in business.zones}
        self._hubs = {hub.id: hub.name for hub in business.hubs}

    def technician(self, id_: str) -> str:
        """Write `Sam (t1)`, or the id alone."""
        return _both(self._technicians.get(id_, ""), id_)

    def first(self, id_: str) -> str:
        """Write a technician's name alone, `Sam`, or the id."""
        return plain(self._technicians.get(id_, "")) or id_

    def zone(self, id_: str) -> str:
        """Write `Halton (z1)`, or the id alone."""
        return _both(self._zones.get(id_, ""), id_)

    def hub(self, id_: str) -> str:
        """Write `H01 (Oakville)`, or the id alone: hubs are known by their ids."""
        name = plain(self._hubs.get(id_, ""))
        return f"{id_} ({name})" if name and name != id_ else id_


def cited(commitment: Cited, detail: str) -> str:
    """Write `"Furnace repair" (c1, ends 09:00)`, or `busy time c1 (ends 09:00)` where there is no title."""
    title = plain(commitment.title)
    if title:
        return f'"{title}" ({commitment.id}, {detail})'
    kind = "the visit" if commitment.kind is CommitmentKind.VISIT else "busy time"
    return f"{kind} {commitment.id} ({detail})"


def plain(text: str) -> str:
    """Write a text of the document on one line, short, without what could move a terminal's cursor."""
    cut = text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "…"
    return " ".join("".join(letter if letter.isprintable() else " " for letter in cut).split())


def _both(name: str, id_: str) -> str:
    shown = plain(name)
    return f"{shown} ({id_})" if shown and shown != id_ else id_
