"""The days of an answer's horizon, each with its slots and the sums of its refusals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.domain.answers import Answer, Slot
from fieldfare.domain.clock import clock_of
from fieldfare.domain.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A local date with what is offered on it, and how often each reason refused a start, the most frequent first."""

    date: date
    slots: tuple[Slot, ...]
    refused: tuple[tuple[str, int], ...]


def days_of(question: Question, answer: Answer) -> Iterator[Day]:
    """Sort an answer by the local dates of the horizon."""
    clock = clock_of(question.business.time_zone)
    slots: defaultdict[date, list[Slot]] = defaultdict(list)
    reasons: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for slot in answer.slots:
        slots[clock.date_of(slot.start)].append(slot)
    for refusal in answer.refusals or ():
        reasons[clock.date_of(refusal.start)][refusal.reason] += 1
    today = clock.date_of(question.now)
    for ahead in range(question.business.policy.horizon_days):
        day = today + timedelta(days=ahead)
        refused = sorted(reasons[day].items(), key=lambda item: (-item[1], item[0]))
        yield Day(date=day, slots=tuple(slots[day]), refused=tuple(refused))


def label(day: date) -> str:
    """Write a date as people say it, `Mon 23 Nov`."""
    return f"{day:%a} {day.day:2} {day:%b}"
