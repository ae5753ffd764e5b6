"""What a product needs of shared equipment, beside what is held of it (rule F14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from fieldfare.domain.catalog import Product
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.fleet import Resource
from fieldfare.engine.frame import Frame
from fieldfare.engine.problem import Demand
from fieldfare.engine.usage import sum_up


def demands_of(
    product: Product, *, resources: Iterable[Resource], commitments: Sequence[Commitment], frame: Frame
) -> tuple[Demand, ...]:
    """Sum up what commitments, all or those that hold anything, hold of each resource kind that the product needs."""
    capacity = {resource.kind: resource.capacity for resource in resources}
    demands = []
    for kind, quantity in sorted(product.resources.items()):
        if quantity == 0:
            continue
        holders = [c for c in commitments if c.resources.get(kind)]
        usage = sum_up(
            kind=kind,
            capacity=capacity[kind],
            start=np.array([c.start for c in holders], dtype=np.int64) - frame.origin,
            end=np.array([c.end for c in holders], dtype=np.int64) - frame.origin,
            quantity=[c.resources[kind] for c in holders],
        )
        demands.append(Demand(usage, quantity))
    return tuple(demands)
