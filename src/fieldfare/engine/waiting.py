"""Who of those who wait gets time that has become free: whom it costs the least drive, and who came first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A stretch of time, `[first, last)` in instants, in which the whole visit should lie."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody on the waitlist. Without a wish nothing suits them."""

    id: str
    joined_at: int
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """A visit, `[start, end)`, that a technician could take for one who waits, and the drive that it adds (rule O1)."""

    start: int
    end: int
    technician: str
    detour_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The vacancy that suits one who waits best."""

    entry: Waiting
    vacancy: Vacancy


def rank(entries: Iterable[Waiting], vacancies: Mapping[str, Iterable[Vacancy]]) -> tuple[Match, ...]:
    """Match those who wait with their best vacancy, and put them in the order in which they are offered it.

    `vacancies` holds what could be driven for each, by their id. Best is the least detour, then the earliest start,
    then the smaller technician's id. Among people the least detour comes first, then who joined first, then the
    smaller id. Whom nothing suits is left out.
    """
    matches = [
        Match(entry=entry, vacancy=min(suitable, key=_cost))
        for entry in entries
        if (suitable := [vacancy for vacancy in vacancies.get(entry.id, ()) if suits(entry, vacancy)])
    ]
    return tuple(sorted(matches, key=_turn))


def suits(entry: Waiting, vacancy: Vacancy) -> bool:
    """Tell whether a vacancy lies inside one of somebody's wishes."""
    return any(wish.first <= vacancy.start and vacancy.end <= wish.last for wish in entry.wishes)


def _cost(vacancy: Vacancy) -> tuple[int, int, str]:
    return vacancy.detour_seconds, vacancy.start, vacancy.technician


def _turn(match: Match) -> tuple[int, int, str]:
    return match.vacancy.detour_seconds, match.entry.joined_at, match.entry.id
