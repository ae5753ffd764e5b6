"""Which blocks the visits that stand have locked to which hubs (rule F8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fieldfare.engine.blocks import Blocks
from fieldfare.engine.columns import Mask, Rows, spread
from fieldfare.engine.commitments import Commitments


@dataclass(frozen=True, slots=True, eq=False)
class Locks:
    """The hubs of the visits that overlap a block, derived from the visits and never stored.

    `locked` (technicians, blocks) says that some visit with a hub overlaps the block. `cell` and `hub` (l,) list
    which, sorted by hub, a cell being `technician * blocks + block`.
    """

    locked: Mask
    cell: Rows
    hub: Rows

    def only(self, technician: int) -> Locks:
        """Cut out one technician's, as those of a fleet of one."""
        blocks = self.locked.shape[1]
        rows = np.flatnonzero(self.cell // blocks == technician)
        return Locks(
            locked=self.locked[technician : technician + 1],
            cell=self.cell[rows] - technician * blocks,
            hub=self.hub[rows],
        )

    def with_technicians(self, technicians: Rows, part: Locks) -> Locks:
        """Replace the locks of some technicians by those of a fleet of their own."""
        blocks = self.locked.shape[1]
        locked = self.locked.copy()
        locked[technicians] = part.locked
        changed = np.zeros(len(locked), dtype=np.bool_)
        changed[technicians] = True
        kept = np.flatnonzero(~changed[self.cell // blocks])
        cell = np.concatenate((self.cell[kept], technicians[part.cell // blocks] * blocks + part.cell % blocks))
        hub = np.concatenate((self.hub[kept], part.hub))
        by_hub = np.argsort(hub, kind="stable")
        return Locks(locked=locked, cell=cell[by_hub], hub=hub[by_hub])

    def closed_to(self, hub: int) -> Mask:
        """Give the blocks that are locked, and not to this hub: (technicians, blocks)."""
        closed = self.locked.copy()
        own = slice(self.hub.searchsorted(hub), self.hub.searchsorted(hub + 1))
        closed.reshape(-1)[self.cell[own]] = False
        return closed


def lay_locks(*, blocks: Blocks, commitments: Commitments, technicians: int) -> Locks:
    """Find the blocks that each visit with a hub overlaps."""
    rows = np.flatnonzero(commitments.is_visit & (commitments.hub >= 0))
    first = np.searchsorted(blocks.end, commitments.start[rows], side="right")
    beyond = np.searchsorted(blocks.start, commitments.end[rows], side="left")
    visit, block = spread(first, np.maximum(beyond - first, 0))
    cell = commitments.technician[rows][visit] * len(blocks.start) + block
    locked = np.zeros((technicians, len(blocks.start)), dtype=np.bool_)
    locked.reshape(-1)[cell] = True
    hub = commitments.hub[rows][visit]
    by_hub = np.argsort(hub, kind="stable")
    return Locks(locked=locked, cell=cell[by_hub], hub=hub[by_hub])
