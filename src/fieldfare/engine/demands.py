"""What a product needs of shared equipment, beside what is held of it (rule F14)."""

from __future__ import annotations

import numpy as np

from fieldfare.domain.questions import Question
from fieldfare.engine.frame import Frame
from fieldfare.engine.problem import Demand
from fieldfare.engine.resolution import Sale
from fieldfare.engine.usage import sum_up


def demands_of(question: Question, sale: Sale, frame: Frame) -> tuple[Demand, ...]:
    """Sum up what all commitments hold of each resource kind that the product needs."""
    capacity = {resource.kind: resource.capacity for resource in question.business.resources}
    demands = []
    for kind, quantity in sorted(sale.product.resources.items()):
        if quantity == 0:
            continue
        holders = [c for c in question.commitments if c.resources.get(kind)]
        usage = sum_up(
            kind=kind,
            capacity=capacity[kind],
            start=np.array([c.start for c in holders], dtype=np.int64) - frame.origin,
            end=np.array([c.end for c in holders], dtype=np.int64) - frame.origin,
            quantity=[c.resources[kind] for c in holders],
        )
        demands.append(Demand(usage, quantity))
    return tuple(demands)
