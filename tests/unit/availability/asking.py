"""A snapshot of a small world, and a travel model that tells what it was asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from fieldfare.domain.answers import Answer
from fieldfare.domain.places import Place
from fieldfare.ports.travel import DriveRequest, Drives, TravelTimes, TravelUnavailableError
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.usecases.availability.snapshot import Snapshot
from fieldfare.wiring.engine import travel_times
from tests.worlds import Spot, World


@dataclass
class Watched:
    """A travel model that keeps what it is asked, and may be down."""

    model: TravelTimes
    down: bool = False
    asked: list[DriveRequest] = field(default_factory=list)

    @property
    def source(self) -> str:
        return self.model.source

    async def drives(self, request: DriveRequest) -> Drives:
        self.asked.append(request)
        if self.down:
            raise TravelUnavailableError("the router does not answer")
        return await self.model.drives(request)


@dataclass
class Live:
    """A snapshot that is asked and changed as the world is."""

    world: World
    snapshot: Snapshot
    travel: Watched

    @classmethod
    def of(cls, small: World) -> Live:
        question = small.question()
        snapshot = Snapshot(business=question.business, commitments=question.commitments)
        return cls(small, snapshot, Watched(travel_times(question.business.travel)))

    def change(self, small: World, *whose: str | None) -> None:
        """Take over the commitments of some technicians from another world of the same business."""
        standing = [known for known in small.question().commitments if known.technician in whose]
        self.world, self.snapshot = small, self.snapshot.with_commitments_of(whose, standing)

    def answer(self, *, at: Spot | None = None, now: str | None = None, **fields: Any) -> Answer:
        """Ask the snapshot, and make sure that it says what an answer from scratch does."""
        question = self.world.question()
        request = replace(question.request, **fields)
        if at is not None:
            request = replace(request, place=Place(lat=at.lat, lng=at.lng))
        moment = question.now if now is None else self.world.instant(now)
        answer = asyncio.run(self.snapshot.answer(request, now=moment, travel=self.travel, explain=True))
        asked = replace(question, request=request, now=moment)
        quiet = Watched(self.travel.model, down=self.travel.down)
        assert answer == asyncio.run(find_slots(asked, travel=quiet, explain=True))
        return answer
