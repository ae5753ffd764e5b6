"""Answers to a question for a postal code alone: only those that lie under it count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import fsa_of


def under_code(code: str, results: Iterable[Located]) -> tuple[Located, ...]:
    """Keep what has the code, or is its whole FSA, and give it the code and the precision of one (rule P2)."""
    return tuple(
        replace(result, place=replace(result.place, postal_code=code), precision=Precision.POSTAL, partial=False)
        for result in results
        if result.precision.locates and result.place.postal_code in {code, fsa_of(code)} - {None}
    )
