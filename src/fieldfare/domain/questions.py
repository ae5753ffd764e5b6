"""A question to the engine, whole: a business, its commitments, a moment and a request."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.business import Business, Request
from fieldfare.domain.commitments import Commitment


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which slots? `now` is an instant: whole seconds since 1970-01-01T00:00:00Z.

    `stale` are the technicians of whom a live source was read too long ago (rule B13); a scenario has none.
    """

    now: int
    business: Business
    commitments: tuple[Commitment, ...]
    request: Request
    stale: frozenset[str] = frozenset()
