"""Choose the best of a geocoder's results; several of equal worth are the customer's to choose from (rule P3)."""

from __future__ import annotations

from collections.abc import Iterable

from fieldfare.domain.addresses import Located
from fieldfare.domain.places import distance_m, fsa_of

SAME_PLACE_M = 150.0
"""Results that lie nearer together are one: the entrance and the middle of a building, two ways of one street."""
MOST_CHOICES = 5


def best_of(results: Iterable[Located], *, typed: str | None) -> tuple[Located, ...]:
    """Choose what is of the highest worth, each place once, at most five; empty if nothing is as fine as a postal code.

    Worth is, in this order: agreeing with the postal code that was typed, the precision, and being whole.
    """
    worths = [(_worth(result, typed), result) for result in results if result.precision.locates]
    highest = max((worth for worth, _ in worths), default=None)
    best: list[Located] = []
    for worth, result in worths:
        if worth == highest and not any(_same(result, other) for other in best):
            best.append(result)
    return tuple(best[:MOST_CHOICES])


def _worth(result: Located, typed: str | None) -> tuple[int, int, bool]:
    return (_agreement(result.place.postal_code, typed), -result.precision.coarseness, not result.partial)


def _agreement(code: str | None, typed: str | None) -> int:
    """Grade two codes: the same 3, within one FSA 2, nothing to compare 1, different 0."""
    if code is None or typed is None:
        return 1
    if code == typed:
        return 3
    return 2 if fsa_of(code) is not None and fsa_of(code) == fsa_of(typed) else 0


def _same(a: Located, b: Located) -> bool:
    return a.formatted == b.formatted or distance_m(a.place.point, b.place.point) <= SAME_PLACE_M
