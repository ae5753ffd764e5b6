"""A snapshot, however often and however it has been changed, answers as if the question were laid out from scratch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.domain.business import Business
from fieldfare.domain.clock import DAY
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.places import Place
from fieldfare.domain.questions import Question
from fieldfare.ports.travel import DriveRequest, Drives, TravelTimes, TravelUnavailableError
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.usecases.availability.snapshot import Snapshot
from fieldfare.wiring.engine import travel_times
from tests.conftest import SEARCH
from tests.questions import question_of
from tests.reading.strategies import worlds

STEPS = 5


@dataclass
class Unsteady:
    """A travel model that is down now and then."""

    model: TravelTimes
    down: bool = False

    @property
    def source(self) -> str:
        return self.model.source

    async def drives(self, request: DriveRequest) -> Drives:
        if self.down:
            raise TravelUnavailableError("out for lunch")
        return await self.model.drives(request)


@settings(max_examples=SEARCH or 200)
@given(document=worlds(), seed=st.integers(min_value=0, max_value=2**32 - 1))
def test_a_snapshot_answers_as_if_laid_out_from_scratch(document: dict[str, Any], seed: int) -> None:
    asyncio.run(_live(Random(seed), question_of(document)))


async def _live(random: Random, question: Question) -> None:
    """Ask, change and go on; at the end ask the snapshots of before once more."""
    travel = Unsteady(travel_times(question.business.travel))
    snapshot = Snapshot(business=question.business, commitments=question.commitments)
    before: list[tuple[Snapshot, Question]] = []
    for step in range(STEPS):
        for _ in range(random.choice((1, 1, 2))):
            await _same(snapshot, _asked(random, question), travel, down=random.random() < 0.15)
        before.append((snapshot, question))
        question, touched = _changed(random, question, step)
        standing = [known for known in question.commitments if known.technician in touched]
        snapshot = snapshot.with_commitments_of(touched, standing)
    for old, asked in random.sample(before, 2):
        await _same(old, asked, travel, down=False)


async def _same(snapshot: Snapshot, question: Question, travel: Unsteady, *, down: bool) -> None:
    travel.down = down
    answer = await snapshot.answer(question.request, now=question.now, travel=travel, explain=True)
    assert answer == await find_slots(question, travel=travel, explain=True)


def _asked(random: Random, question: Question) -> Question:
    """Ask for the same or something else: another place, product or technician."""
    request, business = question.request, question.business
    if random.random() < 0.5:
        request = replace(request, place=_place(random, question))
    if random.random() < 0.3:
        request = replace(request, product=random.choice([*(known.id for known in business.products), "no-such"]))
    if random.random() < 0.3:
        names = [*(person.id for person in business.technicians), "no-such", None]
        request = replace(request, technician=random.choice(names))
    return replace(question, request=request)


def _place(random: Random, question: Question) -> Place:
    """Choose a place that occurs, or one that a table of drives doesn't have."""
    known = [question.business.hq, *(hub.place for hub in question.business.hubs)]
    known += [commitment.place for commitment in question.commitments if commitment.place]
    place = random.choice(known)
    if random.random() < 0.3:
        place = replace(place, lat=place.lat + random.uniform(-0.01, 0.01))
    return replace(place, postal_code=question.request.place.postal_code)


def _changed(random: Random, question: Question, step: int) -> tuple[Question, set[str | None]]:
    """Let time pass, past midnight now and then, and change a few commitments; returns whose."""
    now = question.now + random.choice((0, 0, 1, 1_799, 7_200, DAY // 2, DAY))
    commitments = {known.id: known for known in question.commitments}
    touched: set[str | None] = set()
    for number in range(random.choice((0, 1, 1, 2, 5))):
        new = _commitment(random, question, f"new-{step}-{number}")
        old = random.choice(list(commitments.values())) if commitments else None
        what = random.choice(("add", "move", "give", "take away"))
        if old is not None and what != "add":
            touched.add(old.technician)
            del commitments[old.id]
            by = random.randrange(-DAY, DAY, 300)
            new = replace(old, start=old.start + by, end=old.end + by)
            if what == "give":
                new = replace(new, technician=_somebody(random, question.business, new))
        if what != "take away":
            commitments[new.id] = new
            touched.add(new.technician)
    if random.random() < 0.2:
        touched.add(random.choice([*(person.id for person in question.business.technicians), None]))
    return replace(question, now=now, commitments=tuple(commitments.values())), touched


def _commitment(random: Random, question: Question, id_: str) -> Commitment:
    business, start = question.business, question.now + random.randrange(-DAY, 5 * DAY, 300)
    made = Commitment(
        id=id_,
        technician=None,
        kind=random.choice(list(CommitmentKind)),
        start=start,
        end=start + random.randrange(600, 20_000, 300),
        place=_place(random, question) if random.random() < 0.7 else None,
        hub=random.choice([None, *(hub.id for hub in business.hubs)]),
        resources={known.kind: random.randint(0, 2) for known in business.resources if random.random() < 0.6},
    )
    return replace(made, technician=_somebody(random, business, made))


def _somebody(random: Random, business: Business, commitment: Commitment) -> str | None:
    people: list[str | None] = [person.id for person in business.technicians]
    return random.choice([*people, None] if commitment.kind is CommitmentKind.BUSY or not people else people)
