"""Blocks of the coming dates, and their starts (rules G1 to G3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from fieldfare.domain.policy import Block
from fieldfare.engine.columns import Rows, Seconds
from fieldfare.engine.frame import DATES_BEHIND, Frame
from fieldfare.engine.ticks import Ticks


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The starts that can be sold, in order of time: (k,) each. `block` is the row in the policy's blocks."""

    start: Seconds
    date: Rows
    block: Rows
    ticks: Ticks

    @classmethod
    def of(cls, start: Seconds, date: Rows, block: Rows) -> Grid:
        """Lay a grid of starts that stand in order of time."""
        return cls(start, date, block, Ticks.of(start))

    def __len__(self) -> int:
        """Count the starts."""
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Every block of every date of the frame and shortly behind, in order of time, disjoint: (b,) `start` and `end`.

    `opened` and `closed` count the blocks that have begun and ended by some moment. The starts (k,) are those of the
    horizon, each with its date, the row of its block in the policy, the end of that block, and the length of its date's
    longest block.
    """

    start: Seconds
    end: Seconds
    opened: Ticks
    closed: Ticks
    starts: Grid
    end_of_start: Seconds
    longest_of_start: Seconds

    @classmethod
    def of(cls, frame: Frame, blocks: Sequence[Block]) -> Blocks:
        """Read the blocks' wall-clock times on each date; what a clock change leaves empty doesn't count."""
        spans: list[tuple[int, int]] = []
        starts: list[tuple[int, int, int, int, int]] = []
        for number in range(frame.days + DATES_BEHIND):
            day = frame.today + timedelta(days=number)
            read = [
                (frame.clock.at(day, block.start).instant, frame.clock.at(day, block.end).instant) for block in blocks
            ]
            spans += [(start, end) for start, end in read if start < end]
            if number >= frame.days:
                continue
            longest = max((end - start for start, end in read), default=0)
            for row, (block, (_, end)) in enumerate(zip(blocks, read, strict=True)):
                walls = (frame.clock.at(day, minute) for minute in block.starts)
                starts += [(wall.instant, number, row, end, longest) for wall in walls if not wall.skipped]
        edges = np.array(sorted(spans), dtype=np.int64).reshape(-1, 2) - frame.origin
        table = np.array(sorted(starts), dtype=np.int64).reshape(-1, 5)
        opens, closes = edges[:, 0].astype(np.int32), edges[:, 1].astype(np.int32)
        return cls(
            start=opens,
            end=closes,
            opened=Ticks.of(opens),
            closed=Ticks.of(closes),
            starts=Grid.of((table[:, 0] - frame.origin).astype(np.int32), table[:, 1].copy(), table[:, 2].copy()),
            end_of_start=(table[:, 3] - frame.origin).astype(np.int32),
            longest_of_start=table[:, 4].astype(np.int32),
        )

    def grid(self, duration: int) -> Grid:
        """Keep the starts from which a visit of so many seconds lies inside its block (rule G2).

        One that is longer than every block of its date may begin at any start of that date (rule G3).
        """
        starts = self.starts
        fits = (starts.start + duration <= self.end_of_start) | (duration > self.longest_of_start)
        rows = np.flatnonzero(fits)
        return Grid.of(starts.start[rows], starts.date[rows], starts.block[rows])
