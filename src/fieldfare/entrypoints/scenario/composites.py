"""The composites of a scenario: no child twice, and none that holds itself, however far down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fieldfare.entrypoints.scenario.errors import ScenarioError, show
from fieldfare.entrypoints.scenario.known import must_be_known
from fieldfare.entrypoints.scenario.schema_shapes import BoundaryRecord, CompositeRecord

_MOST_NAMED = 5


def check_composites(records: list[BoundaryRecord], known: Mapping[str, int]) -> None:
    """Refuse children that are not there or stand twice, and cycles; `known` maps ids to places in the list."""
    children: dict[str, list[str]] = {}
    for place, record in enumerate(records):
        if isinstance(record, CompositeRecord):
            children[record.id] = [child.boundary for child in record.children]
            _check_children(children[record.id], known, f"business.boundaries[{place}].children")
    _refuse_cycles(children, known)


def _check_children(children: list[str], known: Mapping[str, int], path: str) -> None:
    seen: set[str] = set()
    for place, child in enumerate(children):
        spot = f"{path}[{place}].boundary"
        must_be_known(child, known, "boundary", spot)
        if child in seen:
            raise ScenarioError(spot, f"{show(child)} stands twice in the composite")
        seen.add(child)


def _refuse_cycles(children: Mapping[str, list[str]], known: Mapping[str, int]) -> None:
    # Depth first without recursion: a chain of composites may be longer than Python's stack is deep.
    done: set[str] = set()
    for root in children:
        trail: dict[str, Iterator[tuple[int, str]]] = {} if root in done else {root: enumerate(children[root])}
        while trail:
            parent, rest = next(reversed(trail.items()))
            place, child = next(rest, (0, ""))
            if not child:
                done.add(parent)
                del trail[parent]
            elif child in trail:
                path = f"business.boundaries[{known[parent]}].children[{place}].boundary"
                raise ScenarioError(path, f"a composite cycle: {_named(list(trail), child)}")
            elif child in children and child not in done:
                trail[child] = enumerate(children[child])


def _named(trail: list[str], again: str) -> str:
    circle = trail[trail.index(again) :]
    shown = circle if len(circle) <= _MOST_NAMED else [*circle[:_MOST_NAMED], "…"]
    return " holds ".join([*shown, again])
